"""`toolace-mt tools`: what is read from sources of tools, what was mended, and what was refused; calls to try."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

import click
import orjson
from rich.console import Console
from rich.table import Table
from rich.text import Text

from toolace_mt.cli.options import by_key, mcp_flag, openapi_flags, settings
from toolace_mt.cli.tool_calls import FAILED, Calls, run_calls
from toolace_mt.config import load_config
from toolace_mt.runs.sources import read_tools, runs_in
from toolace_mt.tools.execution import executable, not_running
from toolace_mt.tools.notes import LoadedTools, Mend
from toolace_mt.types import Tool

_EXAMPLES = 3


@click.command("tools")
@click.argument("src", nargs=-1, required=True)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object: tools, mended, refused; or calls.")
@click.option("--verbose", is_flag=True, help="List everything that was mended or does not run.")
@click.option(
    "--call",
    "calls",
    nargs=2,
    multiple=True,
    metavar="NAME ARGS",
    help="Try a tool that runs. ARGS: a JSON object, @FILE, or - for standard input. May be given again: the calls are"
    " made in one world, up to the first that fails (exit code 1).",
)
@click.option(
    "--seed", default=0, show_default=True, metavar="S", help="With --call: which world, where there are many."
)
@openapi_flags
@mcp_flag
@settings("tools.call_timeout=5")
@click.pass_context
def command(
    ctx: click.Context,
    src: tuple[str, ...],
    as_json: bool,
    verbose: bool,
    calls: tuple[tuple[str, str], ...],
    seed: int,
    settings: tuple[str, ...],
    **flags: Any,
) -> None:
    """Show what is read from SRC and which of it runs, or try its tools with --call.

    SRC is a JSON, JSONL or YAML file of tools, openapi:PATH_OR_URL (an OpenAPI 3.0 or 3.1 document; its operations run
    where --openapi-base-url and --openapi-execute say so), builtin[:NAME], python:MODULE[:NAME] (a class or functions of
    your own, which are run), mcp:COMMAND... (an MCP server, which is started to ask for its tools), or mcp+http(s)://...
    (one that runs already).
    """
    config = load_config(None, settings, {"tools.sources": src, **by_key(flags)})
    loaded = read_tools(config.tools.sources)
    if calls:
        ctx.exit(0 if run_calls(loaded, config, Calls(calls, seed), as_json=as_json) else FAILED)
    obstacles = not_running(loaded, config.tools)
    loaded = executable(loaded, config.tools)
    if as_json:
        click.echo(orjson.dumps(_as_json(loaded, obstacles), option=orjson.OPT_INDENT_2).decode())
    else:
        _print(loaded, obstacles, verbose)


def _as_json(loaded: LoadedTools, obstacles: Mapping[str, str]) -> dict[str, Any]:
    return {
        "tools": [_entry(tool, obstacles.get(tool.name)) for tool in loaded.tools],
        "mended": [asdict(mend) for mend in loaded.mended],
        "refused": [asdict(refusal) for refusal in loaded.refused],
    }


def _entry(tool: Tool, obstacle: str | None) -> dict[str, Any]:
    """An OpenAI tool, with what else is known beside it; `toolace-mt` reads it back."""
    beside = {
        "group": tool.group or None,
        "returns": tool.returns,
        "source_name": tool.source_name,
        "environment": tool.environment,
        "why_not": obstacle if tool.environment is None else None,
    }
    return tool.to_openai() | {key: value for key, value in beside.items() if value is not None}


def _print(loaded: LoadedTools, obstacles: Mapping[str, str], verbose: bool) -> None:
    console = Console(soft_wrap=True, highlight=False, markup=False)
    console.print(_table(loaded.tools))
    console.print(
        f"{len(loaded.tools):,} tools read, {len(loaded.mended):,} changes made, {len(loaded.refused):,} refused"
    )
    told = {mend.tool for mend in loaded.mended if mend.field == "description"}
    if silent := [tool.name for tool in loaded.tools if not tool.description.strip() and tool.name not in told]:
        shown = silent if verbose else silent[:_EXAMPLES]
        more = f" and {len(silent) - len(shown):,} more" if len(silent) > len(shown) else ""
        console.print(_plain(f"\nwithout a description, so nobody knows what they are for: {', '.join(shown)}{more}"))
    if obstacles:
        console.print("\nnot run:")
    for reason, names in _by_reason(obstacles).items():
        shown = names if verbose else names[:_EXAMPLES]
        more = f" and {len(names) - len(shown):,} more" if len(names) > len(shown) else ""
        console.print(_plain(f"  {reason}: {', '.join(shown)}{more}"))
    for kind, mends in _by_kind(loaded.mended).items():
        console.print(f"\nmended: {kind} ({len(mends):,})")
        for mend in mends if verbose else mends[:_EXAMPLES]:
            field = f" {mend.field}" if mend.field else ""
            console.print(_plain(f"  {mend.where}: {mend.tool}{field}: {mend.done}"))
        if len(mends) > _EXAMPLES and not verbose:
            console.print(f"  ... and {len(mends) - _EXAMPLES:,} more (--verbose lists them)")
    if loaded.refused:
        console.print("\nrefused:")
    for refusal in loaded.refused:
        console.print(_plain(f"  {refusal.where}: {refusal.name or 'no name'}: {refusal.reason}"))


def _table(tools: Iterable[Tool]) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0))
    for title in ("name", "group", "parameters", "returns", "runs"):
        table.add_column(title, overflow="fold")
    for tool in tools:
        required = set(tool.required)
        parameters = " ".join(name if name in required else f"[{name}]" for name in tool.properties)
        table.add_row(
            tool.name,
            _plain(tool.group),
            _plain(parameters),
            "known" if tool.returns is not None else "",
            _plain(runs_in(tool)),
        )
    return table


def _by_kind(mends: Iterable[Mend]) -> dict[str, list[Mend]]:
    kinds: dict[str, list[Mend]] = defaultdict(list)
    for mend in mends:
        kinds[mend.kind].append(mend)
    return kinds


def _by_reason(obstacles: Mapping[str, str]) -> dict[str, list[str]]:
    reasons: dict[str, list[str]] = defaultdict(list)
    for name, reason in obstacles.items():
        reasons[reason].append(name)
    return reasons


def _plain(text: str) -> Text:
    """What a stranger's file says cannot steer the terminal: no markup, no control characters."""
    return Text("".join(character if character.isprintable() else "?" for character in text))
