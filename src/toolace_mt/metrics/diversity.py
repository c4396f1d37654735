"""How varied the language of a corpus is: entropy of its words, and the share of its trigrams that are different.

Both fall as a corpus grows, so only corpora of about the same number of tokens can be compared by them.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from toolace_mt.types import Dialogue, Observation

_TOKEN = re.compile(r"\w+(?:['’]\w+)?|[^\w\s]")
_STOP_SIGN = "###STOP###"  # user simulators of tau-bench end a dialogue with it
_ID_BITS = 32


def tokens(text: str) -> list[str]:
    """The words, in lower case and with what follows an apostrophe, and the punctuation marks of `text`."""
    return _TOKEN.findall(text.replace(_STOP_SIGN, "").lower())


def spoken_texts(dialogue: Dialogue) -> Iterator[str]:
    """What the user and the assistant say: no system prompt, no arguments, no results."""
    return (turn.text for turn in dialogue.turns if turn.text)


class Spoken(NamedTuple):
    """The tokens of what one turn says."""

    by_user: bool
    tokens: list[str]


def spoken(dialogue: Dialogue) -> list[Spoken]:
    """`spoken_texts`, split into tokens, with who says them; texts without a token are left out."""
    split = (Spoken(isinstance(turn, Observation), tokens(turn.text)) for turn in dialogue.turns if turn.text)
    return [message for message in split if message.tokens]


def user_turns(dialogue: Dialogue) -> int:
    """The number of user messages."""
    return sum(isinstance(turn, Observation) and (turn.is_user or bool(turn.text)) for turn in dialogue.turns)


class Diversity:
    """Counts over messages that come one after another; memory grows with the vocabulary and with different trigrams."""

    def __init__(self) -> None:
        self._ids: dict[str, int] = {}
        self._counts: Counter[int] = Counter()
        self._trigrams = 0
        self._different: set[int] = set()

    def add(self, texts: Iterable[str]) -> None:
        """Count messages; no trigram crosses the border of two."""
        for text in texts:
            self.add_tokens(tokens(text))

    def add_tokens(self, message: Sequence[str]) -> None:
        """Count one message that is already split."""
        ids = self._ids
        numbers = [ids.setdefault(token, len(ids)) for token in message]
        self._counts.update(numbers)
        trigrams = zip(numbers, numbers[1:], numbers[2:], strict=False)
        self._different.update([(a << 2 * _ID_BITS) | (b << _ID_BITS) | c for a, b, c in trigrams])
        self._trigrams += max(0, len(numbers) - 2)

    @property
    def tokens(self) -> int:
        """How many tokens were counted."""
        return self._counts.total()

    @property
    def vocabulary(self) -> int:
        """How many different tokens there were."""
        return len(self._counts)

    @property
    def entropy_bits(self) -> float:
        """H = -sum p log2 p over the tokens, p being a token's share of all; 0 where there are none."""
        total = self.tokens
        return max(0.0, -sum(n / total * math.log2(n / total) for n in self._counts.values()))

    @property
    def distinct_3(self) -> float:
        """Different trigrams by all trigrams, from 0 to 1; 0 where there are none."""
        return len(self._different) / self._trigrams if self._trigrams else 0.0
