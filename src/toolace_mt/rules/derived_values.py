"""Whether a number in a reply follows from the results beside it: another unit, a mean, a share, a rate, a stretch of time."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import combinations, islice, permutations
from typing import NamedTuple

from toolace_mt.dialogue.grounding import scalars
from toolace_mt.rules.derived_times import Moments
from toolace_mt.rules.lazily import lazily
from toolace_mt.rules.reading import Reading
from toolace_mt.rules.said_values import SaidValue, numbers_in
from toolace_mt.rules.units import in_unit, is_named, scale_after, unit_after
from toolace_mt.schema.names import words

_MOST_NUMBERS = 200
_FEW = 6
_SOME = 12
_LONGEST_TEXT = 200
_LARGEST = 1e15
_MOST_FACTORS = 8
_RATE_WORDS = frozenset(
    {"rate", "tax", "vat", "discount", "percent", "percentage", "exchange", "tip", "fee", "interest"}
)
_COINS = frozenset({"usd", "eur", "gbp", "jpy", "inr", "cny", "chf", "cad", "aud"})
_SHARE = re.compile(r" ?(?:%|percent)")
_PER = re.compile(
    r"[^.!?\n]{0,20}?(?:\b(?:a|per|each|every) |/ ?)(hour|day|week|month|year)|[^.!?\n]{0,12}?\b(month|year|week|dai)ly"
)
_TIMES = {
    "hour": (60, 24, 8, 40),
    "day": (7, 24, 30, 365),
    "week": (7, 52, 4),
    "month": (12, 4, 30),
    "year": (12, 52, 365),
}


class Given(NamedTuple):
    """A number that a result gives, and the words of its name."""

    number: float
    name: frozenset[str]


class DerivedValues:
    """What the results just before the turn `at` come to, for a reply with the text `text` and percentages `rates`."""

    def __init__(self, reading: Reading, at: int, text: str, rates: Sequence[float]) -> None:
        self._reading = reading
        self._at = at
        self._text = text
        self._rates = [*rates, *[self._as_rate(one) for one in self._given if not one.name.isdisjoint(_RATE_WORDS)]]

    def gives(self, value: SaidValue) -> bool:
        """Whether a number or an amount follows from the numbers and times of the results."""
        if not self._given and not self.moments.all:
            return False
        if not value.number < _LARGEST:
            return False
        slack = 0.5 * 10.0**-value.decimals * (1 + 1e-9) + 1e-9
        return (
            self._is_other_unit(value, slack)
            or self._is_scaled(value, slack)
            or self._is_of_list(value.number, slack)
            or self._is_by_rate(value.number, slack)
            or self._is_by_factor(value, slack)
            or (_SHARE.match(self._text, value.end) is not None and self._is_ratio(value.number, slack))
            or self.moments.lasts(value.number, unit_after(self._text, value.end))
        )

    def colours(self, code: str) -> bool:
        """Whether six hexadecimal digits write three numbers of the results: the parts of a colour."""
        if len(code) != 6 or not all(sign in "0123456789abcdefABCDEF" for sign in code):
            return False
        there = {one.number for one in self._given}
        return all(float(int(code[n : n + 2], 16)) in there for n in (0, 2, 4))

    @lazily
    def moments(self) -> Moments:
        """The dates and times of the results."""
        return Moments([text for _, text in self._texts], [one.number for one in self._given])

    @lazily
    def _given(self) -> list[Given]:
        return list(islice(self._numbers(), _MOST_NUMBERS))

    def _numbers(self) -> Iterator[Given]:
        for name, value in self._values:
            if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < _LARGEST:
                yield Given(float(abs(value)), frozenset(words(name[:64])))
            elif isinstance(value, str):
                for said in numbers_in(value[:_LONGEST_TEXT]):
                    after = unit_after(value, said.end)
                    yield Given(said.number, frozenset(words(name[:64])) | frozenset([after] if after else []))

    @lazily
    def _values(self) -> list[tuple[str, object]]:
        """(name, value) of what the results of the last turn that has any give."""
        last = next((n for n in range(self._at - 1, -1, -1) if self._reading.kinds[n] == "results"), None)
        values = self._reading.values_at(last) if last is not None else ()
        found = ((name, value) for content in values for _, name, value in scalars({"": content}))
        return list(islice(found, _MOST_NUMBERS))

    @lazily
    def _texts(self) -> list[tuple[str, str]]:
        return [(name, value[:_LONGEST_TEXT]) for name, value in self._values if isinstance(value, str)]

    def _is_other_unit(self, value: SaidValue, slack: float) -> bool:
        unit = unit_after(self._text, value.end)
        if not unit:
            return False
        few = len(self._given) <= _FEW
        return any(
            (few or is_named(other, one.name)) and (abs(number - value.number) <= slack or int(number) == value.number)
            for one in self._given
            for other, number in in_unit(one.number, unit)
        )

    def _is_scaled(self, value: SaidValue, slack: float) -> bool:
        scale = scale_after(self._text, value.end)
        return scale > 1 and any(abs(one.number - value.number * scale) <= 2 * slack * scale for one in self._given)

    def _is_of_list(self, value: float, slack: float) -> bool:
        """Whether it is the sum, the mean or the span of all that the results have under one name."""
        return any(abs(value - number) <= slack for number in self._of_lists)

    @lazily
    def _of_lists(self) -> set[float]:
        by_name: dict[frozenset[str], list[float]] = {}
        for one in self._given:
            by_name.setdefault(one.name, []).append(one.number)
        lists = [numbers for numbers in by_name.values() if len(numbers) > 1]
        sums = {sum(numbers) for numbers in lists}
        return (
            sums
            | {sum(numbers) / len(numbers) for numbers in lists}
            | {max(numbers) - min(numbers) for numbers in lists}
        )

    def _is_by_rate(self, value: float, slack: float) -> bool:
        """Whether it is a share of a number, what is left or comes out after it, or a sum of money in another coin."""
        shares = [share for rate in self._rates for share in (rate / 100, 1 - rate / 100, 1 + rate / 100)]
        factors = shares[-3 * _SOME :] + [one.number for one in self._exchanges]
        numbers = [one.number for one in self._given[: _SOME * 4]]
        return any(
            abs(number * factor - value) <= slack or (factor and abs(number / factor - value) <= slack)
            for number in numbers
            for factor in factors
        )

    @lazily
    def _exchanges(self) -> list[Given]:
        """The rates of exchange: `rate`, `usd_jpy`."""
        return [one for one in self._given if "rate" in one.name or len(_COINS & one.name) > 1][:_SOME]

    def _as_rate(self, one: Given) -> float:
        return one.number * 100 if one.number < 1 else one.number

    def _is_by_factor(self, value: SaidValue, slack: float) -> bool:
        """Whether it is so many times a number as the reply says just before it, or as there are weeks in a year."""
        said = [
            float(n)
            for n in re.findall(r"(?<![\d.,:-])\d{1,3}(?![\d.,:-])", self._text[max(value.start - 60, 0) : value.start])
        ]
        factors = said[-_MOST_FACTORS:]
        if found := _PER.match(self._text, value.end):
            factors += _TIMES[found[1] or ("day" if found[2] == "dai" else found[2])]
        return any(
            abs(one.number * factor - value.number) <= slack or abs(one.number / factor - value.number) <= slack
            for one in self._given[: _SOME * 4]
            for factor in factors
            if factor > 1
        )

    def _is_ratio(self, value: float, slack: float) -> bool:
        """Whether it is the percentage that one number is of another, of both, or by which it differs."""
        numbers = [one.number for one in self._given[:_SOME] if one.number]
        return any(
            abs(100 * share - value) <= slack
            for one, other in permutations(numbers, 2)
            for share in (one / other, abs(one - other) / other)
        ) or any(
            abs(100 * one / (first + second) - value) <= slack
            for first, second in combinations(numbers, 2)
            for one in (first, second)
        )
