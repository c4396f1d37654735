"""Values that a reply tells otherwise than the results have them. Each function is a kind; see `kinds`.

Only values that an earlier result really gave are changed: of others nobody could say which one is right. A changed value is
nowhere else in the dialogue, and it is changed everywhere in its reply.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeVar

from toolace_mt.corruption.damage import Damage, shuffled, text_damage
from toolace_mt.corruption.shapes import days_in, first_new, like_id, like_number, looks_like_id, other_day
from toolace_mt.corruption.transcript import Transcript, numbers_in
from toolace_mt.dialogue.turns import content_value

_AMOUNT = re.compile(
    r"(?:(?<=[$€£])|(?<=[$€£] ))\d[\d,]*(?:\.\d+)?(?![\w%]|\.\d)"
    r"|(?<![\w.,])\d[\d,]*(?:\.\d+)?(?= (?:dollars|USD|EUR|euros?)\b)"
)
_MOST_AMOUNTS = 40
_MOST_NAMES = 200
_TIME = re.compile(
    r"(?<![\d:])(\d{1,2}):(\d\d)(:\d\d)?(?![\d:])(?: ?([ap]\.?m\b\.?))?|\b(\d{1,2}) ?([ap]\.?m\b\.?)", re.IGNORECASE
)
_CODE = re.compile(r"(?<![\w#@./-])#?[A-Za-z0-9]+(?:[_-][A-Za-z0-9]+)*(?![\w@]|[./-]\w)")
_WORDS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_UNITS = "years|days|hours|minutes|seconds|weeks|months|times|stars|steps|percent"
_COUNT = re.compile(
    rf"(?<![\w.,$-])(\d{{1,3}}|{'|'.join(_WORDS[2:])}) (?:[a-z]{{3,15}} )?(?!(?:{_UNITS})\b)[a-z]{{3,15}}s\b",
    re.IGNORECASE,
)
_PEOPLE = (
    *("Amara Novak", "Tobias Lindqvist", "Yusuf Demir", "Priya Raman"),
    *("Elena Petrova", "Jonas Weber", "Mei Tanaka", "Luca Moretti"),
)
_PERSON = re.compile(
    r"(?:first|last|full|patient|doctor|customer|passenger|contact|employee|recipient\w{0,12})_?name|attendees",
    re.IGNORECASE,
)
_NAME = re.compile(r"[A-Z][^\W\d]*[a-z][^\W\d]*(?:[ '&.-]{1,3}[^\W\d]+){0,7}")

Value = TypeVar("Value")
Found = Iterator[tuple[str, str]]
"""(a part of a reply, another in its place)."""


def changed_amount(transcript: Transcript, rng: random.Random) -> Damage | None:
    """An amount of money in a reply is not the one that the result has."""
    given = first_given(transcript, numbers_in)

    def find(index: int, text: str) -> Found:
        for amount in told_amounts(given, index, text):
            after = first_new(
                lambda amount=amount: like_number(amount, rng),
                lambda made: next(numbers_in(made), None) not in transcript.numbers and not made.startswith("0"),
            )
            if after and len(amount) > 1:
                yield amount, after

    return _in_a_reply(transcript, rng, find)


def miscalculated_total(transcript: Transcript, rng: random.Random) -> Damage | None:
    """A sum or difference of amounts in a reply is wrong."""
    given = first_given(transcript, numbers_in)

    def find(index: int, text: str) -> Found:
        told = dict.fromkeys(_AMOUNT.findall(text)[:_MOST_AMOUNTS])
        amounts = {amount: next(numbers_in(amount), 0.0) for amount in told}
        sums = {round(a + sign * b, 2) for a in amounts.values() for b in amounts.values() for sign in (1, -1)}
        for amount, number in amounts.items():
            if number in sums and number >= 10 and given.get(number, index) >= index:
                after = like_number(amount, rng)
                if round(next(numbers_in(after), 0.0), 2) not in sums | transcript.numbers and not after.startswith(
                    "0"
                ):
                    yield amount, after

    return _in_a_reply(transcript, rng, find)


def changed_date(transcript: Transcript, rng: random.Random) -> Damage | None:
    """A date in a reply is some days off."""
    taken = {(day.month, day.day) for text in transcript.texts for day in days_in(text)}
    given = first_given(transcript, lambda text: ((day.month, day.day) for day in days_in(text)))

    def find(index: int, text: str) -> Found:
        for day in days_in(text):
            other = other_day(day, taken, rng) if given.get((day.month, day.day), index) < index else None
            if other:
                yield day.text, day.write(*other)

    return _in_a_reply(transcript, rng, find)


def changed_time(transcript: Transcript, rng: random.Random) -> Damage | None:
    """A time of day in a reply is another."""
    taken = {minutes for text in transcript.texts for minutes in map(_minutes, _TIME.finditer(text))}
    given = first_given(transcript, lambda text: map(_minutes, _TIME.finditer(text)))

    def find(index: int, text: str) -> Found:
        for found in _TIME.finditer(text):
            if given.get(_minutes(found), index) < index and (after := _other_time(found, taken, rng)):
                yield found[0], after

    return _in_a_reply(transcript, rng, find)


def _minutes(found: re.Match[str]) -> int:
    """Minutes on a clock's face: `5:30 pm`, `17:30` and `05:30` are the same."""
    return int(found[1] or found[5]) % 12 * 60 + int(found[2] or 0)


