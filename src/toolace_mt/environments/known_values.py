"""What the user of a dialogue on an outside server knows: values from a file (`tools.knows`), and the server's folders."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import orjson

from toolace_mt.errors import InputError
from toolace_mt.schema.names import words
from toolace_mt.schema.validate import conforms, shown
from toolace_mt.types import Tool

Known = dict[str, list[Any]]
"""`PARAM`, or `TOOL.PARAM` for one tool alone, to the values with which calls may succeed."""

_PATHS = frozenset({"path", "dir", "directory", "folder", "root", "repo", "repository"})


def read_known(file: str | None, tools: Iterable[Tool]) -> Known:
    """The values in `file`, `{"PARAM" or "TOOL.PARAM": [values]}`. tools: those that they are meant for.

    Raises InputError where it cannot be read, a key is no parameter of any of the tools, or no such parameter takes a
    value.
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
        raise InputError(f'tools.knows: {file}: must be an object: {{"PARAM" or "TOOL.PARAM": [values]}}')
    tools = tuple(tools)
    for key, values in known.items():
        if not isinstance(values, list) or not values:
            raise InputError(f"tools.knows: {file}: field {key}: must be a list of values, not {shown(values)}")
        schemas = [tool.properties[name] for tool in tools if (name := _parameter(key, tool)) is not None]
        if not schemas:
            raise InputError(f"tools.knows: {file}: field {key}: no tool on an outside server has such a parameter")
        for value in values:
            if not any(_takes(schema, value) for schema in schemas):
                raise InputError(
                    f"tools.knows: {file}: field {key}: {shown(value)} does not fit the parameter's schema"
                )
    return known


def known_to(tools: Sequence[Tool], given: Known, folders: Sequence[str] = ()) -> Known:
    """What of `given` is for parameters that `tools` have; `folders` for those whose names speak of paths."""
    known = {key: values for key, values in given.items() if any(_parameter(key, tool) is not None for tool in tools)}
    for tool in tools:
        for name, schema in tool.properties.items():
            fitting = [folder for folder in folders if _takes(schema, folder)]
            if name not in known and fitting and not _PATHS.isdisjoint(words(name)):
                known[name] = fitting
    return known


def _parameter(key: str, tool: Tool) -> str | None:
    """The parameter of `tool` that `key` stands for."""
    for name in (key, key.removeprefix(f"{tool.name}.")):
        if name in tool.properties:
            return name
    return None


def _takes(schema: Mapping[str, Any], value: Any) -> bool:
    try:
        return conforms(dict(schema), value)
    except InputError:
        return True  # a schema that refers to its whole document
