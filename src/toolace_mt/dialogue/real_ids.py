"""Planned ids replaced by the real ones, wherever they stand: in texts, in arguments, in results."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from toolace_mt.dialogue.grounding import looks_like_id

# No part of another value: of a longer id, a decimal number, an amount of money.
_STARTS, _ENDS = r"(?<![\w.$\u20ac\u00a3-])", r"(?![\w-]|[.,]\d)"
_SHORT_NUMBER = re.compile(r"-?\d{1,4}")


def with_real_ids(value: Any, real: Mapping[str | int, str | int], name: str = "") -> Any:
    """A JSON value with the ids that `real` has replaced by what it has for them.

    name: of the field that holds it. A number is an id only under the name of one; in a text, ids are words of their own, and
    a number of up to four digits is none: it may be an amount, a year, a count. The value is no deeper than answers may be.
    """
    return _swapped(value, _RealIds(real), name) if real else value


class _RealIds:
    """What real ids stand for planned ones, by the planned ones as texts too."""

    def __init__(self, real: Mapping[str | int, str | int]) -> None:
        self._real = real
        self._by_text = {str(old): old for old in real}
        words = [word for word in self._by_text if not _SHORT_NUMBER.fullmatch(word)]
        longest_first = "|".join(re.escape(word) for word in sorted(words, key=lambda word: (-len(word), word)))
        self._words = re.compile(f"{_STARTS}(?:{longest_first}){_ENDS}") if words else None

    def of_number(self, name: str, value: int) -> str | int:
        return self._real.get(value, value) if looks_like_id(name, value) else value

    def of_text(self, name: str, value: str) -> str | int:
        """The text with real ids; what is a planned id as a whole becomes a number only where a number came for a text."""
        if value in self._by_text and (not _SHORT_NUMBER.fullmatch(value) or _under_name_of_id(name, value)):
            new = self._real[self._by_text[value]]
            return new if value in self._real else str(new)
        if self._words is None:
            return value
        return self._words.sub(lambda found: str(self._real[self._by_text[found[0]]]), value)


def _under_name_of_id(name: str, value: str) -> bool:
    return looks_like_id(name, value) or looks_like_id(name, int(value))


def _swapped(value: Any, ids: _RealIds, name: str) -> Any:
    if isinstance(value, dict):
        return {key: _swapped(inner, ids, str(key)) for key, inner in value.items()}
    if isinstance(value, list):
        return [_swapped(inner, ids, name) for inner in value]
    if isinstance(value, str):
        return ids.of_text(name, value)
    if isinstance(value, int) and not isinstance(value, bool):
        return ids.of_number(name, value)
    return value
