"""Numbers, dates and times as languages other than English write them: `1.234,50`, `3万5千`, `14 h 30`, `3 de mayo`.

What is written one way may mean two: `1.234` is one and a bit, or a thousand and more. All meanings are given, and who asks
whether a value is known takes any of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from toolace_mt.rules.date_forms import SaidDate, dates_in, times_in, western_digits
from toolace_mt.rules.foreign_words import CLOCK, MONTHS, NUMERALS, SCALES, STACKED
from toolace_mt.rules.said_values import blanked

# Separators of Arabic; spaces that do not break, and thin ones; the sign of minus.
_PLAIN = str.maketrans(
    {"\u066b": ".", "\u066c": ",", "\u066a": "%", "\u00a0": " ", "\u202f": " ", "\u2009": " ", "\u2212": "-"}
)
# Vowels of Devanagari are no letters by themselves.
_LETTERS = r"[^\W\d_](?:[^\W\d_]|[\u0900-\u0963]){1,20}"
_NUMBER = re.compile(
    r"(?<![\d.,])(?<!\d )"
    r"(?:\d{1,3}(?:(?:[.]\d{3})+(?![.]?\d)|(?:,\d{3})+(?!,?\d)|(?: \d{3})+(?! ?\d)|(?:['\u2019]\d{3})+|"
    r"(?:,\d\d)+,\d{3})(?:[.,]\d+)?"
    r"|\d+(?:[.,]\d+)?)",
    re.ASCII,
)
_NUMBER_AFTER_SPACE = re.compile(r"\d+(?:[.,]\d+)*", re.ASCII)
_WORD = re.compile(rf"{_LETTERS}(?: millones)?[.\u0970]?")
_STACK = re.compile(f"[{''.join(STACKED)}]{{1,3}}")
_NUMERAL_RUN = re.compile(f"[{''.join(NUMERALS)}{''.join(STACKED)}]{{1,16}}")
_TEXT_DATE = re.compile(
    rf"(?<![\w.,:/])(\d{{1,2}})(?:er|re|\u00ba|\u00aa|\.\u00ba|o|\.)?(?: de|"
    rf" d['\u2019])?[ -]{{1,2}}({_LETTERS})(?:\.(?= \d))?"
    r"(?:,? (?:de |del )?((?:1[89]|2[01])\d\d)(?!\d))?"
)
_EAST_DATE = re.compile(
    r"(?:((?:1[89]|2[01])\d\d)\s?[年년]\s?)?(?<!\d)(\d{1,2})\s?[月월]\s?(\d{1,2})(?:\s?[日号號일])?(?!\d)"
)
_DAY_MONTH = re.compile(r"(?<![\w.,:/-])(\d{1,2})([./])(\d{1,2})(?:\2((?:1[89]|2[01])?\d\d))?(?![\d/]|[.,:]\d)")
# From one time to another.
_TO = re.compile(r"(?:(?<=\d:\d\d)|(?<=\dh)|(?<=h\d\d))[-\u2013~\uff5e](?=\d)")
_LARGEST = 1e18
_LONGEST = 24


class Meaning(NamedTuple):
    """What a number may mean, and half of the last place that is written."""

    number: float
    slack: float


class Number(NamedTuple):
    """A number at `start:end` of a text, with all that it may mean; the first one is what the form says at first sight."""

    start: int
    end: int
    meanings: tuple[Meaning, ...]
    scaled: bool


class Time(NamedTuple):
    """A time of day at `start:end`, as minutes since midnight: two where it may be before or after noon."""

    start: int
    end: int
    minutes: tuple[int, ...]


def plain_signs(text: str) -> str:
    """`text` with western digits and separators, of the same length."""
    return western_digits(text.replace("\uff0c", "\u3001")).translate(_PLAIN)  # `，` parts sentences, and no digits


def foreign_dates(text: str) -> list[SaidDate]:
    """The dates of a text with plain signs, in order; those of English and of machines too."""
    found = list(dates_in(text))
    rest = blanked(text, [(date.start, date.end) for date in found])
    found += [_date(one, one[1], int(one[2]), one[3]) for one in _EAST_DATE.finditer(rest)]
    named = ((one, MONTHS.get(one[2].lower())) for one in _TEXT_DATE.finditer(rest))
    found += [_date(one, one[3], month, one[1]) for one, month in named if month]
    return sorted(found)


def _date(found: re.Match[str], year: str | None, month: int, day: str) -> SaidDate:
    return SaidDate(found.start(), found.end(), int(year) if year else None, month, int(day))


def day_month(text: str, start: int) -> SaidDate | None:
    """The day and month that the number at `start` may be: `22.3.`, `11/06`."""
    found = _DAY_MONTH.match(text, start)
    if not found or not (1 <= int(found[1]) <= 31 and 1 <= int(found[3]) <= 12):
        return None
    year = int(found[4]) if found[4] and len(found[4]) == 4 else None
    return SaidDate(start, found.end(), year, int(found[3]), int(found[1]))


def foreign_times(text: str) -> list[Time]:
    """The times of day of a text with plain signs, in order."""
    text = _TO.sub("|", text)
    found = [Time(time.start, time.end, time.minutes) for time in times_in(text) if time.exists]
    rest = blanked(text, [(time.start, time.end) for time in found])
    for one in CLOCK.finditer(rest):
        hour, minute = int(one[1]), int(one[2] or one[3] or (30 if one[4] else 0))
        if hour <= 24:
            early = (60 * hour + minute) % 1440
            found.append(Time(one.start(), one.end(), (early, (early + 720) % 1440) if hour <= 12 else (early,)))
    return sorted(found)


def foreign_numbers(text: str) -> Iterator[Number]:
    """The numbers of a text with plain signs, each with all that it may mean."""
    done = 0
    for found in _NUMBER.finditer(text):
        if found.start() < done:
            continue
        meanings = _meanings(found[0][:_LONGEST])
        end, scale = _scale_after(text, found.end())
        if scale > 1:
            meanings = tuple([Meaning(m.number * scale, m.slack * scale) for m in meanings])
        smaller = scale
        while smaller > 1 and (more := _smaller_part(text, end, smaller)):
            meanings = tuple([Meaning(m.number + more[1], more[3] / 2) for m in meanings])
            end, smaller = more[0], more[2]
        done = end
        yield Number(found.start(), end, meanings, scale > 1)


def _smaller_part(text: str, start: int, scale: float) -> tuple[int, float, float, float] | None:
    """(end, what it adds, its own scale, its last place) of what follows a stacked scale: the `5千` of `3万5千`."""
    if text[start - 1 : start] not in STACKED:
        return None
    at = start + (text[start : start + 1] == " ")
    found = _NUMBER.match(text, at) or _NUMBER_AFTER_SPACE.match(text, at)
    if not found:
        return None
    end, own = _scale_after(text, found.end())
    value = max(_meanings(found[0][:_LONGEST])).number * own
    return (end, value, own, max(own, 1.0)) if own < scale and value < scale else None


def _scale_after(text: str, end: int) -> tuple[int, float]:
    """Where the words end that multiply a number, and what they multiply it with; 1 where there are none."""
    at = end + (text[end : end + 1] in (" ", "-"))
    if text[at : at + 1] in STACKED and (stack := _STACK.match(text, at)):
        scale = 1.0
        for sign in stack[0]:
            scale *= STACKED[sign]
        return stack.end(), scale
    found = _WORD.match(text, at)
    if not found:
        return end, 1.0
    word = found[0].lower().rstrip(".\u0970")
    scale = SCALES.get(word) or SCALES.get(word.partition(" ")[0])
    return (found.end(), scale) if scale else (end, 1.0)


@lru_cache(maxsize=4096)
def _meanings(digits: str) -> tuple[Meaning, ...]:
    signs = [sign for sign in digits if not sign.isdigit()]
    if not signs:
        return (Meaning(min(float(digits), _LARGEST), 0.5),)
    last = signs[-1]
    whole, _, rest = digits.rpartition(last)
    grouped = Meaning(float("".join(filter(str.isdigit, digits))), 0.5)
    parted = Meaning(float(f"{''.join(filter(str.isdigit, whole))}.{rest}"), 0.5 * 10.0 ** -len(rest))
    if last not in ".," or signs.count(last) > 1:
        return (grouped,)
    if len(signs) > 1 or len(rest) != 3 or digits[0] == "0":
        return (parted,)
    return (parted, grouped) if last == "." else (grouped, parted)


def numerals_in(text: str) -> set[float]:
    """The numbers that runs of Chinese, Japanese and Sino-Korean numerals come to: `三千五百`, `삼십만`, `3千`."""
    return {_numeral(found[0]) for found in _NUMERAL_RUN.finditer(text)}


@lru_cache(maxsize=4096)
def _numeral(run: str) -> float:
    total = part = digit = 0.0
    last = 10.0
    for sign in run:
        scale = STACKED.get(sign) or (10.0 if NUMERALS[sign] == 10 else 0.0)
        if not scale:
            digit = digit * 10 + NUMERALS[sign]
            continue
        if scale >= 1e4:
            higher = total if total < scale else 0.0  # `十万亿`, but `1亿2千万`
            total, part = total - higher + (higher + part + digit or 1.0) * scale, 0.0
        else:
            part += (digit or 1.0) * scale
        digit, last = 0.0, scale
    # `一万二`: the last digit stands for the next lower place.
    return total + part + (digit * last / 10 if digit and digit < 10 and last > 10 and run[-2:-1] in STACKED else digit)
