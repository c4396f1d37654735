"""What commands that make a run share: the live line, what is said when it stops, and the files and words at its end."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Coroutine
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar

import click

from toolace_mt.cli.live import following
from toolace_mt.cli.summary import print_summary
from toolace_mt.errors import RunStopped, ToolaceError
from toolace_mt.exporters.registry import export
from toolace_mt.runs.folder import DATASET, SUMMARY, Run, open_run
from toolace_mt.runs.progress import Progress
from toolace_mt.runs.summary import write_summary

T = TypeVar("T")
_INTERRUPTED = 130


def drive(work: Coroutine[Any, Any, T], progress: Progress, out: Path) -> T:
    """Run `work`, which makes the run in `out`, with its live line.

    Where it stops early, its summary is written all the same, and how to go on is said: by a RunStopped, which is raised,
    or by the user, which exits.
    """
    # Thousands of small values live as long as the run: looking through them at every 700 new ones costs a quarter.
    gc.set_threshold(100_000, 50, 50)
    try:
        return asyncio.run(_followed(work, progress))
    except RunStopped as stop:
        _say_how_to_go_on(progress, out)
        raise stop
    except KeyboardInterrupt:
        click.echo("stopped by you", err=True)
        _say_how_to_go_on(progress, out)
        raise SystemExit(_INTERRUPTED) from None


async def _followed(work: Coroutine[Any, Any, T], progress: Progress) -> T:
    async with following(progress):
        return await work


def _say_how_to_go_on(progress: Progress, out: Path) -> None:
    click.echo(
        f"{progress.accepted} of {progress.wanted} dialogues accepted so far; nothing is lost:"
        " the same command goes on from here",
        err=True,
    )
    with suppress(ToolaceError):  # no run was begun, or the disk that stopped it is full
        write_summary(open_run(out))
        click.echo(f"used so far, by model: {out / SUMMARY}", err=True)


def finish(run: Run) -> dict[str, Any]:
    """Write the dataset and the summary of a run into its folder, and print them; gives the summary."""
    dataset = export(run.outcomes(), "messages", run.path / DATASET).out
    summary = write_summary(run)
    print_summary(summary)
    click.echo(f"\ndataset  {dataset}")
    click.echo(f"read it  toolace-mt show {run.path}")
    click.echo(f"train    toolace-mt export {run.path} --format trl --out train.jsonl")
    return summary
