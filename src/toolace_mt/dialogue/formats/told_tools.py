"""Tools that are told in texts: in the system prompt as JSON, in a message that adds some."""

from __future__ import annotations

import json
import re
from functools import lru_cache
from typing import Any, NamedTuple, cast

import orjson

from toolace_mt.dialogue.formats.python_names import original_name
from toolace_mt.dialogue.formats.tools import Known, read_tools
from toolace_mt.types import Tool

# What our own exports write before tools that come with a message.
ANNOUNCEMENT = "The following functions have been added, and can be called from now on:"
_ANNOUNCED = f"\n\n{ANNOUNCEMENT}\n"

_MOST_TRIES = 32
_KEPT = 256
_SPACE = re.compile(r"\s*+")
_LIST = re.compile(r"\[\s{0,80}+\{")
_decoder = json.JSONDecoder()


class Told(NamedTuple):
    """A text, and the tools that stood in it: there they are taken out. listed: what these were read of."""

    text: str
    known: Known
    listed: list[Any]


@lru_cache(maxsize=_KEPT)
def tools_in_tags(text: str) -> Told | None:
    """The tools inside `<tools>`: a JSON list, or objects one after the other. None where there is no such block."""
    start = -1
    for _ in range(_MOST_TRIES):  # prompts speak of the tags, too: "... inside <tools></tools> XML tags"
        start = text.find("<tools>", start + 1)
        end = text.find("</tools>", start)
        if start < 0 or end < 0:
            return None
        if listed := _objects_in(text[start + len("<tools>") : end]):
            return Told(_without(text, start, end + len("</tools>")), read_tools(listed), listed)
    return None


def _objects_in(body: str) -> list[Any]:
    """The objects that follow each other, or the lists of them, in `body`; nothing where something else is there."""
    found: list[Any] = []
    at = _after_space(body, 0)
    while at < len(body):
        try:
            value, at = _decoded(body, at)
        except (ValueError, RecursionError):
            return []
        found += cast("list[Any]", value) if isinstance(value, list) else [value]
        at = _after_space(body, at)
    return found


def _decoded(text: str, at: int) -> tuple[Any, int]:
    """The JSON value that begins at `at`, and where it ends. Raises ValueError or RecursionError.

    The standard library finds the end; it also takes half characters and NaN, which nobody could write again.
    """
    _, end = _decoder.raw_decode(text, at)
    return orjson.loads(text[at:end]), end


def _after_space(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    return found.end() if found else at


@lru_cache(maxsize=_KEPT)
def tools_in_json(text: str) -> Told | None:
    """The first JSON list of objects with a `name` in `text`. None where there is none."""
    at = 0
    for _ in range(_MOST_TRIES):
        begun = _LIST.search(text, at)
        if begun is None:
            return None
        at = begun.end()
        try:
            value, end = _decoded(text, begun.start())
        except (ValueError, RecursionError):
            continue
        listed = cast("list[Any]", value)
        if all(_is_named(each) for each in listed):
            renamed = [_renamed(each) for each in listed]
            return Told(_without(text, begun.start(), end), read_tools(renamed), renamed)
    return None


def announced_tools(text: str) -> tuple[str, tuple[Tool, ...]]:
    """`text` without the tools that it adds, and these."""
    if _ANNOUNCED not in text:  # much faster than to search from the end
        return text, ()
    start = text.rfind(_ANNOUNCED)
    told = tools_in_tags(text[start:]) or tools_in_json(text[start:])
    return (text[:start], told.known.tools) if told else (text, ())


def _without(text: str, start: int, end: int) -> str:
    return f"{text[:start].rstrip()}\n{text[end:].lstrip()}".strip()


def _is_named(each: Any) -> bool:
    return isinstance(each, dict) and (isinstance(each.get("name"), str) or isinstance(each.get("function"), dict))


def _renamed(each: dict[str, Any]) -> dict[str, Any]:
    """Our own exports write names as Python has them."""
    return {**each, "name": original_name(each["name"])} if isinstance(each.get("name"), str) else each
