"""Which of the loaded tools run: operations of an `openapi:` source, as far as the user lets them."""

from __future__ import annotations

from dataclasses import replace

from toolace_mt.config import ToolsConfig
from toolace_mt.schema.http import HttpOperation
from toolace_mt.tools.notes import LoadedTools


def executable(loaded: LoadedTools, config: ToolsConfig) -> LoadedTools:
    """The same tools; those operations that `config` lets run have the source (`openapi:...`) as their environment.

    `requests` keeps only what runs. The rest stays as it was: described, and never called. Nothing runs where
    `tools.execute` is off.
    """
    if not config.execute:
        described = tuple(tool.model_copy(update={"environment": None}) for tool in loaded.tools)
        return replace(loaded, tools=described, requests={})
    if config.openapi_execute == "no" or not config.openapi_sources:
        return replace(loaded, requests={})
    (source,) = config.openapi_sources
    obstacles = not_running(loaded, config)
    running = {name: request for name, request in loaded.requests.items() if name not in obstacles}
    tools = tuple(
        tool.model_copy(update={"environment": source}) if tool.name in running and tool.environment is None else tool
        for tool in loaded.tools
    )
    return replace(loaded, tools=tools, requests=running)


def not_running(loaded: LoadedTools, config: ToolsConfig) -> dict[str, str]:
    """The operations that do not run, each with the reason, by the tool's name."""
    reasons = {name: why_not(request, config) for name, request in loaded.requests.items()}
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
