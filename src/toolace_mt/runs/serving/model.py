"""How long a server takes: a base time, its prefill, its decoding, each slower where others are at work.

Two servers are described by published figures:

- `HOSTED`: a hosted API that is never full. base and output are the least-squares fit on 476 agent calls of gpt-4.1 in
  tau2-bench retail (2025-08-01; sierra-research/tau2-bench@59d0fb96): 0.58 s + 0.0115 s per output token. The prompts
  there come from a cache for the most part, so prompt is the fit on gpt-4o-2024-08-06's 1,700 single-turn calls of the
  Berkeley leaderboard (HuanzhiMao/BFCL-Result@b4adfc9b): 0.000187 s per token.
- `VLLM`: a vLLM server. base and output are the fit on 6,884 calls of gpt-oss-120b (bbrowning/bfcl-vllm-results@f98223ae,
  run v0.11.0; r2 0.985): 0.154 s + 0.0138 s per output token. Its prompts leave no trace in the times; 20,000 tokens
  a second is what one accelerator works out of a prompt, and 64 answers are written at full speed: both are ours.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from toolace_mt.runs.serving.prefix_cache import PrefixCache
from toolace_mt.runs.serving.processor import SharedProcessor
from toolace_mt.runs.serving.tokens import Prompt


@dataclass(frozen=True, slots=True)
class ServerProfile:
    """Seconds: base for each request, prompt for each token that no cache gives, output for each token written.

    saturation: answers that are written at full speed at one time; 0 for a server that is never full. A prompt takes
    the whole accelerator while it is worked out. cache: 16 for vLLM's prefix cache, 128 for OpenAI's, 0 for none.
    cache_tokens: how much it holds. speed: divides all times.
    """

    base: float = 0.0
    prompt: float = 0.0
    output: float = 0.0
    saturation: int = 0
    cache: int = 0
    cache_tokens: int = 400_000
    speed: float = 1.0

    @property
    def schema_first(self) -> bool:
        """Whether the answer's schema is a part of the prompt, before all messages: so it is at OpenAI."""
        return self.cache == OPENAI_STEP


VLLM_STEP, OPENAI_STEP, _OPENAI_SMALLEST = 16, 128, 1024
CACHES = (0, VLLM_STEP, OPENAI_STEP)
HOSTED = ServerProfile(base=0.5835, prompt=0.000187, output=0.011459, cache=OPENAI_STEP, cache_tokens=50_000_000)
VLLM = ServerProfile(base=0.1544, prompt=0.00005, output=0.013815, saturation=64, cache=VLLM_STEP)


@dataclass(frozen=True, slots=True)
class Service:
    """What a request met: how many of its tokens the cache gave."""

    cached_tokens: int


class ServerModel:
    """A server with the times of `profile`, on the clock of the running event loop."""

    def __init__(self, profile: ServerProfile) -> None:
        self.profile = profile
        self.processor = SharedProcessor()
        self._prefilling = asyncio.Lock()
        smallest = _OPENAI_SMALLEST if profile.cache == OPENAI_STEP else profile.cache
        self._cache = (
            PrefixCache(smallest=smallest, step=profile.cache, capacity=profile.cache_tokens) if profile.cache else None
        )

    async def serve(self, prompt: Prompt, output_tokens: int, waited: float = 0.0) -> Service:
        """Return when a request with `prompt` is answered with `output_tokens`. waited: seconds that it has waited already.

        What it leaves in the cache is there for others from the end of its prefill on, and not before. Where there is
        one accelerator, prompts are worked out one after another, and a prompt is looked up when its turn has come, as in
        vLLM; a hosted API takes all at once.
        """
        profile = self.profile
        await asyncio.sleep(max(0.0, profile.base / profile.speed - waited))
        if profile.saturation:
            async with self._prefilling:
                cached = await self._prefill(prompt, 1.0)
        else:
            cached = await self._prefill(prompt, 0.0)
        share = 1.0 / profile.saturation if profile.saturation else 0.0
        await self.processor.work(profile.output * output_tokens / profile.speed, share)
        return Service(cached)

    async def _prefill(self, prompt: Prompt, share: float) -> int:
        cached = self._cache.cached_tokens(prompt) if self._cache else 0
        await self.processor.work(self.profile.prompt * (prompt.tokens - cached) / self.profile.speed, share)
        if self._cache:
            self._cache.keep(prompt)
        return cached
