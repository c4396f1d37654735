"""The arguments of a call: a JSON string as OpenAI has it, or the object itself as many datasets do."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

import orjson

from toolace_mt.dialogue.formats.repeated_keys import repeated_key
from toolace_mt.dialogue.turns import may_be_rounded
from toolace_mt.types import Severity


class Problem(NamedTuple):
    """What is wrong with arguments: an error where they cannot be read for certain."""

    detail: str
    severity: Severity = "error"


def read_arguments(arguments: Any) -> tuple[dict[str, Any], Problem | None]:
    """The arguments, and what is wrong with them; nothing, or an empty text, stands for none."""
    problem = None
    if isinstance(arguments, str):
        text = arguments
        try:
            arguments = _loads(text) if text and not text.isspace() else {}
        except (ValueError, RecursionError) as error:
            return {}, Problem(f"`arguments` is not valid JSON ({error})")
        problem = repeated(text, arguments) if arguments else None
    if isinstance(arguments, dict):
        return arguments, problem
    if arguments is None:
        return {}, None
    return {}, Problem(f"`arguments` is not an object but {kind_of_json(arguments)}")


def repeated(text: str, value: Any) -> Problem | None:
    """The problem that an object in the JSON `text`, of which `value` was read, says a key twice."""
    found = repeated_key(text, value)
    if found is None:
        return None
    values = "with different values: readers differ in which they take" if found.differs else "with the same value"
    return Problem(
        f"the key {found.key[:64]!r} is there more than once, {values}", "error" if found.differs else "warning"
    )


def _loads(text: str) -> Any:
    """Numbers beyond 64 bits stay whole, which orjson would round."""
    value = orjson.loads(text)
    return json.loads(text) if may_be_rounded(text) else value


def kind_of_json(value: Any) -> str:
    """What kind of JSON value this is, for a message."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "a boolean"
    if isinstance(value, int | float):
        return "a number"
    if isinstance(value, str):
        return "a text"
    return "an object" if isinstance(value, dict) else "a list"
