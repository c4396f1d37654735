"""One accelerator that is shared: everybody runs at full speed until together they ask for more than all of it."""

from __future__ import annotations

import asyncio
import heapq
import math
from itertools import count

_ROUNDING = 1e-9  # seconds


class SharedProcessor:
    """Processor sharing, on the clock of the running event loop, be it real or simulated.

    Each job asks for a share of the accelerator (0 for none, 1 for all of it). While the shares in work add up to D > 1,
    every job runs at 1/D of its full speed. `busy` counts seconds of the accelerator: a second at which half of it was
    asked for counts half.
    """

    def __init__(self) -> None:
        self.busy = 0.0
        self._asked = 0.0
        self._in_work = 0
        # Every job slows down by the same factor, so one count of full-speed seconds tells when each is done.
        self._done = 0.0
        self._seen_at = 0.0
        self._order = count()
        self._jobs: list[tuple[float, int, float, asyncio.Future[None]]] = []
        self._timer: asyncio.TimerHandle | None = None

    async def work(self, seconds: float, share: float) -> None:
        """Return when a job of `seconds` at full speed is done."""
        if seconds <= 0:
            return
        loop = asyncio.get_running_loop()
        self._advance(loop.time())
        finished: asyncio.Future[None] = loop.create_future()
        heapq.heappush(self._jobs, (self._done + seconds, next(self._order), share, finished))
        self._asked += share
        self._in_work += 1
        self._set_timer(loop)
        await finished

    @property
    def _speed(self) -> float:
        return 1.0 / max(1.0, self._asked)

    @property
    def _rounding(self) -> float:
        """Seconds too few to tell apart: on a clock that has come far, adding them to the time changes nothing."""
        return max(_ROUNDING, 4 * math.ulp(max(self._seen_at, self._done)))

    def _advance(self, now: float) -> None:
        passed = now - self._seen_at
        self._seen_at = now
        if self._in_work:
            self._done += passed * self._speed
            self.busy += passed * min(1.0, self._asked)

    def _set_timer(self, loop: asyncio.AbstractEventLoop) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._jobs:
            left = max(0.0, self._jobs[0][0] - self._done) / self._speed
            self._timer = loop.call_at(self._seen_at + left, self._finish, loop)

    def _finish(self, loop: asyncio.AbstractEventLoop) -> None:
        self._advance(loop.time())
        while self._jobs and self._jobs[0][0] <= self._done + self._rounding:
            _, _, share, finished = heapq.heappop(self._jobs)
            self._asked -= share
            self._in_work -= 1
            if not finished.done():
                finished.set_result(None)
        if not self._in_work:
            self._asked = 0.0  # what rounding has left
        self._set_timer(loop)
