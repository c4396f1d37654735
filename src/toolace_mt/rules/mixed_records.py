"""Values of one record told with those of another: the price of this flight with the hour of that one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import combinations, islice
from typing import Any, NamedTuple

from toolace_mt.dialogue.grounding import looks_like_id
from toolace_mt.rules.date_forms import times_in, western_digits
from toolace_mt.rules.foreign_values import foreign_numbers, foreign_times, plain_signs
from toolace_mt.rules.reading import Reading
from toolace_mt.rules.said_values import said_in
from toolace_mt.rules.things import is_name, records_at, stands

_Record = dict[str, str]
_MOST_RECORDS = 60
_MOST_LISTS = 8
_MOST_VALUES = 500
_MOST_TOLD = 40
_SMALL = 12
_LARGEST = 10**15
_SHORTEST = 4
_SCALARS = (str, int, float)
_LONGEST_TIME = 8
_LONGEST_NUMBER = 16
_SURE = 3
# What lies between two things, the first and the last of all, and what one is held against, goes over several records.
_OVER_SEVERAL = re.compile(
    r"\b(?:between|until|till|gap|break|free|range\w*|up to|as low as|as high as|start(?:s|ing)? (?:at|from)|begins? at|"
    r"(?:cheap|low|high|earli|lat|near|clos|long|short|dear|bigg|small|large)est|most|least|others?|whereas|while|than|versus"
    r"|vs|compared|instead)\b",
    re.IGNORECASE,
)
# With nothing but these between two values, the one is said of the other.
_BINDING = {
    *(
        "with",
        "by",
        "which",
        "that",
        "is",
        "it",
        "it's",
        "its",
        "has",
        "have",
        "costs",
        "cost",
        "for",
        "at",
        "a",
        "an",
        "the",
    ),
    *("rated", "rating", "of", "leaves", "starts", "begins", "on", "in", "from", "very", "one", "named", "called"),
}
_SIGNS = re.compile(r"[,.!?;:*()\"-]")
_FAR = 60
_SENTENCE = re.compile(r"(?<=[.!?])\s+|\n")
_LONGEST_TEXT = 4_000


class Stray(NamedTuple):
    """A value of `key` that the reply at `turn` tells together with those of a record that has `instead` there.

    sure: it is one of three values and more, an identifier is among them, or the reply says the one of the other: `Old Mill,
    which has a rating of 4.3`. Else each of two may be told for itself.
    """

    turn: int
    value: str
    key: str
    instead: str
    sure: bool


def strays(reading: Reading) -> Iterator[Stray]:
    """The stray value of each reply that has one: no record of the last lists has all that it tells of one."""
    latest: list[list[dict[str, Any]]] = []
    fresh = 0
    for at, kind in enumerate(reading.kinds):
        if kind == "user":
            fresh = 0
        elif kind == "results":
            fresh += len(getattr(reading.turns[at], "results", ()))
            latest = records_at(reading, at) or latest
        elif kind == "reply" and latest and fresh <= 1:  # of several results it may tell one after the other
            yield from islice(_strays_of(reading, at, latest), 1)


def _telling(records: list[dict[str, Any]]) -> list[_Record]:
    """The telling values of each record, by key; of what it holds deeper, none."""
    return [{key: str(value) for key, value in record.items() if _tells(value)} for record in records[:_MOST_RECORDS]]


def _tells(value: Any) -> bool:
    """Whether few other things have a value too: a name, a time, a number that is not small."""
    if isinstance(value, bool) or not isinstance(value, _SCALARS):
        return False
    if not isinstance(value, str) and not abs(value) < _LARGEST:  # what is longer, Python does not even write
        return False
    number = _number(str(value))
    if number is not None:
        return number > _SMALL or not number.is_integer()
    return is_name(value) or _is_time(str(value))


def _strays_of(reading: Reading, at: int, latest: list[list[dict[str, Any]]]) -> Iterator[Stray]:
    said: _Said | None = None
    text = reading.turns[at].text
    for records in latest[:_MOST_LISTS]:
        if _names_one(text, records):
            said = said or _Said(western_digits(text), in_english=reading.in_english)
            telling = _telling(records)
            heard = " ".join([asked for turn, asked in reading.requests if turn < at])
            for stray, told in _stray(at, said.told(telling), telling, heard):
                if not _is_over_several(text[:_LONGEST_TEXT], stray.value):
                    yield stray._replace(sure=stray.sure or _says_of(text[:_LONGEST_TEXT], told))


def _is_over_several(text: str, value: str) -> bool:
    """Whether the sentences that tell a value, or all where it is told another way, go over several records."""
    telling = [sentence for sentence in _SENTENCE.split(text) if stands(value, sentence)]
    return any(_OVER_SEVERAL.search(sentence) for sentence in telling or [text])


def _names_one(text: str, records: list[dict[str, Any]]) -> bool:
    """Whether a text has any longer text of the records: told fast, and not so in most replies."""
    left = _MOST_VALUES
    for record in records[:_MOST_RECORDS]:
        for value in record.values():
            if isinstance(value, str):
                if len(value) >= _SHORTEST and value in text:
                    return True
                left -= 1
                if not left:
                    return False
    return False


def _says_of(text: str, told: set[str]) -> bool:
    """Whether a text says one of two values of the other."""
    number = {value: _number(value) for value in told}
    written = [value if (n := number[value]) is None or value in text else f"{n:g}" for value in sorted(told)]
    if len(written) != 2 or any(value not in text for value in written):
        return False
    first, second = sorted(written, key=text.find)
    between = text[text.find(first) + len(first) : text.find(second)]
    return len(between) <= _FAR and _BINDING.issuperset(_SIGNS.sub(" ", between).lower().split())


def _stray(at: int, told: set[str], records: list[_Record], heard: str) -> Iterator[tuple[Stray, set[str]]]:
    """The value that does not go with the others that are told, if it is clear which one that is; and all of these."""
    # Of one name within another, the longer is meant.
    told = {value for value in told if not any(value != other and value in other for other in told)}
    if not 1 < len(told) <= _MOST_TOLD or any(told <= set(record.values()) for record in records):
        return
    keys = {value: {key for record in records for key, there in record.items() if there == value} for value in told}
    if any(keys[a] & keys[b] for a, b in combinations(told, 2)):
        return  # two of a kind: it tells of several
    shared = set.intersection(*(set(record.values()) for record in records))
    told = {value for value in told if value not in shared and not stands(value, heard)}
    offers = [(rest.pop(), record) for record in records if len(rest := told.difference(record.values())) == 1]
    if len(told) < 2 or not offers or (len(told) > 2 and len({value for value, _ in offers}) > 1):
        return
    value, record = min(offers, key=lambda offer: offer[0])
    key = min(keys[value])
    if key in record:
        sure = len(told) >= _SURE or any(looks_like_id(key, value) for value in told for key in keys[value])
        yield Stray(at, value, key, record[key], sure), told


class _Said:
    """What a reply tells."""

    def __init__(self, text: str, *, in_english: bool) -> None:
        self._text = text
        said = said_in(text)
        self._numbers = {value.number for value in said.values}
        self._minutes = {minutes for time in said.times for minutes in time.minutes}
        if not in_english:
            plain = plain_signs(text)
            self._numbers |= {meaning.number for one in foreign_numbers(plain) for meaning in one.meanings}
            self._minutes |= {minutes for time in foreign_times(plain) for minutes in time.minutes}

    def told(self, records: Iterable[_Record]) -> set[str]:
        """The values of `records` that it tells, however it writes them."""
        known = {value for record in records for value in record.values()}
        return {value for value in islice(sorted(known), _MOST_VALUES) if self._tells(value)}

    def _tells(self, value: str) -> bool:
        number = _number(value)
        if number is not None:
            return number in self._numbers
        if _is_time(value):
            return any(minutes in self._minutes for time in times_in(value) for minutes in time.minutes[:1])
        return len(value) >= _SHORTEST and stands(value, self._text)


@lru_cache(maxsize=4096)
def _number(value: str) -> float | None:
    try:
        return float(value) if value[:1].isdigit() and len(value) < _LONGEST_NUMBER else None
    except ValueError:
        return None


@lru_cache(maxsize=4096)
def _is_time(value: str) -> bool:
    return (
        len(value) <= _LONGEST_TIME and value[:1].isdigit() and any(len(value) == time.end for time in times_in(value))
    )
