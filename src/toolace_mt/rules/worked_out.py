"""Whether a number may have been worked out of those near it, in some way that people work things out.

A way says something only where few ways lead anywhere: between a dozen prices, sums and differences meet any number. So the
values that the ways come to are counted around the number, and where they lie too close, none of them counts. Where the
words beside the number say that it was worked out (`altogether`, `left`, `each`), they may lie closer.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from itertools import combinations, islice, permutations
from typing import Literal

from toolace_mt.rules.lazily import lazily
from toolace_mt.rules.near_values import NearValues
from toolace_mt.rules.said_values import SaidValue, numbers_in
from toolace_mt.rules.spoken_values import numbers_in_words

_WORKED_OUT = re.compile(
    r"\b(?:total(?:s|ing)?|altogether|in all|all in|sums?|add(?:s|ed|ing)? up|combined|together|overall|left|remain\w*|leaves?"
    r"|leaving|sav(?:e|es|ed|ings?)|more|less|fewer|extra|plus|minus|includ\w+|with|without|differ\w*|each|apiece|per|half|third"
    r"|averag\w*|mean|split|share|after|before|once|will have|would|comes? (?:out )?to|came to|makes?|works? out|amounts? to"
    r"|up from|down from|both|for (?:all|the two)|change|back|refund\w*|owe|next|due)\b|[=+\u00d7]",
    re.IGNORECASE,
)
_SENTENCE_BEFORE, _SENTENCE_AFTER = 120, 60
_BREAK = re.compile(r"[.!?;\n](?=\s|$)|\n")
_SPARSE, _DENSE, _DENSE_WITH_WORDS = 0.01, 0.08, 0.35
_FEW, _MOST_PARTS, _MOST_TOLD = 6, 24, 16
_MOST_COUNTS = 6
_LARGEST_COUNT = 12
_LARGEST = 1e12


class WorkedOut:
    """The ways that lead from the numbers of the last exchanges to one in the reply."""

    def __init__(self, near: NearValues) -> None:
        self._near = near

    def says_so(self, value: SaidValue) -> bool:
        """Whether the words beside a number say that it was worked out."""
        text = self._near.reply
        before = _BREAK.split(text[max(value.start - _SENTENCE_BEFORE, 0) : value.start])[-1]
        after = _BREAK.split(text[value.end : value.end + _SENTENCE_AFTER])[0]
        return _WORKED_OUT.search(before) is not None or _WORKED_OUT.search(after) is not None

    def way_to(self, value: SaidValue) -> Literal["none", "likely", "sure"]:
        """Whether some way leads to a number, and few others lead close to it; sure, where it is hardly by chance."""
        if not 0 < value.number < _LARGEST:
            return "none"
        slack = 0.5 * 10.0**-value.decimals + 1e-9
        worded = self.says_so(value)
        ways = self._with_longer if worded else self._simple
        if not _between(ways, value.number, slack if worded else 1e-6):
            return "none"
        around = bisect_right(ways, value.number * 2) - bisect_left(ways, value.number / 2)
        share = around * 2 * slack / (1.5 * value.number)
        if share > (_DENSE_WITH_WORDS if worded else _DENSE):
            return "none"
        return "sure" if worded or share <= _SPARSE else "likely"

    @lazily
    def _given(self) -> list[float]:
        """The numbers of the results, the last ones first, each once."""
        return list(dict.fromkeys(islice((one for one in self._numbers() if one > 1), _MOST_PARTS)))

    def _numbers(self) -> Iterator[float]:
        for _, _, value in (*self._near.results, *self._near.called):
            yield from _numbers_of(value)

    @lazily
    def _told(self) -> list[float]:
        """The numbers that people and the reply itself tell."""
        numbers = (one for one in self._near.told_numbers if 1 < one < _LARGEST)
        return list(dict.fromkeys(islice(numbers, _MOST_TOLD)))

    @lazily
    def _counts(self) -> list[float]:
        """How many times something may be taken: small numbers, in words too."""
        spoken = numbers_in_words(self._near.asked) | numbers_in_words(self._near.reply)
        small = [one for one in (*self._told, *self._given) if one == int(one) and 1 < one <= _LARGEST_COUNT]
        return list(dict.fromkeys((*sorted(one for one in spoken if 1 < one <= _LARGEST_COUNT), *small)))[:_MOST_COUNTS]

    @lazily
    def _groups(self) -> list[list[float]]:
        """The numbers that stand side by side in one object or list."""
        groups: dict[str, list[float]] = {}
        for path, _, value in self._near.results:
            parent = path[: max(path.rfind("."), path.rfind("["))]
            groups.setdefault(parent, []).extend(_numbers_of(value))
        return [group for group in groups.values() if len(group) > 1]

    @lazily
    def _simple(self) -> list[float]:
        """In order: what two numbers come to, and what those of one object do."""
        parts = self._given if len(self._given) <= _FEW else self._given[: 2 * _FEW]
        found = set(_of_two([*parts, *self._told]))
        for group in self._groups:
            found |= {sum(group), sum(group) / len(group), max(group) - min(group)}
        for count in self._counts:
            found |= {one * count for one in parts} | {one / count for one in parts}
        if len(self._given) <= _FEW:
            found |= set(_of_three([*parts, *self._told[:_FEW]]))
        return _in_order(found)

    @lazily
    def _with_longer(self) -> list[float]:
        """In order, with the simple ones: what more than two numbers come to, and several of one number."""
        parts = self._given[:_FEW]
        found = {*_of_two([*self._given, *self._told]), *_of_three([*parts, *self._told[:_FEW]])}
        found |= {100 * one / other for one, other in permutations(parts, 2)}
        return _in_order([*found, *self._simple])


def _in_order(numbers: Iterable[float]) -> list[float]:
    return sorted({round(one, 6) for one in numbers if one < _LARGEST})


def _between(ways: list[float], number: float, slack: float) -> bool:
    return bisect_right(ways, number + slack) > bisect_left(ways, number - slack)


def _numbers_of(value: object) -> Iterable[float]:
    """The numbers of a value, or of a short text."""
    if isinstance(value, bool) or value is None:
        return
    if isinstance(value, int | float):
        if abs(value) < _LARGEST:
            yield float(abs(value))
    elif isinstance(value, str) and len(value) < 200:
        yield from (one.number for one in numbers_in(value) if one.number < _LARGEST)


def _of_two(numbers: Iterable[float]) -> Iterator[float]:
    """Sums, differences and products of two."""
    for one, other in combinations(dict.fromkeys(numbers), 2):
        yield one + other
        yield abs(one - other)
        yield one * other


def _of_three(numbers: Iterable[float]) -> Iterator[float]:
    """Sums and differences of three, a product and a third number, and proportions."""
    several = list(dict.fromkeys(numbers))
    for one, other, third in combinations(several, 3):
        yield from (one + other + third, abs(one + other - third), abs(one - other + third), abs(one - other - third))
    for one, other, third in permutations(several, 3):
        if one < other:
            yield from (one * other + third, abs(one * other - third), one * other / third)
