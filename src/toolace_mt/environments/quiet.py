"""Running people's code without what it prints: standard output belongs to the command line."""

from __future__ import annotations

import io
from collections.abc import Awaitable, Generator
from contextlib import redirect_stdout
from functools import partial
from typing import Any

from toolace_mt.environments.time_limit import time_limit


class _Nowhere(io.TextIOBase):
    def write(self, s: str, /) -> int:
        return len(s)

    def writable(self) -> bool:
        return True


_NOWHERE = _Nowhere()


def silenced() -> redirect_stdout[Any]:
    """What the block prints is lost. Nothing may be awaited in it, for others would be silenced meanwhile."""
    return redirect_stdout(_NOWHERE)


class Quietly:
    """Awaits `work` with each of its steps silenced and limited to `seconds`, and nobody else's between them.

    Raises OutOfTime where a step takes longer.
    """

    def __init__(self, work: Awaitable[Any], seconds: float) -> None:
        self._work = work
        self._seconds = seconds

    def __await__(self) -> Generator[Any, Any, Any]:
        steps = self._run().__await__()
        step = partial(steps.send, None)
        while True:
            try:
                with silenced(), time_limit(self._seconds):
                    waiting = step()
            except StopIteration as end:
                return end.value
            try:
                step = partial(steps.send, (yield waiting))
            except BaseException as error:  # also a cancellation: it belongs to the work
                step = partial(steps.throw, error)

    async def _run(self) -> Any:
        return await self._work
