"""The links between tools as a graph small enough to be looked at: a few sources for each parameter, and what has none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

from toolace_mt.schema.links import Links, Producer, links
from toolace_mt.types import Tool


@dataclass(frozen=True)
class Need:
    """An id-like parameter of `tool`. sources: the first tools that give it; omitted: how many more there are."""

    tool: str
    parameter: str
    required: bool
    sources: tuple[Producer, ...]
    omitted: int


@dataclass(frozen=True)
class ToolGraph:
    """Tools in the order of their source, and their needs in the order of the tools."""

    tools: tuple[str, ...]
    needs: tuple[Need, ...]

    @property
    def starting(self) -> tuple[str, ...]:
        """The tools that no other one feeds."""
        fed = {need.tool for need in self.needs if need.sources}
        return tuple(tool for tool in self.tools if tool not in fed)

    @property
    def unfed(self) -> tuple[Need, ...]:
        """Required id-like parameters that no tool gives: their values must come from the user, or be known before."""
        return tuple(need for need in self.needs if need.required and not need.sources)


def tool_graph(tools: Sequence[Tool], limit: int) -> ToolGraph:
    """The graph of tools with distinct names, with at most `limit` (1 or more) sources for each parameter.

    Work and memory grow with the number of tools and with `limit`, not with the number of links.
    """
    found = links(tools)
    givers = {(producer.tool, thing) for thing, producers in found.producers.items() for producer in producers}
    return ToolGraph(
        tools=tuple(tool.name for tool in tools),
        needs=tuple(
            _need(tool, parameter, found, givers, limit) for tool in tools for parameter in found.needs[tool.name]
        ),
    )


def _need(tool: Tool, parameter: str, found: Links, givers: set[tuple[str, str]], limit: int) -> Need:
    thing = found.needs[tool.name][parameter]
    producers = found.producers.get(thing, ())
    others = len(producers) - ((tool.name, thing) in givers)
    sources = tuple(islice((producer for producer in producers if producer.tool != tool.name), limit))
    return Need(tool.name, parameter, parameter in tool.required, sources, others - len(sources))
