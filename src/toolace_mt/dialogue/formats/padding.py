"""Nulls that a table put into arguments: in a column of objects, each row has the names of all others.

`datasets` does so with calls whose `arguments` are objects: `{"city": "Rome"}` comes back as `{"city": "Rome", "date": null}`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from toolace_mt.dialogue.formats.said import Said, SaidCall
from toolace_mt.dialogue.recorded import Unread
from toolace_mt.types import Tool

_NAMES_SHOWN = 8


def without_padding(said: Iterable[Said], tools: Sequence[Tool], unread: list[Unread]) -> list[Said]:
    """`said` without the nulls that no tool asked for: those of names that it does not have, and of optional parameters
    that cannot be null. The first call with such is told in `unread`, for all of the row.
    """
    by_name = {tool.name: tool for tool in tools}
    told: list[Said] = []
    first: Unread | None = None
    for each in said:
        calls = [_plain(call, by_name) if call.has_nulls else call for call in each.calls]
        for call, plain in zip(each.calls, calls, strict=True):
            if first is None and len(gone := call.arguments.keys() - plain.arguments.keys()):
                first = Unread(each.place, call.id, _detail(sorted(map(str, gone))), "warning")
        told.append(each._replace(calls=calls) if calls else each)
    unread += [first] if first else []
    return told


def _plain(call: SaidCall, tools: Mapping[str, Tool]) -> SaidCall:
    tool = tools.get(call.name)
    if tool is None:
        return call
    kept = {name: value for name, value in call.arguments.items() if value is not None or _can_be_null(tool, name)}
    return call._replace(arguments=kept)


def _can_be_null(tool: Tool, name: str) -> bool:
    """Whether a null for this parameter says something, right or wrong; in doubt it does."""
    properties: Any = tool.parameters.get("properties")
    if not isinstance(properties, dict):
        return True
    if name not in properties:
        return bool(tool.parameters.get("additionalProperties", False))
    if name in (tool.parameters.get("required") or ()):
        return True
    return _takes_null(properties[name])


def _takes_null(schema: Any) -> bool:
    """Whether a null may fit; only a type, or a list of values, without it says no for certain."""
    if not isinstance(schema, dict):
        return True
    named, choices = schema.get("type"), schema.get("enum")
    if isinstance(choices, list) and None not in choices:
        return False
    return not isinstance(named, str | list) or "null" in named


def _detail(names: Sequence[str]) -> str:
    listed = ", ".join(name[:64] for name in names[:_NAMES_SHOWN]) + (", ..." if len(names) > _NAMES_SHOWN else "")
    return f"nulls in `arguments` that stand for nothing, as tables fill rows up, are left out ({listed})"
