"""What was measured of a method, in figures per accepted dialogue: what an attempt cost that failed is paid by the others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from toolace_mt.bench.clocks import Pass, TimedCall
from toolace_mt.bench.methods import BASELINE, EXECUTED_BASELINE, METHODS, runs_tools
from toolace_mt.config import Prices
from toolace_mt.engines.budgeted import cost
from toolace_mt.metrics.diversity import spoken_texts, tokens, user_turns
from toolace_mt.metrics.entailment import Entails
from toolace_mt.metrics.statistics import Statistics
from toolace_mt.types import Dialogue, Outcome, Usage

Figures = dict[str, Any]
_STATISTICS = ("dialogues", "user_turns", "calls_per_user_turn", "entropy_bits", "distinct_3", "tokens")
REGIMES = ("few", "saturated")


def figures_of(unit: Pass, few: Pass, saturated: Pass, prices: Prices | None) -> Figures:
    """The figures of one method on its three clocks.

    Tokens and dollars are those of the hosted server (`few`), whose prices they are; `usd` is None without prices.
    `seconds`: wall-clock by accepted dialogue; of `saturated`, on a server that is full all the time, `wall_seconds` having
    the time in which it fills and runs dry as well.
    """
    attempted = len(unit.outcomes)
    accepted = sum(outcome.status == "accepted" for outcome in unit.outcomes)
    usage = _usage(few.calls)
    totals = {
        "calls": usage.calls,
        "depth": sum(round(depth) for depth in unit.durations),
        "prompt_tokens": usage.prompt_tokens,
        "cached_prompt_tokens": usage.cached_prompt_tokens,
        "completion_tokens": usage.completion_tokens,
        "usd": cost(usage, prices) if prices else None,
    }
    return {
        "attempted": attempted,
        "accepted": accepted,
        **{name: _per(total, accepted) for name, total in totals.items()},
        "seconds": {"few": _per(few.seconds, accepted), "saturated": _per(saturated.busy, accepted)},
        "wall_seconds": {"few": _per(few.seconds, accepted), "saturated": _per(saturated.seconds, accepted)},
        "latency": {"few": _mean(few.durations), "saturated": _mean(saturated.durations)},
        "server_full": saturated.busy / saturated.seconds if saturated.seconds else None,
        "pass_rate": accepted / attempted if attempted else None,
        "per_user_turn": _per_user_turn(unit.outcomes, totals, few.seconds, saturated.busy),
        "per_attempted": {name: _per(total, attempted) for name, total in totals.items()},
        "deepest": max((round(depth) for depth in unit.durations), default=0),
        "saturated_cache": _cache_of(saturated.calls, accepted),
        "shared_prefix": _shared_prefix(unit.calls),
        "calls_by_operation": _by_operation(unit.calls, accepted),
        "rejections": _rejections(unit.outcomes),
        "same_on_every_clock": same_dialogues(unit, few) and same_dialogues(unit, saturated),
    }


def _per_user_turn(outcomes: Sequence[Outcome], totals: Figures, few: float, saturated: float) -> Figures:
    """What a turn of the user costs in accepted dialogues: methods write dialogues of different lengths."""
    turns = sum(user_turns(o.dialogue) for o in outcomes if o.status == "accepted" and o.dialogue)
    per = {name: _per(totals[name], turns) for name in ("calls", "completion_tokens", "usd")}
    return {"user_turns": turns, **per, "seconds": {"few": _per(few, turns), "saturated": _per(saturated, turns)}}


def _usage(calls: Sequence[TimedCall]) -> Usage:
    return Usage(
        calls=len(calls),
        prompt_tokens=sum(call.answer.hosted.tokens for call in calls),
        cached_prompt_tokens=sum(call.cached_tokens for call in calls),
        completion_tokens=sum(call.answer.output_tokens for call in calls),
    )


def _cache_of(calls: Sequence[TimedCall], accepted: int) -> Figures:
    """Prompt tokens at the saturated server, whose prompts have no schema and whose cache has smaller steps."""
    return {
        "prompt_tokens": _per(sum(call.answer.own.tokens for call in calls), accepted),
        "cached_prompt_tokens": _per(sum(call.cached_tokens for call in calls), accepted),
    }


def _shared_prefix(calls: Sequence[TimedCall]) -> Figures:
    """Of the later requests of a dialogue: characters at their start that an earlier one had, and their share."""
    seen: set[str] = set()
    later: list[TimedCall] = []
    for call in sorted(calls, key=lambda call: call.begun):
        if call.key.dialogue_id in seen:
            later.append(call)
        seen.add(call.key.dialogue_id)
    shared, characters = sum(call.shared for call in later), sum(call.characters for call in later)
    return {"characters": _per(shared, len(later)), "share": _per(shared, characters)}


def _by_operation(calls: Sequence[TimedCall], accepted: int) -> Figures:
    counts = Counter(call.operation for call in calls)
    written = Counter[str]()
    for call in calls:
        written[call.operation] += call.answer.output_tokens
    return {
        name: {"calls": _per(count, accepted), "completion_tokens": _per(written[name], accepted)}
        for name, count in sorted(counts.items(), key=lambda entry: (-entry[1], entry[0]))
    }


def _rejections(outcomes: Sequence[Outcome]) -> dict[str, int]:
    failed = [outcome for outcome in outcomes if outcome.status != "accepted"]
    counts = Counter(rule for o in failed for rule in {f.rule for f in o.findings if f.severity == "error"})
    return dict(sorted(counts.items(), key=lambda entry: (-entry[1], entry[0])))


def same_dialogues(one: Pass, other: Pass) -> bool:
    """Whether both passes gave the same dialogues, whatever the timing."""
    return [o.dialogue for o in one.outcomes] == [o.dialogue for o in other.outcomes]


def statistics_at_equal_size(
    outcomes: Mapping[str, Sequence[Outcome]], entails: Entails | None = None
) -> dict[str, Figures]:
    """The paper's statistics by method, each over its first accepted dialogues up to the size of the smallest corpus.

    entails: the model of the entailment ratio, which is None without it.
    Methods without an accepted dialogue have None in place of figures, and do not make the others' corpora smaller.
    """
    dialogues = {
        name: [o.dialogue for o in made if o.status == "accepted" and o.dialogue] for name, made in outcomes.items()
    }
    sizes = {name: [_size(dialogue) for dialogue in made] for name, made in dialogues.items()}
    limit = min((sum(of_each) for of_each in sizes.values() if of_each), default=0)
    found: dict[str, Figures] = {}
    for name, made in dialogues.items():
        statistics = Statistics(entails=entails)
        reached = 0
        for dialogue, size in zip(made, sizes[name], strict=True):
            if reached >= limit:
                break
            statistics.add(dialogue)
            reached += size
        figures = statistics.figures()
        every = asdict(figures) if made else {"dialogues": 0}
        found[name] = {key: every.get(key) for key in _STATISTICS}
        found[name]["entailment_ratio"] = figures.entailment.ratio if figures.entailment else None
    return found


def _size(dialogue: Dialogue) -> int:
    return sum(len(tokens(text)) for text in spoken_texts(dialogue))


def ratios(methods: Mapping[str, Figures]) -> dict[str, dict[str, Figures]]:
    """By baseline, and by method: how many times less than the baseline it takes.

    All are compared with `mas`; those that run tools with `mas-executed` as well, which runs them, too. A baseline that was
    not measured is left out.
    """
    compared = {BASELINE: list(methods), EXECUTED_BASELINE: [n for n in methods if n in METHODS and runs_tools(n)]}
    return {
        base: {name: _times_less(methods[base], methods[name]) for name in names}
        for base, names in compared.items()
        if base in methods
    }


def _times_less(base: Figures, own: Figures) -> Figures:
    return {key: _over(_pick(base, key), _pick(own, key)) for key in COMPARED}


COMPARED = (
    *("calls", "depth", "prompt_tokens", "completion_tokens", "usd"),
    *(f"{times}.{regime}" for times in ("seconds", "latency") for regime in REGIMES),
    *(f"per_user_turn.{name}" for name in ("calls", "completion_tokens", "seconds.few", "seconds.saturated")),
)
"""The figures that are compared, as paths into those of a method: of each, less is better."""


def _pick(figures: Figures, path: str) -> float | None:
    found: Any = figures
    for name in path.split("."):
        found = found[name]
    return found


def _over(base: float | None, own: float | None) -> float | None:
    return base / own if base is not None and own else None


def _per(total: float | None, count: int) -> float | None:
    return total / count if total is not None and count else None


def _mean(values: Sequence[float]) -> float | None:
    return sum(values) / len(values) if values else None
