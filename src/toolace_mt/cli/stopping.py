"""Ctrl-C, and the signals that ask a process to end (SIGTERM, SIGHUP): the work ends in order; a second one breaks it off."""

from __future__ import annotations

import asyncio
import os
import signal
import threading
from collections.abc import Callable, Coroutine, Generator
from contextlib import contextmanager
from types import FrameType
from typing import Any, TypeVar

import click

T = TypeVar("T")
_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
Handler = Callable[[int, FrameType | None], None]


class StoppedBySignal(KeyboardInterrupt):
    """The work ended by signals. received: in the order of their coming."""

    def __init__(self, received: list[int]) -> None:
        super().__init__()
        self.received = received


def run_until_stopped(work: Coroutine[Any, Any, T]) -> T:
    """`asyncio.run`, where the first signal cancels `work`, and waits for it to end.

    Raises StoppedBySignal where a signal ended it, and what `work` raises.
    """
    received: list[int] = []

    async def watched() -> T:
        with _handling(received, asyncio.current_task()):
            return await work

    try:
        return asyncio.run(watched())
    except (asyncio.CancelledError, KeyboardInterrupt):
        raise StoppedBySignal(received or [signal.SIGINT]) from None


@contextmanager
def _handling(received: list[int], task: asyncio.Task[Any] | None) -> Generator[None]:
    """Inside, signals are added to `received`; the first cancels `task`, all others interrupt whatever runs.

    A signal that the process was told to ignore, as `nohup` and `&` do it, stays ignored. Handlers of the event loop itself
    would not do: they wait for a tool that hangs.
    """
    loop = asyncio.get_running_loop()

    def stop(number: int, frame: FrameType | None) -> None:
        received.append(number)
        if len(received) > 1 or task is None:
            raise KeyboardInterrupt
        task.cancel()
        loop.call_soon_threadsafe(lambda: None)  # the loop may be asleep

    before: dict[int, Any] = {}
    if threading.current_thread() is threading.main_thread():
        before = {number: handler for number in _SIGNALS if (handler := signal.getsignal(number)) != signal.SIG_IGN}
    for number in before:
        signal.signal(number, stop)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, signal.SIG_DFL if handler is None else handler)


def stopped(interrupt: KeyboardInterrupt, *lines: str) -> SystemExit:
    """Says who stopped the command, and `lines`; gives the exit to raise: 128 and the number of the signal."""
    received = interrupt.received if isinstance(interrupt, StoppedBySignal) else [signal.SIGINT]
    first = signal.Signals(received[0])
    try:
        click.echo("stopped by you" if first == signal.SIGINT else f"stopped by {first.name}", err=True)
        for line in lines:
            click.echo(line, err=True)
    except OSError:  # the terminal has gone; the interpreter would fail on the same output once more
        os._exit(128 + first)
    return SystemExit(128 + first)


def was_broken_off(interrupt: KeyboardInterrupt) -> bool:
    """Whether the work could not end in order."""
    return isinstance(interrupt, StoppedBySignal) and len(interrupt.received) > 1
