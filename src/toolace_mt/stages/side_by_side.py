"""Works of one dialogue at the same time, with an end that does not depend on which of them was quicker."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Iterable
from functools import partial
from typing import Any, TypeVar

from toolace_mt.errors import RunStopped

T = TypeVar("T")


async def side_by_side(*works: Awaitable[T]) -> list[T]:
    """The results of `works`, which run at the same time, in their order.

    One that fails lets the others finish: what is asked for, and which failure is raised (the first in order), are then the
    same whatever the timing. Only a RunStopped ends the others at once, and goes before all.
    """
    running = [asyncio.ensure_future(work) for work in works]
    waiting = set(running)
    try:
        while waiting:
            done, waiting = await asyncio.wait(waiting, return_when=asyncio.FIRST_EXCEPTION)
            if any(isinstance(failure, RunStopped) for failure in _failures(done)):
                break
    finally:
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
    if failures := _failures(running):
        raise min(failures, key=lambda failure: not isinstance(failure, RunStopped))  # the first of equal ones
    return [task.result() for task in running]


async def settled_in_turn(start: T, *pieces: Callable[[Callable[[], Awaitable[T]]], Coroutine[Any, Any, T]]) -> T:
    """What the last of `pieces` leaves: all begin at the same time, and each settles on what the one before it has left.

    A piece is given what to await for that; the first one finds `start`. Where a piece fails, those after it fail in the same
    way as soon as they come to settle. Raises as `side_by_side`.
    """

    async def begin() -> T:
        return start

    chain = [asyncio.ensure_future(begin())]
    for piece in pieces:
        # Shielded: to end the one that waits is not to end what it waits for.
        chain.append(asyncio.ensure_future(piece(partial(asyncio.shield, chain[-1]))))
    return (await side_by_side(*chain))[-1]


def _failures(tasks: Iterable[asyncio.Future[T]]) -> list[BaseException]:
    """What was raised, in the order of `tasks`; one that was ended from outside has raised nothing."""
    return [failure for task in tasks if not task.cancelled() and (failure := task.exception()) is not None]
