"""Which words with digits were heard before: told fast, letter by letter, so that only the others need a closer look."""

from __future__ import annotations

from functools import lru_cache

from toolace_mt.rules.date_forms import western_digits
from toolace_mt.rules.lazily import lazily
from toolace_mt.rules.reading import Reading
from toolace_mt.rules.word_places import first_end

# What may stand inside a value keeps its place; all other signs part words. What is beyond Latin-1 becomes a `?` first.
_INSIDE = ".,:/-_@+#"
_SIGNS = "".join(map(chr, range(256)))
_KEPT = bytes(code if sign.isalnum() or sign in _INSIDE else 32 for code, sign in enumerate(_SIGNS))
_SILENT = bytes(code for code in range(256) if chr(code) not in "0123456789@")
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
        words = _words_with_digits(text)
        limit = self._reading.spoken_length(turn) if words else 0
        return [word for word in words if not (self._has_within(word, limit) or self._has_number(word, limit))]

    def has(self, word: str, turn: int) -> bool:
        """Whether a text before `turn` has `word`, no part of something longer."""
        return self._has_within(word, self._reading.spoken_length(turn))

    def _has_within(self, word: str, limit: int) -> bool:
        if word in self._shared:
            return True
        end = self._ends.get(word)
        if end is None:
            end = self._ends[word] = first_end(word, self._text, self._start)
        return 0 <= end <= limit

    @lazily
    def _text(self) -> str:
        return self._reading.spoken(len(self._reading.turns))

    def _has_number(self, word: str, limit: int) -> bool:
        plain = word.replace(",", "")
        if plain.isdecimal() and self._has_json(plain + ".0", limit):
            return True
        if "." in plain:
            plain = plain.rstrip("0").removesuffix(".")
        return plain != word and (self._has_within(plain, limit) or self._has_within(plain + ".0", limit))

    def _has_json(self, number: str, limit: int) -> bool:
        """Whether an object has this number as a value: `18.0`, of which a reply says `18`."""
        ends = [self._text.find(f'":{number}{after}', self._start, limit) for after in ",}"]
        return max(ends) >= 0


def _words_with_digits(text: str) -> list[str]:
    words = text.encode("latin-1", "replace").translate(_KEPT).split()
    return [
        word.decode("latin-1").strip(_NOT_AT_END)
        for word in words
        if not word.isalpha() and word.translate(None, _SILENT)
    ]


@lru_cache(maxsize=64)  # dialogues of one file mostly have the same system prompt
def _shared_words(text: str) -> frozenset[str]:
    return frozenset(_words_with_digits(western_digits(text)))
