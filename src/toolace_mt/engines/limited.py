"""Throttling: at most so many requests in flight, and so many per minute."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable

from toolace_mt.engines.base import Completion, Engine, Request


class Limited:
    """An engine that lets only `in_flight` requests through at a time, evenly spaced where a rate is given."""

    def __init__(
        self,
        inner: Engine,
        *,
        in_flight: int,
        per_minute: float | None = None,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._inner = inner
        self._places = asyncio.Semaphore(in_flight)
        self._gap = 60.0 / per_minute if per_minute else 0.0
        self._next_start = 0.0
        self._clock = clock
        self._sleep = sleep

    async def complete(self, request: Request) -> Completion:
        """Answer `request` when its turn comes. Raises what the inner engine raises."""
        async with self._places:
            if self._gap:
                await self._wait_for_turn()
            return await self._inner.complete(request)

    async def _wait_for_turn(self) -> None:
        now = self._clock()
        start = max(now, self._next_start)
        self._next_start = start + self._gap
        if start > now:
            await self._sleep(start - now)
