"""A text that has run into a loop, as models do: one phrase over and over."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

_WORD = re.compile(r"[぀-ヿ一-鿿가-힯]|\w+")
_LOOPED_WORDS = 12
_LOOPS = 4
_LONGEST_PHRASE = 30
# Small letters for capitals, and spaces for signs; what is beyond ASCII stays, be it a letter or not.
_LETTERS = bytes(
    ord(chr(code).lower()) if chr(code).isalnum() or chr(code) == "_" else 32 for code in range(128)
) + bytes(range(128, 256))
# A loop of twelve words or more has at least so many runs of three words that come again.
_RUNS_AGAIN = 7
# So many words around one in a loop, a whole loop or more of it is in sight than its phrase.
_NEAR = _LONGEST_PHRASE + _LOOPED_WORDS - 1
# With less beyond ASCII than one part in so many, these are quotes, dashes and some accents.
_FOREIGN_SHARE = 4
_SHORTEST_LOOP = 2 * _LOOPED_WORDS - 1


def looped_phrase(text: str) -> str | None:
    """A phrase that stands at least four times in a row, over twelve words or more; None where there is none.

    Not so where it is but figures: a table may hold many zeros.
    """
    if len(text) < _SHORTEST_LOOP and text.isascii():
        return None
    words = _words(text)
    if len(words) < _LOOPED_WORDS or not _may_loop(words):
        return None
    for period in _periods(zip(words, words[1:], words[2:], strict=False)):
        needed = max(_LOOPED_WORDS, _LOOPS * period) - period
        run = 0
        for position in range(len(words) - period):
            run = run + 1 if words[position] == words[position + period] else 0
            if run == needed:  # further on, the words are the same ones
                start = position + 1 - run
                phrase = words[start : start + period]
                said = " ".join(word if isinstance(word, str) else word.decode("utf-8", "replace") for word in phrase)
                if any(sign.isalpha() for sign in said):
                    return said
    return None


def _words(text: str) -> Sequence[str] | Sequence[bytes]:
    """The words in lower case; as bytes where nearly all is ASCII, which is much faster."""
    signs = text.encode("utf-8", "replace")
    if _FOREIGN_SHARE * (len(signs) - len(text)) <= len(text):
        return signs.translate(_LETTERS).split()
    return _WORD.findall(text.lower())


def _may_loop(words: Sequence[str] | Sequence[bytes]) -> bool:
    """Whether a loop can be there; quick where none is.

    In a loop are twelve words in a row that each stand there four times, and of any twelve in a row one is at a place that
    twelve divides: only around these need be looked.
    """
    if len(set(words)) > len(words) - _LOOPED_WORDS + _LOOPED_WORDS // _LOOPS:  # too many different ones for any loop
        return False
    counts = Counter(words)
    often = [place for place in range(0, len(words), _LOOPED_WORDS) if counts[words[place]] >= _LOOPS]
    return any(_is_among_frequent(words, counts, place) and _comes_again(words, place) for place in often)


def _is_among_frequent(words: Sequence[str] | Sequence[bytes], counts: Mapping[Any, int], place: int) -> bool:
    """Whether twelve words in a row, one of them at `place`, each stand there four times."""
    start, first = place, max(place - _LOOPED_WORDS + 1, 0)
    while start > first and counts[words[start - 1]] >= _LOOPS:
        start -= 1
    end = start + _LOOPED_WORDS
    return end <= len(words) and all(counts[word] >= _LOOPS for word in words[place:end])


def _comes_again(words: Sequence[str] | Sequence[bytes], place: int) -> bool:
    """Whether near `place` as many runs of three words come again as in any loop around it."""
    near = words[max(place - _NEAR, 0) : place + _NEAR + 1]
    return len(near) - 2 - len(set(zip(near, near[1:], near[2:], strict=False))) >= _RUNS_AGAIN


def _periods(triples: Iterable[tuple[str | bytes, ...]]) -> list[int]:
    """How long the phrase of a loop can be: nearly all runs of three words in it stood that far before, too.

    Looked at are the last two places where a run stood: a phrase may have the same three words twice.
    """
    last: dict[tuple[str | bytes, ...], tuple[int, int]] = {}
    distances: Counter[int] = Counter()
    for position, triple in enumerate(triples):
        before = last.get(triple)
        if before is not None:
            distances[position - before[0]] += 1
            distances[position - before[1]] += 1
            last[triple] = (position, before[0])
        else:
            last[triple] = (position, -_LONGEST_PHRASE - 1)
    return sorted(
        d for d, n in distances.items() if d <= _LONGEST_PHRASE and n >= max(_LOOPED_WORDS, _LOOPS * d) - d - 2
    )
