"""What a run will use before it is paid for: forecast from dialogues made now, or from those of an earlier run."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from toolace_mt.config import Config, RunConfig
from toolace_mt.engines.pricing import check_budget, price_list, prices_of, unknown_prices, unpriced
from toolace_mt.errors import InputError
from toolace_mt.metrics.forecast import LEVEL, Acceptance, Forecast, Plan, Range, forecast
from toolace_mt.runs.call_times import mean_call_time
from toolace_mt.runs.folder import open_run
from toolace_mt.runs.local import check_names, generate
from toolace_mt.runs.progress import Progress
from toolace_mt.runs.sampling import Sample, count_finished, sample_offline, sample_run
from toolace_mt.runs.serving.model import HOSTED, VLLM, ServerProfile

USUAL_SHARE = 0.72
"""The paper's share of accepted dialogues (8,000 of some 11,100 candidates): taken where nothing is known."""
_USUAL_SHARE_SEEN = 10  # as if that had been seen on so few dialogues
_SAMPLED_FOR_ORDER = 3
_MADE_AGAIN = 50


@dataclass(frozen=True)
class Assumptions:
    """What the user says of the endpoint.

    server: how fast it is (its times alone count); None takes published figures of its kind. accepted: the share of
    dialogues that will be accepted; None takes that of the sample where a model wrote it. answers: how many times as
    long as the offline engine's a model's answers are.
    """

    server: ServerProfile | None = None
    accepted: float | None = None
    answers: float = 1.0


@dataclass(frozen=True)
class Estimate:
    """A forecast, and what it rests on: one sentence each in `notes`.

    sampled, sampled_accepted: attempts that it was made from. depth: how many calls of one wait for each other, on
    average. models: in the order of the configuration; none where the offline engine writes. priced: whether dollars are
    known; else those of the forecast are not to be shown.
    """

    count: int
    forecast: Forecast
    source: str
    sampled: int
    sampled_accepted: int
    depth: float
    models: tuple[str, ...]
    priced: bool
    notes: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """All figures, unrounded; dollars and seconds are None where they are unknown."""
        totals: dict[str, Any] = {name: asdict(total) for name, total in self.forecast.totals.items()}
        if not self.priced:
            totals["usd"] = None
        if not self.models:
            totals["seconds"] = None
        return {
            "count": self.count,
            "range": LEVEL,
            "attempts": asdict(self.forecast.attempts),
            **totals,
            "calls_in_sequence": self.depth,
            "reached": self.forecast.reached,
            "models": list(self.models),
            "source": self.source,
            "sampled": {"attempts": self.sampled, "accepted": self.sampled_accepted},
            "notes": list(self.notes),
        }


async def estimate_offline(config: Config, size: int, assumed: Assumptions) -> Estimate:
    """Estimate the run of `config` from `size` of its dialogues, made now by the offline engine. Raises InputError."""
    return await _offline(config, size, assumed, f"{size} dialogues made now by the offline engine")


async def _offline(config: Config, size: int, assumed: Assumptions, written: str) -> Estimate:
    check_names(config)
    server, speed = _server(config, assumed)
    sample = await sample_offline(config, size, server, assumed.answers)
    if config.engine.model is None:
        return _estimate(config, sample, _acceptance(sample, assumed), written, ())
    factor = f"taken to be {assumed.answers:g} times as long" if assumed.answers != 1 else "taken to be as long"
    notes = (
        f"a model's answers differ from the templates of the offline engine: they are {factor} (--answers), and"
        " what has to be asked again is not known; --spend measures both",
        _said_share(assumed),
        speed,
    )
    share = Acceptance(USUAL_SHARE, _USUAL_SHARE_SEEN) if assumed.accepted is None else Acceptance(assumed.accepted)
    return _estimate(config, sample, share, written, notes)


async def estimate_from_run(config: Config, folder: Path, assumed: Assumptions) -> Estimate:
    """Estimate the run of `config` from the dialogues of an earlier one. Raises InputError.

    What the offline engine wrote says nothing of a model, neither which share it gets accepted nor what a cache gives:
    then dialogues are made as they are without an earlier run.
    """
    earlier = open_run(folder).config
    if config.engine.model and not earlier.engine.model:
        size = min(count_finished(folder), _MADE_AGAIN)
        written = f"{size} dialogues made now by the offline engine, which wrote {folder} too"
        return await _offline(config, size, assumed, written)
    server, speed = _server(config, assumed)
    if assumed.server is None and _same_endpoint(config, earlier):
        server, speed = _measured(folder, "when it was made") or (server, speed)
    sample, order = await _sample_run(folder, config, server)
    notes = (order, speed) if config.engine.model else (order,)
    return _estimate(config, sample, _acceptance(sample, assumed), f"the run in {folder}", notes)


async def estimate_live(config: Config, size: int, out: Path, assumed: Assumptions, progress: Progress) -> Estimate:
    """Estimate from `size` accepted dialogues that are really made and paid for: the beginning of the run in `out`.

    Raises InputError, also where more are wanted in that run than `size`; and RunStopped where they cannot be made.
    """
    check_budget(config)
    _refuse_larger(out, size)
    run = config.run.model_copy(update={"count": size, "max_attempts": None})
    await generate(config.model_copy(update={"run": run}), out, progress)
    server, speed = _server(config, assumed)
    if assumed.server is None:
        server, speed = _measured(out, "now" if progress.calls_timed else "when they were made") or (server, speed)
    sample, order = await _sample_run(out, config, server)
    source = f"{_made(size, progress)}, the beginning of the run in {out}"
    return _estimate(config, sample, _acceptance(sample, assumed), source, (order, speed))


