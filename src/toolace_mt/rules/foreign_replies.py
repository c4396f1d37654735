"""Values in replies of dialogues that are not in English: each may mean what any language's way of writing makes of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import combinations, islice

from toolace_mt.rules.computed_values import is_computed, is_rounded
from toolace_mt.rules.date_forms import SaidDate, SaidTime
from toolace_mt.rules.derived_values import DerivedValues
from toolace_mt.rules.foreign_values import (
    Meaning,
    Number,
    Time,
    day_month,
    foreign_dates,
    foreign_numbers,
    foreign_times,
    numerals_in,
    plain_signs,
)
from toolace_mt.rules.foreign_words import NUMERALS
from toolace_mt.rules.known_values import KnownValues
from toolace_mt.rules.lazily import lazily
from toolace_mt.rules.near_values import NearValues
from toolace_mt.rules.reading import Reading
from toolace_mt.rules.restated import Restated
from toolace_mt.rules.said_values import SaidValue, blanked, said_in
from toolace_mt.rules.shifted_times import ShiftedTimes
from toolace_mt.rules.slips import is_date_slip, is_number_slip, is_time_slip
from toolace_mt.rules.worked_out import WorkedOut
from toolace_mt.types import Action, Finding, Severity

_DIGIT = re.compile(r"\d")
_MARK = re.compile(r"^[ \t>*#_-]{0,12}\d{1,2}[.)、:](?=\D)", re.MULTILINE)
_LINK = re.compile(r"https?://\S{1,2000}")
_CODE = re.compile(r"(?<![\w-])[^\W\d_]{1,6}-\d{3,12}(?:-\d{1,12})*(?![\w-])")
_DIGIT_RUN = re.compile(r"[+(]?\d[\d ().+/-]*\d")
_BETWEEN_DIGITS = re.compile(r"(?<=\d)[ ().+/-]{1,3}(?=\d)")
_MONEY_BEFORE = re.compile(r"(?:[$\u20ac\u00a3\u00a5\uffe5\u20b9\u20a9\u20bd\u20ba]|\b(?:R\$|EUR|USD|MXN|Rs\.?)) ?$")
_MONEY_AFTER = re.compile(
    r" ?(?:[$\u20ac\u00a3\u00a5\u20b9\u20a9\u20bd\u20ba\u5143\u5757\u5186\uc6d0]|(?:EUR|USD|MXN|euros?|pesos|"
    r"reais|d[o\u00f3]lares|"
    r"dollars|\u0440\u0443\u0431|\u0631\u064a\u0627\u0644|\u062f\u0631\u0647\u0645|\u062c\u0646\u064a\u0647|"
    r"\u062f\u064a\u0646\u0627\u0631|\u0930\u0941\u092a))",
    re.IGNORECASE,
)
_RATE = re.compile(
    r"(?<![\d.,])(\d{1,3}(?:[.,]\d{1,4})?) ?(?:%|Prozent|por ciento|por cento|pour cent|per cento|"
    r"\u043f\u0440\u043e\u0446\u0435\u043d\u0442|\ud37c\uc13c\ud2b8|"
    r"\u30d1\u30fc\u30bb\u30f3\u30c8|\u092a\u094d\u0930\u0924\u093f\u0936\u0924)"
)
# Tenths: `三成`, `8折`, `3割`.
_TENTHS = re.compile("([1-9]|[\u4e00\u4e8c\u4e09\u56db\u4e94\u516d\u4e03\u516b\u4e5d])[\u6210\u5272\u6298]")
_MOST_VALUES = 300
_MOST_KNOWN = 400
_SMALL = 12
_LOOSE = 60
_FEWEST_OF_PHONE, _SURE_OF_PHONE = 6, 9
_CODE_DIGITS = 5
_SHORT_STRETCH, _LONG_STRETCH = 5, 600
_LARGEST_PRICE = 1e9
_NEAR_DAYS = frozenset({1, 2, 7, 14})
_MOST_TIMES = 12
_HALF = 0.5


class ForeignReplies:
    """Finds values from nowhere in the replies of one dialogue."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self._known = KnownValues(reading)

    def findings(self) -> Iterator[Finding]:
        """What replies state and nothing before them gives, each once."""
        for at, turn in enumerate(self._reading.turns):
            if turn.text and isinstance(turn, Action):
                plain = plain_signs(turn.text)
                if not _DIGIT.search(plain):
                    continue
                for (start, end), severity in _Reply(self._reading, self._known, at, plain).judged().items():
                    detail = f"the reply states {turn.text[start:end]!r}, which nothing before it gives"
                    yield Finding(rule="ungrounded-reply", severity=severity, turn=at, detail=detail)


