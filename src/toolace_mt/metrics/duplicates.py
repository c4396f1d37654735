"""Near-duplicates: dialogues that say almost the same, found without comparing each with each.

Two dialogues are compared by the Jaccard similarity of their shingles, which are the runs of three words of each text: how
many different shingles both have, by how many there are in all. It is estimated from sketches of 128 numbers (min-wise
hashing: A. Broder, On the resemblance and containment of documents, 1997), to about 0.03; which pairs are looked at is
decided by bands of these numbers, so that a pair at the threshold is overlooked less than once in a hundred times.
Answers depend on what was added, on its order, and on the seed; on nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from importlib import import_module
from typing import Any, NamedTuple

from toolace_mt.dialogue.turns import content_value
from toolace_mt.errors import InputError
from toolace_mt.metrics.diversity import spoken_texts, tokens
from toolace_mt.types import Dialogue, Observation

THRESHOLD = 0.7
_NUMBERS = 128
_ROWS = (16, 8, 4, 2)  # of a band: the more, the fewer pairs are looked at in vain
_OVERLOOKED = 0.01
_VALUE = "#"
_DIGIT = re.compile(r"\d")
_VALUE_WORDS = 4  # a value of more words is prose
_SHORTEST = 3


class Match(NamedTuple):
    """The key of an earlier near-duplicate, and how similar it is, from 0 to 1."""

    key: str
    similarity: float


class NearDuplicates:
    """Finds, for texts that come one after another, earlier ones that are nearly the same.

    threshold: the similarity from which on they are, above 0 and up to 1. Memory: a few KB for each that is kept, however
    long it is. Raises InputError where rensa is not installed.
    """

    def __init__(self, threshold: float = THRESHOLD, seed: int = 0) -> None:
        self._sketches = Sketches(threshold, seed)
        self._keys: list[str] = []

    def add(self, key: str, texts: Iterable[str]) -> str | None:
        """Keep `texts` under `key`, and tell the key of the first earlier near-duplicate; None where there is none.

        Texts that hold no word resemble nothing.
        """
        sketch = self._sketches.make(texts)
        if sketch is None:
            return None
        match = next(self._matches(sketch), None)
        self._sketches.keep(sketch)
        self._keys.append(key)
        return match.key if match else None

    def find(self, texts: Iterable[str]) -> Match | None:
        """The first near-duplicate of `texts` among those that were added; nothing is kept."""
        sketch = self._sketches.make(texts)
        return None if sketch is None else next(self._matches(sketch), None)

    def _matches(self, sketch: Any) -> Iterator[Match]:
        for number in self._sketches.candidates(sketch):
            if (similarity := self._sketches.similarity(number, sketch)) >= self._sketches.threshold:
                yield Match(self._keys[number], similarity)


class Sketches:
    """The sketches of texts, numbered from 0 as they are kept, and which of them could be near a new one."""

    def __init__(self, threshold: float, seed: int) -> None:
        try:
            rensa: Any = import_module("rensa")
        except ImportError:
            raise InputError("near-duplicates need rensa: pip install 'toolace-mt[dedup]'") from None
        if not 0 < threshold <= 1:
            raise InputError(f"the threshold of near-duplicates is a similarity above 0 and up to 1, not {threshold:g}")
        self.threshold = threshold
        self._seed = seed % 2**63
        self._make = rensa.RMinHash
        self._bands = rensa.RMinHashLSH(threshold, _NUMBERS, _NUMBERS // _rows(threshold))
        self._kept: list[Any] = []

    def make(self, texts: Iterable[str]) -> Any | None:
        """The sketch of what `texts` say together; None where they hold no word."""
        shingles: set[str] = set()
        for text in texts:
            shingles.update(_shingles(tokens(_whole(text))))
        if not shingles:
            return None
        sketch = self._make(_NUMBERS, self._seed)
        sketch.update(list(shingles))
        return sketch

    def keep(self, sketch: Any) -> None:
        """Keep a sketch under the next number."""
        self._bands.insert(len(self._kept), sketch)
        self._kept.append(sketch)

    def candidates(self, sketch: Any) -> list[int]:
        """The numbers of the kept sketches that share a band with this one, in order."""
        return sorted(self._bands.query(sketch))

    def similarity(self, number: int, sketch: Any) -> float:
        """The estimated similarity to a kept sketch."""
        return self._kept[number].jaccard(sketch)


def _whole(text: str) -> str:
    """`text` with a sign for each half of a surrogate pair, which rensa cannot take."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode()


def _shingles(words: list[str]) -> list[str]:
    """The runs of three words; a shorter text is one shingle."""
    if len(words) <= 3:
        return [" ".join(words)] if words else []
    return [f"{a} {b} {c}" for a, b, c in zip(words, words[1:], words[2:], strict=False)]


def _rows(threshold: float) -> int:
    """The numbers in a band: the most with which a pair at the threshold shares one of its bands almost surely."""
    return next((rows for rows in _ROWS if (1 - threshold**rows) ** (_NUMBERS // rows) < _OVERLOOKED), 1)


def compared_texts(dialogue: Dialogue, *, values: bool = True) -> Iterator[str]:
    """What dialogues are compared by: what the user and the assistant say, and the names of the calls of each turn.

    values: where False, a `#` stands for all between two spaces that has a digit, and for the words of short values of
    arguments and results, so that two dialogues from one template are alike whatever was filled in.
    """
    given = frozenset[str]() if values else _words_of_values(dialogue)
    for text in spoken_texts(dialogue):
        yield text if values else _without_values(text, given)
    for turn in dialogue.turns:
        if not isinstance(turn, Observation) and turn.calls:
            yield " ".join(call.name for call in turn.calls)


def _without_values(text: str, given: frozenset[str]) -> str:
    plain = " ".join(word if word.isalpha() or not _DIGIT.search(word) else _VALUE for word in text.split())
    return " ".join(_VALUE if word in given else word for word in tokens(plain))


def _words_of_values(dialogue: Dialogue) -> frozenset[str]:
    waiting: list[Any] = [call.arguments for call in dialogue.calls]
    for turn in dialogue.turns:
        waiting += [content_value(r.content) for r in turn.results] if isinstance(turn, Observation) else []
    found: set[str] = set()
    while waiting:
        part = waiting.pop()
        if isinstance(part, dict):
            waiting += part.values()
        elif isinstance(part, list | tuple):
            waiting += part
        elif isinstance(part, str) and len(words := tokens(part)) <= _VALUE_WORDS:
            found.update(word for word in words if len(word) >= _SHORTEST)
    return frozenset(found)
