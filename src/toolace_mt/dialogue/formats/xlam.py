"""xLAM's rows: `query`, and as `answers` the calls that it asks for; nobody ran them, so there are no results.

Source: https://huggingface.co/datasets/Salesforce/xlam-function-calling-60k. `answers` and `tools` are lists, or JSON texts of
them. The parameters of a tool are a flat map, `{"city": {"description": ..., "type": "str, optional", "default": "Oslo"}}`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

import orjson

from toolace_mt.dialogue.formats.content import read_text
from toolace_mt.dialogue.formats.named_calls import read_calls
from toolace_mt.dialogue.formats.python_types import Declared, declared
from toolace_mt.dialogue.formats.said import Said
from toolace_mt.dialogue.formats.tools import Known, read_tools
from toolace_mt.dialogue.recorded import NotADialogue, Unread
from toolace_mt.types import JsonSchema

QUERY, ANSWERS = range(2)


def is_xlam(row: dict[str, Any]) -> bool:
    """Whether a row that has no messages has xLAM's form."""
    return row.get("query") is not None and row.get("answers") is not None


def xlam_messages(row: dict[str, Any]) -> Sequence[Any]:
    """The two messages of a row: the query, and the answers. Raises NotADialogue where it has them not."""
    if not is_xlam(row):
        missing = next(field for field in ("query", "answers") if row.get(field) is None)
        raise NotADialogue(
            f'field {missing}: is missing; a row of xLAM is {{"query", "answers": [...], "tools": [...]}}'
        )
    return row["query"], row["answers"]


def read_xlam(messages: Sequence[Any], unread: list[Unread]) -> list[Said]:
    """What the query and the answers say; no answers at all stand for a query that no tool fits."""
    said = [Said(QUERY, "user", read_text(messages[QUERY], QUERY, unread))]
    calls = read_calls(messages[ANSWERS], ANSWERS, unread)
    return [*said, Said(ANSWERS, "assistant", calls=calls)] if calls else said


def xlam_tools(listed: Any) -> Known:
    """Tools whose parameters are flat maps; those that have a JSON Schema already are taken as they are."""
    if isinstance(listed, str):
        try:
            listed = orjson.loads(listed)
        except orjson.JSONDecodeError:
            return read_tools(listed)
    if not isinstance(listed, list):
        return read_tools(listed)
    return read_tools([_with_schema(tool) for tool in cast("list[Any]", listed)])


def _with_schema(tool: Any) -> Any:
    """The tool with a JSON Schema, if its parameters are a flat map."""
    if not isinstance(tool, dict):
        return tool
    function = cast("Any", tool.get("function", tool))
    parameters = function.get("parameters") if isinstance(function, dict) else None
    # A parameter that is called `type` has an object there.
    if not isinstance(parameters, dict) or isinstance(parameters.get("type"), str):
        return cast("Any", tool)
    return {**function, "parameters": _schema(cast("dict[str, Any]", parameters))}


def _schema(parameters: dict[str, Any]) -> JsonSchema:
    properties = {name: _property(entry) for name, entry in parameters.items()}
    return {
        "type": "object",
        "properties": {name: each.schema for name, each in properties.items()},
        "required": [name for name, each in properties.items() if not each.optional],
    }


def _property(entry: Any) -> Declared:
    """The schema of one parameter. One with a default can be left out, whatever its type says."""
    if not isinstance(entry, dict):
        return declared(entry) if isinstance(entry, str) else Declared({}, True)
    fields = cast("dict[str, Any]", entry)
    named = fields.get("type")
    found = declared(named) if isinstance(named, str) else Declared({}, False)
    schema = dict(found.schema)
    if isinstance(description := fields.get("description"), str):
        schema["description"] = description
    if isinstance(choices := fields.get("enum"), list) and choices:
        schema["enum"] = choices
    # The data set writes "" where there is no default.
    if (default := fields.get("default")) is not None and (default != "" or schema.get("type") == "string"):
        schema["default"] = default
    return Declared(schema, found.optional or "default" in fields or fields.get("required") is False)
