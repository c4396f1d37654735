"""A key that a JSON object says more than once: readers differ in which of its values they take (RFC 8259, section 4)."""

from __future__ import annotations

import json
from typing import Any, NamedTuple


class Repeated(NamedTuple):
    """A key, and whether its values differ."""

    key: str
    differs: bool


def repeated_key(text: str, value: Any) -> Repeated | None:
    """A key that an object in the JSON `text`, of which `value` was read, says more than once; one whose values differ first.

    Nearly always counting is enough: every key that is written has a colon, and of a repeated one only one is read.
    """
    if isinstance(value, dict) and text.count(":") == len(value):
        return None
    if " :" not in text and "\n:" not in text and "\t:" not in text and "\r:" not in text:
        written = text.count('":')  # and some texts that begin with a colon
        if (isinstance(value, dict) and written == len(value)) or written == _keys_in(value):
            return None
    found: list[Repeated] = []

    def take(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        taken = dict(pairs)
        if len(taken) < len(pairs):
            found.append(_repeated(pairs))
        return taken

    try:
        json.loads(text, object_pairs_hook=take)
    except (ValueError, RecursionError):  # no JSON but Python's literals, or nested hundreds deep
        return None
    return min(found, key=lambda repeated: not repeated.differs, default=None)


def _keys_in(value: Any) -> int:
    count = 0
    left = [value]
    while left:
        each = left.pop()
        if isinstance(each, dict):
            count += len(each)
            left += [inner for inner in each.values() if isinstance(inner, dict | list)]
        elif isinstance(each, list):
            left += [inner for inner in each if isinstance(inner, dict | list)]
    return count


def _repeated(pairs: list[tuple[str, Any]]) -> Repeated:
    """The key of an object that has one more than once."""
    said: dict[str, str] = {}
    again: list[str] = []
    for key, value in pairs:
        now = repr(value)  # 1, 1.0 and True are equal, but not the same
        if key not in said:
            said[key] = now
        elif said[key] == now:
            again.append(key)
        else:
            return Repeated(key, True)
    return Repeated(again[0], False)
