"""The things that results list: records of one list, each with a name of its own."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any, NamedTuple, TypeGuard

from toolace_mt.rules.reading import Reading

_NAME = re.compile(r"(?=[^a-z]{0,3}[A-Z0-9])(?=.*[A-Za-z]{2})[^\n{}\[\]<>@_=]{4,60}")
_NO_NAME = re.compile(r"(?:true|false|none|null|yes|no|n/a|[\d:.,/T+ -]+(?:[AaPp][Mm])?)", re.IGNORECASE)
_LISTS = re.compile(r"\}\s{0,40},\s{0,40}\{")
_LONGEST_NAME = 60
_MOST_RECORDS = 200
_MOST_VALUES = 5_000
_FEWEST = 2
_NESTED = (dict, list)
_LAST_LATIN = "\u024f"


class Listing(NamedTuple):
    """Records of the result at `turn`, told apart by what stands under `key`, which no two of them share."""

    turn: int
    key: str
    records: dict[str, dict[str, Any]]


def listings(reading: Reading) -> list[Listing]:
    """The lists of named records in all results."""
    return [
        listing
        for turn, kind in enumerate(reading.kinds)
        if kind == "results"
        for records in records_at(reading, turn)
        for listing in _named(turn, records)
    ]


def records_at(reading: Reading, turn: int) -> list[list[dict[str, Any]]]:
    """The lists of two records and more in the results of a turn."""
    found = reading.record_lists.get(turn)
    if found is None:
        listed = [
            n for n, result in enumerate(getattr(reading.turns[turn], "results", ())) if _LISTS.search(result.content)
        ]
        values = reading.values_at(turn) if listed else ()
        found = reading.record_lists[turn] = [records for n in listed for records in _lists_in(values[n])]
    return found


def told(names: Iterable[str], text: str) -> list[str]:
    """Those of `names` that `text` has as words of their own; of one name within another, the longer."""
    found = [name for name in names if name in text and stands(name, text)]
    if len(found) < _FEWEST:
        return found
    rest, kept = text, list[str]()
    for name in sorted(found, key=len, reverse=True):
        if name in rest:
            kept.append(name)
            rest = rest.replace(name, "\0")
    return kept


def stands(name: str, text: str) -> bool:
    """Whether the first place of a text that has `name` has it as words of its own."""
    place = text.find(name)
    if place < 0:
        return False
    before, after = text[max(place - 1, 0) : place], text[place + len(name) : place + len(name) + 1]
    return not _joins(before, name[0]) and not _joins(after, name[-1])


def _joins(beside: str, own: str) -> bool:
    """Whether a sign makes a longer word of the name that it stands beside: no Arabic `and` before a Latin name does."""
    return beside.isalnum() and (beside.isascii() == own.isascii() or beside <= _LAST_LATIN)


def _lists_in(value: Any) -> Iterator[list[dict[str, Any]]]:
    left: list[Any] = [value] if isinstance(value, _NESTED) else []
    for _ in range(_MOST_VALUES):
        if not left:
            return
        there = left.pop()
        if isinstance(there, dict):
            left += [inner for inner in there.values() if isinstance(inner, _NESTED)]
            continue
        records = [one for one in there[:_MOST_RECORDS] if isinstance(one, dict)]
        if _FEWEST <= len(records) == len(there[:_MOST_RECORDS]):
            yield records
        left += [one for one in there if isinstance(one, _NESTED)]


def _named(turn: int, records: list[dict[str, Any]]) -> Iterator[Listing]:
    for key, first in records[0].items():
        if is_name(first):
            by_name = {name: record for record in records if is_name(name := record.get(key))}
            if len(by_name) == len(records):
                yield Listing(turn, key, by_name)


def is_name(value: Any) -> TypeGuard[str]:
    """Whether a value may name a thing: `Best Western`, `Dr. Smith`; no date, no time, no number."""
    return isinstance(value, str) and len(value) <= _LONGEST_NAME and _is_name(value)


@lru_cache(maxsize=4096)
def _is_name(text: str) -> bool:
    return bool(_NAME.fullmatch(text)) and not _NO_NAME.fullmatch(text)
