"""What a tool gave, as the text that the assistant sees."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import orjson
from pydantic_core import to_jsonable_python

from toolace_mt.environments.base import ToolOutput
from toolace_mt.environments.methods import ToolFailure

LONGEST = 20_000
"""Characters of an output; what is longer is cut, and says so."""

_LONGEST_ERROR = 2_000


def answer(result: Any) -> ToolOutput:
    """Compact JSON, or the text itself of a tool that gives text; `{"error": "..."}` and nothing else is an error.

    Dates, enums, dataclasses, pydantic models and sets (in order) have JSON forms; other objects are shown as their own
    `str()`. Raises ToolFailure for objects that have none of their own: Python's shows an address, never the same twice.
    """
    if isinstance(result, dict) and set(result) == {"error"} and isinstance(result["error"], str) and result["error"]:
        return failed(result["error"])
    return ToolOutput(_cut(_clean(result if isinstance(result, str) else encoded(result)), LONGEST), False)


def failed(message: str, *, uncertain: bool = False) -> ToolOutput:
    """An error as the assistant sees it."""
    return ToolOutput(orjson.dumps({"error": _cut(_clean(message), _LONGEST_ERROR)}).decode(), True, uncertain)


def told(error: BaseException) -> str:
    """An exception of people's code, in one sentence: its type and its text."""
    try:
        text = str(error)
    except Exception:
        text = ""
    return f"{type(error).__name__}: {text}".rstrip(": ")


def encoded(result: Any) -> str:
    """Compact JSON, or the object's own `str()` as a whole where JSON has no form for it. Raises ToolFailure for neither."""
    try:
        return orjson.dumps(result, default=_jsonable, option=orjson.OPT_NON_STR_KEYS).decode()
    except TypeError as error:
        if isinstance(error.__cause__, ToolFailure):
            raise error.__cause__ from None
        return _shown(result)  # an integer beyond 64 bits, a key that JSON has not, text that is no Unicode


def _jsonable(value: Any) -> Any:
    if isinstance(value, Iterator):
        raise ToolFailure(f"The tool gave a {type(value).__name__}, which may have no end: return a list.")
    if isinstance(value, set | frozenset):
        return sorted(value, key=repr)
    try:
        return to_jsonable_python(value)
    except Exception:
        return _shown(value)


def _shown(value: Any) -> str:
    kind = type(value)
    if kind.__str__ is object.__str__ and kind.__repr__ is object.__repr__:
        raise ToolFailure(
            f"The tool gave a {kind.__name__}, which has no JSON form: return a dict, or give it __str__."
        )
    return str(value)


def _clean(text: str) -> str:
    """`text` without halves of characters, which nobody could write to a file."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else f"{text[:limit]}... [cut: {len(text):,} characters in all]"
