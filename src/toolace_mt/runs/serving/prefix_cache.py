"""A server's prefix cache: which part of a prompt an earlier request has left there."""

from __future__ import annotations

from collections import OrderedDict

from toolace_mt.runs.serving.tokens import Prompt


class PrefixCache:
    """Blocks of 16 tokens, each known by all text up to its end; those not used for longest are dropped.

    A hit is told in the server's own steps: the first `smallest` tokens, then multiples of `step` (both multiples of 16).
    vLLM's automatic prefix caching has 16 and 16 (docs.vllm.ai, "Automatic Prefix Caching"), OpenAI's 1,024 and 128
    (platform.openai.com, "Prompt caching"). capacity: tokens that it holds.
    """

    def __init__(self, *, smallest: int, step: int, capacity: int) -> None:
        self._smallest = smallest
        self._step = step
        self._most_blocks = max(1, capacity // Prompt.BLOCK)
        self._blocks: OrderedDict[int, None] = OrderedDict()

    def cached_tokens(self, prompt: Prompt) -> int:
        """How many leading tokens of `prompt` need not be worked out again; at least its last token always is."""
        held = 0
        for digest in prompt.blocks:
            if digest not in self._blocks:
                break
            held += Prompt.BLOCK
        held = min(held, prompt.tokens - 1)
        return held // self._step * self._step if held >= self._smallest else 0

    def keep(self, prompt: Prompt) -> None:
        """Hold the blocks of `prompt`: its beginning is used last of all, so it is dropped after what follows it."""
        for digest in reversed(prompt.blocks):
            self._blocks[digest] = None
            self._blocks.move_to_end(digest)
        while len(self._blocks) > self._most_blocks:
            self._blocks.popitem(last=False)
