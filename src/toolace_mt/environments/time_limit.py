"""A limit in time for code that blocks: people's tools, which may loop for ever."""

from __future__ import annotations

import signal
import threading
from collections.abc import Generator
from contextlib import contextmanager
from time import monotonic

_AGAIN = 1.0


class OutOfTime(BaseException):
    """The time is up. No `Exception`, so that tools which catch everything do not swallow it."""


@contextmanager
def time_limit(seconds: float) -> Generator[None]:
    """Raises OutOfTime inside the block after `seconds`, and once more each second until it is left.

    The clock is the process's alarm signal, which only the main thread of a POSIX system has; elsewhere there is no limit.
    What blocks inside a C library is interrupted only when it returns.
    """
    if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGALRM, _ring)
    left, again = signal.setitimer(signal.ITIMER_REAL, seconds, _AGAIN)
    began = monotonic()
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
        if left:  # somebody else's alarm goes on
            signal.setitimer(signal.ITIMER_REAL, max(left - (monotonic() - began), 0.001), again)


def _ring(number: int, frame: object) -> None:
    raise OutOfTime
