"""Where the tokens of each method go, step by step, from a trace.

    toolace-mt bench --count 40 --trace calls.jsonl
    python -m toolace_mt.bench.by_step calls.jsonl

A row is a kind of step (numbers in its name are #): its calls per attempted dialogue, those of them that ask again, and
tokens per attempted dialogue: of prompts, those that the full server's cache gave, those that it had to work out, and those
that were written.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from toolace_mt.bench.replay import TracedMethod, read_trace
from toolace_mt.errors import ToolaceError

_NUMBER = re.compile(r"[0-9]+")
_COLUMNS = ("calls", "re-asks", "prompt", "cached", "uncached", "written")


def by_step(method: TracedMethod) -> dict[str, dict[str, float]]:
    """For each kind of step, in the order of first use, its figures per attempted dialogue; the last is `all`."""
    counts: dict[str, Counter[str]] = {}
    for call in method.calls:
        figures = {
            "calls": 1,
            "re-asks": int(call.attempt > 0),
            "prompt": call.prompt_tokens,
            "cached": call.cached_tokens,
            "uncached": call.prompt_tokens - call.cached_tokens,
            "written": call.output_tokens,
        }
        for kind in (_NUMBER.sub("#", call.step), "all"):
            counts.setdefault(kind, Counter()).update(figures)
    counts["all"] = counts.pop("all", Counter())
    dialogues = max(1, method.attempted)
    return {kind: {name: total[name] / dialogues for name in _COLUMNS} for kind, total in counts.items()}


@click.command("by_step")
@click.argument("trace", type=click.Path(path_type=Path))
def command(trace: Path) -> None:
    """Show where the tokens of each method go, from a trace of the bench."""
    for method in read_trace(trace):
        table = Table(title=f"{method.name}: per attempted dialogue, on the full server")
        table.add_column("step", overflow="fold")
        for name in _COLUMNS:
            table.add_column(name, justify="right")
        for kind, figures in by_step(method).items():
            shown = (f"{figures[name]:,.{2 if place < 2 else 0}f}" for place, name in enumerate(_COLUMNS))
            table.add_row(kind, *shown)
        Console(highlight=False).print(table)


if __name__ == "__main__":
    try:
        command(standalone_mode=True)
    except ToolaceError as error:
        click.echo(f"error: {error}", err=True)
        sys.exit(error.exit_code)
