"""Which of the loaded tools a run uses, and which of them run: as far as the user lets them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from difflib import get_close_matches

from toolace_mt.config import ToolsConfig
from toolace_mt.errors import InputError
from toolace_mt.schema.http import HttpOperation
from toolace_mt.tools.notes import LoadedTools
from toolace_mt.types import Tool

_MCP = ("mcp:", "mcp+http:", "mcp+https:")
_NAMES_SHOWN = 10


def executable(loaded: LoadedTools, config: ToolsConfig) -> LoadedTools:
    """The tools but for those that `tools.exclude` names; what `config` lets run has its environment.

    Operations of an `openapi:` source get it here, tools of MCP servers that may not run lose theirs. `requests` keeps only
    what runs. The rest stays as it was: described, and never called. Nothing runs where `tools.execute` is off. Raises
    InputError where `tools.exclude` names a tool that there is not, or leaves none.
    """
    loaded = _without_excluded(loaded, config.exclude)
    if not config.execute:
        described = tuple(tool.model_copy(update={"environment": None}) for tool in loaded.tools)
        return replace(loaded, tools=described, requests={})
    loaded = replace(
        loaded, tools=tuple(map(_described, loaded.tools)) if config.mcp_execute == "reads" else loaded.tools
    )
    if config.openapi_execute == "no" or not config.openapi_sources:
        return replace(loaded, requests={})
    (source,) = config.openapi_sources
    running = {name: request for name, request in loaded.requests.items() if not why_not(request, config)}
    tools = tuple(
        tool.model_copy(update={"environment": source}) if tool.name in running and tool.environment is None else tool
        for tool in loaded.tools
    )
    return replace(loaded, tools=tools, requests=running)


def not_running(loaded: LoadedTools, config: ToolsConfig) -> dict[str, str]:
    """The operations, and the tools of MCP servers, that do not run, each with the reason, by the tool's name.

    loaded: as the sources were read.
    """
    names = {tool.name for tool in _kept(loaded.tools, config.exclude)}
    reasons = {name: why_not(request, config) for name, request in loaded.requests.items() if name in names}
    if config.mcp_execute == "reads":
        told = "does not say that it only reads, by readOnlyHint (--mcp-execute all)"
        reasons |= {tool.name: told for tool in loaded.tools if tool.name in names and _may_change(tool)}
    return {name: reason for name, reason in reasons.items() if reason}


def why_not(request: HttpOperation, config: ToolsConfig) -> str:
    """Why an operation does not run, in a few words; "" where it does."""
    if config.openapi_execute == "no":
        return "only described (--openapi-base-url URL --openapi-execute reads or all lets it run)"
    if config.openapi_execute == "reads" and not request.reads:
        return f"{request.method} is more than reading (--openapi-execute all)"
    given = {header.lower() for header in config.openapi_header_env}
    if missing := [header for header in request.headers_needed if header.lower() not in given]:
        return f"needs the header {missing[0]} (--set tools.openapi_header_env.{missing[0]}=VARIABLE)"
    return request.obstacle


def _without_excluded(loaded: LoadedTools, names: Sequence[str]) -> LoadedTools:
    if not names:
        return loaded
    known = {name for tool in loaded.tools for name in (tool.name, tool.source_name) if name}
    for name in names:
        if name not in known:
            near = get_close_matches(name, sorted(known), 3) or sorted(known)[:_NAMES_SHOWN]
            raise InputError(f"tools.exclude: there is no tool {name!r}; did you mean {' or '.join(near)}?")
    tools = _kept(loaded.tools, names)
    if not tools:
        raise InputError("tools.exclude: leaves no tool at all")
    kept = {tool.name for tool in tools}
    requests = {name: request for name, request in loaded.requests.items() if name in kept}
    return replace(loaded, tools=tools, requests=requests)


def _kept(tools: Sequence[Tool], excluded: Sequence[str]) -> tuple[Tool, ...]:
    return tuple(tool for tool in tools if tool.name not in excluded and tool.source_name not in excluded)


def _may_change(tool: Tool) -> bool:
    """Whether it is a tool of an MCP server that does not say that it only reads."""
    return (tool.environment or "").startswith(_MCP) and tool.read_only is not True


def _described(tool: Tool) -> Tool:
    return tool.model_copy(update={"environment": None}) if _may_change(tool) else tool
