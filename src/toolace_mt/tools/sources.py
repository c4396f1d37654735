"""Where tools come from: the SRC of the command line, read into one pool."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

from toolace_mt.errors import InputError
from toolace_mt.tools.documents import Document, read_documents
from toolace_mt.tools.join import Located, join_tools
from toolace_mt.tools.mend import mend_tool
from toolace_mt.tools.notes import LoadedTools, Refusal
from toolace_mt.tools.openapi import openapi_tools
from toolace_mt.types import Tool

Builtin = Callable[[str | None], Sequence[Tool]]
"""The built-in tools: of one environment by its name, or of all for None. Raises InputError for an unknown name."""

Runnable = Callable[[str], Iterable[Located | Refusal]]
"""Reads a source of tools that run, each with its environment. Raises InputError where nothing in it can be used."""

_OPENAPI = "openapi:"
_REASONS_SHOWN = 3


def load_tools(
    sources: Sequence[str],
    builtin: Builtin,
    runnable: Mapping[str, Runnable] = MappingProxyType({}),
    documents: Sequence[Document] = (),
) -> LoadedTools:
    """Read every source: a path to JSON, JSONL or YAML, `openapi:PATH_OR_URL`, `builtin` or `builtin:NAME`.

    runnable: what reads the sources of other tools that run, by how they begin (`python:`, `mcp:`). documents: tool
    documents that are at hand already; they come after those of the sources.

    Identical tools are merged, names made legal and distinct, loose schemas made valid JSON Schema 2020-12; a document
    that cannot be used is refused with the reason. Raises InputError naming file, line and field where a file cannot be
    read, where a tool has no name, and where all sources together hold no tool.
    """
    found: list[Located] = []
    refused: list[Refusal] = []
    for source in sources:
        if source == "builtin" or source.startswith("builtin:"):
            found += [Located(tool, source) for tool in builtin(source.partition(":")[2] or None)]
            continue
        if read := next((read for prefix, read in runnable.items() if source.startswith(prefix)), None):
            _sort(read(source), found, refused)
            continue
        if source.startswith(_OPENAPI):
            _sort(openapi_tools(source.removeprefix(_OPENAPI)), found, refused)
            continue
        _collect(read_documents(Path(source)), found, refused)
    _collect(documents, found, refused)
    if not found:
        raise InputError(_nothing(sources, refused))
    return _joined(found, refused)


def _collect(documents: Iterable[Document], found: list[Located], refused: list[Refusal]) -> None:
    for document in documents:
        result = mend_tool(document.value, document.where)
        _sort(
            [result if isinstance(result, Refusal) else Located(result[0], document.where, result[1])], found, refused
        )


def _sort(results: Iterable[Located | Refusal], found: list[Located], refused: list[Refusal]) -> None:
    for result in results:
        if isinstance(result, Refusal):
            refused.append(result)
        else:
            found.append(result)


def _joined(found: list[Located], refused: list[Refusal]) -> LoadedTools:
    tools, mended, requests = join_tools(found)
    return LoadedTools(tools, mended, tuple(refused), requests)


def _nothing(sources: Sequence[str], refused: list[Refusal]) -> str:
    if not refused:
        return f"{', '.join(sources) or 'no source was named'}: no tools found"
    reasons = "; ".join(f"{refusal.where}: {refusal.reason}" for refusal in refused[:_REASONS_SHOWN])
    more = f"; and {len(refused) - _REASONS_SHOWN} more" if len(refused) > _REASONS_SHOWN else ""
    return f"no usable tool found: {reasons}{more}"
