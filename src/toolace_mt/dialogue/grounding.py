"""Whether an id-like value was mentioned before it is used.

Only values that look like identifiers are held to this: real agents take dates, enum values, defaults and free text from
elsewhere, and a rule that wants every value verbatim flags 4-25 % of good calls, while on id-like values without dates it
holds for 96-99.7 % (measured on tau-bench, tau2-bench and API-Bank).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any

import orjson

from toolace_mt.types import Action, Dialogue, Observation, Turn

_DATE_OR_TIME = re.compile(
    r"\d{4}-\d{1,2}-\d{1,2}([T ]\d{1,2}:\d{2}(:\d{2})?([.]\d+)?(Z|[+-]\d{2}:?\d{2})?)?|\d{1,2}[:/.]\d{2}([:/.]\d{2,4})?"
)
_ISO_DATE = re.compile(r"\d{4}-\d{1,2}-\d{1,2}")
_DATE = re.compile(r"\d{4}-(\d{2})-(\d{2})")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_ID_NAME = re.compile(r"(^|[_-])(ids?|uuid|guid|token|key|code|number|reference|ref|confirmation|sku)$")
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[a-z]{2,}", re.IGNORECASE)
_MONTH = rf"(?:{'|'.join(_MONTHS)})[a-z]{{0,6}}"
_YEAR = r"(?:19|20)\d{2}"
# Calendar forms and colours that an identifier could have too: the name decides.
_COLOUR = re.compile(r"#(?:[0-9a-f]{3,4}|[0-9a-f]{6}|[0-9a-f]{8})", re.IGNORECASE)
_CALENDAR = re.compile(
    rf"{_YEAR}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])|{_YEAR}-?(?:Q[1-4]|H[12]|W[0-5]\d(?:-?[1-7])?)|Q[1-4]-?{_YEAR}|"
    rf"FY-?{_YEAR}|(?:[0-3]?\d-?)?{_MONTH}[-,]?{_YEAR}|{_MONTH}-?[0-3]?\d,?{_YEAR}|{_YEAR}-?{_MONTH}(?:-?[0-3]?\d)?",
    re.IGNORECASE,
)
_PHONE = re.compile(r"\+\d[\d().-]{5,18}\d|\(?\d{3}\)?[-.]\d{3}[-.]\d{4}")
_PHONE_NAME = re.compile(r"phone|mobile|telephone|fax")
_COLOUR_NAME = re.compile(r"colou?r")
_ROUND = re.compile(r"-?(?:[1-9]\d?00|10000)")

_NOT_WORD = re.compile(r"[\W_]+")
_ESCAPE = re.compile(r"\\+(?:u([0-9a-fA-F]{4})|[bfnrt])")
# With spaces for these, most of what is not ASCII is: models write them in every other text.
_TYPOGRAPHIC = "’‘“”—–•→…\u202f\u2011\u00a0"
_SQUEEZED = bytes(ord(chr(code).lower()) if chr(code).isalnum() else 32 for code in range(128)) + bytes(128)
# Scripts that put no spaces between words (Thai, Lao, Burmese, Khmer, Chinese, Japanese), or endings right after a name
# (Korean): each sign counts as a word.
_UNSPACED = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\U0003ffff]")
# Other scripts write prepositions right before a name or a number in Latin signs (Arabic `wa`), and have digits of their own.
_NOT_LATIN = re.compile(r"[\u0370-\u1fff\uff10-\uff19]")
_BESIDE_LATIN = re.compile(r"(?<=[A-Za-z0-9])(?=[\u0370-\u1fff])|(?<=[\u0370-\u1fff])(?=[A-Za-z0-9])")
_FOREIGN_DIGIT = re.compile(r"[^\x00-\x7f\D]")
_RUN = re.compile(r"\d+|\D+")
_GROUPED_DIGITS = 8
_PATH = 200
_NAME_END = 64
_LONGEST_ID = 80
_DIGIT = re.compile(r"\d")
_SPACE = re.compile(r"\s")
_LONG_NUMBER = re.compile(r"\d{3}")


def looks_like_id(name: str, value: Any) -> bool:
    """True where `value`, given for the parameter `name`, is an identifier: `BK-48213`, `a@b.org`, or 6 digits and more.

    A number counts only under a name that speaks of an identifier; text needs a digit, no spaces, and no form of a date
    or a phone number. Colours, quarters, and dates such as `20260514` count only under such a name.
    """
    if isinstance(value, str):
        return 4 <= len(value) <= _LONGEST_ID and _text_looks_like_id(name[-_NAME_END:], value)
    if isinstance(value, bool) or not isinstance(value, int):
        return False
    words = _words_of(name[-_NAME_END:])
    return abs(value) >= 100 and _names_id(words, str(value)) and not _PHONE_NAME.search(words)


@lru_cache(maxsize=8192)
def _text_looks_like_id(name: str, value: str) -> bool:
    if not _DIGIT.search(value):
        return "@" in value and _EMAIL.fullmatch(value) is not None
    if _SPACE.search(value) or _DATE_OR_TIME.fullmatch(value) or _PHONE.fullmatch(value):
        return False
    if not _DIGIT.search(_ISO_DATE.sub("", value)):  # from one day to another
        return False
    if _EMAIL.fullmatch(value):
        return True
    words = _words_of(name)
    has_letter = any(c.isalpha() for c in value)
    if _PHONE_NAME.search(words) and not has_letter:
        return False
    id_name = _names_id(words, value)
    if _COLOUR.fullmatch(value) and (not id_name or _COLOUR_NAME.search(words)):
        return False
    if id_name:
        return True
    if not value.isascii() and _UNSPACED.search(value):
        return False  # a sentence, a date, a price, an address: nothing is put apart in it
    if _CALENDAR.fullmatch(value):
        return False
    return (has_letter and bool(_LONG_NUMBER.search(value))) or (value.isdigit() and len(value) >= 6)


@lru_cache(maxsize=4096)
def _words_of(name: str) -> str:
    """A name in lower case, its words apart."""
    return _CAMEL.sub("_", name).lower()


def _names_id(words: str, value: str) -> bool:
    return bool(_ID_NAME.search(words)) and not (words == "number" and _ROUND.fullmatch(value))


def id_values(arguments: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """(path, value as text) of every id-like value in `arguments`, nested ones and those in JSON texts included."""
    for path, name, value in scalars(arguments):
        if looks_like_id(name, value):
            yield path, str(value)


def scalars(arguments: dict[str, Any]) -> Iterator[tuple[str, str, Any]]:
    """(path, name of the nearest key, value) of all that is no object or list; a text that is JSON is looked into, once."""
    for name, value in arguments.items():
        if isinstance(value, str) and value[:1] not in ("{", "["):
            yield name, name, value  # spares most arguments the walk
        else:
            yield from _scalars_in(name, _value_in(value))


def _value_in(value: Any) -> Any:
    """What a text that is a JSON object or list says; anything else as it is."""
    if not isinstance(value, str):
        return value
    try:
        return orjson.loads(value)
    except ValueError:
        return value


def _scalars_in(name: str, value: Any) -> Iterator[tuple[str, str, Any]]:
    """Depth first, without recursion: how deep it goes is up to strangers. The path is cut where it gets long."""
    left = [(name, name, value)]
    while left:
        path, name, value = left.pop()
        if isinstance(value, dict):
            left += [(f"{path[:_PATH]}.{key}", str(key), inner) for key, inner in reversed(value.items())]
        elif isinstance(value, list | tuple):
            left += [(f"{path[:_PATH]}[{n}]", name, inner) for n, inner in reversed(list(enumerate(value)))]
        else:
            yield path, name, value


def squeeze(text: str) -> str:
    r"""The words of `text` in lower case, with one space around each; empty where there is none.

    Words are runs of letters and digits. What JSON escapes counts as what it stands for: `\n` is no letter n.
    """
    if "\\" in text:
        text = _ESCAPE.sub(lambda found: chr(int(found[1], 16)) if found[1] else " ", text)
    if not text.isascii():
        for sign in _TYPOGRAPHIC:
            text = text.replace(sign, " ")
    if text.isascii():  # much faster
        words = text.encode().translate(_SQUEEZED).decode().split()
    else:
        text = _BESIDE_LATIN.sub(" ", _FOREIGN_DIGIT.sub(_western, text)) if _NOT_LATIN.search(text) else text
        words = _NOT_WORD.sub(" ", _UNSPACED.sub(r" \g<0> ", text)).lower().split()
    return f" {' '.join(words)} " if words else ""


def _western(digit: re.Match[str]) -> str:
    return str(unicodedata.decimal(digit[0]))


def says(squeezed: str, value: str) -> bool:
    """Whether a squeezed text holds `value` as words of its own: `BK-48213` is not in `BK-482135`.

    Separators inside are free: `not_as_described`, `BK 48213` and `bk48213` are found where these are written another way;
    digits may stand in groups where there are eight or more.
    """
    key = squeeze(value)
    if not key or key in squeezed:
        return bool(key)
    parts = _parts(value)
    if not all(part in squeezed for part in parts):  # spares most of the searches
        return False
    return re.search(f" {' ?'.join(parts)} ", squeezed) is not None


def gives(squeezed: str, value: str) -> bool:
    """Whether a squeezed text says `value` or, of a path, both its folder and its name: a listing of `/notes` has `a.txt`."""
    if says(squeezed, value):
        return True
    folder, slash, name = value.rstrip("/").rpartition("/")
    return bool(slash and name) and says(squeezed, name) and (not folder or gives(squeezed, folder))


def _parts(value: str) -> list[str]:
    """The pieces of `value` between which a space may stand or not: words, humps of camelCase, letters beside digits."""
    runs = [run for word in squeeze(_CAMEL.sub(" ", value)).split() for run in _RUN.findall(word)]
    return [part for run in runs for part in (run if run.isdigit() and len(run) >= _GROUPED_DIGITS else [run])]


def turn_texts(turn: Turn) -> Iterator[str]:
    """Every text of a turn that later turns may draw values from."""
    if turn.text:
        yield turn.text
    if isinstance(turn, Observation):
        yield from (result.content for result in turn.results)


def known_text(dialogue: Dialogue, upto: int) -> str:
    """All that the assistant can know before turn `upto`, squeezed: system prompt, tools, messages and results."""
    texts: list[str] = [dialogue.system]
    for tool in dialogue.tools_at(upto):
        texts += [tool.description, str(tool.parameters)]
    for turn in dialogue.turns[:upto]:
        texts += turn_texts(turn)
    return squeeze(" ".join(texts))


def ungrounded(known: str, arguments: dict[str, Any]) -> list[tuple[str, str]]:
    """(path, value) of the id-like values that `known` (squeezed text) does not give."""
    return [(path, value) for path, value in id_values(arguments) if not gives(known, value)]


def mentions(text: str, value: Any) -> bool:
    """Whether `text` states `value`: whole words, but for case and separators; whole numbers; ISO dates also in words."""
    if isinstance(value, bool) or value is None:
        return False
    if isinstance(value, int | float):
        forms = {str(value), f"{value:,}", f"{value:.2f}", f"{value:,.2f}"}
        if isinstance(value, float) and value.is_integer():
            forms |= {str(int(value)), f"{int(value):,}"}
        return any(re.search(rf"(?<![\d.]){re.escape(form)}(?![\d]|[.]\d)", text) for form in forms)
    if (date := _DATE.fullmatch(str(value))) and _says_date(text, *map(int, date.groups())):
        return True
    return says(squeeze(text), str(value))


def _says_date(text: str, month: int, day: int) -> bool:
    """Whether `text` names the day as people do: `May 14`, `14th of May`, `Fri 14 May 2026`."""
    if not 1 <= month <= len(_MONTHS):
        return False
    name = rf"{_MONTHS[month - 1]}[a-z]*\.?"
    number = rf"0?{day}(?:st|nd|rd|th)?"
    pattern = rf"\b{name}\s+(?:the\s+)?{number}\b|\b{number}\s+(?:of\s+)?{name}"
    return re.search(pattern, text, re.IGNORECASE) is not None


def stated_values(text: str, turns: Iterable[Turn]) -> list[tuple[str, str, Any]]:
    """(tool, parameter, value) of the values in the calls of `turns` that `text` states; those inside lists and objects too."""
    found: list[tuple[str, str, Any]] = []
    for turn in turns:
        for call in turn.calls if isinstance(turn, Action) else ():
            for name, given in call.arguments.items():
                found += [(call.name, name, value) for value in leaves(given) if mentions(text, value)]
    return found


def leaves(value: Any) -> Iterator[str | int | float]:
    """The texts and numbers inside a JSON value, keys left out."""
    if isinstance(value, dict):
        for inner in value.values():
            yield from leaves(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from leaves(inner)
    elif isinstance(value, str | int | float) and not isinstance(value, bool):
        yield value
