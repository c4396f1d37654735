"""What a reply may take its values from: what was said, answered, given and declared before it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date
from functools import lru_cache
from itertools import islice, takewhile
from operator import itemgetter
from typing import Any

from toolace_mt.dialogue.grounding import scalars, turn_texts
from toolace_mt.rules.date_forms import SaidDate, SaidTime, dates_in, times_in, western_digits
from toolace_mt.rules.lazily import lazily
from toolace_mt.rules.reading import Reading
from toolace_mt.rules.said_values import SaidValue
from toolace_mt.rules.word_places import first_end, places

# Not what belongs to a date, a time or a code; but `00123` and the 500 of `500ml`.
_NUMBER = re.compile(
    r"[0-9](?<![A-Za-z_\d.][0-9])(?<![\d,:]-[0-9])(?<!\d[:/,][0-9])"
    r"(?:[0-9]{0,2}(?:,[0-9]{2,3})++(?![0-9])|[0-9]*+)(?:\.[0-9]++)?(?!:\d|[-/]\d\d[-/]|T\d)"
)
_CENTS = re.compile(r"(?<![\d.])\d{1,12}\.\d{1,2}(?!\d)")
_NOT_DIGIT = re.compile(r"\D")
_BETWEEN_DIGITS = re.compile(r"(?<=\d)[ ().-]{1,3}(?=\d)")
_WORD = re.compile(r"\w+(?:[-.]\w+)*")
_MANY_SIGNS = 8
_MOST_WORDS = 5000
_YEAR_END = re.compile(r"(?:^|[^\d.,/:-])\d{4}$", re.ASCII)
_DIGIT_END = re.compile(r"[\d.,/:-]$", re.ASCII)
_NO_CLOCK = re.compile(r"\d|\s?[ap]\.?m", re.IGNORECASE | re.ASCII)
_DECLARED = -1
_RECENT = 6
_NEVER = 1 << 60
_Date = tuple[int | None, int, int]
# Floats tell numbers of fewer digits apart.
_LONG = 15
_FINE = re.compile(r"\.[0-9]{9}")


class KnownValues:
    """The values of one dialogue, each with the first turn that has it; a reply may use those of earlier turns.

    The arguments of a call that succeeded count from that turn on: a reply beside it may name them.
    """

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        # A reply has many values: what is before it is kept until the next one.
        self._last_spoken = self._last_text = -1, ""
        self._last_words: tuple[int, dict[int, dict[str, None]]] = (-1, {})

    @lazily
    def sources(self) -> tuple[_Source, ...]:
        """The texts in the order of turns."""
        system = _Source(_DECLARED, _shared_western(self._reading.dialogue.system))
        texts = sorted(_texts(self._reading), key=itemgetter(0))
        return system, *[_Source(at, western_digits(text)) for at, text in texts]

    def _before(self, turn: int) -> Iterator[_Source]:
        return takewhile(lambda source: source.at < turn, self.sources)

    def text_before(self, turn: int) -> str:
        """All before `turn`, in lower case."""
        if self._last_text[0] != turn:
            self._last_text = turn, "\n".join([source.lower for source in self._before(turn)])
        return self._last_text[1]

    def stands(self, forms: Iterable[str], turn: int) -> bool:
        """Whether the messages and results before `turn` have one of `forms` as it is, no part of something longer.

        Nearly all values are found so, and reading every text for its values takes long.
        """
        text = self._spoken_before(turn)
        return any(first_end(form, text) >= 0 for form in forms)

    def writes_date(self, said: SaidDate, turn: int) -> bool:
        """Whether the messages and results before `turn` have this day as machines write it, alone or with a time."""
        text = self._spoken_before(turn)
        orders = ((said.month, said.day), (said.day, said.month))[: 1 + said.swapped]
        return any(_has_iso_date(text, said.year, month, day) for month, day in orders)

    def writes_time(self, said: SaidTime, turn: int) -> bool:
        """Whether the messages and results before `turn` have this time as machines write it."""
        text = self._spoken_before(turn)
        return any(_has_clock_time(text, f"{minutes // 60:02}:{minutes % 60:02}") for minutes in said.minutes)

    def _spoken_before(self, turn: int) -> str:
        if self._last_spoken[0] != turn:
            self._last_spoken = turn, self._reading.spoken(turn)
        return self._last_spoken[1]

    @lazily
    def times(self) -> dict[int, int]:
        """Minutes since midnight to the first turn. Machines have clocks of 24 hours; people may leave out AM and PM."""
        first: dict[int, int] = {}
        spoken = {at for at, turn in enumerate(self._reading.turns) if turn.text}
        for source in self.sources:
            for said in times_in(source.text):
                for minutes in said.minutes if source.at in spoken else said.minutes[:1]:
                    first.setdefault(minutes, source.at)
        return first

    def has_code(self, value: str, turn: int) -> bool:
        """Whether a text before `turn` has `value` as words of its own, whatever separates their parts."""
        if value.isascii() and value in self._spoken_before(turn):  # spares most of the texts in lower case
            return True
        return value.lower() in self.text_before(turn) or self._reading.mentioned(value, turn)

    def has_number(self, said: SaidValue, turn: int) -> bool:
        """Whether a number before `turn` is this one."""
        digits = _digits_of(said.text)
        return any(
            (digits in source.ungrouped or source.is_fine) and said.number in source.numbers
            for source in self._before(turn)
        )

    def declares_number(self, said: SaidValue) -> bool:
        """Whether the tools speak of this number: limits, defaults, examples."""
        return said.number in _shared_numbers(self._declared)

    @lazily
    def _declared(self) -> str:
        return " ".join(f"{tool.description} {tool.parameters}" for tool in self._reading.dialogue.all_tools)

    def has_date_part(self, number: float, turn: int) -> bool:
        """Whether a date before `turn` has this day, or this year."""
        return any(
            number in (year, day)
            for source in self._before(turn)
            if f"{number:.0f}" in source.text
            for year, _, day in source.dates
        )

    def has_date(self, said: SaidDate, turn: int) -> bool:
        """Whether a date before `turn` is this one; where one of them has no year, day and month decide."""
        orders = ((said.month, said.day), (said.day, said.month))[: 1 + said.swapped]
        for month, day in orders:
            if self._has_day(said.year, month, day, turn):
                return True
        declared = _shared_dates(self._declared)
        return any((said.year, *day) in declared or (None, *day) in declared for day in orders)

    def _has_day(self, year: int | None, month: int, day: int, turn: int) -> bool:
        dates = [source.dates for source in self._before(turn) if str(day) in source.text]
        if any((year, month, day) in found for found in dates):
            return True
        if year is None or not any((None, month, day) in found for found in dates):
            return False
        return not any((near, month, day) in found for found in dates for near in range(year - 2, year + 3))

    def has_digits(self, value: str, turn: int) -> bool:
        """Whether a text before `turn` has the digits of a phone number, whatever stands between them."""
        return _NOT_DIGIT.sub("", value) in _BETWEEN_DIGITS.sub("", self.text_before(turn))

    def ends_code(self, digits: str, turn: int) -> bool:
        """Whether a longer run of digits before `turn` ends in these: the last four of a card."""
        return re.search(rf"\d-?{digits}(?!\d)", self.text_before(turn)) is not None

    def is_within_code(self, digits: str, turn: int) -> bool:
        """Whether these digits are a part of something longer before `turn`: 2433177 of `paypal_2433177`, 1547 of a date."""
        return re.search(rf"(?<!\d){digits}(?!\d)", self.text_before(turn)) is not None

    def has_slip(self, value: str, turn: int) -> bool:
        """Whether a text before `turn` has a word of the same length that differs from `value` in one sign, or two of many."""
        value = value.lower()
        most = 1 if len(value) < _MANY_SIGNS else 2
        words = islice(self._words_before(turn).get(len(value), ()), _MOST_WORDS)
        return any(0 < sum(map(str.__ne__, word, value)) <= most for word in words)

    def _words_before(self, turn: int) -> dict[int, dict[str, None]]:
        """The words before `turn`, by their length."""
        if self._last_words[0] != turn:
            by_length: dict[int, dict[str, None]] = {}
            for word in _WORD.findall(self.text_before(turn)):
                by_length.setdefault(len(word), {})[word] = None
            self._last_words = turn, by_length
        return self._last_words[1]

    def given_next(self, turn: int) -> str:
        """The arguments of the calls that follow as soon as a person has answered the reply at `turn`."""
        calls = [one.call for one in self._reading.answered if one.at == turn + 2 and one.succeeded]
        return " ".join(_arguments_text(call.arguments) for call in calls)

    def heard_before(self, turn: int) -> str:
        """What people said before `turn`, in lower case."""
        return "\n".join([western_digits(text).lower() for at, text in self._reading.requests if text and at < turn])

    def anchors(self, turn: int) -> list[date]:
        """The days before `turn` that are named with their years."""
        dates = frozenset[_Date]().union(*[source.dates for source in self._before(turn)])
        return [day for one in dates if (day := _day(*one))]

    def dates_before(self, turn: int) -> frozenset[_Date]:
        """All dates before `turn`, as (year or None, month, day)."""
        return frozenset[_Date]().union(*[source.dates for source in self._before(turn)])

    def times_before(self, turn: int) -> list[int]:
        """All times of day before `turn`, in minutes."""
        return [minutes for minutes, place in self.times.items() if place < turn]

    def numbers_before(self, turn: int) -> list[float]:
        """All numbers before `turn`."""
        return list(frozenset[float]().union(*[source.numbers for source in self._before(turn)]))

    def exact_numbers(self, turn: int) -> list[float]:
        """The numbers with cents before `turn`, in order."""
        return [number for source in self._before(turn) if source.at > _DECLARED for number in source.cents]

    def recent(self, turn: int) -> str:
        """What was said last before `turn`, by people and the assistant."""
        texts = [one.text for one in self._reading.turns[max(turn - _RECENT, 0) : turn]]
        return "\n".join([western_digits(text).lower() for text in texts if text])

    def has_time(self, said: SaidTime, turn: int) -> bool:
        """Whether a time before `turn` may be this one."""
        return any(self.times.get(minutes, _NEVER) < turn for minutes in said.minutes)


class _Source:
    """A text with western digits, and the values in it; of `turn` -1 are the system prompt and what comes before the first."""

    def __init__(self, at: int, text: str) -> None:
        self.at = at
        self.text = text

    @lazily
    def lower(self) -> str:
        return (_shared_lower if self.at == _DECLARED else str.lower)(self.text)

    @lazily
    def ungrouped(self) -> str:
        return self.text.replace(",", "")

    @lazily
    def is_fine(self) -> bool:
        """Whether it has numbers of so many digits that others are equal to them."""
        return _FINE.search(self.text) is not None

    @lazily
    def numbers(self) -> frozenset[float]:
        """Parts of dates, times and codes are none."""
        return (_shared_numbers if self.at == _DECLARED else _numbers_in)(self.text)

    @lazily
    def dates(self) -> frozenset[_Date]:
        return (_shared_dates if self.at == _DECLARED else _dates_in)(self.text)

    @lazily
    def cents(self) -> list[float]:
        """The numbers with cents, in order."""
        return list(map(float, _CENTS.findall(self.ungrouped))) if "." in self.text else []


def _digits_of(number: str) -> str:
    """What every way to write a number has in it; nothing, of one that is so long that others are equal to it."""
    plain = number.replace(",", "")
    digits = (plain.rstrip("0").removesuffix(".") if "." in plain else plain).lstrip("0") or "0"
    return digits if len(digits) < _LONG else ""


def _texts(reading: Reading) -> Iterator[tuple[int, str]]:
    for at, turn in enumerate(reading.turns):
        for text in turn_texts(turn):
            yield at, text
    for answered in reading.answered:
        if answered.succeeded:
            yield answered.at - 1, _arguments_text(answered.call.arguments)


def _arguments_text(arguments: dict[str, Any]) -> str:
    return " ".join(str(value) for _, _, value in scalars(arguments) if isinstance(value, str | int | float))


def _day(year: int | None, month: int, day: int) -> date | None:
    try:
        return date(year, month, day) if year else None
    except ValueError:
        return None


def _has_iso_date(text: str, year: int | None, month: int, day: int) -> bool:
    form = f"{year or ''}-{month:02}-{day:02}"
    for place in places(text, form):
        before, after = text[max(place - 5, 0) : place], text[place + len(form) : place + len(form) + 1]
        if year is None and after == before[:1] == '"' and before.isascii() and before[1:].isdecimal():
            return True  # a text of its own in a result, as nearly all are
        if (_YEAR_END.search(before) if year is None else not _DIGIT_END.search(before)) and not after.isdigit():
            return True
    return False


def _has_clock_time(text: str, form: str) -> bool:
    for place in places(text, form):
        before, after = text[max(place - 1, 0) : place], text[place + len(form) : place + len(form) + 4]
        if not before.isdigit() and before != ":" and not _NO_CLOCK.match(after):
            return True
    return False


def _numbers_in(text: str) -> frozenset[float]:
    found = _NUMBER.findall(text)
    lists = [one for number in found if "," in number for one in number.split(",")]  # a list such as `10,20,30`
    return frozenset([float(number.replace(",", "")[:300]) for number in (*found, *lists)])


def _dates_in(text: str) -> frozenset[_Date]:
    """Also without their years."""
    found: set[_Date] = set()
    for said in dates_in(text):
        found |= {(said.year, said.month, said.day), (None, said.month, said.day)}
        if said.swapped:
            found |= {(said.year, said.day, said.month), (None, said.day, said.month)}
    return frozenset(found)


# Dialogues of one file mostly have the same tools, and the same system prompt.
_shared_numbers = lru_cache(maxsize=64)(_numbers_in)
_shared_dates = lru_cache(maxsize=64)(_dates_in)
_shared_lower = lru_cache(maxsize=64)(str.lower)
_shared_western = lru_cache(maxsize=64)(western_digits)
