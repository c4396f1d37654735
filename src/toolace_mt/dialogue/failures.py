"""Whether the text of a result says that its call failed. Most recorded dialogues mark that nowhere else."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any, cast

import orjson

# A text that begins like this is an error message: tau's `Error: ...`, Python's `KeyError: ...` and tracebacks.
_OPENING = re.compile(
    r"[\"'\[{(]{0,4}(?:\w{0,40}(?:Error|Exception|ERROR|error|Failed|FAILED|Failure)\b[\"']?\s{0,4}[:：]|"
    r"(?:Error|Failed|Unable|Failure|Could not|Cannot)\s+\w|Traceback \(most recent)"
)
_OPENING_LENGTH = 80
# Longer texts are no keys of a cache.
_LONGEST_KEPT = 20_000
# An object without any of these is no failure; looking for them is much faster than reading it.
_HINTS = ("rror", "xception", "uccess", "fail", "FAIL", '"ok"', "fault")
# Half of all results have a status, and nearly always a good one.
_BAD_STATUS = re.compile(r"tatus(?:_?[Cc]ode)?\"\s{0,4}:\s{0,4}(?:\"(?:[Ee]rror|ERROR|[Ff]ail|FAIL)|[45]\d\d)")
_ERROR_KEYS = frozenset({"error", "errors", "exception", "errormessage", "errorcode", "fault"})
_FAILED_WORDS = frozenset({"error", "failed", "failure", "fail"})


def says_failure(content: str) -> bool:
    """Whether a result is nothing but an error: a text that begins as one, or an object that says so at its top."""
    return _says_failure(content) if len(content) <= _LONGEST_KEPT else _says_failure.__wrapped__(content)


@lru_cache(maxsize=128)
def _says_failure(content: str) -> bool:
    """Who reads a dialogue asks for all its results; the rules ask again."""
    opening = content[:_OPENING_LENGTH].lstrip()
    if not opening.startswith("{"):
        return _OPENING.match(opening) is not None
    hinted = [hint for hint in _HINTS if hint in content]
    if not hinted and not ("tatus" in content and _BAD_STATUS.search(content)):
        return False
    try:
        value = orjson.loads(content)
    except orjson.JSONDecodeError:
        return _OPENING.match(opening) is not None
    return isinstance(value, dict) and any(_is_failure(k, v) for k, v in cast("dict[str, Any]", value).items())


def _is_failure(key: str, value: Any) -> bool:
    name = key.lower().replace("_", "")
    if name in _ERROR_KEYS:
        return bool(value)
    if name in ("success", "ok"):
        return value is False
    if name == "iserror":
        return value is True
    if name in ("status", "statuscode", "result"):
        return value.lower() in _FAILED_WORDS if isinstance(value, str) else _is_http_error(value)
    return False


def _is_http_error(value: Any) -> bool:
    return isinstance(value, int) and 400 <= value < 600
