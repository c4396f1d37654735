"""What the user of a dialogue on an outside server knows: values from a file (`tools.knows`), and the server's folders."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import orjson

from toolace_mt.errors import InputError
from toolace_mt.schema.names import words
from toolace_mt.schema.validate import conforms, shown
from toolace_mt.types import Tool

Known = dict[str, list[Any]]
"""`PARAM`, or `TOOL.PARAM` for one tool alone, to the values with which calls may succeed; `TOOL` to sets of arguments."""

_FORM = '{"PARAM" or "TOOL.PARAM": [values], "TOOL": [{"PARAM": value}]}'

_PATHS = frozenset({"path", "dir", "directory", "folder", "root", "repo", "repository"})


def read_known(file: str | None, tools: Iterable[Tool]) -> Known:
    """The values in `file`: see `Known`. tools: those that they are meant for.

    Raises InputError where it cannot be read, a key is no parameter of any of the tools and none of them, or no such
    parameter takes a value.
    """
    if file is None:
        return {}
    try:
        known: Any = orjson.loads(Path(file).read_bytes())
    except OSError as error:
        raise InputError(f"tools.knows: {file}: cannot be read ({error.strerror or error})") from None
    except orjson.JSONDecodeError as error:
        raise InputError(f"tools.knows: {file}: is not JSON: {error}") from None
    if not isinstance(known, dict):
        raise InputError(f"tools.knows: {file}: must be an object: {_FORM}")
    tools = tuple(tools)
    for key, values in known.items():
        if problem := _problem(key, values, tools):
            raise InputError(f"tools.knows: {file}: field {key}: {problem}")
    return known


def _problem(key: str, values: Any, tools: Sequence[Tool]) -> str:
    """What is wrong with a field; "" where it can be used."""
    if not isinstance(values, list) or not values:
        return f"must be a list of values, not {shown(values)}"
    named = [(tool, name) for tool in tools if (name := _parameter(key, tool)) is not None]
    if not named:
        same = next((tool for tool in tools if tool.name == key), None)
        if same is None:
            return "no tool on an outside server has such a parameter, or such a name"
        return next(filter(None, (_problem_of_set(given, same) for given in values)), "")
    misfit = (value for value in values if not any(_takes(tool, name, value) for tool, name in named))
    return next((f"{shown(value)} does not fit the parameter's schema" for value in misfit), "")


def _problem_of_set(given: Any, tool: Tool) -> str:
    """What is wrong with a set of arguments; those that it lacks come from elsewhere."""
    if not isinstance(given, dict) or not given:
        return f"is a tool, so write objects with arguments of it, not {shown(given)}"
    for name, value in given.items():
        if name not in tool.properties:
            return f"the tool has no parameter {name}, but {', '.join(tool.properties) or 'none at all'}"
        if not _takes(tool, name, value):
            return f"{name}: {shown(value)} does not fit the parameter's schema"
    return ""


def known_to(tools: Sequence[Tool], given: Known, folders: Sequence[str] = ()) -> Known:
    """What of `given` is for `tools` and their parameters; `folders` for those whose names speak of paths."""
    known = {
        key: values
        for key, values in given.items()
        if any(tool.name == key or _parameter(key, tool) is not None for tool in tools)
    }
    for tool in tools:
        for name in tool.properties:
            fitting = [folder for folder in folders if _takes(tool, name, folder)]
            if name not in known and fitting and not _PATHS.isdisjoint(words(name)):
                known[name] = fitting
    return known


def _parameter(key: str, tool: Tool) -> str | None:
    """The parameter of `tool` that `key` stands for."""
    for name in (key, key.removeprefix(f"{tool.name}.")):
        if name in tool.properties:
            return name
    return None


def _takes(tool: Tool, name: str, value: Any) -> bool:
    try:
        return conforms(dict(tool.properties[name]), value)
    except InputError:
        return True  # a schema that refers to its whole document
