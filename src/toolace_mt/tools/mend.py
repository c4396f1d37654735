"""One tool document as strangers write it, made a Tool: OpenAI tools, bare functions, BFCL documents, MCP listings."""

from __future__ import annotations

import re
from typing import Any

import orjson

from toolace_mt.errors import InputError
from toolace_mt.tools.contradictions import impossible
from toolace_mt.tools.loose_schema import mend_parameters, mend_returns
from toolace_mt.tools.names import legal_name
from toolace_mt.tools.notes import Mend, Note, Refusal
from toolace_mt.types import Tool

_PARAMETERS = ("parameters", "inputSchema", "input_schema")
_RETURNS = ("x_returns", "returns", "response", "outputSchema", "output_schema")
_GROUP = ("x_api_class", "group", "api_class")
# BFCL's stateful classes repeat what the whole API is for before what this one tool does.
_PREAMBLE = re.compile(r"\bTool description:\s*(?=\S)")
# What is done, not to what: `get.ride` and `get.weather` have nothing to do with each other.
_VERBS = frozenset(
    {"get", "find", "search", "fetch", "create", "make", "add", "set", "update", "delete", "remove", "check"}
)
_SERVICE = re.compile(r"([A-Za-z]+_\d+)_\w")


def mend_tool(document: Any, where: str) -> tuple[Tool, tuple[Mend, ...]] | Refusal:
    """The tool of one document, with what was changed; or why it cannot be used.

    The tool's name is legal but not yet distinct from others. Raises InputError for a document without a name.
    """
    try:
        document = orjson.loads(orjson.dumps(document))
    except (TypeError, ValueError) as error:
        return Refusal(where, "", f"cannot be written as JSON: {error}")
    if not isinstance(document, dict):
        return Refusal(where, "", "is no object with a name, a description and parameters")
    inner = document.get("function")
    function: dict[str, Any] = {**inner, **_extras(document)} if isinstance(inner, dict) else document
    if "name" not in function and document.get("type", "function") != "function" and inner is None:
        return Refusal(where, "", f"a tool of type {document['type']!r}: only functions can be used")
    source_name = function.get("name")
    if not isinstance(source_name, str) or not source_name.strip():
        raise InputError(f"{where}: field name: a tool needs a name (a string that is not empty)")
    return _mended(function, source_name, where)


def _mended(function: dict[str, Any], source_name: str, where: str) -> tuple[Tool, tuple[Mend, ...]] | Refusal:
    name = legal_name(source_name)
    mends: list[Mend] = []

    def note(kind: str, field: str, done: str) -> None:
        mends.append(Mend(name, where, field, kind, done))

    parameters = mend_parameters(_first(function, _PARAMETERS, {}), note)
    if isinstance(parameters, str):
        return Refusal(where, source_name, parameters)
    if contradiction := impossible(parameters, "parameters"):
        return Refusal(where, source_name, f"no call can fit: {contradiction}")
    if name != source_name:
        note("name", "name", f"{source_name!r} written as {name}: names have 1-64 of A-Z a-z 0-9 _ -")
    earlier = function.get("source_name")
    tool = Tool(
        name=name,
        description=_description(function.get("description"), note),
        parameters=parameters,
        returns=mend_returns(_first(function, _RETURNS, None), note),
        group=_group(function, source_name),
        source_name=source_name if name != source_name else earlier if isinstance(earlier, str) else None,
        read_only=_read_only(function.get("annotations")),
    )
    return tool, tuple(mends)


def _read_only(annotations: Any) -> bool | None:
    """MCP's hint, where it is given."""
    hint = annotations.get("readOnlyHint") if isinstance(annotations, dict) else None
    return hint if isinstance(hint, bool) else None


def _extras(document: dict[str, Any]) -> dict[str, Any]:
    """What stands beside `function` in an OpenAI tool."""
    return {key: value for key, value in document.items() if key not in {"type", "function"}}


def _first(function: dict[str, Any], keys: tuple[str, ...], default: Any) -> Any:
    return next((function[key] for key in keys if function.get(key) is not None), default)


def _description(description: Any, note: Note) -> str:
    if not isinstance(description, str):
        if description is not None:
            note("description", "description", f"of type {type(description).__name__}, not text: left out")
        return ""
    preamble = _PREAMBLE.search(description)
    if preamble is None:
        return description
    note("description", "description", "kept what follows 'Tool description:', not the API's shared preamble")
    return description[preamble.end() :]


def _group(function: dict[str, Any], source_name: str) -> str:
    """As the document says, else the prefix (`uber.ride`, but not `get.ride`), else the service (`Hotels_2_Search`), or ""."""
    given = _first(function, _GROUP, None)
    if isinstance(given, str):
        return given
    if "." in source_name.strip("."):
        prefix = source_name.strip(".").rpartition(".")[0]
        return "" if prefix.lower() in _VERBS else prefix
    service = _SERVICE.match(source_name)
    return service[1] if service else ""
