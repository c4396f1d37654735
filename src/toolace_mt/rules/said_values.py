"""The values that a text states: dates, times, numbers, codes, addresses of mail, phone numbers; each with its place."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Literal, NamedTuple

from toolace_mt.rules.date_forms import SaidDate, SaidTime, dates_in, times_in

Kind = Literal["amount", "number", "code", "email", "phone"]

_CURRENCY = "[$\u20ac\u00a3\u00a5\u20b9\u20a9]"
_COIN = "(?:USD|EUR|GBP|INR|JPY|CNY|RMB)"
_EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@\w[\w-]{0,62}(?:\.\w[\w-]{0,62}){1,6}")
_LINK = re.compile(r"https?://\S{1,2000}")
_PHONE = re.compile(
    r"[+(0-9](?<![\w.,$-][+(0-9])(?:(?<=\+)\d[\d ().-]{6,20}\d|(?<=\()\d{3}\) ?\d{3}[ .-]?\d{4}"
    r"|(?<=\d)\d{2}[ .-]\d{3}[ .-]\d{4})(?![\w-])",
    re.ASCII,
)
_LONGEST_CODE = 80
_WORD = re.compile(r"\w+(?:-\w+)*", re.ASCII)
_CODE = re.compile(r"(?=.{0,79}[A-Za-z])(?:[A-Z0-9]{5,}|(?:\D*\d){3}).*")
_MEASURE = re.compile(r"\d+(?:-?[A-Za-z\u00b5\u00b0]{1,6}(?:-[a-z]+)*)")
# No parts of dates in odd years, `717-04-21`.
_NUMBER = re.compile(
    r"[0-9](?<![\w.,/:][0-9])(?<!\d-\d\d-[0-9])(?!(?<=\d-[0-9])[0-9]?-[0-9])"
    r"(?:[0-9]{0,2}(?:,[0-9]{2,3})++(?![0-9])|[0-9]*+)(?:\.[0-9]++)?(?![,:/]?[0-9]|\.[0-9]|[A-Za-z_]{9}|-\d\d?-\d)",
    re.ASCII,
)
# A run of digits with a letter, or a sign that codes are joined by, beside it.
_MAY_BE_CODE = re.compile(r"[0-9](?<![0-9][0-9])(?:(?<=[\w-][0-9])|[0-9]*[A-Za-z_-])", re.ASCII)
_SIGNS_OF_CODES = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-"
_MONEY_BEFORE = re.compile(rf"(?:{_CURRENCY}|\b{_COIN}|\bRs\.?)[ -]?$")
_MONEY_AFTER = re.compile(rf"\s?(?:{_CURRENCY}|{_COIN}\b|dollars\b|euros\b|pounds\b|yuan\b|[\u5143\u5186])")
_LIST_MARK = re.compile(
    r"^[ \t>*#_-]{0,12}(?:(?:step|option|item) )?\d{1,3}[.):]?(?=[*_]{0,3}[ \t])", re.MULTILINE | re.IGNORECASE
)


class SaidValue(NamedTuple):
    """A value as it stands at `start:end`. number: what a number or an amount of money comes to, without its sign."""

    kind: Kind
    start: int
    end: int
    text: str
    number: float = 0.0

    @property
    def decimals(self) -> int:
        """How many digits stand after the point."""
        return len(self.text.partition(".")[2])


class Said(NamedTuple):
    """All that a text states."""

    dates: tuple[SaidDate, ...]
    times: tuple[SaidTime, ...]
    values: tuple[SaidValue, ...]


NOTHING = Said((), (), ())


def said_in(text: str) -> Said:
    """All that `text` (with western digits) states. Marks of lists (`2.`, `Step 3:`) are no values."""
    if "@" not in text and not any(map(text.__contains__, "0123456789")):
        return NOTHING
    rest = _Rest(text)
    if "://" in text:
        rest.drop(_LINK)
    emails = rest.take("email", _EMAIL) if "@" in text else []
    dates = tuple(dates_in(rest.text))
    rest.blank((date.start, date.end) for date in dates)
    times = tuple(times_in(rest.text))
    rest.blank((time.start, time.end) for time in times)
    phones = rest.take("phone", _PHONE)
    rest.drop(_LIST_MARK)
    codes = rest.take_codes()
    return Said(dates, times, (*emails, *phones, *codes, *numbers_in(rest.text)))


def blanked(text: str, spans: Iterable[tuple[int, int]]) -> str:
    """`text` with spaces where `spans` are, which stand in order."""
    pieces: list[str] = []
    done = 0
    for start, end in spans:
        pieces += [text[done:start], " " * (end - start)]
        done = end
    return "".join([*pieces, text[done:]]) if done else text


class _Rest:
    """A text of which parts are blanked out once they are read, so that nothing is read twice."""

    def __init__(self, text: str) -> None:
        self.text = text

    def blank(self, spans: Iterable[tuple[int, int]]) -> None:
        """Put spaces where `spans` are."""
        self.text = blanked(self.text, spans)

    def drop(self, form: re.Pattern[str]) -> None:
        """Blank out all of a form."""
        self.blank([found.span() for found in form.finditer(self.text)])

    def take(self, kind: Kind, form: re.Pattern[str]) -> list[SaidValue]:
        """The values of a form; they are blanked out."""
        return self._taken([SaidValue(kind, f.start(), f.end(), f[0]) for f in form.finditer(self.text)])

    def take_codes(self) -> list[SaidValue]:
        """The codes; they are blanked out."""
        values: list[SaidValue] = []
        done = 0
        for place in _MAY_BE_CODE.finditer(self.text):
            if place.start() < done:
                continue
            before = self.text[max(done, place.start() - _LONGEST_CODE) : place.start()]
            found = _WORD.match(self.text, place.start() - len(before) + len(before.rstrip(_SIGNS_OF_CODES)))
            if found and found.end() > place.start():
                done = found.end()
                if _is_code(found[0]):
                    values.append(SaidValue("code", found.start(), done, found[0]))
        return self._taken(values)

    def _taken(self, values: list[SaidValue]) -> list[SaidValue]:
        self.blank([(value.start, value.end) for value in values])
        return values


def _is_code(word: str) -> bool:
    """Whether a word names one thing: letters and 3 digits or more, or capitals and digits; no measure such as `500ml`."""
    if word.isalpha() or word.isdigit() or not 5 <= len(word) <= _LONGEST_CODE:
        return False
    return bool(_CODE.fullmatch(word)) and not _MEASURE.fullmatch(word) and any(sign.isdigit() for sign in word)


def numbers_in(text: str) -> Iterator[SaidValue]:
    """The numbers and amounts of money in a text; `1,234.50` and `1,00,000` are grouped."""
    for found in _NUMBER.finditer(text):
        before = text[max(found.start() - 4, 0) : found.start()]
        money = before[-1:] == "$" or _MONEY_BEFORE.search(before) or _MONEY_AFTER.match(text, found.end())
        kind: Kind = "amount" if money else "number"
        yield SaidValue(kind, found.start(), found.end(), found[0], float(found[0].replace(",", "")[:300]))
