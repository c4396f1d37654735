"""What an MCP server answers, as the text that the assistant sees."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import orjson

from toolace_mt.environments.base import ToolOutput
from toolace_mt.environments.mcp.places import Places
from toolace_mt.environments.outputs import failed

if TYPE_CHECKING:
    from mcp.types import CallToolResult, ContentBlock


def output_of(result: CallToolResult, places: Places, longest: int) -> ToolOutput:
    """Structured content as compact JSON, else the text blocks; what is no text is named in brackets.

    longest: characters; what is longer is an error that says so, since half of a JSON text is none. It is uncertain: what
    the server said of the call is lost, but for its saying that it failed.
    """
    if result.structured_content is not None:
        text = _compact(places.outward(result.structured_content))
    else:
        text = places.outward("\n".join(map(_text, result.content)))
    if len(text) > longest:
        told = f"The answer is too long: {len(text):,} characters, where {longest:,} are allowed. Ask for less."
        return failed(told, uncertain=not result.is_error)
    return ToolOutput(text.encode("utf-8", "replace").decode(), result.is_error)


def _compact(value: Any) -> str:
    try:
        return orjson.dumps(value).decode()
    except TypeError:  # an integer beyond 64 bits, half a character
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _text(block: ContentBlock) -> str:
    match block.type:
        case "text":
            return block.text
        case "resource":
            return f"[resource {block.resource.uri}]"
        case "resource_link":
            return f"[resource {block.uri}]"
        case kind:
            return f"[{kind}]"