def _made(size: int, progress: Progress) -> str:
    """How many of the dialogues of an estimate were made now, in words."""
    before = progress.resumed_accepted
    if not progress.calls_timed:
        return f"{size} accepted dialogues made before (nothing was asked now)"
    if before:
        return f"{size} accepted dialogues, {before} of them made before"
    return f"{size} accepted dialogues made now"


def _refuse_larger(out: Path, size: int) -> None:
    """`generate` with a smaller count than before takes dialogues out of a dataset that was paid for."""
    if not (out / "config.json").exists():
        return
    count = open_run(out).config.run.count
    if count > size:
        raise InputError(
            f"{out}: is a run of {count:,} dialogues, and --spend would make it one of {size:,}: estimate from what it has"
            f" with --from {out}, or name another folder with --out"
        )


def _estimate(config: Config, sample: Sample, share: Acceptance, source: str, notes: tuple[str, ...]) -> Estimate:
    plan = Plan(config.run.count, config.run.attempts_allowed, config.run.concurrency, config.run.speculative)
    prices = price_list(config.engine, config.models)
    missing = unpriced(prices)
    if missing:
        notes = (*notes, f"dollars: {unknown_prices(config.engine, missing)}")
    if config.diversity.near_duplicates is not None:
        few = (
            f"near-duplicates: looked for among the {len(sample.attempts)} of the sample; a larger run has more of them"
        )
        notes = (*notes, few)
    found = forecast([attempt.row() for attempt in sample.attempts], share, plan, config.run.seed)
    if prices and not missing:
        notes = (*notes, *_said_budget(config.run, found.totals["usd"]))
    if found.reached < LEVEL:
        few = f"{found.reached:.0%} of the simulated runs reach {plan.count:,} accepted within {plan.most:,} attempts"
        notes = (*notes, f"{few}: raise --max-attempts")
    return Estimate(
        config.run.count,
        found,
        source,
        len(sample.attempts),
        sample.accepted,
        sample.depth,
        tuple(prices),
        not missing,
        (*sample.notes, *notes),
    )


def _said_budget(run: RunConfig, dollars: Range) -> tuple[str, ...]:
    """What a budget that may be too small does."""
    budget = run.budget_usd
    if budget is None or dollars.high <= budget:
        return ()
    stops = "would stop" if dollars.likely > budget else "may stop"
    return (f"budget: the run {stops} at ${budget:g} (--budget-usd), before {run.count:,} dialogues are accepted",)


def _acceptance(sample: Sample, assumed: Assumptions) -> Acceptance:
    """The share of the sample, unless the user knows better."""
    if assumed.accepted is not None:
        return Acceptance(assumed.accepted)
    return Acceptance(sample.accepted / len(sample.attempts), len(sample.attempts))


def _said_share(assumed: Assumptions) -> str:
    if assumed.accepted is None:
        return (
            f"accepted share: not known before a model writes; {USUAL_SHARE:.0%} is the paper's (--accepted, --spend)"
        )
    return f"accepted share: {assumed.accepted:.0%}, as given"


def _server(config: Config, assumed: Assumptions) -> tuple[ServerProfile, str]:
    """How fast the endpoint is, and where that is from. What its cache gives is not said with its speed."""
    engine = config.engine
    is_hosted = engine.base_url is None or prices_of(engine.model or "", engine.base_url) is not None
    server, kind = (HOSTED, "a hosted model") if is_hosted else (VLLM, "a vLLM server that is not full")
    if (given := assumed.server) is not None:
        server = replace(server, base=given.base, prompt=given.prompt, output=given.output)
        return server, "time: at the speed given with --latency"
    return server, (
        f"time: at the speed of {kind}, {server.base:.2f} s + {server.output:.4f} s per token of an answer"
        f" + {server.prompt * 1000:.2f} s per 1,000 uncached tokens of a prompt; yours: --latency, or --spend"
    )


def _measured(folder: Path, when: str) -> tuple[ServerProfile, str] | None:
    """A server whose calls take as long as those of a run did on average; None where they were not timed."""
    seconds = mean_call_time(folder)
    if seconds is None:
        return None
    return ServerProfile(base=seconds), f"time: a call took {seconds:.2f} s on average, measured {when}"


def _same_endpoint(config: Config, earlier: Config) -> bool:
    """Whether the same models are asked at the same address."""
    now, then = ((c.engine.model, c.engine.base_url, c.models.by_role) for c in (config, earlier))
    return now == then


async def _sample_run(folder: Path, config: Config, server: ServerProfile) -> tuple[Sample, str]:
    """The dialogues of a run, and where it is from which of their calls waited for each other, in words.

    All did, where none can be made here.
    """
    try:
        order = (await sample_offline(config, _SAMPLED_FOR_ORDER, server)).in_sequence
    except InputError as problem:
        return sample_run(folder, config, server), f"calls in sequence: all, as none can be made offline ({problem})"
    said = f"calls in sequence: the same share of all calls as in {_SAMPLED_FOR_ORDER} dialogues made offline now"
    return sample_run(folder, config, server, order), said
