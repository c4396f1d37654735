"""Durability: an answer is stored before anybody sees it, and an answered call is never asked again."""

from __future__ import annotations

import asyncio
import hashlib
from typing import Any, Protocol

import orjson

from toolace_mt.engines.base import CallKey, Completion, Engine, Request
from toolace_mt.errors import JournalMismatch, RequestRefused


class CompletionStore(Protocol):
    """Keeps completions by call key."""

    async def get(self, key: CallKey) -> tuple[str, Completion] | None:
        """The fingerprint and completion stored under `key`; None where there is none."""
        ...

    async def put(self, key: CallKey, operation: str, fingerprint: str, completion: Completion) -> None:
        """Store durably: after this returns, a crash loses nothing. Raises StorageFailed."""
        ...

    async def charge(self, usd: float) -> None:
        """Count dollars that a request without a usable answer may have cost, as durably. Raises StorageFailed."""
        ...


class Journaled:
    """An engine that answers from its store where it can, and stores what the inner engine answers (no failures).

    Who waits for an answer may give up; the request goes on, since it is paid for. `finish` waits for what is under way,
    `give_up` ends it.
    """

    def __init__(self, inner: Engine, store: CompletionStore) -> None:
        self._inner = inner
        self._store = store
        self._under_way: set[asyncio.Task[Completion]] = set()

    @property
    def under_way(self) -> int:
        """How many requests are not answered yet."""
        return len(self._under_way)

    async def finish(self) -> None:
        """Wait until all requests under way are answered and stored, or have failed."""
        await asyncio.gather(*self._under_way, return_exceptions=True)

    async def give_up(self) -> None:
        """End all requests under way."""
        for task in self._under_way:
            task.cancel()
        await self.finish()

    async def complete(self, request: Request) -> Completion:
        """Answer `request`. Raises JournalMismatch, StorageFailed, and what the inner engine raises."""
        fingerprint = journal_fingerprint(request)
        stored = await self._store.get(request.key)
        if stored is not None:
            known, completion = stored
            if known != fingerprint:
                raise JournalMismatch(_difference(request, known, fingerprint))
            return completion
        task = asyncio.create_task(self._ask(request, fingerprint))
        self._under_way.add(task)
        task.add_done_callback(self._settled)
        return await asyncio.shield(task)

    async def _ask(self, request: Request, fingerprint: str) -> Completion:
        completion = await self._inner.complete(request)
        await self._store.put(request.key, request.operation, fingerprint, completion)
        return completion

    def _settled(self, task: asyncio.Task[Completion]) -> None:
        self._under_way.discard(task)
        if not task.cancelled():
            task.exception()  # looked at here: there may be nobody left who waits for it


_PARTS = ("model", "schema", "parameters")


def journal_fingerprint(request: Request) -> str:
    """`request.fingerprint()` and short digests of its parts, so that a mismatch can say what differs.

    Raises RequestRefused where the request cannot be written as JSON (a lone surrogate, a number beyond 64 bits).
    """
    sampling = [request.seed, request.temperature, request.top_p, request.max_tokens, request.extra]
    try:
        parts = (request.model, request.schema, sampling)
        return "/".join((request.fingerprint(), *map(_short_digest, parts)))
    except TypeError as error:
        raise RequestRefused(f"{request.operation}: the request cannot be written as JSON: {error}") from None


def _short_digest(value: Any) -> str:
    body = orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
    return hashlib.blake2b(body, digest_size=4).hexdigest()


def _difference(request: Request, known: str, asked: str) -> str:
    pairs = zip(_PARTS, known.split("/")[1:], asked.split("/")[1:], strict=False)
    changed = [name for name, old, new in pairs if old != new] or ["messages"]
    key = request.key
    return (
        f"dialogue {key.dialogue_id}, step {key.step}, attempt {key.attempt}: the journal holds an answer to a request"
        f" with another {' and '.join(changed)}. The run was begun by another version or configuration, or with other"
        " prompts: use a new --out"
    )
