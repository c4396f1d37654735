"""Where the inputs of a run come from: tools of every source, environments that run them, example tasks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import orjson
from pydantic import ValidationError

from toolace_mt.environments.base import Environment, OpenEnvironment
from toolace_mt.environments.builtin import builtin_tools, open_builtin
from toolace_mt.environments.http_calls import PREFIX as OPENAPI
from toolace_mt.environments.mcp.listing import mcp_tools
from toolace_mt.environments.mcp.source import PREFIXES as MCP
from toolace_mt.environments.mcp.source import parse_mcp, shown_source
from toolace_mt.environments.python_source import PREFIX, open_python, python_tools
from toolace_mt.errors import InputError
from toolace_mt.tools.documents import Document
from toolace_mt.tools.join import Located
from toolace_mt.tools.mend import mend_tool
from toolace_mt.tools.names import distinct_names
from toolace_mt.tools.notes import Mend, Refusal
from toolace_mt.tools.sources import LoadedTools, load_tools
from toolace_mt.types import EnvironmentRef, Task, Tool


def read_tools(sources: Sequence[str], documents: Sequence[Document] = ()) -> LoadedTools:
    """The tools of all `sources` (see `--tools`), and of documents that are at hand. Raises InputError."""
    shown = [shown_source(source) for source in dict.fromkeys(sources)]
    if twice := next((name for name in shown if shown.count(name) > 1), None):
        raise InputError(f"{twice}: is given twice, with other secrets; make a run for each")
    return load_tools(sources, builtin_tools, {PREFIX: _read_python, **dict.fromkeys(MCP, _read_mcp)}, documents)


def opener_of(tools: Iterable[Tool]) -> OpenEnvironment:
    """Opens the environments that run `tools`, and the built-in ones: people's code runs only where they named it."""
    named = {tool.environment for tool in tools}

    def open_environment(ref: EnvironmentRef) -> Environment:
        if not ref.name.startswith(PREFIX):
            return open_builtin(ref)
        if ref.name not in named:
            raise InputError(
                f"{ref.name}: is none of the sources of this command, so it is not run; add it with --tools"
            )
        return open_python(ref)

    return open_environment


def runs_in(tool: Tool) -> str:
    """Where a tool runs, for a list: the name of its environment; of outside servers, whether dialogues share them."""
    name = tool.environment or ""
    if name.startswith(MCP):
        return "mcp (own copy)" if parse_mcp(name).isolated else "mcp (shared)"
    return "http (shared)" if name.startswith(OPENAPI) else name.rpartition(":")[2]


def _read_python(source: str) -> Iterator[Located | Refusal]:
    read = python_tools(source)
    for method in read.methods:
        name = method.tool.name
        mends = tuple(Mend(name, source, field, field.partition(".")[0], done) for field, done in method.left_out)
        yield Located(method.tool, source, mends)
    for name, reason in read.refused:
        yield Refusal(source, name, reason.removeprefix(f"{source}: "))


def _read_mcp(source: str) -> Iterator[Located | Refusal]:
    listing = mcp_tools(source)
    place = shown_source(source)
    mended = [mend_tool({**document, "group": listing.server}, place) for document in listing.tools]
    usable = [result for result in mended if not isinstance(result, Refusal)]
    for (tool, mends), name in zip(usable, distinct_names([tool.name for tool, _ in usable]), strict=True):
        spelled = tool.source_name or (tool.name if name != tool.name else None)
        known = tool.model_copy(update={"name": name, "source_name": spelled, "environment": place})
        yield Located(known, place, mends)
    yield from (result for result in mended if isinstance(result, Refusal))


def read_examples(file: str | None) -> tuple[Task, ...]:
    """Example tasks from a JSONL file of `{"subtasks": [{"goal", "tools", "steps"}]}`. Raises InputError."""
    if file is None:
        return ()
    try:
        lines = Path(file).read_bytes().splitlines()
    except OSError as error:
        raise InputError(f"{file}: cannot be read ({error.strerror or error})") from None
    examples: list[Task] = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            examples.append(Task.model_validate(orjson.loads(line)))
        except orjson.JSONDecodeError as error:
            raise InputError(f"{file}:{number}: is not JSON: {error}") from None
        except ValidationError as error:
            problem = error.errors()[0]
            field = ".".join(str(part) for part in problem["loc"])
            raise InputError(f"{file}:{number}: field {field}: {problem['msg']}") from None
    return tuple(examples)
