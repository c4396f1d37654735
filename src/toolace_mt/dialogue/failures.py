"""Whether the text of a result says that its call failed. Most recorded dialogues mark that nowhere else."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any, cast

import orjson

# A text that begins like this is an error message: tau's `Error: ...`, Python's `KeyError: ...` and tracebacks. Counts
# (`Failed: 0 of 12`), titles (`Error handling in Python`) and reports (`Failed payments report sent`) are none.
_OPENING = re.compile(
    r"[\"'\[{(]{0,4}(?:\w{0,40}(?:Error|Exception|ERROR|error|Failed|FAILED|Failure)\b[\"']?\s{0,4}[:：]"
    r"(?!\s{0,4}[\"']?(?:none|None|null|false|False|0|no errors?|n/a)[\"']?\s{0,4}(?:[.,;)\]}]|\Z))"
    r"(?<![Ff]ailed:(?=\s{0,4}\d))|"
    r"Error (?!handling|tracking|logging|report|checking|correct)"
    r"(?:\w{2,20}ing\b|occur|while|when|in\b|during|at\b|from|code|\d)|"
    r"Failed\s+(?:to|with|because|due|in|on|at|while|when|during|\w{2,20}ing)\b|Unable to|"
    r"Failure (?:to|in|while|when|during|at)\b|(?:Could not|Cannot)\s+\w|Traceback \(most recent)"
)
_OPENING_LENGTH = 80
# Longer texts are no keys of a cache.
_LONGEST_KEPT = 20_000
# An object without any of these is no failure; looking for them is much faster than reading it.
_HINTS = ("rror", "xception", "uccess", "fail", "FAIL", '"ok"', "fault")
# Half of all results have a status, and nearly always a good one.
_BAD_STATUS = re.compile(r"tatus(?:_?[Cc]ode)?\"\s{0,4}:\s{0,4}(?:\"(?:[Ee]rror|ERROR|[Ff]ail|FAIL)|[45]\d\d)")
# Services that answer as HTTP does inside an answer: `{"code": 500, "msg": "internal"}`. Beside other keys it may be anything.
_BAD_CODE = re.compile(r"\"code\"\s{0,4}:\s{0,4}\"?[45]\d\d\b")
_CODE_FROM, _CODE_TO = 400, 599
_BESIDE_CODE = frozenset(
    {"code", "msg", "message", "detail", "reason", "status", "data", "result"}
    | {"timestamp", "path", "requestid", "traceid", "type", "success", "ok"}
)
_MESSAGE_KEYS = frozenset({"msg", "message", "detail", "reason"})
_FAILS_BECAUSE = re.compile(
    r"\s{0,4}(?:error|failed|failure)\s{0,4}[:：]\s{0,4}(?!(?:none|null|no errors?|false|n/a|\d)(?!\w))\S",
    re.IGNORECASE,
)
_ERROR_KEYS = frozenset({"error", "errors", "exception", "errormessage", "errorcode", "fault"})
_FAILED_WORDS = frozenset({"error", "failed", "failure", "fail"})
# What says at the top of an object that it went well; what it tells of errors beside that are notes.
_WENT_WELL = frozenset(
    {"success", "ok", "succeeded", "saved", "created", "updated", "sent", "booked", "done", "completed"}
)
_WELL_WORDS = frozenset({"success", "ok", "succeeded", "completed"})
_NO_ERROR = frozenset({"", "none", "no", "null", "nil", "false", "0", "ok", "n/a", "no error", "no errors", "success"})


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
    if not hinted and not _has_bad_number(content):
        return False
    try:
        value = orjson.loads(content)
    except orjson.JSONDecodeError:
        return _OPENING.match(opening) is not None
    return isinstance(value, dict) and _is_failed(cast("dict[str, Any]", value))


def _has_bad_number(content: str) -> bool:
    if "tatus" in content and _BAD_STATUS.search(content):
        return True
    return '"code"' in content and _BAD_CODE.search(content) is not None


def _is_failed(top: dict[str, Any]) -> bool:
    """Whether an object says at its top that its call failed, and nowhere that it went well."""
    named = [(key.lower().replace("_", ""), value) for key, value in top.items()]
    if any(name == "iserror" and value is True for name, value in named):
        return True
    fails = any(_is_failure(*each) for each in named) or _has_bad_code(dict(named))
    return fails and not any(_went_well(*each) for each in named)


def _has_bad_code(top: dict[str, Any]) -> bool:
    """Whether an object is a code as of HTTP, a message, and no data."""
    if not _is_bad_code(top.get("code")):
        return False
    told = [value for key, value in top.items() if key in _MESSAGE_KEYS and isinstance(value, str)]
    is_bare = top.keys() <= _BESIDE_CODE and not top.get("data") and not top.get("result")
    return bool(told) and is_bare and not any(value.strip(" .!").lower() in _NO_ERROR for value in told)


def _is_bad_code(code: Any) -> bool:
    if isinstance(code, str):
        return len(code) == len("500") and code.isdecimal() and _CODE_FROM <= int(code) <= _CODE_TO
    return type(code) is int and _CODE_FROM <= code <= _CODE_TO


def _went_well(name: str, value: Any) -> bool:
    if name in ("status", "result"):
        return isinstance(value, str) and value.lower() in _WELL_WORDS
    return value is True and name in _WENT_WELL


def _is_failure(name: str, value: Any) -> bool:
    if name in _ERROR_KEYS:
        return _is_error(name, value)
    if name in ("success", "ok"):
        return value is False or (isinstance(value, str) and value.lower() == "false")
    if name in ("status", "statuscode", "result") and isinstance(value, str):
        return value.lower() in _FAILED_WORDS or _FAILS_BECAUSE.match(value) is not None
    return name in ("status", "statuscode") and isinstance(value, int) and 400 <= value < 600


def _is_error(name: str, value: Any) -> bool:
    """Whether the value of such a key is an error: `none` is not, nor is a margin (`0.02`), nor how many there were."""
    if isinstance(value, str):
        return value.strip().rstrip(".").lower() not in _NO_ERROR
    if isinstance(value, dict) and "code" in value:
        return value["code"] not in (0, "0", 200, "200")
    return bool(value) and not isinstance(value, float) and not (name == "errors" and type(value) is int)
