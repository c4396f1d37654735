"""Typos as of one who writes in haste, in small words that are no values; the engine reads over them again."""

from __future__ import annotations

import random
import re

_SLIPS = {
    "could": "coudl", "can": "cna", "please": "pleae", "thanks": "thansk", "thank": "thnak", "then": "thne",
    "would": "woudl", "should": "shoudl", "because": "becuase", "also": "aslo", "finally": "finaly", "what": "waht",
    "which": "whcih", "like": "liek", "know": "konw", "really": "realy", "after": "afer", 
    "just": "jsut", "have": "ahve", "there": "theer", "again": "agian", "okay": "oaky",
    "you": "yuo", "anyway": "anywya", "sorry": "sory",
}  # fmt: skip
_WORDS = {slip: word for word, slip in _SLIPS.items()}
# A small word, with a capital only where a sentence begins: elsewhere it would be part of a name.
_SMALL = re.compile(rf"(?:^|(?<=[.!?] )|(?<= ))(?:{'|'.join(_SLIPS)})(?=[ ,!?]|\.(?: |$))")
_AT_BEGINNING = re.compile(rf"(?:^|(?<=[.!?] ))(?:{'|'.join(word.capitalize() for word in _SLIPS)})(?=[ ,!?])")
_SLIPPED = re.compile(rf"\b(?:{'|'.join(_WORDS)})\b", re.IGNORECASE)
_ONE_IN = 200
"""So many letters have one typo."""


def mistyped(text: str, rng: random.Random) -> str:
    """A message with a typo, a long one with several; one without a small word stays as it is, and so do quotations."""
    pieces = text.split('"')
    places = [
        (number, found)
        for number, piece in enumerate(pieces if " '" not in text else ())
        if number % 2 == 0
        for pattern in (_SMALL, _AT_BEGINNING)
        for found in pattern.finditer(piece)
    ]
    chosen = rng.sample(places, min(len(places), 1 + len(text) // _ONE_IN))
    for number, found in sorted(chosen, key=lambda place: -place[1].start()):
        piece = pieces[number]
        pieces[number] = piece[: found.start()] + _as_written(found[0], _SLIPS[found[0].lower()]) + piece[found.end() :]
    return '"'.join(pieces)


def mended(text: str) -> str:
    """The message as it was meant."""
    return _SLIPPED.sub(lambda found: _as_written(found[0], _WORDS[found[0].lower()]), text)


def _as_written(before: str, word: str) -> str:
    return word.capitalize() if before[:1].isupper() else word
