"""Ranges of time in replies, `5 to 7 business days`, that somebody has given otherwise."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from toolace_mt.rules.reading import Reading

_UNITS = tuple([kind + unit for unit in ("hours", "days", "weeks", "months") for kind in ("", "business ", "working ")])
_ENDS = re.compile(r"(?<![\w.,-])([0-9]{1,2}) ?(?:-|\u2013|to) ?([0-9]{1,2}) $")
_LONGEST = 12
_MOST_RANGES = 50


class _Range(NamedTuple):
    """A range of time, as somebody writes it."""

    text: str
    first: str
    last: str


def wrong_ranges(reading: Reading) -> Iterator[tuple[int, str, str]]:
    """(turn, range, the one that was given): of one unit, with one end in common, and said by nobody before the reply."""
    replies = "\n".join([text for _, text in reading.replies])
    for unit in _UNITS if _may_have(replies) else ():
        if unit in replies:
            for at, text in reading.replies:
                said = _ranges(text, unit) if unit in text else []
                given = _ranges(reading.spoken(at), unit) if said else []
                yield from [(at, one.text, near.text) for one in said if (near := _contrary(one, given))]


def _may_have(replies: str) -> bool:
    return "ays" in replies or "hours" in replies or "weeks" in replies or "months" in replies


def _ranges(text: str, unit: str) -> list[_Range]:
    """The first ranges of a text, in one unit."""
    found: list[_Range] = []
    place = text.find(unit)
    while place >= 0 and len(found) < _MOST_RANGES:
        ends = _ENDS.search(text[max(place - _LONGEST, 0) : place])
        if ends:
            found.append(_Range(ends[0] + unit, ends[1], ends[2]))
        place = text.find(unit, place + 1)
    return found


def _contrary(said: _Range, given: list[_Range]) -> _Range | None:
    """The range that was given in place of this one."""
    if any(one[1:] == said[1:] for one in given):
        return None
    return next((one for one in given if (one.first == said.first) != (one.last == said.last)), None)
