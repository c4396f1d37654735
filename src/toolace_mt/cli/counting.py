"""How far a command is that reads a file from end to end: one line, on a terminal."""

from __future__ import annotations

import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import Progress, TextColumn, TimeElapsedColumn


@contextmanager
def counting() -> Generator[Callable[[str], object]]:
    """Takes what the line on standard error is to say; elsewhere than on a terminal, nothing is shown."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    columns = (TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("reading")
        yield lambda said: bar.update(task, description=said)
