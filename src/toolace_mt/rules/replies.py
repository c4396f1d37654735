"""Values in replies: what the assistant states must come from somewhere."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property
from itertools import islice

from toolace_mt.rules.computed_values import is_computed, is_rounded
from toolace_mt.rules.date_forms import SaidDate, SaidTime, dates_in, times_in, western_digits
from toolace_mt.rules.known_values import KnownValues
from toolace_mt.rules.reading import Reading
from toolace_mt.rules.said_values import SaidValue, numbers_in, said_in
from toolace_mt.rules.spoken_values import may_be_relative, may_be_spoken_time, numbers_in_words
from toolace_mt.types import Action, Finding, Severity

_ANY = re.compile(r"[\d@]")
# How many there are of what was searched for: a result may be one page of them.
_COUNTED = re.compile(
    r"\b(?:found|are|is|have|has|see|of|one of|searched|got|had|show)\s(?:you\s|only\s|about\s)?$", re.IGNORECASE
)
_VAGUE = re.compile(
    r"\b(?:about|around|approximately|roughly|nearly|almost|over|under|up to|at least|more than|e\.g\.)\s[$\u20ac\u00a3]?$"
)
_RATE = re.compile(r"(?<![\d.])(\d{1,3}(?:\.\d{1,4})?) ?(?:%|percent)")
# Nobody reads longer lists, and nobody may make the check slow with one.
_MOST_VALUES = 300
_MOST_RATES = 12
_SMALL = 12
_BESIDE = 16
_YEAR_DIGITS = 4
_CODE_DIGITS = 5
_LAST_DIGITS = 4
_LONG_NUMBER = 6


def ungrounded_reply(reading: Reading) -> list[Finding]:
    """Numbers, dates, times, codes and addresses in replies were given before, or follow from what was."""
    replies = [
        (at, turn.text) for at, turn in enumerate(reading.turns) if isinstance(turn, Action) and _ANY.search(turn.text)
    ]
    if not replies:
        return []
    known = KnownValues(reading)
    return [finding for at, text in replies for finding in _Reply(known, at, western_digits(text)).findings()]


class _Reply:
    """One reply, and what is known before it."""

    def __init__(self, known: KnownValues, at: int, text: str) -> None:
        self._known = known
        self._at = at
        self._text = text
        self._said = said_in(text)

    def findings(self) -> list[Finding]:
        """What in the reply comes from nowhere, each once."""
        found: dict[str, Severity] = {}
        for date in self._said.dates[:_MOST_VALUES]:
            if (
                not self._stands(_date_forms(date))
                and not self._known.has_date(date, self._at)
                and not self._is_relative(date)
            ):
                found.setdefault(self._text[date.start : date.end], "warning")
        for time in self._said.times[:_MOST_VALUES]:
            if (
                not self._stands(_time_forms(time))
                and not self._known.has_time(time, self._at)
                and not self._is_spoken(time)
            ):
                found.setdefault(self._text[time.start : time.end], "warning")
        for text, value in islice(self._distinct.items(), _MOST_VALUES):
            if severity := self._judged(value):
                found.setdefault(text, severity)
        return [
            Finding(
                rule="ungrounded-reply",
                severity=severity,
                turn=self._at,
                detail=f"the reply states {text!r}, which nothing before it gives",
            )
            for text, severity in found.items()
        ]

    def _stands(self, forms: Iterator[str] | tuple[str, ...]) -> bool:
        return self._known.stands(forms, self._at)

    def _is_relative(self, said: SaidDate) -> bool:
        if not may_be_relative(said, self._known.heard_before(self._at), self._known.anchors(self._at)):
            return False
        given = {(date.month, date.day) for date in dates_in(self._known.given_next(self._at))}
        return not given or (said.month, said.day) in given

    def _is_spoken(self, said: SaidTime) -> bool:
        if not may_be_spoken_time(said, self._known.heard_before(self._at)):
            return False
        given = {minutes for time in times_in(self._known.given_next(self._at)) for minutes in time.minutes}
        return not given or not given.isdisjoint(said.minutes)

    def _judged(self, value: SaidValue) -> Severity | None:
        """How bad it is that a value comes from nowhere; None where it comes from somewhere."""
        if value.kind in ("number", "amount"):
            found = self._stands(_number_forms(value.text)) or self._has_number(value)
            return None if found else self._severity_of_number(value)
        if self._stands((value.text,)) or self._known.has_code(value.text, self._at):
            return None
        if value.kind == "phone":
            return None if self._known.has_digits(value.text, self._at) else "error"
        if value.kind == "email" or sum(map(str.isdigit, value.text)) >= _CODE_DIGITS:
            return "error"
        return "error" if self._known.has_slip(value.text, self._at) else "warning"

    def _severity_of_number(self, value: SaidValue) -> Severity:
        """An identifier with a wrong digit is a mistake; of an amount nobody can say that it was not worked out somehow."""
        if not value.text.isdigit() or len(value.text) < _LONG_NUMBER or value.kind == "amount":
            return "warning"
        return "error" if self._known.has_slip(value.text, self._at) else "warning"

    def _has_number(self, value: SaidValue) -> bool:
        if self._is_free(value) or self._is_computed(value) or self._known.has_number(value, self._at):
            return True
        if value.text.isdigit() and self._known.has_date_part(value.number, self._at) and self._is_beside_date(value):
            return True
        return (
            (len(value.text) == _LAST_DIGITS and self._known.ends_code(value.text, self._at))
            or is_rounded(value.number, value.decimals, self._known.numbers_before(self._at))
            or value.number in self._in_words
        )

    def _is_free(self, value: SaidValue) -> bool:
        """Whether nobody has to give it: a count of what was found, an estimate."""
        before = self._text[max(value.start - 30, 0) : value.start]
        small = value.number <= _SMALL and value.kind == "number"
        return bool((small and _COUNTED.search(before)) or _VAGUE.search(before))

    def _is_beside_date(self, value: SaidValue) -> bool:
        """Whether it is a day or a year that shares the month of a date nearby: `May 27-28, 2024`, `May 19, 20 and 21`."""
        return len(value.text) == _YEAR_DIGITS or any(
            abs(value.start - date.end) <= _BESIDE or abs(date.start - value.end) <= _BESIDE
            for date in self._said.dates
        )

    def _is_computed(self, value: SaidValue) -> bool:
        numbers, rates = self._around
        near = [one.number for one in numbers if one.kind == value.kind and one.number != value.number]
        if is_computed(value.number, value.decimals, near, (), rates):
            return True
        exact = self._known.exact_numbers(self._at) if value.decimals else ()
        return bool(exact) and is_computed(value.number, value.decimals, (), exact, ())

    @cached_property
    def _in_words(self) -> set[float]:
        return numbers_in_words(self._known.heard_before(self._at))

    @cached_property
    def _distinct(self) -> dict[str, SaidValue]:
        return {value.text: value for value in reversed(self._said.values)}

    @cached_property
    def _around(self) -> tuple[list[SaidValue], list[float]]:
        """The numbers of what was said last and of the reply itself, and the percentages among them."""
        recent = self._known.recent(self._at)
        rates = [float(rate) for rate in _RATE.findall(f"{recent} {self._text}")]
        return [*islice(numbers_in(recent), _MOST_VALUES), *self._said.values[:_MOST_VALUES]], rates[-_MOST_RATES:]


def _date_forms(said: SaidDate) -> Iterator[str]:
    """How a machine would write it."""
    if said.year:
        yield f"{said.year}-{said.month:02}-{said.day:02}"
        if said.swapped:
            yield f"{said.year}-{said.day:02}-{said.month:02}"


def _time_forms(said: SaidTime) -> Iterator[str]:
    """How a machine would write it."""
    for minutes in said.minutes:
        yield f"{minutes // 60:02}:{minutes % 60:02}"


def _number_forms(text: str) -> Iterator[str]:
    """As it is, without signs between groups, and as JSON would have it."""
    yield text
    plain = text.replace(",", "")
    if plain != text:
        yield plain
    if plain.endswith("0") and "." in plain:
        yield plain.rstrip("0").removesuffix(".")
