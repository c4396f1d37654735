"""The entailment ratio: how often what is said follows from what was said just before, as a given model judges.

The paper reports one for its data (arXiv 2508.12685: 50.71 %, and 43.60 % for simulation by agents) without the model or
the pairs. Here a pair is two messages of user and assistant that follow each other, calls and results between them left
out; the earlier one is the premise, the later one the hypothesis. Compare ratios of one model only.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from toolace_mt.metrics.diversity import spoken_texts
from toolace_mt.types import Dialogue


class Pair(NamedTuple):
    """Two messages that follow each other."""

    premise: str
    hypothesis: str


Entails = Callable[[Sequence[Pair]], Sequence[bool]]
"""Whether the premise of each pair entails its hypothesis."""


@dataclass(frozen=True)
class Entailment:
    """ratio: entailed pairs by all pairs, from 0 to 1; None where there is no pair."""

    pairs: int
    entailed: int

    @property
    def ratio(self) -> float | None:
        """See the class."""
        return self.entailed / self.pairs if self.pairs else None


class EntailmentCount:
    """Asks `entails` about the pairs of dialogues as they come."""

    def __init__(self, entails: Entails) -> None:
        self._entails = entails
        self._pairs = self._entailed = 0

    def add(self, dialogue: Dialogue) -> None:
        """Count the pairs of a dialogue."""
        pairs = [Pair(*texts) for texts in pairwise(spoken_texts(dialogue))]
        self._pairs += len(pairs)
        self._entailed += sum(map(bool, self._entails(pairs))) if pairs else 0

    def figures(self) -> Entailment:
        """What was counted so far."""
        return Entailment(self._pairs, self._entailed)
