"""Which words with digits were heard before: told fast, letter by letter, so that only the others need a closer look."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from toolace_mt.rules.date_forms import western_digits
from toolace_mt.rules.reading import Reading
from toolace_mt.rules.word_places import first_end

# What may stand inside a value keeps its place; all other signs part words. What is beyond Latin-1 becomes a `?` first.
_INSIDE = ".,:/-_@+#"
_SIGNS = "".join(map(chr, range(256)))
_KEPT = bytes(code if sign.isalnum() or sign in _INSIDE else 32 for code, sign in enumerate(_SIGNS))
_TELLING = re.compile(r"[0-9@]")
_NOT_AT_END = ".,:/-"


class HeardWords:
    """The words of one dialogue, each with the place where it is first said."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self._start = len(reading.dialogue.system) + 1
        self._shared = _shared_words(reading.dialogue.system)
        self._ends: dict[str, int] = {}

    def unheard(self, text: str, turn: int) -> list[str]:
        """The words of `text` with digits that no text before `turn` has, as they are or as JSON has a number."""
        return [word for word in _words_with_digits(text) if not (self.has(word, turn) or self._has_number(word, turn))]

    def has(self, word: str, turn: int) -> bool:
        """Whether a text before `turn` has `word`, no part of something longer."""
        if word in self._shared:
            return True
        end = self._ends.get(word)
        if end is None:
            end = self._ends[word] = first_end(word, self._reading.spoken(len(self._reading.turns)), self._start)
        return 0 <= end <= self._reading.spoken_length(turn)

    def _has_number(self, word: str, turn: int) -> bool:
        plain = word.replace(",", "")
        if "." in plain:
            plain = plain.rstrip("0").removesuffix(".")
        return plain != word and (self.has(plain, turn) or self.has(plain + ".0", turn))


def _words_with_digits(text: str) -> Iterator[str]:
    words = text.encode("latin-1", "replace").translate(_KEPT).decode("latin-1").split()
    for word in words:
        if not word.isalpha() and _TELLING.search(word):
            yield word.strip(_NOT_AT_END)


@lru_cache(maxsize=64)  # dialogues of one file mostly have the same system prompt
def _shared_words(text: str) -> frozenset[str]:
    return frozenset(_words_with_digits(western_digits(text)))
