"""`toolace-mt generate`: make verified dialogues."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from toolace_mt.api import agenerate
from toolace_mt.cli.generation_flags import generation_flags
from toolace_mt.cli.options import by_key
from toolace_mt.cli.running import drive, tell_end
from toolace_mt.config import load_config
from toolace_mt.runs.progress import Progress


@click.command("generate")
@click.option("--out", required=True, type=click.Path(path_type=Path), metavar="RUN", help="The run folder.")
@generation_flags
def command(sources: tuple[str, ...], out: Path, file: Path | None, settings: tuple[str, ...], **flags: Any) -> None:
    """Make verified multi-turn tool dialogues.

    The same command on the same RUN goes on where it stopped. Exit code 0: N dialogues accepted; 1: stopped short, with
    the reason; 2: bad usage or input.

    SRC is a file of OpenAI tools, function objects or BFCL functions (JSON, JSONL, YAML), openapi:PATH_OR_URL
    (an OpenAPI 3.0 or 3.1 document in JSON or YAML, also gzipped; its operations run where --openapi-base-url and
    --openapi-execute say so), builtin[:NAME], python:MODULE[:NAME] (a class or
    functions of your own, which are run; MODULE may be the path of a .py file), mcp:COMMAND... (an MCP server, which is
    started; {scratch} and {copy:DIR} in it give each dialogue folders and a server of its own; KEY=VALUE in mcp:env
    KEY=VALUE COMMAND is written down nowhere), or mcp+http(s)://... (an MCP server that runs already).

    With --skeleton executed, calls are made first, by running the tools, and the engine writes the words around them;
    tools that do not run fall back to llm.

    With --method mas, agents write each dialogue message by message, and it is verified as usual; there is no refinement
    and no repair, and --decoding changes nothing.
    """
    config = load_config(file, settings, {"tools.sources": sources or None, **by_key(flags)})
    progress = Progress(config.run.count)
    tell_end(drive(agenerate(config=config, out=out, progress=progress), progress, out))
