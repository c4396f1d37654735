"""What Python code has at hand in place of files and sources: tools, and rows."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Iterable, Mapping
from pathlib import PurePath
from typing import Any, NamedTuple, TypeAlias

import orjson

from toolace_mt.environments.python_source import PREFIX
from toolace_mt.errors import InputError
from toolace_mt.tools.documents import Document

ToolLike: TypeAlias = str | PurePath | Mapping[str, Any] | Callable[..., Any]
"""A source as `--tools` takes it, a document (OpenAI's form, a bare function object, BFCL's), or Python that runs."""

Tools: TypeAlias = ToolLike | Iterable[ToolLike]


class Given(NamedTuple):
    """Tools as the rest of the house takes them: sources, and documents."""

    sources: tuple[str, ...] = ()
    documents: tuple[Document, ...] = ()


def given_tools(tools: Tools) -> Given:
    """Sort what was given. Functions of one module become one environment together, a class is one of its own.

    Raises InputError for what is no tool, and for Python that cannot be found again by its module and name: a world is
    opened anew for each dialogue, and again when the run goes on.
    """
    several = [tools] if isinstance(tools, str | PurePath | Mapping) or callable(tools) else list(tools)
    sources: dict[str, None] = {}
    functions: dict[str, list[str]] = {}
    documents: list[Document] = []
    for number, tool in enumerate(several):
        where = f"tools[{number}]"
        if isinstance(tool, str | PurePath):
            sources[str(tool)] = None
        elif isinstance(tool, Mapping):
            documents.append(Document(where, _json(where, dict(tool))))
        elif inspect.isclass(tool):
            sources[f"{PREFIX}{_module_of(where, tool)}:{tool.__name__}"] = None
        elif inspect.isfunction(tool):
            functions.setdefault(_module_of(where, tool), []).append(tool.__name__)
        else:
            raise InputError(f"{where}: is a {type(tool).__name__}; give a source, a document, a function or a class")
    named = [f"{PREFIX}{module}:{','.join(dict.fromkeys(names))}" for module, names in functions.items()]
    return Given((*sources, *named), tuple(documents))


def given_lines(rows: Iterable[Any]) -> list[bytes]:
    """Rows as lines of JSONL. Raises InputError for one that JSON cannot hold."""
    return [orjson.dumps(_json(f"rows[{number}]", row)) for number, row in enumerate(rows)]


def _json(where: str, value: Any) -> Any:
    """A copy of `value` that shares nothing with the caller's, and holds nothing but JSON."""
    try:
        return orjson.loads(orjson.dumps(value))
    except (TypeError, ValueError) as error:
        raise InputError(f"{where}: is not JSON ({error})") from None


def _module_of(where: str, thing: Callable[..., Any]) -> str:
    module = thing.__module__
    if getattr(sys.modules.get(module), thing.__name__, None) is not thing:
        raise InputError(
            f"{where}: {thing.__qualname__} is not found under that name in the module {module}; define it at the top level"
            " of a module, a script or a notebook"
        )
    return module
