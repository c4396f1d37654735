"""Lists of tools as rows have them. Equal lists give the same tools, so that what is known of a tool is found by identity."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple, cast

import orjson
from pydantic import ValidationError

from toolace_mt.dialogue.formats.arguments import kind_of_json
from toolace_mt.dialogue.formats.schema_dialect import plain_schema
from toolace_mt.types import JsonSchema, Tool

_KEPT_LISTS = 512
_KEPT_TOOLS = 8_192
_FIELDS = ("name", "description")
# OpenAI's name for it, Anthropic's, MCP's, Gemini's.
PARAMETERS = ("parameters", "input_schema", "inputSchema", "parametersJsonSchema", "parameters_json_schema")
# LangChain's: a flat map of properties.
FLAT = "args"
_OPEN: JsonSchema = {"type": "object", "additionalProperties": True}


class Known(NamedTuple):
    """The tools that could be read, and what is wrong with the others."""

    tools: tuple[Tool, ...] = ()
    problems: tuple[str, ...] = ()


_Key = tuple[bytes, bool]
_lists: dict[_Key, Known] = {}
_tools: dict[_Key, Tool] = {}


def read_tools(listed: Any, details: Any = None, *, exact: bool = False) -> Known:
    """Tools in OpenAI's form, Anthropic's or MCP's, or bare function objects; also as a JSON text.

    What is no function but a service of the model's host (`{"type": "web_search"}`) is passed over.

    details: for tools that toolace-mt wrote, `[{"index", "group", ...}]`, what is known beyond OpenAI's fields. exact: schemas
    stay as they are, also where they are written in another dialect.
    """
    key = _key(listed, details, exact)
    known = None if key is None else _lists.get(key)
    if known is None:
        known = _read_list(listed, details, exact)
        if key is not None:
            if len(_lists) >= _KEPT_LISTS:
                _lists.clear()
            _lists[key] = known
    return known


def _key(listed: Any, details: Any, exact: bool) -> _Key | None:
    try:
        if isinstance(listed, str) and not details:
            return listed.encode(), exact
        return orjson.dumps((listed, details) if details else listed), exact
    except (TypeError, ValueError):  # nested too deep, half a surrogate pair
        return None


def _read_list(listed: Any, details: Any, exact: bool) -> Known:
    if isinstance(listed, str):
        try:
            listed = orjson.loads(listed) if listed.strip() else []
        except orjson.JSONDecodeError as error:
            return Known(problems=(f"`tools` is a text that is no JSON ({error})",))
    if listed is None:
        return Known()
    if not isinstance(listed, list | tuple):
        return Known(problems=(f"`tools` is no list but {kind_of_json(listed)}",))
    beyond = dict(_details(details))
    tools: list[Tool] = []
    problems: list[str] = []
    for index, entry in enumerate(cast("list[Any]", listed)):
        if is_hosted(entry):
            continue
        tool, problem = _read_tool(entry, beyond.get(index), exact)
        tools += [tool] if tool else []
        problems += [f"tools[{index}]{problem}"] if problem else []
    return Known(tuple(tools), tuple(problems))


def is_hosted(entry: Any) -> bool:
    """Whether this is no function, but something that the model's host does, or a tool that takes a text: no call is JSON."""
    if not isinstance(entry, dict) or "function" in entry or "name" in entry:
        return False
    kind = cast("dict[str, Any]", entry).get("type")
    return isinstance(kind, str) and kind not in ("", "function")


def _details(details: Any) -> Iterator[tuple[int, dict[str, Any]]]:
    for each in cast("list[Any]", details) if isinstance(details, list) else ():
        if isinstance(each, dict) and isinstance(index := each.get("index"), int):
            yield index, {key: each[key] for key in ("group", "returns", "source_name", "environment") if key in each}


def _read_tool(entry: Any, beyond: dict[str, Any] | None, exact: bool) -> tuple[Tool | None, str]:
    key = _key(entry, beyond, exact)
    if key is not None and (known := _tools.get(key)) is not None:
        return known, ""
    function = cast("Any", entry.get("function", entry)) if isinstance(entry, dict) else entry
    if not isinstance(function, dict):
        return None, " is not a function"
    if not isinstance(function.get("name"), str):
        return None, ": name: is missing, or no text"
    tool, problem = _tool_of(function, beyond or {}, None if exact or key is None else key[0])
    if key is not None and not problem:
        if len(_tools) >= _KEPT_TOOLS:
            _tools.clear()
        _tools[key] = tool
    return tool, problem


def _tool_of(function: dict[str, Any], beyond: dict[str, Any], written: bytes | None) -> tuple[Tool, str]:
    fields: dict[str, Any] = {field: function[field] for field in _FIELDS if function.get(field) is not None}
    parameters = _parameters(function)
    if not isinstance(parameters, dict):
        return _bare(function), f": parameters: is {kind_of_json(parameters)}, not an object (a JSON Schema)"
    fields["parameters"] = parameters if written is None else plain_schema(cast("JsonSchema", parameters), written)
    try:
        return Tool.model_validate({**fields, **beyond}), ""
    except ValidationError as error:
        first = error.errors(include_input=False)[0]
        return _bare(function), f": {'.'.join(map(str, first['loc']))}: {first['msg']}"


def _parameters(function: dict[str, Any]) -> Any:
    """The schema of the arguments, by whatever name; one that says nothing where there is none."""
    found = next((function[key] for key in PARAMETERS if function.get(key) is not None), None)
    if found is None and isinstance(flat := function.get(FLAT), dict):
        return {"type": "object", "properties": flat}
    return {"type": "object"} if found is None else found


def _bare(function: dict[str, Any]) -> Tool:
    """A tool whose parameters nobody can read: any arguments can be right."""
    return Tool(name=function["name"].encode(errors="replace").decode(), parameters=_OPEN)
