"""The graph of tools as text, JSON, and in the languages of Graphviz and Mermaid."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import orjson

from toolace_mt.cli.render import clean
from toolace_mt.schema.graph import Need, ToolGraph
from toolace_mt.schema.links import Link

_LISTED = 40


def as_text(graph: ToolGraph) -> str:
    """A line for each parameter that tools feed; then the tools that nothing feeds, and the values that nobody gives."""
    fed = [need for need in graph.needs if need.sources]
    width = max((len(need.tool) for need in fed), default=0)
    lines = [f"{need.tool:{width}}  {need.parameter} <- {_sources(need)}" for need in fed] or ["no tool feeds another"]
    lines += _listed("nothing feeds these tools:", graph.starting)
    unfed = [f"{need.tool}  {need.parameter}" for need in graph.unfed]
    lines += _listed("no tool gives these ids, so the user must:", unfed)
    return "\n".join(map(_one_line, lines))


def as_json(graph: ToolGraph) -> str:
    """`{"tools", "links", "starting", "unfed"}`."""
    shown: dict[str, Any] = {
        "tools": graph.tools,
        "links": [link._asdict() for link in _links(graph)],
        "starting": graph.starting,
        "unfed": [{"tool": need.tool, "parameter": need.parameter} for need in graph.unfed],
    }
    return orjson.dumps(shown, option=orjson.OPT_INDENT_2).decode()


def as_dot(graph: ToolGraph) -> str:
    """A digraph in the DOT language."""
    edges = [
        f"  {_quoted(link.source)} -> {_quoted(link.target)} [label={_quoted(_label(link))}];" for link in _links(graph)
    ]
    nodes = [f"  {_quoted(tool)};" for tool in graph.tools]
    return "\n".join(["digraph tools {", "  rankdir=LR;", "  node [shape=box];", *nodes, *edges, "}"])


def as_mermaid(graph: ToolGraph) -> str:
    """A flowchart in Mermaid's language."""
    number = {tool: f"t{position}" for position, tool in enumerate(graph.tools)}
    nodes = [f'  {number[tool]}["{_entities(tool)}"]' for tool in graph.tools]
    edges = [
        f'  {number[link.source]} -->|"{_entities(_label(link))}"| {number[link.target]}' for link in _links(graph)
    ]
    return "\n".join(["flowchart LR", *nodes, *edges])


FORMATS: dict[str, Callable[[ToolGraph], str]] = {
    "text": as_text,
    "json": as_json,
    "dot": as_dot,
    "mermaid": as_mermaid,
}


def _links(graph: ToolGraph) -> Iterator[Link]:
    for need in graph.needs:
        for source, field in need.sources:
            yield Link(source, field, need.tool, need.parameter)


def _sources(need: Need) -> str:
    named = ", ".join(f"{source} {field}" for source, field in need.sources)
    return f"{named} (and {need.omitted:,} more)" if need.omitted else named


def _listed(title: str, names: Sequence[str]) -> list[str]:
    listed = [f"  {name}" for name in names[:_LISTED]]
    if len(names) > _LISTED:
        listed.append(f"  ... and {len(names) - _LISTED:,} more (--format json has them all)")
    return ["", title, *listed] if listed else []


def _label(link: Link) -> str:
    return link.parameter if link.field == link.parameter else f"{link.field} → {link.parameter}"


def _one_line(text: str) -> str:
    return clean(text).replace("\n", "\ufffd").replace("\t", " ")


def _quoted(text: str) -> str:
    escaped = _one_line(text).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _entities(text: str) -> str:
    """Mermaid reads `#code;` in quoted labels; its own signs and HTML must not be read as such."""
    return "".join(c if c.isalnum() or c in " _-.[]→" else f"#{ord(c)};" for c in _one_line(text))
