"""How long things take, as texts and the names of numbers tell it: `90 min`, `half an hour`, `{"eta_days": 5}`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

from toolace_mt.rules.spoken_values import WORD_OF_NUMBER, spoken_number
from toolace_mt.schema.names import words

_UNITS = {
    **{"second": 1 / 60, "minute": 1, "hour": 60, "day": 1440, "night": 1440, "week": 10080, "month": 0, "year": 0},
    **{"sec": 1 / 60, "s": 1 / 60, "min": 1, "m": 1, "hr": 60, "h": 60, "d": 1440, "wk": 10080, "yr": 0, "mo": 0},
    "fortnight": 20160,
}
_MONTHS = {"month": 1, "mo": 1, "year": 12, "yr": 12}
_UNIT = (
    r"(?P<unit>seconds?|secs?|s|minutes?|mins?|m|hours?|hrs?|h|days?|d|nights?|weeks?|wks?|months?|mo|years?|yrs?"
    r"|fortnights?)"
)
_IN_TEXT = re.compile(
    rf"(?<![\w.,:/-])(?:(?P<n>\d{{1,4}}(?:[.,]\d{{1,2}})?)[ -]?"
    rf"|(?P<word>{WORD_OF_NUMBER}|half an?|quarter of an|(?<![\d$\u20ac\u00a3] )an?)[ -])"
    r"(?:(?P<working>business |working )|(?:more|full|extra|additional|whole|other|calendar|further)[ -])?"
    rf"{_UNIT}\b(?P<half> and a half)?",
    re.IGNORECASE,
)
_SPOKEN_PARTS = {"a": 1.0, "an": 1.0, "half a": 0.5, "half an": 0.5, "quarter of an": 0.25}
_FIELD = re.compile(
    r"\b(?:[a-z]+[_ ])?(minutes?|mins?|hours?|days?|weeks?|months?)[\"']?[:=] ?(\d{1,4})\b(?![:.-]\d)", re.IGNORECASE
)
# Terms of payment: `net 30`.
_NET = re.compile(r"\bnet[ -](\d{1,3})\b", re.IGNORECASE)
_ISO = re.compile(r"P(?:(\d{1,3})Y)?(?:(\d{1,3})M)?(?:(\d{1,3})W)?(?:(\d{1,4})D)?(?:T(?:(\d{1,3})H)?(?:(\d{1,4})M)?)?")
_CLOCK_LIKE = re.compile(r"(\d{1,2}):([0-5]\d)(?::[0-5]\d)?")
# Words of names that tell a length of time and leave out its unit.
_LENGTHS = frozenset(
    {"duration", "delay", "length", "lasts", "eta", "window", "period", "term", "interval", "runtime", "validity"}
    | {"notice", "timeout", "offset", "extension", "late", "prep", "cook", "bake", "travel", "trial", "lead", "buffer"}
)
_WITHOUT_UNIT = ("minute", "hour", "day")
_LONGEST_TEXT = 4000
_MOST = 40
_LARGEST = 10_000


class Duration(NamedTuple):
    """A stretch of time: minutes, or months where it is counted in those; working: whether only working days count."""

    minutes: int
    months: int = 0
    working: bool = False


def durations_in(text: str) -> Iterator[Duration]:
    """The stretches of time that a text names."""
    text = text[:_LONGEST_TEXT]
    for found in islice(_IN_TEXT.finditer(text), _MOST):
        spoken = (found["word"] or "").lower()
        count = float(found["n"].replace(",", ".")) if found["n"] else _SPOKEN_PARTS.get(spoken)
        count = spoken_number(spoken) if count is None else count
        yield _of(count + (0.5 if found["half"] else 0), found["unit"], working=bool(found["working"]))
    for found in islice(_FIELD.finditer(text), _MOST):
        yield _of(float(found[2]), found[1])
    for found in islice(_NET.finditer(text), _MOST):
        yield _of(float(found[1]), "day")
    for found in islice(_ISO.finditer(text), _MOST):
        years, months, weeks, days, hours, minutes = (int(part or 0) for part in found.groups())
        if len(found[0]) > 2:
            yield Duration(10080 * weeks + 1440 * days + 60 * hours + minutes, 12 * years + months)


def named_durations(name: str, value: object) -> Iterator[Duration]:
    """What a value comes to whose name speaks of a time that something takes: `eta_days`, `duration`."""
    parts = words(name[:64])
    if isinstance(value, str) and (clock := _CLOCK_LIKE.fullmatch(value)):
        if not _LENGTHS.isdisjoint(parts):
            yield Duration(60 * int(clock[1]) + int(clock[2]))
        return
    count = _count(value)
    if count is None:
        return
    units = [unit for part in parts if (unit := _unit(part))]
    if not units and not _LENGTHS.isdisjoint(parts):
        units = list(_WITHOUT_UNIT)
    for unit in units:
        yield _of(count, unit)


def _count(value: object) -> float | None:
    if isinstance(value, str) and value.isdecimal() and value.isascii() and len(value) < 5:
        return float(value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if 0 < value < _LARGEST else None


def _unit(word: str) -> str | None:
    word = word if word in _UNITS else word.removesuffix("s")
    return word if word in _UNITS and len(word) > 1 else None


def _of(count: float, unit: str, *, working: bool = False) -> Duration:
    unit = unit.lower()
    unit = unit if unit in _UNITS else unit.removesuffix("s")
    if unit in _MONTHS:
        return Duration(0, round(count * _MONTHS[unit]), working)
    return Duration(round(count * _UNITS[unit]), 0, working)
