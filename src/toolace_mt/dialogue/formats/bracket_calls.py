"""Calls as ToolACE writes them: `[Get Weather(city="Oslo", days=3), other.tool()]`.

Names are whatever stands before the parenthesis: real ones have dots, spaces, slashes and signs of other languages.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Any

from toolace_mt.dialogue.formats.literals import Unreadable, read_literal
from toolace_mt.dialogue.formats.python_names import original_name
from toolace_mt.dialogue.formats.said import SaidCall

_NAME = re.compile(r"\s*+([^\[\]{}()\"=,\n][^\[\]{}()\"=\n]{0,199})\(")
_KEY = re.compile(r"\s*+([^=(){}\[\]\"',\s][^=(){}\[\]\"',]{0,199})=")
_BLANK = re.compile(r"\s*+")


def look_like_calls(text: str) -> bool:
    """Whether `text` is in brackets, and has a name with a parenthesis at its beginning and its end."""
    return (
        text.startswith("[") and text.endswith("]") and text[:-1].rstrip().endswith(")") and bool(_NAME.match(text, 1))
    )


def read_bracket_calls(text: str, tools: Collection[str] = ()) -> list[SaidCall]:
    """The calls in `text`. tools: names that are known; one of these may have parentheses. Raises Unreadable."""
    odd = sorted((name for name in tools if "(" in name), key=len, reverse=True)
    calls: list[SaidCall] = []
    at = 1
    while True:
        name, at = _read_name(text, at, odd)
        arguments, at = _read_arguments(text, at)
        calls.append(SaidCall(None, original_name(name), arguments))
        sign, at = _sign(text, at)
        if sign == "]" and at == len(text):
            return calls
        if sign != ",":
            raise Unreadable(f"no ',' or ']' after the call of {name[:64]}")


def _read_name(text: str, at: int, odd: list[str]) -> tuple[str, int]:
    start = _after_blank(text, at)
    for name in odd:
        if text.startswith(f"{name}(", start):
            return name, start + len(name) + 1
    found = _NAME.match(text, at)
    if found is None:
        raise Unreadable(f"no name with a parenthesis at character {at}")
    return found[1].strip(), found.end()


def _read_arguments(text: str, at: int) -> tuple[dict[str, Any], int]:
    """Arguments up to the parenthesis that closes them, and the place after it."""
    arguments: dict[str, Any] = {}
    while True:
        at = _after_blank(text, at)
        if text.startswith(")", at):
            return arguments, at + 1
        if text.startswith("**", at):
            value, at = read_literal(text, at + 2)
            if not isinstance(value, dict):
                raise Unreadable("`**` before something else than an object")
            arguments |= value
        else:
            key = _KEY.match(text, at)
            if key is None:
                raise Unreadable(f"an argument without a name at character {at}")
            arguments[key[1].strip()], at = read_literal(text, key.end())
        sign, after = _sign(text, at)
        if sign == ",":
            at = after
        elif sign != ")":
            raise Unreadable(f"no ',' or ')' at character {at}")


def _sign(text: str, at: int) -> tuple[str, int]:
    at = _after_blank(text, at)
    return text[at : at + 1], at + 1


def _after_blank(text: str, at: int) -> int:
    found = _BLANK.match(text, at)
    return found.end() if found else at
