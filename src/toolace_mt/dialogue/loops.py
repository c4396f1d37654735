"""A text that has run into a loop, as models do: one phrase over and over."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence

_WORD = re.compile(r"[぀-ヿ一-鿿가-힯]|\w+")
_LOOPED_WORDS = 12
_LOOPS = 4
# Of twelve words in a loop, no more than three are not said before.
_FEWEST_AGAIN = _LOOPED_WORDS - _LOOPED_WORDS // _LOOPS
_LONGEST_PHRASE = 30
# Small letters for capitals, and spaces for signs; what is beyond ASCII stays, be it a letter or not.
_LETTERS = bytes(
    ord(chr(code).lower()) if chr(code).isalnum() or chr(code) == "_" else 32 for code in range(128)
) + bytes(range(128, 256))
# Of so many places in a row in a loop, one is where three words of it begin.
_EVERY = _LOOPED_WORDS - 2
# In longer texts, looking for single words takes as long as looking for loops.
_MANY_WORDS = 200
# With less beyond ASCII than one part in so many, these are quotes, dashes and some accents.
_FOREIGN_SHARE = 4
_SHORTEST_LOOP = 2 * _LOOPED_WORDS - 1


def looped_phrase(text: str) -> str | None:
    """A phrase that stands at least four times in a row, over twelve words or more; None where there is none.

    Not so where it is but figures: a table may hold many zeros.
    """
    if len(text) < _SHORTEST_LOOP and text.isascii():
        return None
    spaced = _spaced(text)
    words = spaced.split()
    if len(words) - len(set(words)) < _FEWEST_AGAIN or not _may_loop(spaced, words):
        return None
    for period in _periods(zip(words, words[1:], words[2:], strict=False)):
        needed = max(_LOOPED_WORDS, _LOOPS * period) - period
        run = 0
        for position in range(len(words) - period):
            run = run + 1 if words[position] == words[position + period] else 0
            if run == needed:  # further on, the words are the same ones
                start = position + 1 - run
                said = b" ".join(words[start : start + period]).decode("utf-8", "replace")
                if any(sign.isalpha() for sign in said):
                    return said
    return None


def _spaced(text: str) -> bytes:
    """The text in lower case, with spaces for signs, and one before it; quick where nearly all is ASCII."""
    signs = text.encode("utf-8", "replace")
    if _FOREIGN_SHARE * (len(signs) - len(text)) > len(text):
        return " ".join(["", *_WORD.findall(text.lower())]).encode()
    return b" " + signs.translate(_LETTERS)


def _may_loop(spaced: bytes, words: Sequence[bytes]) -> bool:
    """Whether a loop can be there: some word stands four times, and with the next two three times. Quick where none is."""
    if len(words) > _MANY_WORDS:
        return True
    joined = b""
    for place in range(0, len(words) - 2, _EVERY):
        if spaced.count(b" " + words[place]) >= _LOOPS:
            joined = joined or b" ".join(words)
            if joined.count(b" ".join(words[place : place + 3])) >= _LOOPS - 1:
                return True
    return False


def _periods(triples: Iterable[tuple[bytes, ...]]) -> list[int]:
    """How long the phrase of a loop can be: in every loop, some runs of three words come again and again that far apart.

    Looked at are the last two places where a run stood: a phrase may have the same three words twice.
    """
    last: dict[tuple[bytes, ...], tuple[int, int]] = {}
    distances: Counter[int] = Counter()
    for position, triple in enumerate(triples):
        before = last.get(triple)
        if before is not None:
            distances[position - before[0]] += 1
            distances[position - before[1]] += 1
            last[triple] = (position, before[0])
        else:
            last[triple] = (position, -_LONGEST_PHRASE - 1)
    return sorted(d for d, n in distances.items() if d <= _LONGEST_PHRASE and n >= _LOOPS - 1)
