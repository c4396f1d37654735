"""The live line of a run: on a terminal it is redrawn, elsewhere a line is printed now and then."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress

from rich.console import Console
from rich.live import Live
from rich.table import Table
from rich.text import Text

from toolace_mt.runs.progress import Progress

_REDRAW = 0.25
_PRINT = 10.0
_NOTICES = 3


@asynccontextmanager
async def following(progress: Progress) -> AsyncGenerator[None]:
    """Show `progress` on standard error while the block runs."""
    console = Console(stderr=True)
    show = _redraw(console, progress) if sys.stderr.isatty() else _print(console, progress)
    task = asyncio.create_task(show)
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        with suppress(OSError):  # where the terminal has gone, the run ends in order all the same
            _flush_notices(console, progress)


async def _redraw(console: Console, progress: Progress) -> None:
    with Live(console=console, auto_refresh=False) as live:
        try:
            while True:
                _flush_notices(live.console, progress)
                live.update(_table(progress), refresh=True)
                await asyncio.sleep(_REDRAW)
        finally:
            live.update(_table(progress), refresh=True)


async def _print(console: Console, progress: Progress) -> None:
    due = time.monotonic() + _PRINT
    while True:
        await asyncio.sleep(_REDRAW)
        is_due = time.monotonic() >= due
        if is_due or progress.is_ending:
            _flush_notices(console, progress)
        if is_due:
            console.print(_line(progress), soft_wrap=True, highlight=False)
            due += _PRINT


def _flush_notices(console: Console, progress: Progress) -> None:
    """Print what was noticed since the last time; many callers in trouble at once say the same, so only a few are shown."""
    notices, progress.notices[:] = list(dict.fromkeys(progress.notices)), []
    if len(notices) > _NOTICES:
        notices[_NOTICES:] = [f"... and {len(notices) - _NOTICES} more like these"]
    for notice in notices:
        console.print(Text(notice, style="yellow"), soft_wrap=True)


def _table(progress: Progress) -> Table:
    table = Table.grid(padding=(0, 2))
    table.add_row("accepted", f"{progress.accepted} / {progress.wanted}", f"{progress.working} in work")
    table.add_row("rejected", str(progress.attempted - progress.accepted), _reasons(progress))
    table.add_row("calls", f"{progress.calls:,}", f"{progress.calls_per_second:,.1f} a second")
    table.add_row(
        "tokens", f"{progress.usage.prompt_tokens:,} in", f"{progress.usage.completion_tokens:,} out{_cost(progress)}"
    )
    table.add_row("time left", _time_left(progress), f"{_clock(progress.seconds)} so far")
    return table


def _line(progress: Progress) -> str:
    rejected = progress.attempted - progress.accepted
    return (
        f"accepted {progress.accepted}/{progress.wanted}, rejected {rejected}"
        f"{f' ({_reasons(progress)})' if rejected else ''}, {progress.calls:,} calls"
        f" ({progress.calls_per_second:,.1f}/s), {progress.usage.prompt_tokens:,} tokens in,"
        f" {progress.usage.completion_tokens:,} out{_cost(progress)}, time left {_time_left(progress)}"
    )


def _reasons(progress: Progress) -> str:
    return ", ".join(f"{rule} {count}" for rule, count in progress.reasons.most_common(4))


def _cost(progress: Progress) -> str:
    return f", ${progress.usage.usd:,.4f}" if progress.usage.usd else ""


def _time_left(progress: Progress) -> str:
    return "?" if progress.seconds_left is None else _clock(progress.seconds_left)


def _clock(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}"
