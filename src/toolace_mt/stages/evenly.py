"""Shares that hold all along: which of several things falls to each number, close to its share after any number of them.

Drawn by pure chance, 100 dialogues with a share of 10% would hold anything from 4 to 16. Here every thing was given less than
once too often or too seldom after any number (as in Tijdeman, The chairman assignment problem, 1980), and yet each falls to
each number with just the probability of its share, so that two matters meet as often as by pure chance.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Mapping, Sequence
from functools import cached_property, lru_cache
from typing import Any

PERIOD = 100
"""Numbers after which whole percents come out exactly."""


class Shares:
    """What falls to the numbers 0, 1, 2, ...: each name as often as its whole percent says, and None for the rest.

    name: of the matter; matters of other names are given out independently. Raises ValueError where percents exceed 100.
    """

    def __init__(self, percents: Mapping[str, int], seed: int, name: str) -> None:
        self._names = (*percents, None)
        self._percents = (*percents.values(), PERIOD - sum(percents.values()))
        if min(self._percents) < 0:
            raise ValueError(f"{name}: the shares come to more than 100%")
        self._key = f"{seed}/{name}"

    def of(self, number: int) -> str | None:
        """What falls to `number`, from 0: a pure function of it, the shares and the seed."""
        period, place = divmod(number, PERIOD)
        return self._names[_period(self._percents, f"{self._key}/{period}")[place]]


@lru_cache(maxsize=256)
def _period(percents: tuple[int, ...], key: str) -> bytes:
    """The places of one period, each with the index of what falls to it.

    Parts of each thing lie over the places as evenly as percents allow. They are pushed together to whole ones by Gandhi et
    al., Dependent rounding (2006): round a cycle of parts, one way or the other by chances that keep every expectation.
    """
    rng = random.Random(key)
    parts = _spread(percents)
    for place in range(PERIOD):
        while len(parts[place]) > 1:
            _push(parts, _cycle(parts, place, rng), rng)
    return bytes(thing for place in range(PERIOD) for thing, _ in parts[place])


_Copy = tuple[int, int]
"""The index of a thing, and which of its copies it is."""
_Parts = dict[Any, dict[Any, int]]
"""How much of a copy lies at a place, in hundredths: by place and copy, and by copy and place. All of either come to 100."""


def _spread(percents: Sequence[int]) -> _Parts:
    """A copy lies at the places between where the one before has to be given and where it has to be given itself."""
    parts: _Parts = {}
    for thing, percent in enumerate(percents):
        for place in range(PERIOD):
            start, end = percent * place, percent * (place + 1)
            while start < end:
                copy: _Copy = (thing, start // PERIOD)
                until = min(end, (copy[1] + 1) * PERIOD)
                parts.setdefault(place, {})[copy] = parts.setdefault(copy, {})[place] = until - start
                start = until
    return parts


def _cycle(parts: _Parts, start: int, rng: random.Random) -> list[tuple[Any, Any]]:
    """Places and copies that lie at each other, by turns, until one comes again: where there is a part, there is another."""
    walk: list[Any] = [start]
    came_from = None
    while True:
        here = walk[-1]
        there = rng.choice([near for near in parts[here] if near != came_from])
        if there in walk:
            return list(itertools.pairwise([*walk[walk.index(there) :], there]))
        walk.append(there)
        came_from = here


def _push(parts: _Parts, cycle: Sequence[tuple[Any, Any]], rng: random.Random) -> None:
    """Every other part of a cycle grows by what the ones between shrink, until one is used up."""
    grow, shrink = cycle[::2], cycle[1::2]
    there, back = (min(parts[one][other] for one, other in sides) for sides in (shrink, grow))
    by = there if rng.randrange(there + back) < back else -back
    for sides, change in ((grow, by), (shrink, -by)):
        for one, other in sides:
            parts[one][other] = parts[other][one] = parts[one][other] + change
            if not parts[one][other]:
                del parts[one][other], parts[other][one]


class Pairs:
    """Two lists paired, one pair for each number: every item of both comes equally often, and no pair twice before all came.

    With an empty list the other one is gone through alone.
    """

    def __init__(self, firsts: int, seconds: int, seed: int, name: str) -> None:
        self._sizes = (max(1, firsts), max(1, seconds))
        self._key = f"{seed}/{name}"

    def of(self, number: int) -> tuple[int, int]:
        """The places of a pair in their lists."""
        first, second = self._sizes
        cycle, place = divmod(number, first * second)
        firsts, seconds = _orders(self._sizes, f"{self._key}/{cycle}")
        # Both lists go round at their own pace; when they meet where they began, one is shifted by one place.
        return firsts[place % first], seconds[(place + place // self._meet) % second]

    @cached_property
    def _meet(self) -> int:
        first, second = self._sizes
        return next(step for step in range(first, first * second + 1, first) if step % second == 0)


@lru_cache(maxsize=64)
def _orders(sizes: tuple[int, ...], key: str) -> tuple[list[int], ...]:
    rng = random.Random(key)
    return tuple(rng.sample(range(size), size) for size in sizes)
