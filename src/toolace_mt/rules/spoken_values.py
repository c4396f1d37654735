"""What people say in words where a reply writes signs: `two hundred and ten`, `half past three`, `next Friday`, `the 12th`."""

from __future__ import annotations

import re
from datetime import date

from toolace_mt.rules.date_forms import SaidDate, SaidTime

_VALUES = {
    **{"zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9},
    **{"ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16},
    **{"seventeen": 17, "eighteen": 18, "nineteen": 19, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50},
    **{"sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90, "first": 1, "second": 2, "third": 3, "fourth": 4},
    **{"fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8, "ninth": 9, "tenth": 10, "eleventh": 11, "twelfth": 12},
    **{
        "noon": 12,
        "midday": 12,
        "midnight": 12,
        "dozen": 12,
        "couple": 2,
        "twice": 2,
        "both": 2,
        "double": 2,
        "pair": 2,
    },
}
_SCALES = {"hundred": 100, "thousand": 1000, "k": 1000, "million": 1_000_000}
# Any word: to look for those of numbers alone would take ten times as long.
_WORD = re.compile(r"\b[A-Za-z]+\b")
_NUMBER_WORDS = frozenset((*_VALUES, *_SCALES, "and"))
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_WEEKDAY = re.compile(r"\b(mon|tue|wed|thu|fri|sat|sun)(?:s|nes|rs|ur)?(?:day)?s?\b")
_NEAR_DAY = re.compile(
    r"\b(?:to(?:day|night|morrow)|yesterday|day (?:before|after)|(?:next|following|previous) (?:day|morning|evening))\b"
)
WORD_OF_NUMBER = rf"(?:{'|'.join(sorted(_VALUES, key=len, reverse=True))})"
_COUNT_OF_DAYS = re.compile(rf"\b(\d{{1,2}}|{WORD_OF_NUMBER})[ -](day|night|week)")
_ORDINAL = re.compile(
    r"\b(\d{1,2})(?:st|nd|rd|th)\b|\bthe (\d{1,2})\b(?![:.,]\d)|\b(?:on|from|to|until) (\d{1,2})\b(?![:.,]\d)"
)
_CLOCK = re.compile(
    rf"\b(?P<part>half|quarter) (?P<way>past|after|to|before|till) (?P<h1>\d{{1,2}}|{WORD_OF_NUMBER})\b"
    rf"|\b(?:at|by|around|about|after|before|from|to|until|till|for|past) (?P<h2>\d{{1,2}}|{WORD_OF_NUMBER})\b(?![:.]\d)"
    rf"|\b(?P<h3>\d{{1,2}}|{WORD_OF_NUMBER}) (?:o'?.?clock|in the (?:morning|afternoon|evening)|tonight|sharp)"
    r"|\b(?P<h4>noon|midday|midnight)\b"
    rf"|\b(?:morning|afternoon|evening|tonight|night),? (?P<h5>\d{{1,2}}|{WORD_OF_NUMBER})\b(?![:.]\d)"
)
_FARTHEST = 15
_LARGEST = 10**15


def numbers_in_words(text: str) -> set[float]:
    """The numbers that English words name: each alone, and what a run of them comes to."""
    found: set[float] = set()
    total = part = 0
    end = -2
    for match in _WORD.finditer(text):
        word = match[0].lower()
        if word not in _NUMBER_WORDS:
            continue
        if text[end : match.start()].strip(" -"):
            found |= {float(total + part)}
            total = part = 0
        end = match.end()
        if word in _VALUES:
            part += _VALUES[word]
            found.add(float(_VALUES[word]))
        elif word == "hundred":
            part = min((part or 1) * 100, _LARGEST)
        elif word in _SCALES:
            total, part = min(total + (part or 1) * _SCALES[word], _LARGEST), 0
        found.add(float(total + part))
    return found


def times_in_words(heard: str) -> set[int]:
    """Minutes on a clock of 12 hours that `heard` (in lower case) speaks of: `half past 3`, `at six`, `noon`."""
    found: set[int] = set()
    for match in _CLOCK.finditer(heard):
        hour = _number(match["h1"] or match["h2"] or match["h3"] or match["h4"] or match["h5"])
        part = {"half": 30, "quarter": 15}.get(match["part"] or "", 0)
        found.add((60 * hour + (-part if match["way"] in ("to", "before", "till") else part)) % 720)
    return found


def may_be_spoken_time(said: SaidTime, heard: str) -> bool:
    """Whether people who said `heard` (in lower case) may mean this time."""
    return (60 * said.hour + said.minute) % 720 in times_in_words(heard)


def may_be_relative(said: SaidDate, heard: str, anchors: list[date]) -> bool:
    """Whether people who said `heard` (in lower case) may mean this day: by its number alone, or counted from an anchor.

    Where no full date is known, nobody can count: an assistant has a clock of its own.
    """
    if said.day in {int(one or two or three) for one, two, three in _ORDINAL.findall(heard)}:
        return True
    weekdays = {_WEEKDAYS.index(found) for found in _WEEKDAY.findall(heard)}
    near = bool(_NEAR_DAY.search(heard))
    counts = {_number(count) * (7 if unit == "week" else 1) for count, unit in _COUNT_OF_DAYS.findall(heard)}
    if "week" in heard:
        counts |= {7}
    if not (weekdays or near or counts or "month" in heard or _spoken_day(said.day, heard)):
        return False
    return not anchors or any(
        _follows(said, anchor, weekdays, counts | ({0, 1} if near else set())) for anchor in anchors
    )


def _spoken_day(day: int, heard: str) -> bool:
    return float(day) in numbers_in_words(heard)


def _follows(said: SaidDate, anchor: date, weekdays: set[int], steps: set[int]) -> bool:
    try:
        day = date(said.year or anchor.year, said.month, said.day)
    except ValueError:
        return False
    apart = abs((day - anchor).days)
    return apart in steps or (apart <= _FARTHEST and day.weekday() in weekdays)


def spoken_number(word: str) -> float:
    """What one word of those that `WORD_OF_NUMBER` finds comes to, in lower case."""
    return float(_VALUES[word])


def _number(text: str) -> int:
    return int(text) if text.isdigit() else _VALUES[text]
