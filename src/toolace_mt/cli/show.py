"""`toolace-mt show`: dialogues of a run, readably."""

from __future__ import annotations

import sys
from difflib import get_close_matches
from itertools import islice
from pathlib import Path

import click
from rich.console import Console, RenderableType

from toolace_mt.cli.render import render
from toolace_mt.dialogue.edits import skeleton_of
from toolace_mt.errors import InputError
from toolace_mt.runs.folder import Run, Which, open_run
from toolace_mt.runs.records import open_records
from toolace_mt.types import Outcome

_DIGITS = 6
_UNWRAPPED = 100_000


@click.command("show")
@click.argument("run", type=click.Path(path_type=Path), metavar="RUN")
@click.argument("dialogue_id", required=False, metavar="[ID]")
@click.option("--limit", type=click.IntRange(min=1), default=5, show_default=True, help="Dialogues printed at most.")
@click.option("--which", type=click.Choice(["accepted", "rejected", "all"]), default="accepted", show_default=True)
@click.option("--skeleton", is_flag=True, help="The dialogue as stage 1 left it, before any edit.")
@click.option("--full", is_flag=True, help="Do not shorten results and values.")
def command(run: Path, dialogue_id: str | None, limit: int, which: Which, skeleton: bool, full: bool) -> None:
    """Print dialogues of RUN with their edits and findings, or the one with this ID."""
    opened = open_run(run)
    if dialogue_id is not None:
        _print(_rendered(_find(opened, dialogue_id), skeleton, full))
        return
    outcomes = opened.outcomes(which)
    shown = 0
    for outcome in islice(outcomes, limit):
        _print(_rendered(outcome, skeleton, full))
        shown += 1
    if not shown:
        click.echo(f"{run} has no {'' if which == 'all' else f'{which} '}dialogues yet", err=True)
    elif next(outcomes, None) is not None:
        click.echo("there are more: --limit N prints more of them, an ID one of them", err=True)


def _rendered(outcome: Outcome, skeleton: bool, full: bool) -> RenderableType:
    dialogue = outcome.dialogue
    if skeleton and dialogue is not None:
        return render(outcome, skeleton_of(dialogue, outcome.edits), full, log=False)
    return render(outcome, dialogue, full)


def _find(run: Run, dialogue_id: str) -> Outcome:
    """The outcome with this id; leading zeros can be left out. Raises InputError naming ids that are near."""
    with open_records(run.path) as records:
        outcome = records.outcome(dialogue_id) or records.outcome(dialogue_id.zfill(_DIGITS))
    if outcome is None:
        raise InputError(f"{run.path}: has no dialogue {dialogue_id!r}; {_near(dialogue_id, run)}")
    return outcome


def _near(dialogue_id: str, run: Run) -> str:
    known = [outcome.id for outcome in run.outcomes("all")]
    if close := get_close_matches(dialogue_id, known, 3):
        return f"did you mean {' or '.join(close)}?"
    return f"its ids go from {known[0]} to {known[-1]}" if known else "it has none yet"


def _print(rendered: RenderableType) -> None:
    """Wrapped and coloured on a terminal; elsewhere plain, one line as long as it is, for other programs to read."""
    console = Console(highlight=False, markup=False, emoji=False)
    if console.is_terminal:
        console.print(rendered)
        return
    console = Console(width=_UNWRAPPED, highlight=False, markup=False, emoji=False, color_system=None)
    with console.capture() as captured:
        console.print(rendered)
    sys.stdout.write("\n".join(line.rstrip() for line in captured.get().split("\n")))
