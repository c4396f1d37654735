"""Dates and times as people and machines write them, found in a text: `2024-05-20`, `May 20th`, `20. Mai`, `5:30 PM`."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

_ENGLISH = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = (
    r"(?P<{}>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)"
)
# Where the first digit of a number has been read: whether the name of a month stands before it.
AFTER_MONTH = (
    r"(?<=[a-z.][ -][0-9])(?:(?<=(?:uary|arch|pril|june|july|gust|mber|ober).[0-9])"
    r"|(?<=(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec).[0-9])"
    r"|(?<=(?:jan|feb|mar|apr|jun|jul|aug|sep|oct|nov|dec|ept)[.] [0-9])|(?<=sept.[0-9]))"
)
_DAY = r"(?P<{}>\d{{1,2}})(?:st|nd|rd|th)?(?![\d%]|[:.,]\d)"
_YEAR = r"(?P<{}>(?:1[89]|2[01])\d\d)(?!\d|-\d)"
# How names of months end, and what else may stand before the day.
_BEFORE_DAY = (*_ENGLISH, "ary", "rch", "ril", "une", "uly", "ust", "ept", "ber", "the")
# The search goes from one run of digits to the next, which is much faster than to try every place of a text.
_MAY_BE_DATE = re.compile(
    rf"[0-9](?<![0-9][0-9])(?:(?<=[a-z.][ -][0-9])(?:(?<=(?:{'|'.join(_BEFORE_DAY)})[ -][0-9])|(?<=[.][ -][0-9]))"
    r"|[0-9]{0,3}[-/.\s]?[0-9]{0,2}[-/.\u5e74\ub144]"
    r"|[0-9]?(?:st|nd|rd|th)?[ -](?:of )?[jfmasond][aepuco])",
    re.IGNORECASE | re.ASCII,
)
_FROM_DIGIT = re.compile(
    r"(?<![\w.,/:-])(?P<y1>(?:1[89]|2[01])\d\d)(?P<s1>[-/.])(?P<m1>\d{1,2})(?P=s1)(?P<d1>\d{1,2})(?![\d/]|[-.:,]\d)"
    r"|(?<![\w.,/:$-])(?P<a2>\d{1,2})(?P<s2>[-/.])(?P<b2>\d{1,2})(?P=s2)(?P<y2>(?:1[89]|2[01])\d\d)(?![\d/]|[-.:,]\d)"
    r"|(?<!\d)(?P<y3>(?:1[89]|2[01])\d\d)\s?[年년]\s?(?P<m3>\d{1,2})\s?[月월]\s?(?P<d3>\d{1,2})\s?[日号일]"
    rf"|(?<![\w.,/:$-])(?P<d4>\d{{1,2}})(?:st|nd|rd|th)?[ -](?:of )?{_MONTH.format('m4')}\b\.?(?:,?[ -]{_YEAR.format('y4')})?",
    re.IGNORECASE | re.ASCII,
)
_MONTH_BEFORE = re.compile(rf"(?<![\w-]){_MONTH.format('m')}\.?[ -](?:the )?$", re.IGNORECASE | re.ASCII)
_BETWEEN = frozenset(" -")
_MONTH_ENDS = frozenset(_BEFORE_DAY)
_LONGEST_MONTH = len("september. the ")
_FROM_MONTH = re.compile(
    rf"{_MONTH.format('m5')}\.?[ -](?:the )?{_DAY.format('d5')}(?:,? {_YEAR.format('y5')})?", re.IGNORECASE | re.ASCII
)
_MAY_BE_TIME = re.compile(r"[0-9](?<![0-9][0-9])[0-9]?(?::[0-9]{2}|\s?[ap]\.?m\b)", re.IGNORECASE | re.ASCII)
_TIME = re.compile(
    r"(?:(?<![\w.,:/$-])|(?<=\dT))(?P<h1>\d{1,2}):(?P<n1>\d{2})(?::(?P<s1>\d{2})(?:\.\d+)?)?(?![\d:]|\.\d)"
    r"(?:\s?(?P<p1>[ap])\.?m\b)?"
    r"|(?<![\w.,:/$-])(?P<h2>\d{1,2})\s?(?P<p2>[ap])\.?m\b",
    re.IGNORECASE | re.ASCII,
)
# Digits beyond ASCII have one of these first bytes in UTF-8; dashes, quotes, bullets and Chinese have others.
_FIRST_BYTES = {*range(0xD9, 0xE2), 0xEA, 0xEF, 0xF0}
_NEVER_FOREIGN = bytes(code for code in range(256) if code not in _FIRST_BYTES)
_FOREIGN = re.compile(r"[\uff01-\uff5e]|[^\x00-\x7f\D]")


class SaidDate(NamedTuple):
    """A date at `start:end` of a text. year: None where it is not said. swapped: whether day and month may be the other way."""

    start: int
    end: int
    year: int | None
    month: int
    day: int
    swapped: bool = False

    @property
    def exists(self) -> bool:
        """Whether the calendar has this day, one way round or the other; 29 February needs a leap year where one is said."""
        return _exists(self.year, self.month, self.day) or (self.swapped and _exists(self.year, self.day, self.month))

    @property
    def day_of_year(self) -> date | None:
        """The day, where it exists and its year is said."""
        return date(self.year, self.month, self.day) if self.year and _exists(self.year, self.month, self.day) else None


class SaidTime(NamedTuple):
    """A time of day at `start:end` of a text. half: `a` or `p` where AM or PM is said."""

    start: int
    end: int
    hour: int
    minute: int
    second: int
    half: str

    @property
    def exists(self) -> bool:
        """Whether a clock shows it; 24:00 is the end of a day, and 60 a leap second."""
        hour = self.hour < 24 or (self.hour, self.minute, self.second) == (24, 0, 0)
        return hour and self.minute < 60 and self.second <= 60

    @property
    def minutes(self) -> tuple[int, ...]:
        """Minutes since midnight; two where it may be before or after noon."""
        if self.half and self.hour <= 12:
            return ((self.hour % 12 + 12 * (self.half == "p")) * 60 + self.minute,)
        early = self.hour * 60 + self.minute
        return (early, (early + 720) % 1440) if 0 < self.hour <= 12 else (early,)


def western_digits(text: str) -> str:
    """`text` with every script's decimal digits as 0-9, and full-width signs as plain ones; of the same length."""
    if text.isascii() or not text.encode("utf-8", "surrogatepass").translate(None, _NEVER_FOREIGN):
        return text
    return _FOREIGN.sub(_western, text)


