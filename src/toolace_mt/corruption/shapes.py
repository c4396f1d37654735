"""Values as they look: which are identifiers, dates, amounts; and others of the same look."""

from __future__ import annotations

import random
import re
from calendar import monthrange
from collections.abc import Callable
from itertools import pairwise
from typing import Any, NamedTuple

_ID_NAME = re.compile(
    r"(?:^|_)(?:ids?|uuid|token|code|number|no|reference|ref|confirmation|sku|email)s?$", re.IGNORECASE
)
_NO_ID_NAME = re.compile(r"phone|mobile|password|pin$|zip|postal|amount|price|number_of")
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_DATE_OR_TIME = re.compile(r"\d{1,4}[-/.:]\d{1,2}(?:[-/.:]\d{1,4})?(?:[T ].{0,20})?|\d{1,2}:\d\d.{0,8}")
_WORD = re.compile(r"[A-Za-z0-9]+")
_PREFIXED = re.compile(r"[A-Za-z]+\d+")
_ISO = re.compile(r"(?<![\d-])(\d{4})-(\d\d)-(\d\d)(?![\d-])")
_TRIES = 12

MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)


def looks_like_id(name: str, value: Any) -> bool:
    """Whether a parameter's value names one thing: by its look (`#W9502127`, `credit_card_5634230`), or by the parameter."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        return False
    text = str(value)
    if not 3 <= len(text) <= 60 or any(sign.isspace() for sign in text) or not any(sign.isdigit() for sign in text):
        return False
    words = _CAMEL.sub("_", name).lower()
    if _DATE_OR_TIME.fullmatch(text) or _NO_ID_NAME.search(words):
        return False
    if _ID_NAME.search(words):
        return True
    digits = sum(sign.isdigit() for sign in text)
    return isinstance(value, str) and any(sign.isalpha() for sign in text) and digits >= 3


def first_new(candidates: Callable[[], str], is_new: Callable[[str], bool]) -> str | None:
    """The first of a few candidates that is new, None where none is."""
    return next((made for made in (candidates() for _ in range(_TRIES)) if is_new(made)), None)


def like_id(value: str, rng: random.Random) -> str:
    """Another identifier of the same look: one sign mistaken, or all of its changing part invented."""
    parts = [found.span() for found in _WORD.finditer(value) if any(sign.isdigit() for sign in found[0])]
    if not parts:
        return value
    start, end = rng.choice(parts)
    changing = _changing(value[start:end])
    places = [start + i for i in changing]
    chosen = places if rng.random() < 0.5 else [rng.choice(places)]
    signs = list(value)
    for place in chosen:
        signs[place] = _other_sign(signs[place], rng)
    return "".join(signs)


def _changing(word: str) -> list[int]:
    """The places that tell one identifier from another: the digits of `HAT030`, all of `4XGCCM`."""
    digits = [i for i, sign in enumerate(word) if sign.isdigit()]
    return digits if word.isdigit() or _PREFIXED.fullmatch(word) else list(range(len(word)))


def _other_sign(sign: str, rng: random.Random) -> str:
    if sign.isdigit():
        return rng.choice([d for d in ("123456789" if sign != "0" else "0123456789") if d != sign])
    letters = "ABCDEFGHJKLMNPQRSTUVWXYZ"
    return rng.choice([c for c in (letters if sign.isupper() else letters.lower()) if c != sign])


def like_number(text: str, rng: random.Random) -> str:
    """Another number as one slips: a digit mistaken, or two neighbours exchanged; signs between digits stay."""
    places = [i for i, sign in enumerate(text) if sign.isdigit()]
    signs = list(text)
    exchangeable = [(a, b) for a, b in pairwise(places) if text[a] != text[b] != "0"]
    if exchangeable and rng.random() < 0.4:
        a, b = rng.choice(exchangeable)
        signs[a], signs[b] = signs[b], signs[a]
    elif places:
        whole = text.find(".")
        telling = [i for i in places if whole < 0 or i < whole] or places
        place = rng.choice(telling[:4])
        signs[place] = _other_sign(signs[place] if signs[place] != "0" or place != places[0] else "9", rng)
    return "".join(signs)


class Day(NamedTuple):
    """A date as it is written. year: None where it is not. write: the same form with another day."""

    year: int | None
    month: int
    day: int
    text: str
    write: Callable[[int, int], str]


_NAMES = "|".join(f"{name}|{name[:3]}" for name in MONTHS)
_SPOKEN = re.compile(
    rf"\b(?:(?P<m1>{_NAMES})\.? (?P<d1>\d{{1,2}})(?P<s1>st|nd|rd|th)?"
    rf"|(?P<d2>\d{{1,2}})(?P<s2>st|nd|rd|th)?(?P<of> of)? (?P<m2>{_NAMES}))\b"
)


def days_in(text: str) -> list[Day]:
    """The dates in a text: `2024-05-16`, `May 16`, `March 8th`, `16 May`, `8th of March`."""
    iso = [
        Day(int(found[1]), int(found[2]), int(found[3]), found[0], _iso_writer(found[1]))
        for found in _ISO.finditer(text)
    ]
    spoken = [_spoken_day(found) for found in _SPOKEN.finditer(text)]
    return [day for day in (*iso, *spoken) if 1 <= day.month <= 12 and 1 <= day.day <= 31]


def _iso_writer(year: str) -> Callable[[int, int], str]:
    return lambda month, day: f"{year}-{month:02}-{day:02}"


def _spoken_day(found: re.Match[str]) -> Day:
    name, day = found["m1"] or found["m2"], int(found["d1"] or found["d2"])
    month = next(number for number, full in enumerate(MONTHS, 1) if full.startswith(name))
    suffixed = bool(found["s1"] or found["s2"])

    def write(month: int, day: int) -> str:
        shown = MONTHS[month - 1] if len(name) > 3 else MONTHS[month - 1][:3]
        number = f"{day}{ordinal(day)}" if suffixed else str(day)
        return f"{shown} {number}" if found["m1"] else f"{number}{found['of'] or ''} {shown}"

    return Day(None, month, day, found[0], write)


def ordinal(day: int) -> str:
    """`st`, `nd`, `rd` or `th`."""
    return "th" if 10 <= day % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")


def other_day(day: Day, taken: set[tuple[int, int]], rng: random.Random) -> tuple[int, int] | None:
    """(month, day) near `day`, which exists in its year and is not taken."""
    last = monthrange(day.year or 2023, day.month)[1] if not day.year or 1 <= day.year <= 9999 else 28
    near = [d for d in range(max(1, day.day - 9), min(last, day.day + 9) + 1) if (day.month, d) not in taken]
    near = [d for d in near if d != day.day]
    return (day.month, rng.choice(near)) if near else None
