"""How much of a request a server has read before: the longest prefix that it shares with an earlier one of its dialogue.

Servers keep what they computed for a prompt and use it again for one that begins alike, so what is shared is read for
little time and money. This counts characters, an upper bound: caches forget, and share whole blocks of tokens only.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import OrderedDict


class SharedPrefixes:
    """What the requests of many dialogues share, each with the earlier ones of its own dialogue.

    In the order of their characters, the text that shares most with a new one stands right before or right after it: so
    two comparisons are enough, however many there are.
    """

    def __init__(self, most_characters: int = 32_000_000) -> None:
        """most_characters: kept in memory; beyond that, the dialogues that were silent longest are forgotten."""
        self._most = most_characters
        self._kept = 0
        self._texts: OrderedDict[str, list[str]] = OrderedDict()
        self.characters = 0
        self.shared = 0

    @property
    def share(self) -> float:
        """The share of all characters so far that were shared; 0.0 without any."""
        return self.shared / self.characters if self.characters else 0.0

    def add(self, dialogue_id: str, text: str) -> int:
        """Count a request, its messages joined in order; the number of its first characters that an earlier one had."""
        texts = self._texts.setdefault(dialogue_id, [])
        self._texts.move_to_end(dialogue_id)
        place = bisect_left(texts, text)
        shared = max((shared_prefix(text, other) for other in texts[max(0, place - 1) : place + 1]), default=0)
        texts.insert(place, text)
        self.characters += len(text)
        self.shared += shared
        self._kept += len(text)
        self._forget_silent()
        return shared

    def _forget_silent(self) -> None:
        while self._kept > self._most and self._texts:
            _, texts = self._texts.popitem(last=False)
            self._kept -= sum(map(len, texts))


def shared_prefix(one: str, other: str) -> int:
    """The number of characters with which both begin."""
    low, high = 0, min(len(one), len(other))  # the first `low` are alike; no more than `high` are
    while low < high:
        middle = (low + high + 1) // 2
        if one[low:middle] == other[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low
