"""An event loop whose clock jumps: where nothing is left to do now, it is the time of what comes next at once."""

from __future__ import annotations

import asyncio
import math
import selectors
from collections.abc import Coroutine, Mapping
from typing import Any, TypeVar

T = TypeVar("T")

_RESOLUTION = 1e-9


def run_virtually(work: Coroutine[Any, Any, T]) -> T:
    """As `asyncio.run`, on a clock that starts at 0 and stands still while code runs."""
    with asyncio.Runner(loop_factory=_VirtualLoop) as runner:
        return runner.run(work)


class _JumpingSelector(selectors.BaseSelector):
    """Waits for nothing but what is real (a thread, a socket) where no timer is set; else the clock jumps."""

    def __init__(self) -> None:
        self.now = 0.0
        self._real = selectors.DefaultSelector()

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is None:
            return self._real.select(None)
        ready = self._real.select(0)
        if not ready and timeout > 0:
            self.now += timeout
        return ready

    def register(self, fileobj: Any, events: int, data: Any = None) -> selectors.SelectorKey:
        return self._real.register(fileobj, events, data)

    def unregister(self, fileobj: Any) -> selectors.SelectorKey:
        return self._real.unregister(fileobj)

    def modify(self, fileobj: Any, events: int, data: Any = None) -> selectors.SelectorKey:
        return self._real.modify(fileobj, events, data)

    def get_map(self) -> Mapping[Any, selectors.SelectorKey]:
        return self._real.get_map()

    def close(self) -> None:
        self._real.close()


class _VirtualLoop(asyncio.SelectorEventLoop):
    def __init__(self) -> None:
        self._virtual = _JumpingSelector()
        super().__init__(self._virtual)

    def time(self) -> float:
        return self._virtual.now

    @property
    def _clock_resolution(self) -> float:
        # asyncio runs timers of before now + this. From 2^24 s on, a nanosecond more is the same float: none would ever be due.
        return max(_RESOLUTION, math.ulp(self._virtual.now))

    @_clock_resolution.setter
    def _clock_resolution(self, _: float) -> None:
        """Nothing: asyncio sets that of the machine's clock, which is not used here."""
