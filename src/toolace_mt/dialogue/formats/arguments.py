"""The arguments of a call: a JSON string as OpenAI has it, or the object itself as many datasets do."""

from __future__ import annotations

import json
import re
from typing import Any

import orjson

_LONG_NUMBER = re.compile(r"\d{19}")


def read_arguments(arguments: Any) -> tuple[dict[str, Any], str | None]:
    """The arguments, and what is wrong with them; nothing, or an empty text, stands for none."""
    if isinstance(arguments, str):
        try:
            arguments = _loads(arguments) if arguments and not arguments.isspace() else {}
        except (ValueError, RecursionError) as error:
            return {}, f"`arguments` is not valid JSON ({error})"
    if isinstance(arguments, dict):
        return arguments, None
    if arguments is None:
        return {}, None
    return {}, f"`arguments` is not an object but {kind_of_json(arguments)}"


def _loads(text: str) -> Any:
    """Numbers beyond 64 bits stay whole, which orjson would round."""
    value = orjson.loads(text)
    return json.loads(text) if _LONG_NUMBER.search(text) else value


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
