"""Messages all in lower case: the beginnings of sentences, where the word there is an ordinary one, and `I`."""

from __future__ import annotations

import re
from functools import cache
from importlib import resources

from toolace_mt.dialogue.leftovers import strings_in
from toolace_mt.engines.offline.books import read_book

_BEGINNING = r"(?:^|(?<=[.!?:] )|(?<=[.!?][\"] ))[A-Z][a-z]*(?![\w@-])(?!\.\w)"
_PLACE = re.compile(rf"\"[^\"]*\"|{_BEGINNING}|(?<=[a-z,] )I(?=['’ ])")
_WORD = re.compile(r"(?<![\w'.@-])[a-z]+(?![\w@])")
_RUNNING = re.compile(r"[A-Z][^\n]* (?:[^\n]*[.!?])?")


def lowered(text: str) -> str:
    """A message without capitals at the beginnings of its sentences; quotations and names stay as they are."""
    if " '" in text:  # what stands in these may hold the other marks
        return text
    return _PLACE.sub(_lower_ordinary, text)


def _lower_ordinary(found: re.Match[str]) -> str:
    word = found[0].lower()
    return word if word in _ordinary_words() else found[0]


@cache
def _ordinary_words() -> frozenset[str]:
    """The words of the phrasebooks that stand there in lower case, or begin a sentence."""
    words: set[str] = set()
    for file in resources.files("toolace_mt.engines.offline").joinpath("phrasebook").iterdir():
        book, dot, ending = file.name.rpartition(".")
        for text in strings_in(read_book(book)) if (dot, ending) == (".", "yaml") else ():
            words.update(_WORD.findall(text))
            if _RUNNING.fullmatch(text):
                words.update(word.lower() for word in re.findall(_BEGINNING, text))
    return frozenset(words)
