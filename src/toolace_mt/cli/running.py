"""What commands that make a run share: the live line, what is said when it stops, and the words at its end."""

from __future__ import annotations

from collections.abc import Coroutine
from pathlib import Path
from typing import Any, TypeVar

import click

from toolace_mt.cli.live import following
from toolace_mt.cli.stopping import run_until_stopped, stopped, was_broken_off
from toolace_mt.cli.summary import print_summary
from toolace_mt.errors import RunStopped
from toolace_mt.runs.folder import SUMMARY, Run
from toolace_mt.runs.progress import Progress
from toolace_mt.runs.verifying import sparing_garbage_collection

T = TypeVar("T")


def drive(work: Coroutine[Any, Any, T], progress: Progress, out: Path) -> T:
    """Run `work`, which makes the run in `out`, with its live line.

    Where it stops early, how to go on is said: by a RunStopped, which is raised, or by the user or a signal, which exits.
    """
    try:
        with sparing_garbage_collection():  # thousands of small values live as long as the run
            return run_until_stopped(_followed(work, progress))
    except RunStopped as stop:
        for line in _how_to_go_on(progress, out):
            click.echo(line, err=True)
        raise stop
    except KeyboardInterrupt as interrupt:
        lost = "answers under way were given up" if was_broken_off(interrupt) else "nothing is lost"
        raise stopped(interrupt, *_how_to_go_on(progress, out, lost)) from None


async def _followed(work: Coroutine[Any, Any, T], progress: Progress) -> T:
    async with following(progress):
        return await work


def _how_to_go_on(progress: Progress, out: Path, lost: str = "nothing is lost") -> list[str]:
    """lost: how much."""
    lines = [
        f"{progress.accepted} of {progress.wanted} dialogues accepted so far; {lost}: the same command goes on from here"
    ]
    if (out / SUMMARY).exists():  # not where no run was begun, or the disk that stopped it is full
        lines.append(f"used so far, by model: {out / SUMMARY}")
    return lines


def tell_end(run: Run) -> dict[str, Any]:
    """Print what a run made, and what can be done with it; gives its summary."""
    summary = run.summary()
    print_summary(summary)
    click.echo(f"\ndataset  {run.dataset}")
    click.echo(f"read it  toolace-mt show {run.path}")
    click.echo(f"train    toolace-mt export {run.path} --format trl --out train.jsonl")
    return summary