class _Given:
    """What the texts before one reply give, in all meanings."""

    def __init__(self, reading: Reading, known: KnownValues, at: int) -> None:
        self.text = spoken = plain_signs("\n".join([known.text_before(at), known.given_next(at)]))
        self.dates = {(date.year, date.month, date.day) for date in foreign_dates(spoken)} | known.dates_before(at)
        self.times = {m for time in foreign_times(spoken) for m in time.minutes} | set(known.times_before(at))
        self.exact = {m.number for one in foreign_numbers(spoken) for m in one.meanings} | set(known.numbers_before(at))
        self.numerals = numerals_in(plain_signs("\n".join([text for turn, text in reading.requests if turn < at])))

    @lazily
    def joined(self) -> str:
        """The text, with nothing between digits that stand in groups."""
        return _BETWEEN_DIGITS.sub("", self.text)

    @lazily
    def parts(self) -> set[float]:
        """What is told alone: the day of a date, the minutes of a time, the cents of a price."""
        of_times = {part for minutes in self.times for part in (minutes // 60, minutes % 60)}
        of_dates = {part for date in self.dates for part in date if part}
        of_numbers = {round(100 * one) % 100 for one in self.exact if one < _LARGEST_PRICE and one % 1}
        return {float(part) for part in of_times | of_dates | of_numbers}

    @lazily
    def stretches(self) -> set[float]:
        """How far times lie apart: in minutes, and in hours and minutes."""
        pairs = combinations(sorted(self.times)[:_MOST_TIMES], 2)
        apart = {one for first, second in pairs for one in (second - first, 1440 - second + first)}
        apart |= {int(one) for one in self.exact if one <= _LONG_STRETCH and not one % 1}
        return {float(part) for one in apart for part in (one, one // 60, one % 60)}

    @lazily
    def worth(self) -> list[float]:
        """The numbers, and what shares, cents and words make of them."""
        shares = {number * 100 for number in self.exact if 0 < number < 1}
        return [*self.exact, *self.numerals, *shares]


class _Reply:
    """One reply, with plain signs, and what is known before it."""

    def __init__(self, reading: Reading, known: KnownValues, at: int, text: str) -> None:
        self._reading = reading
        self._known = known
        self._at = at
        self._text = text
        self._given = _Given(reading, known, at)
        rest = blanked(text, [one.span() for one in _LINK.finditer(text)]) if "://" in text else text
        self._dates = foreign_dates(rest)
        rest = blanked(rest, [(date.start, date.end) for date in self._dates])
        self._times = foreign_times(rest)
        rest = blanked(rest, [(time.start, time.end) for time in self._times])
        rest = blanked(rest, [mark.span() for mark in _MARK.finditer(rest)])
        self._words = [one for one in said_in(rest).values if one.kind in ("email", "code", "phone")]
        rest = blanked(rest, sorted((one.start, one.end) for one in self._words))
        codes = [SaidValue("code", one.start(), one.end(), one[0]) for one in _CODE.finditer(rest)]
        self._words += codes
        rest = blanked(rest, [(one.start, one.end) for one in codes])
        self._numbers = list(islice(foreign_numbers(rest), _MOST_VALUES))

    def judged(self) -> dict[tuple[int, int], Severity]:
        """Where values stand that come from nowhere, and how bad each is."""
        found: dict[tuple[int, int], Severity] = {}
        for date in self._dates[:_MOST_VALUES]:
            if not self._has_date(date):
                found[date.start, date.end] = self._severity_of_date(date)
        for time in self._times[:_MOST_VALUES]:
            if not self._has_time(time):
                found[time.start, time.end] = self._severity_of_time(time)
        for word in self._words[:_MOST_VALUES]:
            if not self._has_word(word):
                found[word.start, word.end] = self._severity_of_word(word)
        for number in self._numbers:
            if not self._has_number(number):
                found[number.start, number.end] = self._severity_of_number(number)
        told: dict[str, tuple[int, int]] = {}
        for span in sorted(found):
            told.setdefault(self._text[slice(*span)], span)
        return {span: found[span] for span in told.values()}

    @lazily
    def _of_results(self) -> Severity:
        """How bad a value from nowhere is where there are results that it should come from."""
        return "error" if "results" in self._reading.kinds[: self._at] else "warning"

    def _has_date(self, said: SaidDate) -> bool:
        orders = ((said.month, said.day), (said.day, said.month))[: 1 + said.swapped]
        known = self._given.dates
        if any((said.year, *day) in known or (said.year is None and (None, *day) in known) for day in orders):
            return True
        if said.year and any((None, *day) in known for day in orders):
            return not any((near, *day) in known for day in orders for near in range(said.year - 2, said.year + 3))
        months = {
            abs(said.month - month) for year, month, day in known if day == said.day and year in (None, said.year)
        }
        if not self._given.exact.isdisjoint(months):  # so many months before or after
            return True
        return self._derived.moments.has_date(said, zones=False) or self._shifted.leads_to_date(said, known)

    def _severity_of_date(self, said: SaidDate) -> Severity:
        if not is_date_slip(said, self._given.dates):
            return "warning"
        steps = {day - said.day for _, month, day in self._given.dates if month == said.month}
        near = any(abs(step) in _NEAR_DAYS or float(abs(step)) in self._given.exact for step in steps)
        return "warning" if near and not self._beside_results else self._of_results

    def _has_time(self, said: Time) -> bool:
        known = self._given.times
        if not known.isdisjoint(said.minutes):
            return True
        if not self._given.exact.isdisjoint(said.minutes):  # `1h35` may be a stretch of 95 minutes
            return True
        return any(
            abs(minutes - one) in self._given.exact or abs(minutes - one) in self._given.numerals
            for minutes in said.minutes
            for one in known
            if _SHORT_STRETCH <= abs(minutes - one) <= _LONG_STRETCH
        ) or self._is_shifted(_as_said(said))

    def _is_shifted(self, said: SaidTime) -> bool:
        if self._derived.moments.has_time(said, zones=False):
            return True
        return self._shifted.leads_to_time(said, self._given.times) or self._restated.has_time(said)

    def _severity_of_time(self, said: Time) -> Severity:
        return self._of_results if is_time_slip(_as_said(said), self._given.times) else "warning"

    def _has_word(self, word: SaidValue) -> bool:
        if self._known.stands((word.text,), self._at) or self._known.has_code(word.text, self._at):
            return True
        if word.kind == "phone":
            return self._is_in_digits(word.start)
        return word.kind == "code" and self._derived.colours(word.text)

    def _severity_of_word(self, word: SaidValue) -> Severity:
        if word.kind == "phone" or self._known.has_slip(word.text, self._at):
            return "error"
        return self._of_results

    def _is_in_digits(self, start: int) -> bool:
        """Whether the digits around a place, whatever stands between them, were given: of a phone, but for its country."""
        digits = self._run_around(start)
        return len(digits) >= _FEWEST_OF_PHONE and digits[-_SURE_OF_PHONE:].lstrip("0") in self._given.joined

    def _run_around(self, start: int) -> str:
        found = next((one for one in self._runs if one.start() <= start < one.end()), None)
        return "".join(filter(str.isdigit, found[0])) if found else ""

    @lazily
    def _runs(self) -> list[re.Match[str]]:
        return list(islice(_DIGIT_RUN.finditer(self._text), _MOST_VALUES))

    def _has_number(self, said: Number) -> bool:
        shown = self._text[said.start : said.end]
        small = not said.scaled and shown.isdigit() and int(shown[:6]) <= _SMALL
        if small or self._known.stands((shown,), self._at) or any(self._is_known(one) for one in said.meanings):
            return True
        if shown.isdigit() and (float(shown) in self._given.parts or float(shown) in self._given.stretches):
            return True
        if len(shown) >= 4 and shown.isdigit() and self._known.is_within_code(shown, self._at):
            return True
        if (date := day_month(self._text, said.start)) and self._has_date(date):
            return True
        return self._is_in_digits(said.start) or any(self._follows(said, one) for one in said.meanings)

    def _is_known(self, said: Meaning) -> bool:
        if said.number in self._given.exact:
            return True
        worth = self._given.worth
        slack = said.slack if said.slack > _HALF else 1e-9 * max(said.number, 1.0)
        if any(abs(number - said.number) <= slack * (1 + 1e-9) for number in worth[:_MOST_KNOWN]):
            return True
        if said.slack < _HALF and round(said.number * 100, 6) in self._given.exact:  # a price in cents
            return True
        return any(
            round(number, 6) in self._given.exact for number in (said.number * 1000, said.number / 1000)
        )  # kg, g

    def _follows(self, said: Number, meaning: Meaning) -> bool:
        """Whether one meaning is worked out from what is near, or is a rounding of what is known."""
        decimals, value = _decimals(meaning), _as_value(said, meaning)
        if self._known.declares_number(value) or is_rounded(meaning.number, decimals, self._given.worth[:_MOST_KNOWN]):
            return True
        near = [one.number for number in self._near for one in number.meanings if one.number != meaning.number]
        exact = self._known.exact_numbers(self._at) if decimals else ()
        if is_computed(meaning.number, decimals, near, exact, self._rates) or self._derived.gives(value):
            return True
        return self._restated.has_number(value) or self._worked_out.way_to(value) == "sure"

    @lazily
    def _near(self) -> list[Number]:
        recent = plain_signs(self._known.recent(self._at))
        return [*islice(foreign_numbers(recent), _MOST_VALUES), *self._numbers]

    @lazily
    def _rates(self) -> list[float]:
        both = f"{plain_signs(self._known.recent(self._at))} {self._text}"
        tenths = [10 * (float(one) if one.isdecimal() else float(NUMERALS[one])) for one in _TENTHS.findall(both)]
        return [*[float(rate.replace(",", ".")) for rate in _RATE.findall(both)], *tenths][-_SMALL:]

    @lazily
    def _derived(self) -> DerivedValues:
        return DerivedValues(self._reading, self._at, self._text, self._rates)

    @lazily
    def _plausible(self) -> NearValues:
        return NearValues(self._reading, self._at, self._text)

    @lazily
    def _shifted(self) -> ShiftedTimes:
        return ShiftedTimes(self._plausible)

    @lazily
    def _restated(self) -> Restated:
        return Restated(self._plausible, self._known.text_before(self._at))

    @lazily
    def _worked_out(self) -> WorkedOut:
        return WorkedOut(self._plausible)

    @lazily
    def _beside_results(self) -> bool:
        """Whether results came since the last message of a person."""
        return "results" in self._reading.kinds[max(self._reading.last_user[self._at], 0) : self._at]

    def _severity_of_number(self, said: Number) -> Severity:
        """A number may have been worked out in ways that nobody foresees; one that is nearly a given one hardly was."""
        shown = self._text[said.start : said.end]
        digits = self._run_around(said.start)
        if digits.startswith("0") and len(digits) >= _SURE_OF_PHONE:
            return self._of_results
        if shown.isdigit() and len(shown) >= _CODE_DIGITS + 1 and self._known.has_slip(shown, self._at):
            return "error"
        money = self._is_money(said)
        if not money and (not self._beside_results or (shown.isdigit() and int(shown[:6]) < _LOOSE)):
            return "warning"
        if any(self._worked_out.way_to(_as_value(said, one)) != "none" for one in said.meanings):
            return "warning"
        heard = list(self._given.exact)[:_MOST_KNOWN]
        slips = (is_number_slip(one.number, _decimals(one), heard, 2 if money else 3) for one in said.meanings)
        return self._of_results if any(slips) else "warning"

    def _is_money(self, said: Number) -> bool:
        before = self._text[max(said.start - 5, 0) : said.start]
        return bool(_MONEY_BEFORE.search(before) or _MONEY_AFTER.match(self._text, said.end))


def _as_said(time: Time) -> SaidTime:
    return SaidTime(time.start, time.end, time.minutes[0] // 60, time.minutes[0] % 60, 0, "")


def _as_value(said: Number, meaning: Meaning) -> SaidValue:
    return SaidValue("number", said.start, said.end, f"{meaning.number:.{_decimals(meaning)}f}", meaning.number)


def _decimals(meaning: Meaning) -> int:
    places = 0
    while meaning.slack * 10**places < _HALF * (1 - 1e-9) and places < 12:
        places += 1
    return places
