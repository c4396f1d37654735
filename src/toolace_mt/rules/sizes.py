"""How much of everything there is in results: the lengths of their lists, and their whole numbers, by the keys above them."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from toolace_mt.rules.claims import TEMPERATURE
from toolace_mt.rules.lazily import lazily

_TOTAL = re.compile(r"(?:total|count|number|num|size|found|hits|matches|results?)[^/]{0,12}$")
_PLURAL = re.compile(r"(?<![a-z])([a-z]{3,14})s(?![a-z])")
_MOST_VALUES = 20_000
_LONGEST_COUNT = 4
_LARGEST_COUNT = 10_000
_LONGEST_PATH = 60
_NESTED = (list, dict)
_NUMBERS = (int, float)


class Sizes:
    """The sizes in the results of one stretch. Paths have the keys in lower case, and `[]` for one of many."""

    def __init__(self, values: list[Any]) -> None:
        self.results = len(values)
        self._lists: dict[str, list[int]] = {}
        self._numbers: dict[str, set[int]] = {}
        left: list[tuple[str, Any]] = [("", values)]
        seen = 0
        for path, value in left:  # grows while it is walked
            seen += len(value)
            if seen > _MOST_VALUES:
                break
            if isinstance(value, dict) and not _holds_things(value):
                for key, inner in value.items():
                    if not isinstance(inner, str) or len(inner) < _LONGEST_COUNT:  # most are longer texts
                        self._take(f"{path}/{str(key)[:_LONGEST_PATH].lower()}", inner, left)
                continue
            if value is not values:
                self._lists.setdefault(path, []).append(len(value))
            inside = "" if value is values else f"{path}/[]"
            for inner in value.values() if isinstance(value, dict) else value:
                self._take(inside, inner, left)

    def _take(self, path: str, value: Any, left: list[tuple[str, Any]]) -> None:
        """Note a number, and put what holds more on the list of what is left."""
        if isinstance(value, _NESTED):
            left.append((path[-_LONGEST_PATH:], value))
        elif (number := _whole(value)) is not None:
            self._numbers.setdefault(path, set()).add(number)

    @lazily
    def lengths(self) -> set[int]:
        """The lengths of all lists, and of all objects that hold things by their names."""
        return {length for found in self._lists.values() for length in found}

    @lazily
    def numbers(self) -> set[int]:
        """All whole numbers."""
        return {number for found in self._numbers.values() for number in found}

    @lazily
    def totals(self) -> set[int]:
        """What may be the sum of all: numbers whose key says so, how many results there are, and their lists together."""
        named = {number for path, found in self._numbers.items() if _TOTAL.search(path) for number in found}
        return named | {self.results} | {sum(found) for found in self._lists.values()}

    def lengths_of(self, noun: str) -> set[int]:
        """The lengths of the lists whose own key names these things."""
        return {n for path, found in self._lists.items() if noun in path.rpartition("/")[2] for n in found}

    def numbers_of(self, noun: str) -> set[int]:
        """The numbers under a key that names these things, or in an object under one: `{"seats": {"economy": 16}}`."""
        return {n for path, found in self._numbers.items() if _names(path, noun) for n in found}


@lru_cache(maxsize=8192)  # dialogues with the same tools have the same paths
def _names(path: str, noun: str) -> bool:
    """Whether the last keys of a path name these things: `number_of_beds` names bedrooms; `version: 1` counts no versions."""
    end = "/".join(path.split("/")[-2:])
    if noun != TEMPERATURE and end.endswith(f"/{noun}"):
        return False
    return noun in end or any(noun.startswith(word) for word in _PLURAL.findall(end))


def _holds_things(value: dict[str, Any]) -> bool:
    for inner in value.values():  # ends at the first one, nearly always
        if not isinstance(inner, dict):
            return False
    return bool(value)


def _whole(value: Any) -> int | None:
    if isinstance(value, str):
        return int(value) if len(value) < _LONGEST_COUNT and value.isdecimal() else None
    if isinstance(value, bool) or not isinstance(value, _NUMBERS):
        return None
    return int(value) if abs(value) < _LARGEST_COUNT else None
