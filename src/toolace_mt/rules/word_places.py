"""Where a text has a value as it is, and no part of something longer."""

from __future__ import annotations

import re
from collections.abc import Iterator

# A sign that makes what stands beside it a part of a longer value.
_PART_BEFORE = re.compile(r"[\w.#]$|\d[-:,/]$", re.ASCII)
_PART_AFTER = re.compile(r"\w|[-.:,/]\d", re.ASCII)
# What stands beside a value and is never a part of it; before a value of an object, a colon is none either.
_APART = frozenset(("", *" \n\"'*()[]{}$!?;<>|"))
_VALUE_BEGINS = '":'
# Who wants to make the search slow repeats what is nearly the value.
_PLACES_TRIED = 24


def first_end(value: str, text: str, start: int = 0) -> int:
    """Where the first place after `start` ends that has `value` by itself; -1 where none of the first places does."""
    place = start - 1
    for _ in range(_PLACES_TRIED):
        place = text.find(value, place + 1)
        if place < 0:
            return -1
        end = place + len(value)
        before, after = text[max(place - 2, 0) : place], text[end : end + 2]
        # Nearly all that is found stands so, and to tell it by forms takes long.
        if not (before[-1:] in _APART or before == _VALUE_BEGINS) and _PART_BEFORE.search(before):
            continue
        if after[:1] in _APART or not _PART_AFTER.match(after):
            return end
    return -1


def places(text: str, form: str, start: int = 0) -> Iterator[int]:
    """The first places of `text` that have `form`."""
    place = start - 1
    for _ in range(_PLACES_TRIED):
        place = text.find(form, place + 1)
        if place < 0:
            return
        yield place
