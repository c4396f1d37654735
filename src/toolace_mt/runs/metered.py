"""What calls would use, without paying for them: tokens of the real texts, and which call waited for which."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from dataclasses import dataclass
from typing import NamedTuple

import orjson

from toolace_mt.engines.base import Completion, Engine, Request
from toolace_mt.runs.serving.model import OPENAI_STEP, ServerProfile
from toolace_mt.runs.serving.prefix_cache import PrefixCache
from toolace_mt.runs.serving.tokens import Prompt, TokenCounter
from toolace_mt.types import Usage

_TOGETHER = 0.002  # seconds: requests of one dialogue that come within are asked at the same time
_SHORTEST_AT_OPENAI = 1024


class MeteredCall(NamedTuple):
    """A call of a dialogue. before: how many of its calls had been answered when this one was asked."""

    operation: str
    model: str
    usage: Usage
    before: int


@dataclass
class TextMeter:
    """Counts the tokens of requests and answers, and those that the prefix cache of a server like `server` would give."""

    server: ServerProfile
    tokens: TokenCounter

    def __post_init__(self) -> None:
        self._caches: dict[str, PrefixCache] = defaultdict(self._cache)

    def read(self, request: Request) -> tuple[Prompt, int]:
        """The prompt of a request that is asked now, and how many of its tokens are in the cache of its model."""
        schema = orjson.dumps(request.schema).decode() if self.server.schema_first else ""
        prompt = self.tokens.prompt(request.messages, schema)
        return prompt, self._caches[request.model].cached_tokens(prompt) if self.server.cache else 0

    def usage(self, request: Request, prompt: Prompt, cached: int, completion: Completion) -> Usage:
        """What the answered request used; from now on its prompt is in the cache."""
        self._caches[request.model].keep(prompt)
        written = self.tokens.count(completion.text)
        return Usage(calls=1, prompt_tokens=prompt.tokens, cached_prompt_tokens=cached, completion_tokens=written)

    def _cache(self) -> PrefixCache:
        step = self.server.cache
        smallest = _SHORTEST_AT_OPENAI if step == OPENAI_STEP else step
        return PrefixCache(smallest=smallest, step=step, capacity=self.server.cache_tokens)


class Metered:
    """An engine that keeps the calls of each dialogue, by its id, in the order of their answers.

    Dialogues are made one after another, so that requests which come together are those that do not wait for each other.
    """

    def __init__(self, inner: Engine, meter: TextMeter | None = None) -> None:
        """meter: how to count; as `inner` counts where not given."""
        self.calls: dict[str, list[MeteredCall]] = defaultdict(list)
        self._inner = inner
        self._meter = meter

    async def complete(self, request: Request) -> Completion:
        """Answer `request`. Raises what the inner engine raises."""
        calls = self.calls[request.key.dialogue_id]
        before = len(calls)
        read = self._meter.read(request) if self._meter else None
        completion = await self._inner.complete(request)
        await asyncio.sleep(_TOGETHER)
        if self._meter and read:
            usage = self._meter.usage(request, *read, completion)
            completion = completion.model_copy(update={"usage": usage})
        calls.append(MeteredCall(request.operation, request.model, completion.usage, before))
        return completion
