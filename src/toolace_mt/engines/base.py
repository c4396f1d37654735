"""The one verb through which every call to a language model goes: `Engine.complete`."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol

import orjson

from toolace_mt.types import JsonSchema, Usage, Value


class CallKey(NamedTuple):
    """Names one completion of a run: which dialogue, which step (`refine/2/fill`), which attempt (0 is the first)."""

    dialogue_id: str
    step: str
    attempt: int

    def digest(self) -> str:
        """32 hexadecimal characters, fit for a Batch API's `custom_id`."""
        return hashlib.blake2b(repr(tuple(self)).encode(), digest_size=16).hexdigest()


@dataclass(frozen=True, slots=True)
class Message:
    """One chat message of a request. role: "system", "user" or "assistant"."""

    role: str
    content: str


@dataclass(frozen=True, slots=True)
class Request:
    """A fully resolved request: everything that can change the answer is in it, and in its fingerprint.

    operation: the operation's name; also the name of the response schema. schema: JSON Schema of the answer.
    extra: further fields of the request body, from the user's configuration.
    """

    key: CallKey
    operation: str
    model: str
    messages: tuple[Message, ...]
    schema: JsonSchema
    seed: int
    temperature: float | None = None
    top_p: float | None = None
    max_tokens: int | None = None
    extra: dict[str, Any] = field(default_factory=dict)

    def fingerprint(self) -> str:
        """32 hexadecimal characters over everything but the key."""
        parts = [
            self.operation,
            self.model,
            [[m.role, m.content] for m in self.messages],
            self.schema,
            self.seed,
            self.temperature,
            self.top_p,
            self.max_tokens,
            self.extra,
        ]
        body = orjson.dumps(parts, option=orjson.OPT_SORT_KEYS)
        return hashlib.blake2b(body, digest_size=16).hexdigest()


class Completion(Value):
    """What the model answered. finish_reason as in OpenAI's API: "stop", "length", "content_filter", ..."""

    text: str
    finish_reason: str = "stop"
    refusal: str = ""
    model: str = ""
    usage: Usage = Usage()


class Engine(Protocol):
    """Anything that answers requests: a server, the offline engine, a recording, or a wrapper around another engine."""

    async def complete(self, request: Request) -> Completion:
        """Answer `request`. Providers raise `ProviderError`; wrapped engines the errors that `errors.py` lists."""
        ...
