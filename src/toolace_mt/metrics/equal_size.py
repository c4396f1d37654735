"""Diversity at equal corpus size: entropy and Distinct-3 of samples that all have the same number of tokens.

Both figures depend on how much is counted, so corpora are compared by samples: whole dialogues are drawn at random until
there are 15,000 tokens, and the last one is cut there; mean and standard deviation are those of 20 such samples.
"""

from __future__ import annotations

import heapq
import random
from collections.abc import Iterable
from dataclasses import dataclass
from statistics import mean, stdev

from toolace_mt.metrics.diversity import Diversity

SIZE = 15_000
SAMPLES = 20
SEED = 20250818

Messages = list[list[str]]


@dataclass(frozen=True)
class EqualSize:
    """Means over samples of `size` tokens, and their standard deviations."""

    size: int
    samples: int
    entropy_bits: float
    entropy_sd: float
    distinct_3: float
    distinct_3_sd: float


class EqualSizeSamples:
    """Draws all samples while dialogues go by: memory is that of the samples, however many dialogues there are."""

    def __init__(self, size: int = SIZE, samples: int = SAMPLES, seed: int = SEED) -> None:
        self._size = size
        self._rng = random.Random(seed)
        self._samples = [_Sample(size) for _ in range(samples)]
        self._tokens = 0

    def add(self, messages: Iterable[list[str]]) -> None:
        """Offer a dialogue to each sample; its messages are split into tokens (`diversity.tokens`)."""
        messages = _cut(messages, self._size)
        length = sum(map(len, messages))
        self._tokens += length
        if length:
            for sample in self._samples:
                sample.offer(self._rng.random(), messages, length)

    def result(self) -> EqualSize | None:
        """What the samples are like; None where all dialogues together have fewer tokens than one."""
        if self._tokens < self._size:
            return None
        counted = [sample.diversity() for sample in self._samples]
        entropy, distinct = [c.entropy_bits for c in counted], [c.distinct_3 for c in counted]
        return EqualSize(self._size, len(counted), mean(entropy), stdev(entropy), mean(distinct), stdev(distinct))


class _Sample:
    """The dialogues with the smallest lots, as many as are needed: the beginning of one random order of all of them."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._tokens = 0
        self._drawn: list[tuple[float, int, int, Messages]] = []  # the largest lot first
        self._offered = 0

    def offer(self, lot: float, messages: Messages, length: int) -> None:
        self._offered += 1
        if self._tokens >= self._size and lot >= -self._drawn[0][0]:
            return
        heapq.heappush(self._drawn, (-lot, self._offered, length, messages))
        self._tokens += length
        while self._tokens - self._drawn[0][2] >= self._size:
            self._tokens -= heapq.heappop(self._drawn)[2]

    def diversity(self) -> Diversity:
        diversity = Diversity()
        in_order = sorted(self._drawn, key=lambda drawn: (-drawn[0], drawn[1]))
        for message in _cut((message for drawn in in_order for message in drawn[3]), self._size):
            diversity.add_tokens(message)
        return diversity


def _cut(messages: Iterable[list[str]], size: int) -> Messages:
    """The first `size` tokens."""
    kept: Messages = []
    for message in messages:
        if size <= 0:
            break
        kept.append(message[:size])
        size -= len(kept[-1])
    return kept
