"""Durable writes from many tasks at once: one thread writes, and one transaction carries all that are waiting.

A disk flush costs the same for one record as for a hundred, so all who come while a flush is under way share the next.
"""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
import threading
import time
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import Any

from toolace_mt.errors import StorageFailed

Statement = tuple[str, tuple[Any, ...]]
_LARGEST_GROUP = 1000
_LINGER_SECONDS = 0.002  # nothing beside the time of a model's answer, and it halves the number of flushes


@dataclass(slots=True, eq=False)
class _Write:
    statements: tuple[Statement, ...]
    done: asyncio.Future[None]
    error: StorageFailed | None = None


class GroupCommit:
    """Owns a connection to a SQLite database and the thread that writes to it. Used from one event loop.

    The first failure is final: all later writes fail with it, since nobody knows what the disk still holds back.
    """

    def __init__(self, database: sqlite3.Connection, name: str) -> None:
        """database: open for any thread, in autocommit mode; closed by `close`. name: what messages call it."""
        self._database = database
        self._name = name
        self._queue: SimpleQueue[_Write | None] = SimpleQueue()
        self._failure: StorageFailed | None = None
        self._thread = threading.Thread(target=self._run, name="group-commit", daemon=True)
        self._thread.start()

    async def write(self, *statements: Statement) -> None:
        """Run `statements` in one transaction; returns when a crash can no longer lose them. Raises StorageFailed.

        A statement that breaks a constraint fails its own write only, so let the first be the one that can.
        """
        if not self._thread.is_alive():
            raise StorageFailed(f"{self._name}: is closed")
        write = _Write(statements, asyncio.get_running_loop().create_future())
        self._queue.put(write)
        await write.done

    def close(self) -> None:
        """Write what is queued, and close the database. May be called again."""
        self._queue.put(None)
        self._thread.join()
        self._database.close()

    def _run(self) -> None:
        group: list[_Write] = []
        open_for_more = True
        while open_for_more:
            group, open_for_more = self._next_group(linger=len(group) > 1)
            if not group:
                continue
            if self._failure is None:
                self._commit(group)
            if self._failure is not None:
                for write in group:
                    write.error = self._failure
            self._announce(group)

    def _next_group(self, *, linger: bool) -> tuple[list[_Write], bool]:
        """All that wait, at least one, and whether more may come. linger: wait a moment for the companions of the first."""
        group: list[_Write] = []
        item = self._queue.get()
        if linger:
            time.sleep(_LINGER_SECONDS)
        while item is not None:
            group.append(item)
            if len(group) == _LARGEST_GROUP:
                break
            try:
                item = self._queue.get_nowait()
            except Empty:
                break
        return group, item is not None

    def _commit(self, group: list[_Write]) -> None:
        database = self._database
        try:
            database.execute("BEGIN IMMEDIATE")
            for write in group:
                self._execute(write)
            database.execute("COMMIT")
        except Exception as error:
            # Anything at all, since a dead thread would leave its callers waiting for ever.
            self._failure = StorageFailed(
                f"{self._name}: cannot be written ({error}). What was acknowledged before is kept: make room, or mend"
                " the disk, and run the same command to go on"
            )

    def _execute(self, write: _Write) -> None:
        try:
            for sql, values in write.statements:
                self._database.execute(sql, values)
        except sqlite3.IntegrityError as error:
            write.error = StorageFailed(f"{self._name}: is written twice under one key ({error})")

    @staticmethod
    def _announce(group: list[_Write]) -> None:
        with contextlib.suppress(RuntimeError):  # the loop is closed: nobody waits any more
            group[0].done.get_loop().call_soon_threadsafe(_resolve, group)


def _resolve(group: list[_Write]) -> None:
    for write in group:
        if write.done.done():
            continue  # cancelled meanwhile
        if write.error is None:
            write.done.set_result(None)
        else:
            write.done.set_exception(StorageFailed(*write.error.args))
