"""Tools of several sources made one pool: identical ones merged, names made distinct."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

import orjson

from toolace_mt.schema.http import HttpOperation
from toolace_mt.tools.names import distinct_names
from toolace_mt.tools.notes import Mend
from toolace_mt.types import Tool


class Located(NamedTuple):
    """A tool, where it comes from (`file:line`, or the source), and what was changed in it so far.

    request: how a call of it is sent, where it is an operation of an HTTP API.
    """

    tool: Tool
    where: str
    mends: tuple[Mend, ...] = ()
    request: HttpOperation | None = None


class Joined(NamedTuple):
    """The tools of all sources, what was changed, and the requests of those that have one, by the tool's name."""

    tools: tuple[Tool, ...]
    mended: tuple[Mend, ...]
    requests: dict[str, HttpOperation]


def join_tools(found: Sequence[Located]) -> Joined:
    """The tools without repetitions, each with a name of its own, in order; and all that was changed.

    A tool that an environment runs keeps its name, for the environment knows it by that. Of the others, those whose
    source has the legal name already come before those that were renamed to it.
    """
    kept, merged = _without_repetitions(found)
    names = _names([located.tool for located in kept])
    tools: list[Tool] = []
    mends: list[Mend] = []
    requests: dict[str, HttpOperation] = {}
    for (tool, where, changes, request), name in zip(kept, names, strict=True):
        mends += [replace(mend, tool=name) for mend in changes]
        if name != tool.name:
            source_name = tool.source_name or tool.name
            mends.append(Mend(name, where, "name", "name", f"{tool.name} is also another tool's name: now {name}"))
            tool = tool.model_copy(update={"name": name, "source_name": source_name})
        tools.append(tool)
        if request is not None:
            requests[name] = request
    return Joined(tuple(tools), (*mends, *merged), requests)


def _names(tools: Sequence[Tool]) -> list[str]:
    names = [tool.name for tool in tools]
    free = [i for i, tool in enumerate(tools) if tool.environment is None]
    free.sort(key=lambda i: tools[i].source_name is not None)
    taken = {tool.name for tool in tools if tool.environment is not None}
    for i, name in zip(free, distinct_names([names[i] for i in free], taken), strict=True):
        names[i] = name
    return names


def _without_repetitions(found: Sequence[Located]) -> tuple[list[Located], list[Mend]]:
    runs = {_content(located.tool) for located in found if located.tool.environment is not None}
    first: dict[tuple[bytes, str | None], str] = {}
    kept: list[Located] = []
    merged: list[Mend] = []
    for located in found:
        tool, where = located.tool, located.where
        content = _content(tool)
        key = (content, tool.environment)
        if key in first or (tool.environment is None and content in runs):
            same = f"the same tool as at {first[key]}" if key in first else "the same tool as one that can be run"
            merged.append(Mend(tool.name, where, "", "duplicate", f"{same}: merged"))
            continue
        first[key] = where
        kept.append(located)
    return kept, merged


def _content(tool: Tool) -> bytes:
    name = tool.source_name or tool.name
    parts = [name, tool.description, tool.parameters, tool.returns, tool.group]
    return orjson.dumps(parts, option=orjson.OPT_SORT_KEYS)
