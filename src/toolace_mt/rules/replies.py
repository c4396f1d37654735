"""Values in replies: what the assistant states must come from somewhere."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import islice

from toolace_mt.rules.computed_values import is_computed, is_rounded
from toolace_mt.rules.date_forms import (
    AFTER_MONTH,
    SaidDate,
    SaidTime,
    dates_in,
    times_in,
    western_digits,
)
from toolace_mt.rules.derived_times import speaks_of_zones
from toolace_mt.rules.derived_values import DerivedValues
from toolace_mt.rules.following import follows_code, follows_number
from toolace_mt.rules.foreign_replies import ForeignReplies
from toolace_mt.rules.heard_words import HeardWords
from toolace_mt.rules.known_values import KnownValues
from toolace_mt.rules.lazily import lazily
from toolace_mt.rules.near_values import NearValues
from toolace_mt.rules.reading import Reading
from toolace_mt.rules.restated import Restated
from toolace_mt.rules.said_values import SaidValue, blanked, numbers_in, said_in
from toolace_mt.rules.shifted_times import ShiftedTimes
from toolace_mt.rules.slips import is_date_slip, is_number_slip, is_time_slip
from toolace_mt.rules.spoken_values import may_be_relative, may_be_spoken_time, numbers_in_words
from toolace_mt.rules.told_units import other_units
from toolace_mt.rules.worked_out import WorkedOut
from toolace_mt.types import Action, Finding, Severity

_ANY = re.compile(r"[\d@]")
# Values of several words, of which each may be heard anywhere: `May 20`, `5:30 PM`, `555 123 4567`, `the 20th`. From digit to
# digit the search is fast.
_BUT_DATES = r"[0-9]?(?:st|nd|rd|th)|[0-9]?(?::[0-9]{2})?\s?[ap]\.?m\b|[0-9]{2,3}[ .)-]{1,2}[0-9]{3})"
_OF_WORDS = re.compile(
    rf"[0-9](?<![0-9][0-9])(?:{AFTER_MONTH}|[0-9]?[ -](?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)|{_BUT_DATES}",
    re.IGNORECASE | re.ASCII,
)
# Once these are taken out: also words of several values, `3-4 hours`.
_OF_WORDS_BUT_DATES = re.compile(
    rf"[0-9](?<![0-9][0-9])(?:(?<![\w-][0-9])[0-9]*[-/:][0-9]|{_BUT_DATES}", re.IGNORECASE | re.ASCII
)
_MARKS = re.compile(r"^[ \t>*#_-]{0,12}[0-9]{1,2}[.)]", re.MULTILINE)
# How many there are of what was searched for: a result may be one page of them.
_COUNTED = re.compile(
    r"\b(?:found|are|is|have|has|see|of|one of|searched|got|had|show)\s(?:you\s|only\s|about\s)?$", re.IGNORECASE
)
_VAGUE = re.compile(
    r"\b(?:about|around|approximately|roughly|nearly|almost|over|under|up to|at least|more than|e\.g\.)\s[$\u20ac\u00a3]?$"
)
_CALL = re.compile(r"\b(?:call|dial|ring|phone|text|contact)(?: the number)?\s$", re.IGNORECASE)
_EMERGENCY = frozenset({"911", "112", "999", "000", "110", "119", "118", "988", "111", "101", "108", "100"})
_RATE = re.compile(r"(?<![\d.])(\d{1,3}(?:\.\d{1,4})?) ?(?:%|percent)")
# Nobody reads longer lists, and nobody may make the check slow with one.
_MOST_VALUES = 300
_MOST_RATES = 12
_SMALL = 12
_BESIDE = 16
_YEAR_DIGITS = 4
# Without signs between groups, nobody writes what was worked out so long.
_IDENTIFIER_DIGITS = 7
_SHORTEST_AMOUNT, _SHORTEST_NUMBER = 2, 3
_CODE_DIGITS = 5
_LAST_DIGITS = 4
_LONG_NUMBER = 6
_LOOSE = 60
_RANGE = re.compile(r" ?(?:to|-|\u2013|and) ?")
_LONGEST_RANGE = 20


def ungrounded_reply(reading: Reading) -> list[Finding]:
    """Numbers, dates, times, codes and addresses in replies were given before, or follow from what was."""
    if not reading.in_english:
        return list(ForeignReplies(reading).findings())
    findings: list[Finding] = []
    known, heard = KnownValues(reading), HeardWords(reading)
    for at, turn in enumerate(reading.turns):
        if turn.text and isinstance(turn, Action) and _ANY.search(turn.text):
            text = western_digits(turn.text)
            other = _without_written(text, known, at) if _OF_WORDS.search(text) else text
            if other is None or _has_news(other, heard, at):
                findings += _Reply(reading, known, heard, at, text).findings()
    return findings + [_in_other_unit(*found) for found in other_units(reading)]


def _in_other_unit(turn: int, said: str, unit: str) -> Finding:
    detail = f"the reply states {said!r}, and the result gives that number in {unit}"
    return Finding(rule="ungrounded-reply", severity="error", turn=turn, detail=detail)


def _without_written(text: str, known: KnownValues, turn: int) -> str | None:
    """A text without its dates and times, where machines have written all of them before; None where it needs a closer look."""
    dates = tuple(dates_in(text))
    if not all([known.writes_date(date, turn) for date in dates]):  # noqa: C419 - a list is faster here
        return None
    rest = blanked(text, [(date.start, date.end) for date in dates])
    times = tuple(times_in(rest))
    if not all([known.writes_time(time, turn) for time in times]):  # noqa: C419
        return None
    rest = blanked(rest, [(time.start, time.end) for time in times])
    return None if _OF_WORDS_BUT_DATES.search(rest) else rest


def _has_news(text: str, heard: HeardWords, turn: int) -> bool:
    """Whether a text has words with digits that were not heard before, but for the marks of a list."""
    news = heard.unheard(text, turn)
    return bool(news) and (max(map(len, news)) > 2 or bool(heard.unheard(_MARKS.sub("", text), turn)))


class _Reply:
    """One reply, and what is known before it."""

    def __init__(self, reading: Reading, known: KnownValues, heard: HeardWords, at: int, text: str) -> None:
        self._reading = reading
        self._kinds = reading.kinds
        self._known = known
        self._heard = heard
        self._at = at
        self._text = text
        self._said = said_in(text)

    def findings(self) -> list[Finding]:
        """What in the reply comes from nowhere, each once."""
        found: dict[str, Severity] = {}
        for date in self._said.dates[:_MOST_VALUES]:
            if (
                not self._known.writes_date(date, self._at)
                and not self._stands((self._text[date.start : date.end],))
                and not self._known.has_date(date, self._at)
                and not self._is_relative(date)
                and not self._derived.moments.has_date(date, self._zones)
                and not self._shifted.leads_to_date(date, self._known.dates_before(self._at))
            ):
                slip = is_date_slip(date, self._known.dates_before(self._at))
                found.setdefault(self._text[date.start : date.end], self._of_results if slip else "warning")
        for time in self._said.times[:_MOST_VALUES]:
            if (
                not self._known.writes_time(time, self._at)
                and not self._known.has_time(time, self._at)
                and not self._is_spoken(time)
                and not self._derived.moments.has_time(time, self._zones)
                and not self._restated.has_time(time)
                and not self._shifted.leads_to_time(time, self._times_around(time))
            ):
                known = self._known.times_before(self._at)
                slip = is_time_slip(time, known) and not self._shifted.may_be_elsewhere(time, known)
                found.setdefault(self._text[time.start : time.end], self._of_results if slip else "warning")
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

    def _stands(self, forms: Iterable[str]) -> bool:
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
        if self._heard.has(value.text, self._at):
            return None
        if value.kind in ("number", "amount"):
            if self._stands(_number_forms(value.text)) or self._has_number(value):
                return None
            way = self._worked_out.way_to(value)
            return self._severity_of_number(value) if way == "none" else None if way == "sure" else "warning"
        if self._stands((value.text,)) or self._known.has_code(value.text, self._at):
            return None
        if value.kind == "code" and self._derived.colours(value.text):
            return None
        if value.kind == "phone":
            return None if self._known.has_digits(value.text, self._at) else "error"
        if value.kind == "code" and follows_code(value, self._text, self._known.text_before(self._at)):
            return None
        if value.kind == "email" or sum(map(str.isdigit, value.text)) >= _CODE_DIGITS:
            return self._of_results
        return "error" if self._known.has_slip(value.text, self._at) else self._of_results

    def _severity_of_number(self, value: SaidValue) -> Severity:
        """A number may have been worked out in ways that nobody foresees; one that is nearly a given one hardly was."""
        if len(value.text) >= _LONG_NUMBER and value.text.isdigit() and self._known.has_slip(value.text, self._at):
            return "error"
        amount = value.kind == "amount"
        if not amount and value.text.isdigit() and len(value.text) >= _IDENTIFIER_DIGITS:
            return self._of_results
        if not amount and (self._is_loose(value) or not self._beside_results):
            return "warning"
        heard = self._known.numbers_before(self._at)
        if self._is_in_range(value) or follows_number(value, self._said.values, heard):
            return "warning"
        slip = is_number_slip(value.number, value.decimals, heard, _SHORTEST_AMOUNT if amount else _SHORTEST_NUMBER)
        return self._of_results if slip else "warning"

    def _is_in_range(self, value: SaidValue) -> bool:
        """Whether it is one end of a range whose other end nothing gives either: what everybody knows, `18.5 to 24.9`."""
        others = [one for one in self._said.values if one.number != value.number]
        return any(
            _RANGE.fullmatch(self._text, min(one.end, value.end), max(one.start, value.start))
            and not self._stands(_number_forms(one.text))
            and not self._has_number(one)
            for one in others
            if one.kind == value.kind and abs(one.start - value.start) < _LONGEST_RANGE
        )

    def _times_around(self, said: SaidTime) -> list[int]:
        """The times that are known, the latest first, and the others of the reply."""
        own = [
            minutes for time in self._said.times[:_SMALL] if time.minutes != said.minutes for minutes in time.minutes
        ]
        return [*own, *reversed(self._known.times_before(self._at))]

    @lazily
    def _near(self) -> NearValues:
        return NearValues(self._reading, self._at, self._text)

    @lazily
    def _restated(self) -> Restated:
        return Restated(self._near, self._known.text_before(self._at))

    @lazily
    def _shifted(self) -> ShiftedTimes:
        return ShiftedTimes(self._near)

    @lazily
    def _worked_out(self) -> WorkedOut:
        return WorkedOut(self._near)

    @lazily
    def _of_results(self) -> Severity:
        """How bad a value from nowhere is where there are results that it should come from."""
        return "error" if "results" in self._kinds[: self._at] else "warning"

    @lazily
    def _beside_results(self) -> bool:
        """Whether results came since the last message of a person."""
        heard = next((at for at in range(self._at - 1, -1, -1) if self._kinds[at] == "user"), 0)
        return "results" in self._kinds[heard : self._at]

    def _is_loose(self, value: SaidValue) -> bool:
        """Whether a number is too small to come from one place only, or stands beside a unit that everybody knows."""
        return value.number < _LOOSE and "." not in value.text

    def _has_number(self, value: SaidValue) -> bool:
        if self._is_free(value) or self._known.has_number(value, self._at) or self._is_computed(value):
            return True
        if self._known.declares_number(value):
            return True
        if value.text.isdigit() and self._is_beside_date(value) and self._known.has_date_part(value.number, self._at):
            return True
        return (
            (len(value.text) == _LAST_DIGITS and self._known.ends_code(value.text, self._at))
            or (self._is_part(value) and self._known.is_within_code(value.text, self._at))
            or is_rounded(value.number, value.decimals, self._known.numbers_before(self._at))
            or value.number in self._in_words
            or self._derived.gives(value)
            or self._restated.has_number(value)
        )

    @staticmethod
    def _is_part(value: SaidValue) -> bool:
        """Whether a number may be a part of a code or date that is told alone."""
        return value.kind == "number" and value.text.isdigit() and len(value.text) >= _LAST_DIGITS

    def _is_free(self, value: SaidValue) -> bool:
        """Whether nobody has to give it: a count of what was found, an estimate."""
        before = self._text[max(value.start - 30, 0) : value.start]
        small = value.number <= _SMALL and value.kind == "number"
        if value.text in _EMERGENCY and _CALL.search(before):
            return True
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

    @lazily
    def _derived(self) -> DerivedValues:
        return DerivedValues(self._reading, self._at, self._text, self._around[1])

    @lazily
    def _zones(self) -> bool:
        """Whether the reply or the person before it speaks of time zones."""
        heard = self._reading.last_user[self._at]
        return speaks_of_zones(self._text) or (heard >= 0 and speaks_of_zones(self._reading.turns[heard].text))

    @lazily
    def _in_words(self) -> set[float]:
        return numbers_in_words(self._known.heard_before(self._at))

    @lazily
    def _distinct(self) -> dict[str, SaidValue]:
        return {value.text: value for value in reversed(self._said.values)}

    @lazily
    def _around(self) -> tuple[list[SaidValue], list[float]]:
        """The numbers of what was said last and of the reply itself, and the percentages among them."""
        recent = self._known.recent(self._at)
        both = f"{recent} {self._text}"
        rates = [float(rate) for rate in _RATE.findall(both)] if "%" in both or "percent" in both else []
        return [*islice(numbers_in(recent), _MOST_VALUES), *self._said.values[:_MOST_VALUES]], rates[-_MOST_RATES:]


def _number_forms(text: str) -> Iterator[str]:
    """As it is, without signs between groups, and as JSON would have it."""
    yield text
    plain = text.replace(",", "")
    if plain != text:
        yield plain
    if plain.endswith("0") and "." in plain:
        yield plain.rstrip("0").removesuffix(".")
