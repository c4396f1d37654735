"""Numbers and codes that are the next ones of a row: `INV-4022` after `INV-4021`, port 8081 after 8080."""

from __future__ import annotations

import re
from collections.abc import Iterable

from toolace_mt.rules.said_values import SaidValue
from toolace_mt.rules.word_places import first_end

_NEXT = re.compile(
    r"\b(?:next|following|after|then|subsequent|new|successor|previous|through|until|up to|begin\w*|start\w*)\b",
    re.IGNORECASE,
)
_COUNTED = re.compile(r"(.*?)(\d{1,12})", re.DOTALL)
_CLOSE = 24
_FARTHEST, _FARTHEST_CODE = 12, 3
_BESIDE = 60
_LONGEST = 80


def follows_code(value: SaidValue, reply: str, before: str) -> bool:
    """Whether a code is counted on from one that was given `before` (in lower case), as the words beside it say."""
    said = _COUNTED.fullmatch(value.text.lower()[:_LONGEST])
    if not said or not _NEXT.search(reply[max(value.start - _BESIDE, 0) : value.end + _BESIDE]):
        return False
    number, width = int(said[2]), len(said[2])
    near = (number + step for step in range(-_FARTHEST_CODE, _FARTHEST_CODE + 1) if step and number + step >= 0)
    return any(first_end(f"{said[1]}{one:0{width}}", before) >= 0 for one in near)


def follows_number(value: SaidValue, others: Iterable[SaidValue], known: Iterable[float]) -> bool:
    """Whether a whole number is one of a row that is told one after the other, and that begins or ends at a known one."""
    if value.decimals:
        return False
    numbers = {
        one.number for one in others if one.number != value.number and abs(one.start - value.start) < _CLOSE * _FARTHEST
    }
    given = set(known)
    for step in (1, -1):
        one = value.number + step
        while one in numbers:
            if one in given:
                return True
            one += step
    return False
