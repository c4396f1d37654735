"""Durability: an answer is stored before anybody sees it, and an answered call is never asked again."""

from __future__ import annotations

import asyncio
import hashlib
from dataclasses import dataclass
from typing import Any, Protocol

import orjson

from toolace_mt.engines.base import CallKey, Completion, Engine, Request
from toolace_mt.engines.outbox import Outbox
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


@dataclass(eq=False)
class _UnderWay:
    """A request that is not answered and stored yet. waiting: how many callers wait for it."""

    key: CallKey
    fingerprint: str
    task: asyncio.Task[Completion]
    waiting: int = 0


class Journaled:
    """An engine that answers from its store where it can, and stores what the inner engine answers (no failures).

    Who waits for an answer may give up: a request that is out goes on, since it is paid for; one that nobody waits for
    does not go out any more. `finish` waits for what is out, `give_up` ends it. Who asks what is under way shares the answer.
    """

    def __init__(self, inner: Engine, store: CompletionStore, outbox: Outbox | None = None) -> None:
        """outbox: knows which requests are out; all that are under way, where not given."""
        self._inner = inner
        self._store = store
        self._outbox = outbox
        self._under_way: dict[CallKey, _UnderWay] = {}
        self._answered: set[CallKey] = set()  # of those under way: what is left is to store the answer

    @property
    def under_way(self) -> int:
        """How many requests are not answered yet."""
        return len(self._under_way)

    async def finish(self) -> None:
        """Wait until all requests that are out are answered and stored, or have failed; the others do not go out."""
        for request in self._under_way.values():
            self._drop(request)
        await self._settle_all()

    async def give_up(self) -> None:
        """End all requests under way, but store what is answered."""
        for request in self._under_way.values():
            if request.key not in self._answered:
                request.task.cancel()
        await self._settle_all()

    async def complete(self, request: Request) -> Completion:
        """Answer `request`. Raises JournalMismatch, StorageFailed, and what the inner engine raises."""
        key = request.key
        fingerprint = journal_fingerprint(request)
        stored = await self._store.get(key)
        if stored is not None:
            known, completion = stored
            if known != fingerprint:
                raise JournalMismatch(_difference(request, known, fingerprint))
            return completion
        asked = self._under_way.get(key)
        if asked is None or asked.task.cancelling():
            asked = self._begin(request, fingerprint)
        elif asked.fingerprint != fingerprint:
            raise JournalMismatch(_difference(request, asked.fingerprint, fingerprint))
        return await self._wait_for(asked)

    def _begin(self, request: Request, fingerprint: str) -> _UnderWay:
        task = asyncio.create_task(self._ask(request, fingerprint))
        begun = self._under_way[request.key] = _UnderWay(request.key, fingerprint, task)
        task.add_done_callback(lambda _: self._settled(begun))
        return begun

    async def _wait_for(self, asked: _UnderWay) -> Completion:
        asked.waiting += 1
        if self._outbox is not None:
            self._outbox.take_up(asked.key)
        try:
            return await asyncio.shield(asked.task)
        finally:
            asked.waiting -= 1
            if not (asked.waiting or asked.task.done()):
                self._drop(asked)

    async def _ask(self, request: Request, fingerprint: str) -> Completion:
        completion = await self._inner.complete(request)
        self._answered.add(request.key)
        await self._store.put(request.key, request.operation, fingerprint, completion)
        return completion

    def _drop(self, request: _UnderWay) -> None:
        """Let the request end where the server has it; nothing goes out for it any more."""
        if self._outbox is None or request.key in self._answered:
            return
        self._outbox.drop(request.key)
        if not self._outbox.is_out(request.key):
            request.task.cancel()

    def _settled(self, request: _UnderWay) -> None:
        if self._under_way.get(request.key) is request:
            del self._under_way[request.key]
            self._answered.discard(request.key)
            if self._outbox is not None:
                self._outbox.take_up(request.key)
        if not request.task.cancelled():
            request.task.exception()  # looked at here: there may be nobody left who waits for it

    async def _settle_all(self) -> None:
        if tasks := [request.task for request in self._under_way.values()]:
            await asyncio.wait(tasks)  # who waits here and is cancelled does not cancel them


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
