"""Dates and times that lie a known stretch of time from a known one: `10:00` and `40 minutes` lead to `10:40`."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from itertools import combinations, islice

from toolace_mt.rules.date_forms import SaidDate, SaidTime
from toolace_mt.rules.derived_times import zones_in
from toolace_mt.rules.lazily import lazily
from toolace_mt.rules.near_values import NearValues
from toolace_mt.rules.spoken_values import times_in_words

_DAY = 1440
_HALF_HOUR = 30
_WORKING_DAYS = 5
_MOST_ANCHORS = 40
_MOST_DAYS = 3660
# A rhythm, whose steps go on; and a step of one day or week that is named without a number.
_RHYTHM = {
    "daily": 1, "every day": 1, "each day": 1, "weekly": 7, "every week": 7, "each week": 7, "biweekly": 14,
    "every other week": 14, "every two weeks": 14, "fortnightly": 14, "every other day": 2,
}  # fmt: skip
_STEP = re.compile(
    r"\b(?:(?:the )?(?:day|night|evening) (?:before|after|prior|earlier|later)"
    r"|(?:next|following|previous|preceding) day|tomorrow)\b",
    re.IGNORECASE,
)
_WEEK_STEP = re.compile(
    r"\b(?:week (?:before|after|earlier|later)|(?:next|following|previous|last) week)\b", re.IGNORECASE
)
_ENDS = re.compile(r"\b(?:(?:end|last day|first|start|beginning) of|quarter|month's end|month-end)\b", re.IGNORECASE)
_MOST_REPEATS = 12
_MOST_WORKING_DAYS = 100
_LATEST_YEAR = 9000
_Date = tuple[int | None, int, int]


class ShiftedTimes:
    """What known dates and times come to, a stretch later or earlier that the last exchanges name."""

    def __init__(self, near: NearValues) -> None:
        self._near = near

    def leads_to_time(self, said: SaidTime, known: Iterable[int]) -> bool:
        """Whether a time lies such a stretch from one of `known`, in minutes of the day."""
        told = said.hour * 60 + said.minute
        anchors = {*islice(known, _MOST_ANCHORS), *times_in_words(self._near.asked.lower())}
        apart = {(told - one) % _DAY for one in anchors}
        return any(one % 720 in self._minutes or -one % 720 in self._minutes for one in apart)

    def may_be_elsewhere(self, said: SaidTime, known: Iterable[int]) -> bool:
        """Whether a time may be one of `known` in another time zone, which the reply names and nothing before it does."""
        told = said.hour * 60 + said.minute
        return self._tells_zone and any((told - one) % _HALF_HOUR == 0 for one in islice(known, _MOST_ANCHORS))

    @lazily
    def _tells_zone(self) -> bool:
        return not zones_in(self._near.reply) <= zones_in(f"{self._near.told}\n{self._near.system}")

    @lazily
    def _minutes(self) -> set[int]:
        """How far two times may lie apart on a clock of twelve hours: one stretch, or two after each other."""
        single = [one.minutes for one in self._near.durations if 0 < one.minutes < _DAY and not one.months]
        pairs = [first + second for first, second in combinations(single, 2)]
        return {one % 720 for one in (*single, *pairs) if one % _DAY}

    def leads_to_date(self, said: SaidDate, known: Iterable[_Date]) -> bool:
        """Whether a date lies such a stretch from one of `known`, or ends a month where ends are spoken of."""
        orders = ((said.month, said.day), (said.day, said.month))[: 1 + said.swapped]
        if _ENDS.search(self._words) is not None and any(_is_end(month, day) for month, day in orders):
            return True
        anchors = list(islice(_days(known, said.year), _MOST_ANCHORS))
        return any(
            self._lies_apart(anchor, day)
            for anchor in anchors
            for month, day_ in orders
            for day in _near_days(anchor, said.year, month, day_)
        )

    @lazily
    def _words(self) -> str:
        """The texts, and the names of what results give: a field `weekly` tells a rhythm."""
        names = " ".join(name.replace("_", " ") for _, name, _ in self._near.results)
        return f"{self._near.asked}\n{self._near.reply}\n{self._near.told}\n{names}"

    def _lies_apart(self, first: date, second: date) -> bool:
        earlier, later = sorted((first, second))
        return (
            (later - earlier).days in self._steps
            or any(later in _months_after(earlier, one.months) for one in self._near.durations if one.months)
            or any(
                second == _working_days_from(first, sign * (one.minutes // _DAY))
                for one in self._near.durations
                if one.working and one.minutes < _DAY * _MOST_WORKING_DAYS
                for sign in (1, -1)
            )
        )

    @lazily
    def _steps(self) -> set[int]:
        """How many days two dates may lie apart; of a stretch whose first day counts, one less."""
        words = self._words.lower()
        single = [one.minutes // _DAY for one in self._near.durations if one.minutes >= _DAY and not one.months]
        steps = {days for days in single if days < _MOST_DAYS}
        steps |= {first + second for first, second in combinations(single, 2) if first + second < _MOST_DAYS}
        steps |= {days - 1 for days in single if 1 < days < _MOST_DAYS}
        for rhythm, days in _RHYTHM.items():
            if rhythm in words:
                steps |= {days * n for n in range(1, _MOST_REPEATS + 1)}
        return steps | ({1} if _STEP.search(words) else set()) | ({7} if _WEEK_STEP.search(words) else set())


def _days(known: Iterable[_Date], year: int | None) -> Iterator[date]:
    for its_year, month, day in sorted(known, key=str, reverse=True):
        try:
            yield date(its_year or year or 2000, month, day)
        except ValueError:
            continue


def _is_end(month: int, day: int) -> bool:
    return day == 1 or (1 <= month <= 12 and day in (monthrange(2023, month)[1], monthrange(2024, month)[1]))


def _near_days(anchor: date, year: int | None, month: int, day: int) -> Iterator[date]:
    """The day of a year, or of the years around a known day where none is said."""
    for its_year in (year,) if year else range(anchor.year - 1, anchor.year + 2):
        try:
            yield date(its_year, month, day)
        except ValueError:
            continue


def _months_after(day: date, months: int) -> tuple[date, ...]:
    """The same day some months later, or the last one of a shorter month; and the day before."""
    place = day.year * 12 + day.month - 1 + months
    year, month = place // 12, place % 12 + 1
    if year > _LATEST_YEAR:
        return ()
    found = date(year, month, min(day.day, monthrange(year, month)[1]))
    return found, found - timedelta(days=1)


def _working_days_from(day: date, steps: int) -> date:
    """So many working days away."""
    weeks, rest = divmod(abs(steps), _WORKING_DAYS)
    sign = 1 if steps > 0 else -1
    found = day + timedelta(weeks=sign * weeks)
    while rest:
        found += timedelta(days=sign)
        rest -= found.weekday() < _WORKING_DAYS
    return found
