"""Which kinds of complexity fall to each dialogue: how many there are, and each kind as often as its weight says.

Drawn by pure chance for each dialogue alone, of four kinds of equal weight one may come twice as often as another in some
dozens of dialogues. Here what a kind is owed, by the chances of such draws, is kept count of over the dialogues before;
their numbers come evenly, too.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from functools import lru_cache

from toolace_mt.stages.evenly import PERIOD
from toolace_mt.types import InjectionKind

_LUCK = 0.5
_GOLDEN = 0.6180339887498949  # fractions of its multiples fill any range evenly


def kinds_in_turn(
    number: int, weights: Mapping[InjectionKind, float], ranges: Sequence[tuple[int, int]], seed: int
) -> tuple[InjectionKind, ...]:
    """The kinds that fall to dialogue `number`, in the order in which they are tried: a function of what is given alone.

    ranges: the fewest and the most kinds for each of the `PERIOD` dialogues of its period. Where there are fewer kinds than
    that, all of them.
    """
    period, place = divmod(number, PERIOD)
    kinds: list[InjectionKind] = [kind for kind in weights if weights[kind] > 0]
    shares = tuple(weights[kind] for kind in kinds)
    return tuple(kinds[i] for i in _period(shares, tuple(ranges), f"{seed}/kinds/{period}")[place])


@lru_cache(maxsize=256)
def _period(weights: tuple[float, ...], ranges: tuple[tuple[int, int], ...], key: str) -> tuple[tuple[int, ...], ...]:
    rng = random.Random(key)
    start = rng.random()
    owed = [0.0] * len(weights)
    given: list[tuple[int, ...]] = []
    for place, (fewest, most) in enumerate(ranges):
        extra = int((start + place * _GOLDEN) % 1 * (most - fewest + 1))
        count = min(fewest + extra, len(weights))
        owed = [debt + chance for debt, chance in zip(owed, _chances(weights, count), strict=True)]
        luck = [debt + _LUCK * rng.random() for debt in owed]
        picked = sorted(range(len(weights)), key=lambda i: -luck[i])[:count]
        for i in picked:
            owed[i] -= 1
        rng.shuffle(picked)
        given.append(tuple(picked))
    return tuple(given)


@lru_cache(maxsize=64)
def _chances(weights: tuple[float, ...], count: int) -> tuple[float, ...]:
    """How likely each is among `count` that are drawn by weight, one after another, none of them twice."""
    chances = [0.0] * len(weights)
    if count:
        for first, weight in enumerate(weights):
            likely = weight / sum(weights)
            rest = _chances((*weights[:first], *weights[first + 1 :]), count - 1)
            chances[first] += likely
            for i, chance in enumerate(rest):
                chances[i + (i >= first)] += likely * chance
    return tuple(chances)
