"""What a run will use, forecast from a few of its dialogues: totals with a range, by simulating the run many times.

Each simulated run draws how good the sample is (a bootstrap of its means, widened as Student's t is for so few), which
share is accepted (the posterior of a binomial share, Jeffreys' prior), and then the run itself: dialogues side by side,
begun as the driver begins them, until enough are accepted.
"""

from __future__ import annotations

import heapq
import math
import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

FIELDS = ("calls", "prompt_tokens", "cached_prompt_tokens", "completion_tokens", "usd", "seconds")
"""What is known of an attempt. seconds: from its first call to its last answer."""
LEVEL = 0.9
_DRAWS = 400
_FEWEST_DRAWS = 100
_DIALOGUES_DRAWN = 200_000
_LONGEST_SIMULATED = 20_000
_MOST_SAMPLED = 2000
_Z = 1.645  # 95 % of a normal distribution lie below


@dataclass(frozen=True)
class Acceptance:
    """The share of attempts that is accepted. seen: on how many dialogues that rests; None where it is taken as given."""

    share: float
    seen: int | None = None

    def draw(self, rng: random.Random) -> float:
        """A share that agrees with what was seen."""
        if self.seen is None:
            return self.share
        accepted = self.share * self.seen
        return rng.betavariate(accepted + 0.5, self.seen - accepted + 0.5)


@dataclass(frozen=True)
class Plan:
    """What is to be made. most: attempts at most. at_once: dialogues in work at one time.

    speculative: dialogues that are begun beyond those that `count` still needs.
    """

    count: int
    most: int
    at_once: int
    speculative: int = 0


@dataclass(frozen=True)
class Range:
    """A figure: half of the simulated runs are below `likely`, 5 % below `low`, 5 % above `high`."""

    low: float
    likely: float
    high: float


@dataclass(frozen=True)
class Forecast:
    """Totals of a run. reached: the share of simulated runs that get `count` accepted within the attempts allowed."""

    attempts: Range
    totals: dict[str, Range]
    reached: float


def forecast(rows: Sequence[Sequence[float]], acceptance: Acceptance, plan: Plan, seed: int = 0) -> Forecast:
    """Forecast a run from sampled attempts: a row of `FIELDS` for each. Raises ValueError where there are none."""
    if not rows:
        raise ValueError("no sampled attempts")
    rng = random.Random(seed)
    rows = rng.sample(list(rows), _MOST_SAMPLED) if len(rows) > _MOST_SAMPLED else rows
    scale = max(1.0, plan.count / _LONGEST_SIMULATED)
    count, most, speculative = (math.ceil(n / scale) for n in (plan.count, plan.most, plan.speculative))
    small = Plan(count, most, plan.at_once, speculative)
    draws = min(_DRAWS, max(_FEWEST_DRAWS, _DIALOGUES_DRAWN // small.count))
    runs = [_simulate(rng, rows, acceptance, small) for _ in range(draws)]
    return Forecast(
        attempts=_range([run.attempts * scale for run in runs]),
        totals={name: _range([run.totals[i] * scale for run in runs]) for i, name in enumerate(FIELDS)},
        reached=sum(run.reached for run in runs) / draws,
    )


@dataclass(frozen=True)
class _Simulated:
    attempts: int
    totals: list[float]
    reached: bool


def _simulate(rng: random.Random, rows: Sequence[Sequence[float]], acceptance: Acceptance, plan: Plan) -> _Simulated:
    share = acceptance.draw(rng)
    factors = _plausible_factors(rng, rows)
    picked, seconds, accepted = _run(rng, [row[-1] for row in rows], share, plan)
    totals = [factor * sum(rows[j][i] * n for j, n in picked.items()) for i, factor in enumerate(factors)]
    totals[-1] = seconds * factors[-1]
    return _Simulated(picked.total(), totals, accepted >= plan.count)


def _plausible_factors(rng: random.Random, rows: Sequence[Sequence[float]]) -> list[float]:
    """By what the sample's means could be off: one draw, the same for what goes together."""
    size = len(rows)
    again = rng.choices(rows, k=size)
    widening = _widening(size)
    factors: list[float] = []
    for i in range(len(FIELDS)):
        mean = sum(row[i] for row in rows) / size
        off = sum(row[i] for row in again) / size / mean - 1 if mean else 0.0
        factors.append(max(0.1, 1 + widening * off))
    return factors


def _widening(size: int) -> float:
    """A bootstrap of few values is too narrow: by sqrt(n / (n - 1)), and as a normal distribution is to Student's t."""
    if size < 2:
        return 1.0
    free = size - 1
    student = _Z + (_Z**3 + _Z) / (4 * free) + (5 * _Z**5 + 16 * _Z**3 + 3 * _Z) / (96 * free * free)
    return math.sqrt(size / free) * student / _Z


def _run(rng: random.Random, durations: Sequence[float], share: float, plan: Plan) -> tuple[Counter[int], float, int]:
    """One run: how often each sampled attempt stood for one of its own, its seconds, and how many were accepted.

    It ends as the driver does: where the dialogues before the first unfinished one are enough. Those that are in work
    then count as a whole.
    """
    picked: Counter[int] = Counter()
    working: list[tuple[float, int]] = []
    ended: dict[int, bool] = {}
    begun, accepted, now = 0, 0, 0.0
    settled, enough = 0, 0
    needed = plan.count + plan.speculative
    while enough < plan.count:
        while begun < plan.most and len(working) < plan.at_once and accepted + len(working) < needed:
            j = rng.randrange(len(durations))
            picked[j] += 1
            heapq.heappush(working, (now + durations[j], begun))
            begun += 1
        if not working:
            break
        now, number = heapq.heappop(working)
        ended[number] = rng.random() < share
        accepted += ended[number]
        while settled in ended and enough < plan.count:
            enough += ended.pop(settled)
            settled += 1
    return picked, now, accepted


def _range(values: list[float]) -> Range:
    values.sort()
    last = len(values) - 1
    tail = (1 - LEVEL) / 2
    low, likely, high = (values[round(share * last)] for share in (tail, 0.5, 1 - tail))
    return Range(low, likely, high)


def chain(waits: Sequence[tuple[int, float]]) -> float:
    """Seconds of the longest chain among calls, in the order of their answers.

    waits: for each call, how many were answered before it was asked, and its own seconds. A call is taken to have waited for
    all of them, so the chain is no shorter than the true one, and longer where calls overlap without need for each other.
    """
    latest = [0.0]  # latest[n]: when the first n calls are all answered
    for before, seconds in waits:
        latest.append(max(latest[-1], latest[min(before, len(latest) - 1)] + seconds))
    return latest[-1]
