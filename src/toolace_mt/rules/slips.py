"""Whether a value that nothing gives looks like one that was given, told wrongly.

What a reply tells and nothing gives may have been worked out in ways that no rule foresees: other units, rates, means, what
everybody knows. Such a value stands near no given one. A slip does: one digit is another, two have changed places, a day or an
hour has moved. So only a slip is nearly certain to be a mistake.
"""

from __future__ import annotations

from collections.abc import Iterable

from toolace_mt.rules.date_forms import SaidDate, SaidTime

_SHORTEST = 3
_HOUR = 60
_DAY = 24 * _HOUR
_Date = tuple[int | None, int, int]


def is_number_slip(number: float, decimals: int, heard: Iterable[float], shortest: int = _SHORTEST) -> bool:
    """Whether a number, told with so many decimals, is a heard one but for a digit, or for two that have changed places.

    shortest: how many digits it has at least; with fewer, some other number is always near.
    """
    told = f"{number:.{decimals}f}"
    if sum(map(str.isdigit, told)) < shortest:
        return False
    return any(_is_slip(told, f"{one:.{decimals}f}") for one in heard if _is_exact(one, decimals))


def _is_exact(number: float, decimals: int) -> bool:
    """Whether it is the same with so many decimals: what is rounded there is another number anyway."""
    return abs(number) < 1e15 and round(number, decimals) == number


def _is_slip(told: str, heard: str) -> bool:
    if len(told) != len(heard) or told == heard:
        return False
    apart = [(one, other) for one, other in zip(told, heard, strict=True) if one != other]
    return len(apart) == 1 or (len(apart) == 2 and apart[0] == apart[1][::-1])


def is_date_slip(said: SaidDate, heard: Iterable[_Date]) -> bool:
    """Whether a heard date is the same but for its day, or but for its month."""
    return any(
        (year is None or said.year is None or year == said.year) and (month == said.month) != (day == said.day)
        for year, month, day in heard
    )


def is_time_slip(said: SaidTime, heard: Iterable[int]) -> bool:
    """Whether a heard time, in minutes of the day, has the same hour or is some hours away, on a clock of twelve or of 24."""
    told = said.hour * _HOUR + said.minute
    return any(
        (told - one) % _HOUR == 0 or (told // _HOUR - one // _HOUR) % 12 == 0 for one in heard if (told - one) % _DAY
    )
