"""Values that a result gives in one form and a reply tells in another: `0.4` as 40 %, `07-18` as 7 am, `09/27` as 2027."""

from __future__ import annotations

import re

from toolace_mt.rules.date_forms import SaidTime
from toolace_mt.rules.lazily import lazily
from toolace_mt.rules.near_values import NearValues
from toolace_mt.rules.said_values import SaidValue

_COMMA = re.compile(r"\d{1,9},\d\d")
_SHARE = re.compile(r" ?(?:%|percent)")
_HOURS = re.compile(r"(?<![\d/:.-])([01]?\d|2[0-4])\s?[-\u2013]\s?([01]?\d|2[0-4])(?![\d/:.-])", re.ASCII)
_EXPIRY = re.compile(r"(?<![\d/])(?:0?[1-9]|1[0-2])/(\d\d)(?![\d/])", re.ASCII)
_GROUPS = re.compile(r"(?<!\w)\+?[A-Z]{0,2}\d{2,5}(?:[ -]\d{2,5}){2,11}(?!\w)", re.ASCII)
_NO_SIGN = re.compile(r"[^A-Za-z0-9]")
_BETWEEN_SIGNS = re.compile(r"(?<=\w)[ ().-]{1,3}(?=\d)")
_SURE_DIGITS = 9
_CENTURY = 2000


class Restated:
    """What the last exchanges give in another form; before: all texts before the reply, in lower case."""

    def __init__(self, near: NearValues, before: str) -> None:
        self._near = near
        self._before = before

    def has_number(self, value: SaidValue) -> bool:
        """Whether a number is a given one as a share, with a comma before its cents, as a year, or as part of a long code."""
        if _COMMA.fullmatch(value.text) and float(value.text.replace(",", ".")) in self._numbers:
            return True
        if _SHARE.match(self._near.reply, value.end) and round(value.number / 100, 6) in self._numbers:
            return True
        if value.number in self._years:
            return True
        return any(start <= value.start < end for start, end in self._codes)

    def has_time(self, said: SaidTime) -> bool:
        """Whether a time is one end of given hours, or a given number of seconds or minutes as a clock shows it."""
        if float(60 * said.hour + said.minute) in self._numbers and not said.half:
            return True
        return not said.minute and any(minutes // 60 in self._hours for minutes in said.minutes)

    @lazily
    def _numbers(self) -> set[float]:
        values = (value for _, _, value in (*self._near.results, *self._near.called))
        return {round(float(one), 6) for one in values if isinstance(one, int | float) and abs(one) < 1e15}

    @lazily
    def _hours(self) -> set[int]:
        return {int(hour) for found in _HOURS.findall(self._near.told) for hour in found}

    @lazily
    def _years(self) -> set[float]:
        return {float(_CENTURY + int(year)) for year in _EXPIRY.findall(self._near.told)}

    @lazily
    def _codes(self) -> list[tuple[int, int]]:
        """Where codes and phone numbers stand in groups that were given without them."""
        joined = _BETWEEN_SIGNS.sub("", self._before)
        found: list[tuple[int, int]] = []
        for one in _GROUPS.finditer(self._near.reply):
            code = _NO_SIGN.sub("", one[0]).lower()
            if code in joined or (len(code) > _SURE_DIGITS and code[-_SURE_DIGITS:].lstrip("0") in joined):
                found.append(one.span())
        return found
