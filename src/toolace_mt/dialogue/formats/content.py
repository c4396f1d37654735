"""The text of a message: a text, nothing, or a list of parts; the JSON of a result."""

from __future__ import annotations

from typing import Any

from toolace_mt.dialogue.formats.arguments import kind_of_json
from toolace_mt.dialogue.recorded import Unread
from toolace_mt.dialogue.turns import json_text

# Anthropic's: to leave these out would change what the assistant did.
_CALLS = frozenset({"tool_use", "tool_result"})


def read_text(content: Any, place: int, unread: list[Unread]) -> str:
    """The text of `content`; what of it is no text is left out, and told in `unread`."""
    if isinstance(content, str):
        return content
    if content is None:
        return ""
    if isinstance(content, list):
        return "".join([_part_text(part, place, unread) for part in content])
    unread.append(Unread(place, None, f"`content` is no text but {kind_of_json(content)}; write it as a text"))
    return ""


def result_text(content: Any) -> str:
    """The text of a result: any JSON value is written as JSON, a list of text parts as their text."""
    if isinstance(content, str):
        return content
    if content is None:
        return ""
    if isinstance(content, list) and content and all(_is_text_part(part) for part in content):
        return "".join([part["text"] for part in content])
    return written(content)


def written(value: Any) -> str:
    """`value` as JSON; empty for what is nested too deep to be written."""
    try:
        return json_text(value)
    except (RecursionError, ValueError, TypeError):
        return ""


def _is_text_part(part: Any) -> bool:
    return isinstance(part, dict) and "type" in part and isinstance(part.get("text"), str)


def _part_text(part: Any, place: int, unread: list[Unread]) -> str:
    if isinstance(part, str):
        return part
    if isinstance(part, dict):
        text = part.get("text", part.get("refusal"))
        if isinstance(text, str):
            return text
        if isinstance(kind := part.get("type"), str) and kind not in ("text", "refusal"):
            if kind in _CALLS:
                detail = (
                    f"`content` has a part of type {kind!r}, which is read only in messages with `role` (--form openai)"
                )
                unread.append(Unread(place, None, detail))
                return ""
            detail = f"`content` has a part of type {kind[:40]!r}, which is no text; it is left out"
            unread.append(Unread(place, None, detail, "warning"))
            return ""
    unread.append(Unread(place, None, "`content` has a part without `text`; give each part a `type` and a `text`"))
    return ""
