"""`toolace-mt tools graph`: which tool's results feed which tool's parameters."""

from __future__ import annotations

import click

from toolace_mt.cli.graph_formats import FORMATS
from toolace_mt.runs.sources import read_tools
from toolace_mt.schema.graph import tool_graph


@click.command("tools graph")
@click.argument("src", nargs=-1, required=True)
@click.option("--format", "format_", type=click.Choice(list(FORMATS)), default="text", show_default=True)
@click.option(
    "--limit", type=click.IntRange(min=1), default=5, show_default=True, help="Sources shown for each parameter."
)
def command(src: tuple[str, ...], format_: str, limit: int) -> None:
    """Show which tool's results feed which tool's parameters, by the ids that both speak of.

    Tools with known results only can feed others. What no tool gives must come from the user. dot: for Graphviz.
    mermaid: for Markdown. SRC is as in `toolace-mt tools`; a source that is itself named `graph` is written ./graph.
    """
    click.echo(FORMATS[format_](tool_graph(read_tools(src).tools, limit)))
