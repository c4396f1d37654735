"""Dates and times that follow from those of results: in another zone, from a count of seconds, inside a stretch of days."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import combinations

from toolace_mt.rules.date_forms import SaidDate, SaidTime
from toolace_mt.rules.lazily import lazily

_MOMENT = re.compile(
    r"(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d)(?::\d\d(?:\.\d{1,9})?)?\s?(Z|UTC|GMT|[+-]\d\d:?\d\d)?)?", re.ASCII
)
_CLOCK = re.compile(r"(\d\d):(\d\d)(?::\d\d)?", re.ASCII)
_ZONE = re.compile(
    r"\b(?:UTC|GMT|[ECMP][SD]?T|CES?T|BST|IST|JST|AES?T)\b"
    r"|\b(?:local time|time ?zone|[A-Z]\w+ time|(?:AM|PM|\d\d:\d\d) in [A-Z])"
)
_MOST = 12
_LONGEST_STRETCH = 31
_EARLIEST, _LATEST = 100_000_000, 4_102_444_800
_SECONDS = {
    **{"second": 1, "sec": 1, "s": 1, "minute": 60, "min": 60, "hour": 3600, "hr": 3600, "h": 3600, "day": 86400},
    **{"night": 86400, "week": 604800},
}
_YEAR = 31_556_952


def speaks_of_zones(text: str) -> bool:
    """Whether a text names a time zone, or whose time it tells."""
    return _ZONE.search(text) is not None


def zones_in(text: str) -> set[str]:
    """The time zones that a text names, and those whose time it tells, as it has them."""
    return set(_ZONE.findall(text))


class Moments:
    """The moments that texts and counts of seconds since 1970 (or milliseconds) name."""

    def __init__(self, texts: Sequence[str], numbers: Sequence[float]) -> None:
        self._texts = texts
        self._numbers = numbers

    @lazily
    def all(self) -> list[tuple[datetime, bool]]:
        """(the moment, whether its zone is known) of the first ones."""
        found: list[tuple[datetime, bool]] = []
        for text in self._texts:
            for day, clock, zone in _MOMENT.findall(text):
                if (moment := _moment(f"{day}T{clock or '00:00'}")) is not None:
                    found.append((moment, bool(zone)))
            if clock := _CLOCK.fullmatch(text):
                found.append((datetime(2000, 1, 1) + timedelta(hours=int(clock[1]), minutes=int(clock[2])), False))
        return found[:_MOST] + [(moment, True) for moment in self._counted]

    @lazily
    def _counted(self) -> list[datetime]:
        seconds = [n if n < _LATEST else n / 1000 for n in self._numbers if n >= _EARLIEST]
        return [datetime.fromtimestamp(n, UTC).replace(tzinfo=None) for n in seconds if _EARLIEST <= n < _LATEST][
            :_MOST
        ]

    def has_time(self, said: SaidTime, zones: bool) -> bool:
        """Whether a clock somewhere shows this time at one of the moments; zones: whether zones are spoken of."""
        return any(
            (minutes - (moment.hour * 60 + moment.minute)) % 30 == 0
            for moment, known in self.all
            if (known and zones) or moment in self._counted
            for minutes in said.minutes
        )

    def has_date(self, said: SaidDate, zones: bool) -> bool:
        """Whether it is the day of a moment somewhere on earth, or one inside the one stretch of days that is given."""
        days = [moment.date() for moment in self._counted]
        days += [moment.date() for moment, known in self.all if known and zones]
        return any(_is_day(said, day + timedelta(days=step)) for day in days for step in (-1, 0, 1)) or any(
            _is_day(said, day) for day in self._stretch
        )

    @lazily
    def _stretch(self) -> list[date]:
        """The days from the first to the last one, where there are just two."""
        days = sorted({moment.date() for moment, _ in self.all if moment.year != 2000})
        if len(days) != 2 or (days[1] - days[0]).days > _LONGEST_STRETCH:
            return []
        return [days[0] + timedelta(days=n) for n in range((days[1] - days[0]).days + 1)]

    def lasts(self, value: float, unit: str) -> bool:
        """Whether two of the moments lie so many units apart, whole or as the part that remains: `3 hours 40 minutes`."""
        if unit not in _SECONDS and unit != "year":
            return False
        apart = [abs((one - other).total_seconds()) for (one, _), (other, _) in combinations(self.all[:_MOST], 2)]
        length = _SECONDS.get(unit, _YEAR)
        larger = {60: 3600, 3600: 86400}.get(length, 10**12)
        return any(value in (seconds // length, seconds % larger // length) for seconds in apart)


def _is_day(said: SaidDate, day: date) -> bool:
    orders = ((said.month, said.day), (said.day, said.month))[: 1 + said.swapped]
    return (day.month, day.day) in orders and said.year in (None, day.year)


def _moment(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if 2 <= found.year <= 9998 else None
