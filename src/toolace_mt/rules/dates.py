"""Dates and times that cannot be: no such day, no such hour, another weekday, the end before the beginning."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

from toolace_mt.rules.date_forms import AFTER_MONTH, SaidDate, dates_in, times_in, western_digits
from toolace_mt.rules.reading import Reading
from toolace_mt.schema.names import words
from toolace_mt.types import Action, Finding, ToolCall


def _words_of(text: str) -> frozenset[str]:
    return frozenset(text.split())


# What can be impossible: a day after the 28th or the 0th beside a month, a month after the 12th, an hour after 23, a minute
# after 59. Most texts have none, and are told so fast, as the search goes from number to number.
_HIGH_DAY = r"(?:(?<=2)9|(?<=[3-9])[0-9]|(?<=0)0?)(?![0-9])"
# What stands behind a number that can be one of these: most numbers are told from them by that.
_BESIDE_TIME = r"(?=[0-9]{0,3}(?:[-/.:\s\u5e74\ub144]|[snrtap]))"
_SUSPECT = re.compile(
    rf"[0-9](?<![0-9][0-9])(?:{AFTER_MONTH}{_HIGH_DAY}"
    r"|(?<=the [0-9])(?:(?<=2)9|(?<=[3-9])[0-9])(?![0-9])"
    rf"|{_BESIDE_TIME}(?:[0-9]?:[6-9]|(?:(?<=2)[4-9]|(?<=[3-9])[0-9]):[0-9]|(?:(?<=1)[3-9]|(?<=[2-9])[0-9])\s?[ap]\.?m"
    r"|[0-9]{3}(?:\s?[\u5e74\ub144]|([-/.])(?:(?:0?0|1[3-9]|[2-9][0-9])\1[0-9]|[0-9]{1,2}\1(?:0?0(?![0-9])|29|[3-9][0-9])))"
    r"|[0-9]?([-/.])[0-9]{1,2}\2[0-9]{4}"
    rf"|{_HIGH_DAY}(?:(?:st|nd|rd|th)?[ -](?:of )?[jfmasond][aepuco])))",
    re.IGNORECASE,
)
_DAYS = ("nday", "sday", "iday", "rday")
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_WEEKDAY_BEFORE = re.compile(
    r"\b(mon|tue|wed|thu|fri|sat|sun)(?:s|nes|rs|ur)?(?:day)?(?:,| the|, the)? $", re.IGNORECASE
)
_WEEKDAY_AFTER = re.compile(r",? ?\(?(mon|tues|wednes|thurs|fri|satur|sun)day\b", re.IGNORECASE)
_TIME_BEFORE = re.compile(r"(?:\b(?:at|by|from|until|till|before|after|time)|\dT|@)[: ]*$", re.IGNORECASE)
# Names of times of day; `cook_time` and `duration` take minutes and seconds, as `set_timer` does.
_TIME_NAME = re.compile(r"(?<!run)time|hour|clock", re.IGNORECASE)
_CLOCK_WORDS = _words_of(
    "start end begin departure depart departs arrival arrive pickup pick dropoff drop check checkin checkout appointment "
    "meeting reservation booking alarm opening closing open close reminder wake due scheduled schedule delivery event local "
    "current preferred desired requested new clock day from to until"
)
_NO_CLOCK_WORDS = _words_of("timer stopwatch countdown interval duration cook cooking bake baking lap workout")
_BARE_NAMES = frozenset({"time", "times", "hour", "hours", "clock", "of"})
_LONGEST_BEFORE = 16
_LONGEST_NAME = 128
_LINK = re.compile(r"https?://\S*|www\.\S*")
_DATE_ALONE = re.compile(r"\d{4}-\d{1,2}-\d{1,2}(?:[T ]\d{2}:\d{2}.{0,16})?", re.DOTALL)
_TIME_ALONE = re.compile(r"\d{1,2}:(\d{2})(?::\d{2})?(\s?[ap]\.?m\.?)?", re.IGNORECASE)
# Names of parameters that are the two ends of one stretch of time.
_ENDS = (
    ("start", "end"),
    ("begin", "end"),
    ("from", "to"),
    ("departure", "return"),
    ("depart", "return"),
    ("outbound", "inbound"),
    ("check_in", "check_out"),
    ("checkin", "checkout"),
    ("pick_up", "drop_off"),
    ("pickup", "dropoff"),
)
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


def impossible_date(reading: Reading) -> list[Finding]:
    """No call, reply or message names a day that the calendar, or an hour that a clock, does not have.

    An error in a call, a warning where it is only said. A weekday that does not fit a full date is a warning.
    """
    findings: list[Finding] = []
    if not _may_be_wrong(western_digits(reading.written)):
        return findings
    for at, turn in enumerate(reading.turns):
        if turn.text:
            findings += [
                Finding(rule="impossible-date", severity="warning", turn=at, detail=detail)
                for detail in _said(turn.text)
            ]
        for call in turn.calls if isinstance(turn, Action) else ():
            if not call.faulty:
                findings += _given(at, call)
    return findings


def date_order(reading: Reading) -> list[Finding]:
    """No call asks for a stretch of time that ends before it begins: a return before the departure."""
    return [
        Finding(
            rule="date-order",
            severity="warning",
            turn=one.at,
            call_id=one.call.id,
            detail=f"{one.call.name}: {last} {ended} is before {first} {began}",
        )
        for one in reading.answered
        if len(one.call.arguments) > 1 and not one.call.faulty
        for first, began, last, ended in _turned_round(one.call.arguments)
    ]


def _given(at: int, call: ToolCall) -> Iterator[Finding]:
    """What is impossible in the arguments of a call. A date alone is meant as one, and so is a time under a name of one."""
    for name, value in _texts(call.arguments):
        if not _may_be_wrong(western_digits(value)):  # so it is with nearly all
            continue
        time = _TIME_ALONE.fullmatch(value)
        alone = _DATE_ALONE.fullmatch(value) or (time and (time[2] or _TIME_NAME.search(name)))
        sure = alone and (time is None or time[2] or int(time[1]) > 59 or _is_clock(call.name, name))
        for detail in _said(f"at {value}" if alone else value):
            yield Finding(
                rule="impossible-date",
                severity="error" if sure else "warning",
                turn=at,
                call_id=call.id,
                detail=f"{call.name}: {detail}",
            )


def _is_clock(tool: str, name: str) -> bool:
    """Whether a parameter takes a time of day, and no stretch of minutes and seconds: `45:00` may be one."""
    named = frozenset(words(name[:_LONGEST_NAME]))
    if not _NO_CLOCK_WORDS.isdisjoint((*words(tool[:_LONGEST_NAME]), *named)):
        return False
    return named <= _BARE_NAMES or not named.isdisjoint(_CLOCK_WORDS)


def _texts(arguments: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """(name, text) of the texts at any depth; those of a list have its name."""
    rest: list[tuple[str, Any]] = [("", arguments)]
    while rest:
        name, value = rest.pop()
        if isinstance(value, str):
            yield name, value
        elif isinstance(value, dict):
            rest += [(str(key), inner) for key, inner in value.items()]
        elif isinstance(value, list | tuple):
            rest += [(name, inner) for inner in value]


def _may_be_wrong(text: str) -> bool:
    """Whether a text may have an impossible date or time, or a weekday that does not fit one."""
    return _SUSPECT.search(text) is not None or ("day" in text and any([day in text for day in _DAYS]))  # noqa: C419 - faster


def _said(text: str) -> list[str]:
    """What is wrong with the dates and times in a text, each once."""
    text = western_digits(text)
    if not _may_be_wrong(text):
        return []
    text = _LINK.sub(" ", text) if "://" in text or "www." in text else text
    told = [detail for said in dates_in(text) for detail in _wrong_date(text, said)]
    for time in times_in(text):
        before = text[max(time.start - _LONGEST_BEFORE, 0) : time.start]
        if not time.exists and (time.half or _TIME_BEFORE.search(before)):
            told.append(f"{text[time.start : time.end]!r} is no time of day")
    return sorted(set(told))


def _wrong_date(text: str, said: SaidDate) -> Iterator[str]:
    shown = text[said.start : said.end]
    if not said.exists:
        if shown.count(".") > 1:  # `2024.31.7` is a version
            return
        yield f"{shown!r} is no day of the calendar"
        return
    day = said.day_of_year
    if day is None or said.swapped:
        return
    before = text[max(said.start - _LONGEST_BEFORE, 0) : said.start]
    found = _WEEKDAY_BEFORE.search(before) or _WEEKDAY_AFTER.match(text, said.end)
    if found and _WEEKDAYS.index(found[1][:3].lower()) != day.weekday():
        yield f"{shown!r} is a {day:%A}, not a {_full(found[1])}"


def _full(weekday: str) -> str:
    return f"{date(2024, 1, 1 + _WEEKDAYS.index(weekday[:3].lower())):%A}"


def _turned_round(arguments: dict[str, Any]) -> Iterator[tuple[str, str, str, str]]:
    """(first, its value, last, its value) of the ends that are the wrong way round; only full dates count."""
    days = {
        _HUMP.sub("_", name).lower(): (name, value, day)
        for name, value in arguments.items()
        if isinstance(value, str) and _DATE_ALONE.fullmatch(value) and (day := _only_day(value)) is not None
    }
    if len(days) < 2:
        return
    for first, last in _ENDS:
        for name, (began_name, began, began_day) in days.items():
            other = days.get(name.replace(first, last)) if first in name else None
            if other is not None and other[2] < began_day:
                yield began_name, began, other[0], other[1]


def _only_day(value: str) -> date | None:
    said = next(iter(dates_in(value)), None)
    return said.day_of_year if said else None
