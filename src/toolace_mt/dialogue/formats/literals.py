"""Python's literals and JSON's, mixed as datasets mix them: `{'a': True, "b": null}`.

Not by `ast`: that warns of odd escapes, recurses on depth, and reads no `true`; this gives the place where a value ends, too.
"""

from __future__ import annotations

import math
import re
from typing import Any

import orjson

# Larger whole numbers are read as JSON has them, and nobody could write them otherwise.
_MOST_BITS = 63
_MOST_NESTED = 200
_TOKEN = re.compile(
    r"""\s*+(?:(?P<text>"[^"\\]*+(?:\\.[^"\\]*+)*+"|'[^'\\]*+(?:\\.[^'\\]*+)*+')"""
    r"""|(?P<number>[+-]?(?:\d++(?:\.\d*+)?+|\.\d++)(?:[eE][+-]?\d++)?+)(?!\w)|(?P<word>[A-Za-z]++)(?!\w)|(?P<sign>[][(){},:]))""",
    re.DOTALL,
)
_WORDS = {"True": True, "False": False, "None": None, "true": True, "false": False, "null": None}
_CLOSING = {"[": "]", "(": ")", "{": "}"}
_ESCAPE = re.compile(r"\\(x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|.)", re.DOTALL)
_ESCAPED = {
    "n": "\n",
    "t": "\t",
    "r": "\r",
    "b": "\b",
    "f": "\f",
    "0": "\0",
    "\n": "",
    **{same: same for same in "\\'\"/"},
}
_SURROGATE = re.compile("[\ud800-\udfff]")


class Unreadable(ValueError):
    """A text that is no literal."""


class _Open:
    """A list, tuple or object that is being read."""

    __slots__ = ("key", "keyed", "sign", "values")

    def __init__(self, sign: str) -> None:
        self.sign = sign
        self.values: list[Any] = []
        self.keyed: dict[str, Any] = {}
        self.key: str | None = None

    def take(self, value: Any) -> None:
        """Take in a value, or the key of one."""
        if self.sign != "{":
            self.values.append(value)
        elif self.key is None:
            self.key = value if isinstance(value, str) else _key_text(value)
        else:
            self.keyed[self.key] = value
            self.key = None

    def closed(self) -> Any:
        """What was read: tuples are lists, as in JSON."""
        return self.keyed if self.sign == "{" else self.values


def read_literal_only(text: str) -> Any:
    """The literal that `text` is. Raises Unreadable."""
    value, end = read_literal(text, 0)
    if text[end:].strip():
        raise Unreadable(f"something follows at character {end}")
    return value


def read_literal(text: str, start: int) -> tuple[Any, int]:
    """The literal that begins at `start`, and where it ends. Raises Unreadable."""
    opened: list[_Open] = []
    at = start
    while True:
        kind, piece, end = _token(text, at)
        if kind == "sign" and piece in _CLOSING:
            if len(opened) >= _MOST_NESTED:
                raise Unreadable(f"nested deeper than {_MOST_NESTED}, at character {at}")
            opened.append(_Open(piece))
            at = end
            continue
        value = _close(piece, opened, at) if kind == "sign" else _scalar(kind, piece)
        value, at = _placed(text, end, opened, value)
        if not opened:
            return value, at


def _close(piece: str, opened: list[_Open], at: int) -> Any:
    if not opened or piece != _CLOSING[opened[-1].sign] or opened[-1].key is not None:
        raise Unreadable(f"an unexpected {piece!r} at character {at}")
    return opened.pop().closed()


def _placed(text: str, end: int, opened: list[_Open], value: Any) -> tuple[Any, int]:
    """Put a value into the innermost container, and read the sign after it; containers that end there are values too."""
    while opened:
        inner = opened[-1]
        inner.take(value)
        kind, piece, after = _token(text, end)
        expected = "," if inner.key is None else ":"
        if kind == "sign" and piece == expected:
            return None, after
        if kind != "sign" or piece != _CLOSING[inner.sign] or inner.key is not None:
            raise Unreadable(f"no {expected!r} at character {end}")
        value = opened.pop().closed()
        end = after
    return value, end


def _token(text: str, at: int) -> tuple[str, str, int]:
    found = _TOKEN.match(text, at)
    if found is None or found.lastgroup is None:
        raise Unreadable(f"no value at character {at}")
    return found.lastgroup, found[found.lastgroup], found.end()


def _scalar(kind: str, piece: str) -> Any:
    if kind == "text":
        return _text(piece)
    if kind == "word":
        if piece not in _WORDS:
            raise Unreadable(f"the bare word {piece[:40]!r}")
        return _WORDS[piece]
    try:
        number = float(piece) if any(sign in piece for sign in ".eE") else int(piece)
        if isinstance(number, int) and number.bit_length() > _MOST_BITS:
            number = float(number)  # as JSON is read
    except (ValueError, OverflowError):
        raise Unreadable("a number that is too long") from None
    if isinstance(number, float) and math.isinf(number):
        raise Unreadable("a number that is too large")
    return number


def _text(piece: str) -> str:
    if "\\" not in piece:
        return piece[1:-1]
    if piece[0] == '"':
        try:
            return orjson.loads(piece)
        except orjson.JSONDecodeError:
            pass
    return _SURROGATE.sub("\ufffd", _ESCAPE.sub(_unescaped, piece[1:-1]))


def _unescaped(found: re.Match[str]) -> str:
    what = found[1]
    if len(what) == 1:
        return _ESCAPED.get(what, found[0])
    code = int(what[1:], 16)
    return chr(code) if code < 0x110000 else "\ufffd"


def _key_text(value: Any) -> str:
    """Keys that are numbers become texts, as `json.dumps` makes them; lists and objects cannot be keys."""
    if isinstance(value, dict | list):
        raise Unreadable("a key that is no text")
    return orjson.dumps(value).decode() if not isinstance(value, int) or isinstance(value, bool) else str(value)
