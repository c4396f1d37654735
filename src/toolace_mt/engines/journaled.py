"""Durability: an answer is stored before anybody sees it, and an answered call is never asked again."""

from __future__ import annotations

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
    """An engine that answers from its store where it can, and stores what the inner engine answers (no failures)."""

    def __init__(self, inner: Engine, store: CompletionStore) -> None:
        self._inner = inner
        self._store = store

    async def complete(self, request: Request) -> Completion:
        """Answer `request`. Raises JournalMismatch, StorageFailed, and what the inner engine raises."""
        fingerprint = journal_fingerprint(request)
        stored = await self._store.get(request.key)
        if stored is not None:
            known, completion = stored
            if known != fingerprint:
                raise JournalMismatch(_difference(request, known, fingerprint))
            return completion
        completion = await self._inner.complete(request)
        await self._store.put(request.key, request.operation, fingerprint, completion)
        return completion


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
