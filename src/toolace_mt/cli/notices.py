"""What is noticed on the way, on standard error: many callers in trouble at once say the same, which is told once."""

from __future__ import annotations

import click

_MOST = 10


class Notices:
    """Prints a line the first time that it comes; after so many different ones, says that there are more."""

    def __init__(self) -> None:
        self._told: set[str] = set()

    def __call__(self, line: str) -> None:
        """Tell a line, if it was not told before."""
        if line in self._told or len(self._told) > _MOST:
            return
        self._told.add(line)
        click.echo(line if len(self._told) <= _MOST else "... and more of the kind", err=True)
