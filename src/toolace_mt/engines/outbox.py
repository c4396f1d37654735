"""Which requests are out at a server: these may be billed, whatever becomes of them here; the others cost nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Generator
from contextlib import contextmanager

from toolace_mt.engines.base import CallKey, Completion, Engine, Request


class Outbox:
    """The requests of a run by their keys, which no two have at the same time (`Journaled` sees to that)."""

    def __init__(self) -> None:
        self._out: set[CallKey] = set()
        self._cut_off: set[CallKey] = set()
        self._dropped: set[CallKey] = set()

    @property
    def count(self) -> int:
        """How many are out."""
        return len(self._out)

    @contextmanager
    def going_out(self, key: CallKey) -> Generator[None]:
        """Around each exchange with the server. The caller is cancelled where the request was dropped."""
        if key in self._dropped:
            raise asyncio.CancelledError
        self._out.add(key)
        try:
            yield
        except Exception:
            raise
        except BaseException:
            self._cut_off.add(key)
            raise
        finally:
            self._out.discard(key)

    def is_out(self, key: CallKey) -> bool:
        """Whether the server has the request now."""
        return key in self._out

    def was_cut_off(self, key: CallKey) -> bool:
        """Whether the request was cancelled while it was out; told once."""
        was = key in self._cut_off
        self._cut_off.discard(key)
        return was

    def drop(self, key: CallKey) -> None:
        """Nobody waits for the request any more: it does not go out, or not again."""
        self._dropped.add(key)

    def take_up(self, key: CallKey) -> None:
        """Somebody waits for the request, or it has come to its end."""
        self._dropped.discard(key)

    def is_dropped(self, key: CallKey) -> bool:
        """Whether nobody waits for the request."""
        return key in self._dropped


class Posted:
    """An engine in this process whose requests pass the outbox, as those to a server do."""

    def __init__(self, inner: Engine, outbox: Outbox) -> None:
        self._inner = inner
        self._outbox = outbox

    async def complete(self, request: Request) -> Completion:
        """Answer `request`. Raises what the inner engine raises."""
        with self._outbox.going_out(request.key):
            return await self._inner.complete(request)
