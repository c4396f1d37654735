"""Where a text has a value as it is, and no part of something longer."""

from __future__ import annotations

from collections.abc import Iterator
from string import ascii_letters, digits

_DIGITS = frozenset(digits)
# A sign that makes what stands beside it a part of a longer value; and one that does so where a digit is behind it.
_PART_BEFORE, _PART_AFTER = frozenset(ascii_letters + digits + "_.#"), frozenset(ascii_letters + digits + "_")
_JOINT_BEFORE, _JOINT_AFTER = frozenset("-:,/"), frozenset("-.:,/")
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
        before, after = text[place - 1 : place], text[end : end + 1]
        if before in _PART_BEFORE or (before in _JOINT_BEFORE and text[place - 2 : place - 1] in _DIGITS):
            continue
        if after in _PART_AFTER or (after in _JOINT_AFTER and text[end + 1 : end + 2] in _DIGITS):
            continue
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
