"""How the user of a dialogue writes, by the style that the request names: the tone of sentences, and what words look like.

Only ordinary words at the beginnings of sentences change, outside quotation marks: a style never touches a value.
"""

from __future__ import annotations

import random
import re
from collections.abc import Mapping
from typing import Any

from toolace_mt.engines.offline.reading import Scene
from toolace_mt.engines.offline.speaking import Style

TONES: Mapping[str, Style] = {
    "terse": "terse",
    "plain": "polite",
    "chatty": "chatty",
    "formal": "polite",
    "lower_case": "terse",
    "typos": "polite",
    "second_language": "terse",
    "reason_first": "polite",
    "bullet_points": "terse",
    "precise": "polite",
    "roundabout": "polite",
    "telegraphic": "terse",
    "enthusiastic": "chatty",
    "dry": "terse",
    "spoken": "chatty",
    "questioning": "polite",
}
"""The built-in styles of users, by the nearest tone that the phrasebook has."""

VOICES = ("", "terse", "plain", "chatty", "lower_case", "typos", "spoken")
"""Styles of which each sounds different; the first stands for one that the engine does not know."""

_WORDS = (
    "After All Also And Anyway Awesome Can Could Finally Good Great Hello Hey Hi I'd I Last Lovely Next Nice Now Oh Okay Once"
    " Perfect Please Super Thank Thanks That's Then"
)
_BEGINNING = re.compile(rf"(?:^|(?<=[.!?,] ))(?:{'|'.join(_WORDS.split())})(?= |,|!|\.)")
_TYPOS = {"Could": "Coudl", "Please": "Pleae", "Thanks": "Thansk", "After": "Afer", "Then": "Thne"}
_ASKING = frozenset({"Can", "Could", "I", "I'd", "Please"})
_FILLERS = ("Okay, so ", "Well, ", "Right, ", "So, ")
_ONE_TYPO_IN = 3


def named_style(scene: Scene) -> str:
    """The style that the request names; empty where it names none."""
    profile: Any = scene.context.get("user_profile")
    return str(profile.get("style", "")) if isinstance(profile, dict) else ""


def voice_of(style: str) -> str:
    """The one of `VOICES` that sounds as `style` does."""
    if style in _LOOKS or style not in TONES:
        return style if style in _LOOKS else ""
    return next(voice for voice in VOICES if voice and TONES[voice] == TONES[style])


def in_voice(text: str, voice: str, rng: random.Random) -> str:
    """A message with the words of one of `VOICES`."""
    return _LOOKS[voice](text, rng) if voice in _LOOKS else text


def voiced(answer: dict[str, Any], scene: Scene) -> dict[str, Any]:
    """The answer with its user messages as the user of the dialogue writes them."""
    style = named_style(scene)
    if style not in _LOOKS:
        return answer
    rng = scene.rng("voice")
    entries = [entry for part in ("turns", "fills", "subtasks") for entry in answer.get(part, ())]
    for entry in (answer, *entries):  # the answer may be a message itself
        if isinstance(entry, dict):  # verdicts name turns by their numbers
            field = "content" if entry.get("role") == "user" else "user"
            if isinstance(entry.get(field), str):
                entry[field] = _LOOKS[style](entry[field], rng)
    return answer


def _lowered(text: str, _: random.Random) -> str:
    pieces = text.split('"')
    pieces[::2] = [_BEGINNING.sub(lambda found: found[0].lower(), piece) for piece in pieces[::2]]
    return '"'.join(pieces)


def _mistyped(text: str, rng: random.Random) -> str:
    """A slip in the first word of one message in three, where it is one that has a likely slip."""
    first, space, rest = text.partition(" ")
    slips = space and first in _TYPOS and rng.randrange(_ONE_TYPO_IN) == 0
    return f"{_TYPOS[first]} {rest}" if slips else text


def _spoken(text: str, rng: random.Random) -> str:
    found = _BEGINNING.match(text)
    if found is None or found[0] not in _ASKING:
        return text
    word = found[0] if found[0].startswith("I") else found[0].lower()
    return f"{rng.choice(_FILLERS)}{word}{text[found.end() :]}"


_LOOKS = {"lower_case": _lowered, "typos": _mistyped, "spoken": _spoken}
