"""What a run will use before it is paid for: forecast from dialogues made now, or from those of an earlier run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from toolace_mt.config import Config
from toolace_mt.engines.pricing import check_budget, how_to_price, price_list, prices_of, unpriced
from toolace_mt.errors import InputError
from toolace_mt.metrics.forecast import LEVEL, Acceptance, Forecast, Plan, forecast
from toolace_mt.runs.folder import open_run
from toolace_mt.runs.local import check_names, generate
from toolace_mt.runs.progress import Progress
from toolace_mt.runs.sampling import Sample, sample_offline, sample_run
from toolace_mt.runs.serving.model import HOSTED, VLLM, ServerProfile

USUAL_SHARE = 0.72
"""The paper's share of accepted dialogues (8,000 of some 11,100 candidates): taken where nothing is known."""
_USUAL_SHARE_SEEN = 10  # as if that had been seen on so few dialogues
_SAMPLED_FOR_ORDER = 3


@dataclass(frozen=True)
class Assumptions:
    """What the user says of the endpoint.

    server: how fast it is; None takes published figures of its kind. accepted: the share of dialogues that will be
    accepted; None takes that of the sample where a model wrote it. answers: how many times as long as the offline
    engine's a model's answers are.
    """

    server: ServerProfile | None = None
    accepted: float | None = None
    answers: float = 1.0


@dataclass(frozen=True)
class Estimate:
    """A forecast, and what it rests on: one sentence each in `notes`.

    sampled, sampled_accepted: attempts that it was made from. models: in the order of the configuration; none where the
    offline engine writes. priced: whether dollars are known; else those of the forecast are not to be shown.
    """

    count: int
    forecast: Forecast
    source: str
    sampled: int
    sampled_accepted: int
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
            "reached": self.forecast.reached,
            "models": list(self.models),
            "source": self.source,
            "sampled": {"attempts": self.sampled, "accepted": self.sampled_accepted},
            "notes": list(self.notes),
        }


async def estimate_offline(config: Config, size: int, assumed: Assumptions) -> Estimate:
    """Estimate the run of `config` from `size` of its dialogues, made now by the offline engine. Raises InputError."""
    check_names(config)
    server, speed = _server(config, assumed)
    sample = await sample_offline(config, size, server, assumed.answers)
    written = f"{size} dialogues made now by the offline engine"
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
    """Estimate the run of `config` from the dialogues of an earlier one. Raises InputError."""
    server, speed = _server(config, assumed)
    share, order = await _in_sequence(config, server)
    sample = sample_run(folder, config, server, share)
    notes = (order, speed) if config.engine.model else ()
    return _estimate(config, sample, _acceptance(sample, assumed), f"the run in {folder}", notes)


async def estimate_live(config: Config, size: int, out: Path, assumed: Assumptions, progress: Progress) -> Estimate:
    """Estimate from `size` accepted dialogues that are really made and paid for: the beginning of the run in `out`.

    Raises InputError, and RunStopped where they cannot be made.
    """
    check_budget(config)
    run = config.run.model_copy(update={"count": size, "max_attempts": None})
    await generate(config.model_copy(update={"run": run}), out, progress)
    server, speed = _server(config, assumed)
    if assumed.server is None and progress.calls and not progress.resumed_accepted:
        server = ServerProfile(base=progress.seconds_in_calls / progress.calls)
        speed = f"time: a call took {server.base:.2f} s on average, measured now, at up to {size} dialogues at one time"
    share, order = await _in_sequence(config, server)
    sample = sample_run(out, config, server, share)
    source = f"{size} accepted dialogues made now, the beginning of the run in {out}"
    return _estimate(config, sample, _acceptance(sample, assumed), source, (order, speed))


def with_run(config: Config, folder: Path) -> Config:
    """The configuration of the run in `folder`, with what `config` sets besides. Raises InputError."""
    merged = _merge(open_run(folder).config.model_dump(), config.model_dump(exclude_unset=True))
    try:
        return Config.model_validate(merged)
    except ValidationError as error:
        problem = error.errors()[0]
        where = ".".join(map(str, problem["loc"]))
        raise InputError(f"{folder}: with the options given here, {where}: {problem['msg']}") from None


def _merge(base: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """Parts of a configuration, two levels deep: values of `over` go before those of `base`."""
    return {**base, **{part: {**base.get(part, {}), **values} for part, values in over.items()}}


def _estimate(config: Config, sample: Sample, share: Acceptance, source: str, notes: tuple[str, ...]) -> Estimate:
    plan = Plan(config.run.count, config.run.attempts_allowed, config.run.concurrency)
    prices = price_list(config.engine, config.models)
    missing = unpriced(prices)
    if missing:
        notes = (*notes, f"dollars: the prices of {', '.join(missing)} are unknown; {how_to_price()}")
    found = forecast([attempt.row() for attempt in sample.attempts], share, plan, config.run.seed)
    if found.reached < LEVEL:
        few = f"{found.reached:.0%} of the simulated runs reach {plan.count:,} accepted within {plan.most:,} attempts"
        notes = (*notes, f"{few}: raise --max-attempts")
    return Estimate(
        config.run.count,
        found,
        source,
        len(sample.attempts),
        sample.accepted,
        tuple(prices),
        not missing,
        (*sample.notes, *notes),
    )


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
    """How fast the endpoint is, and where that is from."""
    if assumed.server is not None:
        return assumed.server, "time: at the speed given with --latency"
    engine = config.engine
    is_hosted = engine.base_url is None or prices_of(engine.model or "", engine.base_url) is not None
    server, kind = (HOSTED, "a hosted model") if is_hosted else (VLLM, "a vLLM server that is not full")
    return server, (
        f"time: at the speed of {kind}, {server.base:.2f} s + {server.output:.4f} s per token of an answer"
        f" + {server.prompt * 1000:.2f} s per 1,000 uncached tokens of a prompt; yours: --latency, or --spend"
    )


async def _in_sequence(config: Config, server: ServerProfile) -> tuple[float, str]:
    """Which share of the calls' time lies on the longest chain of a dialogue, as the offline engine's show, in words too.

    All of it where none can be made here.
    """
    try:
        sample = await sample_offline(config, _SAMPLED_FOR_ORDER, server)
    except InputError as problem:
        return 1.0, f"calls of a dialogue are taken to be made one after another ({problem})"
    share = sample.in_sequence
    return share, f"calls in sequence: {share:.0%} of a dialogue's time, as in {_SAMPLED_FOR_ORDER} made offline now"
