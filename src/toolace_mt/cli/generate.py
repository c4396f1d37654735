"""`toolace-mt generate`: make verified dialogues."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from toolace_mt.cli.options import by_key, flag, openapi_flags, settings
from toolace_mt.cli.running import drive, finish
from toolace_mt.config import load_config
from toolace_mt.runs.local import generate
from toolace_mt.runs.progress import Progress


@click.command("generate")
@click.option("--tools", "sources", multiple=True, metavar="SRC", help="Where tools come from; may be given again.")
@flag("--count", "run.count", "Accepted dialogues wanted (20); a larger N extends a run.", type=int, metavar="N")
@click.option("--out", required=True, type=click.Path(path_type=Path), metavar="RUN", help="The run folder.")
@flag("--seed", "run.seed", "Same seed, same dialogues (0).", type=int, metavar="S")
@flag("--model", "engine.model", "Model name at the endpoint; without it the offline engine writes.", metavar="M")
@flag(
    "--base-url", "engine.base_url", "OpenAI-compatible endpoint, for example http://127.0.0.1:8000/v1.", metavar="URL"
)
@flag("--api-key-env", "engine.api_key_env", "Environment variable that holds the key (OPENAI_API_KEY).", metavar="VAR")
@flag(
    "--skeleton",
    "run.skeleton",
    "llm: the model writes calls (default); executed: tools that run make them.",
    type=click.Choice(["llm", "executed"]),
)
@flag(
    "--method",
    "run.method",
    "nar: non-autoregressive, the paper's method (default); mas: multi-agent simulation, the baseline.",
    type=click.Choice(["nar", "mas"]),
)
@flag(
    "--decoding",
    "run.decoding",
    "sequential: the paper's order (default); parallel: what does not depend on each other at the same time.",
    type=click.Choice(["sequential", "parallel"]),
)
@flag("--concurrency", "run.concurrency", "Dialogues in work at one time (16).", type=int, metavar="K")
@flag("--max-attempts", "run.max_attempts", "Dialogues tried at most (4 N + 20).", type=int, metavar="A")
@flag("--budget-usd", "run.budget_usd", "Stop before more than this is spent.", type=float, metavar="X")
@openapi_flags
@click.option("--config", "file", type=click.Path(path_type=Path), metavar="FILE.toml", help="Configuration file.")
@settings("refine.enabled=false")
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
    """
    config = load_config(file, settings, {"tools.sources": sources or None, **by_key(flags)})
    progress = Progress(config.run.count)
    finish(drive(generate(config, out, progress), progress))
