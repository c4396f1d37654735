"""Processes that work beside this one, and end with it however it ends."""

from __future__ import annotations

import multiprocessing
import os
import threading
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing.connection import wait


def worker_pool(jobs: int, begin: Callable[[], object] | None = None) -> ProcessPoolExecutor:
    """A pool of `jobs` processes. begin: what each does first.

    A process that is killed closes no pool: its workers, which hold both ends of the pipe that they read, would wait for ever.
    """
    return ProcessPoolExecutor(jobs, multiprocessing.get_context("spawn"), _begin, (begin,))


def _begin(begin: Callable[[], object] | None) -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent.sentinel,), daemon=True).start()
    if begin is not None:
        begin()


def _end_with(sentinel: int) -> None:
    wait([sentinel])
    os._exit(1)
