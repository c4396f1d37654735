"""Shares that hold all along: which of several things falls to each number, close to its share after any number of them.

Drawn by pure chance, 100 dialogues with a share of 10% would hold anything from 4 to 16. Here the numbers of a period are
given out so that after each of them every thing was given less than once too often or too seldom (Tijdeman, The chairman
assignment problem, 1980), and at random otherwise, so that the shares of two matters do not keep step with one another.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from functools import cached_property, lru_cache

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
    """The places of one period, each with the index of what falls to it."""
    rng = random.Random(key)
    given = [0] * len(percents)
    order = bytearray()
    for place in range(1, PERIOD + 1):
        # Only what is not ahead of its share can be next.
        due = [i for i, percent in enumerate(percents) if given[i] * PERIOD < percent * place]
        rng.shuffle(due)
        chosen = next(i for i in due if _leaves_room(percents, given, i, place))
        given[chosen] += 1
        order.append(chosen)
    return bytes(order)


def _leaves_room(percents: Sequence[int], given: Sequence[int], chosen: int, place: int) -> bool:
    """Whether all that falls due from `place` on can still be given in time, if `chosen` is given there."""
    after = [count + (i == chosen) for i, count in enumerate(given)]
    for until in range(place, PERIOD + 1):
        owed = [percent * until // PERIOD for percent in percents]
        if sum(max(0, due - count) for due, count in zip(owed, after, strict=True)) > until - place:
            return False
        if all(due >= count for due, count in zip(owed, after, strict=True)):
            return True  # nothing is ahead any more, so from here on all is as it always was
    return True


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
