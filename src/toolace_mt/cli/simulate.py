"""`toolace-mt simulate`: the offline engine behind an OpenAI-compatible HTTP server."""

from __future__ import annotations

import click

from toolace_mt.engines.offline import OfflineEngine
from toolace_mt.runs.faults import parse_faults, parse_latency
from toolace_mt.runs.simulate import serve
from toolace_mt.runs.sources import opener_of, read_tools


@click.command("simulate")
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help="0 takes a free one.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--latency",
    default="",
    metavar="base=S,prompt=S,output=S",
    help="Seconds per request, and per token. saturation=N: answers that are written at full speed at one time."
    " cache=16|128: a prefix cache as vLLM's or OpenAI's, which holds cache_tokens=N (400000). speed=X divides all times.",
)
@click.option(
    "--faults",
    default="",
    metavar="NAME=SHARE,...",
    help="Shares of requests that fail: rate_limit, server, drop, refuse, truncate, garbage.",
)
@click.option("--tools", "sources", multiple=True, metavar="SRC", help="python: sources that clients use and may run.")
def command(port: int, host: str, latency: str, faults: str, sources: tuple[str, ...]) -> None:
    """Serve the offline engine as an OpenAI-compatible server, until interrupted.

    Faults depend on the request and on how often this server has seen it: a retry may pass, and two runs meet the same
    faults only where each has a fresh server.
    """
    serve(
        OfflineEngine(opener_of(read_tools(sources).tools if sources else ())),
        port=port,
        host=host,
        latency=parse_latency(latency),
        faults=parse_faults(faults),
        announce=lambda base_url: click.echo(f"listening: --base-url {base_url} --model offline (stop with Ctrl-C)"),
    )