def _western(found: re.Match[str]) -> str:
    sign = found[0]
    return chr(ord(sign) - 0xFEE0) if "\uff01" <= sign <= "\uff5e" else str(unicodedata.decimal(sign))


def dates_in(text: str) -> Iterator[SaidDate]:
    """The dates that `text` (with western digits) names, existing ones or not."""
    done = 0
    for place in _MAY_BE_DATE.finditer(text):
        start = place.start()
        if start < done:
            continue
        if month := _month_before(text, done, start):
            if found := _FROM_MONTH.match(text, month.start()):
                done = found.end()
                name, day, year = found.group("m5", "d5", "y5")
                yield SaidDate(found.start(), done, int(year) if year else None, _number_of(name), int(day))
        elif found := _FROM_DIGIT.match(text, start):
            done = found.end()
            yield _said_date(start, done, found)


def _month_before(text: str, done: int, start: int) -> re.Match[str] | None:
    """The month that stands before the number at `start`; most numbers have another word there, which is told fast."""
    if text[start - 1 : start] not in _BETWEEN:
        return None
    name = text[max(start - 5, 0) : start - 1].rstrip(".")
    if name[-3:].lower() not in _MONTH_ENDS:
        return None
    return _MONTH_BEFORE.search(text, max(done, start - _LONGEST_MONTH), start)


def _number_of(month: str) -> int:
    return _ENGLISH.index(month[:3].lower()) + 1


def _said_date(start: int, end: int, found: re.Match[str]) -> SaidDate:
    if year := found["y1"]:
        return SaidDate(start, end, int(year), int(found["m1"]), int(found["d1"]))
    if year := found["y2"]:
        first, second = int(found["a2"]), int(found["b2"])
        month, day = (second, first) if first > 12 else (first, second)
        return SaidDate(start, end, int(year), month, day, swapped=True)
    if year := found["y3"]:
        return SaidDate(start, end, int(year), int(found["m3"]), int(found["d3"]))
    day, name, year = found.group("d4", "m4", "y4")
    return SaidDate(start, end, int(year) if year else None, _number_of(name), int(day))


def times_in(text: str) -> Iterator[SaidTime]:
    """The times of day that `text` (with western digits) names, existing ones or not."""
    done = 0
    for place in _MAY_BE_TIME.finditer(text):
        start = place.start()
        if start >= done and (found := _TIME.match(text, start)):
            done = found.end()
            hour, minute, second, half, bare, half_of_bare = found.group("h1", "n1", "s1", "p1", "h2", "p2")
            if bare:
                yield SaidTime(start, done, int(bare), 0, 0, half_of_bare.lower())
            else:
                yield SaidTime(start, done, int(hour), int(minute), int(second or 0), half.lower() if half else "")


def _exists(year: int | None, month: int, day: int) -> bool:
    try:
        date(year or 2000, month, day)
    except ValueError:
        return False
    return True
