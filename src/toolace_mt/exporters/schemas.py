"""How tools are written into rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from toolace_mt.types import JsonSchema, Tool


def functions(tools: Sequence[Tool]) -> list[dict[str, Any]]:
    """Tools as bare function objects."""
    return [{"name": t.name, "description": t.description, "parameters": _with_properties(t.parameters)} for t in tools]


def openai_tools(tools: Sequence[Tool]) -> list[dict[str, Any]]:
    """Tools as OpenAI's list has them."""
    return [{"type": "function", "function": function} for function in functions(tools)]


def _with_properties(parameters: JsonSchema) -> JsonSchema:
    """Chat templates and loaders look into `properties` without asking whether there are any.

    A schema without them takes any arguments, and goes on to do so.
    """
    return parameters if "properties" in parameters else {"additionalProperties": True, **parameters, "properties": {}}