def _other_time(found: re.Match[str], taken: set[int], rng: random.Random) -> str | None:
    hour, rest = found[1] or found[5], found[0][len(found[1] or found[5]) :]
    latest = 12 if found[4] or found[6] else 23
    hours = [h for h in range(max(1, int(hour) - 3), min(latest, int(hour) + 3) + 1) if h != int(hour)]
    free = [h for h in hours if h % 12 * 60 + int(found[2] or 0) not in taken]
    return f"{rng.choice(free):0{len(hour)}}{rest}" if free else None


def changed_code(transcript: Transcript, rng: random.Random) -> Damage | None:
    """An identifier or code in a reply is not the one that the result has."""

    def find(index: int, text: str) -> Found:
        for code in told_codes(transcript, index, text):
            after = first_new(lambda code=code: like_id(code, rng), transcript.is_new)
            if after:
                yield code, after

    return _in_a_reply(transcript, rng, find)


def told_codes(transcript: Transcript, index: int, text: str) -> list[str]:
    """The identifiers and codes in the text of a reply that a result before it gave."""
    codes = [
        code
        for code in dict.fromkeys(_CODE.findall(text))
        if looks_like_id("", code) or (code.isdigit() and len(code) >= 6)
    ]
    return [code for code in codes if transcript.mentioned_before(index, code, "tool")]


def told_amounts(given: dict[float, int], index: int, text: str) -> list[str]:
    """The amounts of money in the text of a reply that a result before it gave. given: numbers by their first message."""
    return [amount for amount in _AMOUNT.findall(text) if given.get(next(numbers_in(amount), -1.0), index) < index]


def changed_count(transcript: Transcript, rng: random.Random) -> Damage | None:
    """A reply counts more or fewer things than the result has."""

    def find(index: int, text: str) -> Found:
        known = _counts_before(transcript, index)
        for found in _COUNT.finditer(text):
            number = int(found[1]) if found[1].isdigit() else _WORDS.index(found[1].lower())
            others = [n for n in (number - 2, number - 1, number + 1, number + 2) if n > 1 and n not in known]
            if number in known and others:
                yield found[0], _count_said(found[1], rng.choice(others)) + found[0][len(found[1]) :]

    return _in_a_reply(transcript, rng, find)


def _count_said(was: str, number: int) -> str:
    word = str(number) if was.isdigit() or number >= len(_WORDS) else _WORDS[number]
    return word.capitalize() if was[0].isupper() else word


def _counts_before(transcript: Transcript, index: int) -> set[int]:
    """What can be counted in the results directly before a reply."""
    known: set[int] = set()
    place = index - 1
    while transcript.role(place) == "tool":
        known |= _counts(transcript, place)
        place -= 1
    return known


def _counts(transcript: Transcript, result: int) -> set[int]:
    """The sizes of the lists in a result, and its whole numbers."""
    waiting: list[Any] = [content_value(transcript.texts[result])]
    sizes = {int(n) for n in numbers_in(transcript.texts[result]) if n < 1000 and n == int(n)}
    for there in waiting:  # grows while it is walked
        if isinstance(there, list):
            sizes.add(len(there))
            waiting += there
        elif isinstance(there, dict):
            waiting += there.values()
    return sizes


def changed_name(transcript: Transcript, rng: random.Random) -> Damage | None:
    """A reply names a person whom nobody spoke of."""
    people = [person for person in _PEOPLE if transcript.is_new(person)]
    given = _named(transcript, _PERSON)

    def find(index: int, text: str) -> Found:
        for names in given.values() if people else ():
            for name in _told(names, index, text):
                first, _, last = rng.choice(people).partition(" ")
                yield name, f"{first} {last}" if " " in name else first

    return _in_a_reply(transcript, rng, find)


def swapped_name(transcript: Transcript, rng: random.Random) -> Damage | None:
    """A reply names another of the things that the results have: the second hotel in place of the first."""
    given = _named(transcript)

    def find(index: int, text: str) -> Found:
        spoken = text.lower()
        for names in given.values():
            others = [name for name, place in names.items() if place < index and name.lower() not in spoken]
            for name in _told(names, index, text) if others else ():
                yield name, rng.choice(others)

    return _in_a_reply(transcript, rng, find)


def _named(transcript: Transcript, keys: re.Pattern[str] | None = None) -> dict[str, dict[str, int]]:
    """Key to the names that results have under it, each with the first message that has it."""
    found: dict[str, dict[str, int]] = {}
    for place, key, value in transcript.result_values:
        wanted = (keys is None or keys.fullmatch(key)) and isinstance(value, str) and 3 < len(value) <= 60
        if wanted and len(found.get(key, ())) < _MOST_NAMES and _NAME.fullmatch(value):
            found.setdefault(key, {}).setdefault(value, place)
    return found


def _told(names: dict[str, int], index: int, text: str) -> list[str]:
    """Those of `names` that a result before `index` gave and that `text` tells, as words of their own."""
    known = [name for name, place in names.items() if place < index and name in text]
    return [name for name in known if re.search(rf"\b{re.escape(name)}(?!\w)", text)]


def first_given(transcript: Transcript, values: Callable[[str], Iterable[Value]]) -> dict[Value, int]:
    """The values in the texts of results, each with the first message that has it."""
    return {value: place for place in reversed(transcript.results) for value in values(transcript.texts[place])}


def _in_a_reply(transcript: Transcript, rng: random.Random, find: Callable[[int, str], Found]) -> Damage | None:
    """One of the exchanges that `find` offers, in one of the replies that have any."""
    for index in shuffled(transcript.replies, rng):
        offers = [(before, after) for before, after in find(index, transcript.texts[index]) if before != after]
        if offers:
            return text_damage(transcript, index, *rng.choice(offers))
    return None
