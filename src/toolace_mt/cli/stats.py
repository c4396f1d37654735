"""`toolace-mt stats`: the figures of a run, or of a file of dialogues."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path

import click
import orjson
from rich.console import Console
from rich.table import Table
from rich.text import Text

from toolace_mt.cli.render import clean
from toolace_mt.metrics.statistics import Figures
from toolace_mt.runs.statistics import compute_statistics

_MOST = 12


@click.command("stats")
@click.argument("source", type=click.Path(path_type=Path), metavar="RUN|FILE")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object, with all figures unrounded.")
def command(source: Path, as_json: bool) -> None:
    """Print the figures of a dataset.

    Of a RUN, its accepted dialogues are counted, and what the others were rejected for. A FILE (JSONL, also .gz) has a
    dialogue on each line, in OpenAI's form: {"id"?, "messages": [...], "tools": [...]?}.

    Entropy and distinct-3 are comparable only between datasets of about the same number of tokens.
    """
    figures = compute_statistics(source)
    if as_json:
        click.echo(orjson.dumps(asdict(figures), option=orjson.OPT_INDENT_2))
    else:
        Console(soft_wrap=True, highlight=False, markup=False).print(_table(figures))


def _table(figures: Figures) -> Table:
    table = Table(show_header=False, box=None, padding=(0, 2, 0, 0))
    for title, said in _lines(figures).items():
        if said:
            table.add_row(title, Text(clean(said)))
    return table


def _lines(figures: Figures) -> dict[str, str]:
    """What is shown of the figures, by its title; nothing is shown for an empty text."""
    simulated = f", {figures.simulated_errors:.0%} of them simulated" if figures.error_results else ""
    return {
        "dialogues": f"{figures.dialogues:,}",
        "attempts": _counts(figures.attempts),
        "rejected for": _counts(figures.rejections),
        "user turns": f"{figures.user_turns:.2f} per dialogue",
        "calls": f"{figures.calls_per_user_turn:.2f} per user turn; {figures.tools_used:,} different tools",
        "steps": f"{figures.steps:,} turns that call; {figures.parallel_steps:.1%} with parallel calls",
        "linked steps": f"{figures.linked_steps:.1%} use a value that an earlier result gave"
        f" ({figures.unstated_links:.0%} of them one that no user message says)",
        "linked sub-tasks": f"{figures.linked_subtasks:.1%} use one that an earlier sub-task gave",
        "errors": f"{figures.error_results:.1%} of the results{simulated}",
        "entropy": f"{figures.entropy_bits:.2f} bits over {figures.tokens:,} tokens, {figures.vocabulary:,} different",
        "distinct-3": f"{figures.distinct_3:.3f}",
        "repaired": f"{figures.repaired:.1%} of the dialogues" if figures.repaired else "",
        "injected": _counts(figures.injections),
        "skeletons": _counts(figures.skeletons),
        "domains": _shares(figures.domains),
    }


def _counts(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{name}: {count:,}" for name, count in counts.items())


def _shares(shares: Mapping[str, float]) -> str:
    shown = [f"{name}: {share:.1%}" for name, share in list(shares.items())[:_MOST]]
    return ", ".join([*shown, f"and {len(shares) - _MOST:,} more"] if len(shares) > _MOST else shown)
