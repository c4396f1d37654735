"""How the user of a dialogue writes, by the style that the request names: the tone of sentences, and what words look like.

Only ordinary words change, outside quotation marks, and a message that would lose a value stays as it is. What styles do not
look different, and those that users bring, set the tone at most.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from toolace_mt.dialogue.leftovers import strings_in
from toolace_mt.engines.offline.lowering import lowered
from toolace_mt.engines.offline.reading import Scene
from toolace_mt.engines.offline.slips import mistyped
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

_BEGINNING = re.compile(r"(?:I'd|I|Can|Could|Please)(?= |,|!|\.)")
_FILLERS = ("Okay, so ", "Well, ", "Right, ", "So, ")


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
    parts = [entry for part in ("turns", "fills", "subtasks") for entry in answer.get(part, ())]
    entries = [entry for entry in (answer, *parts) if isinstance(entry, dict)]  # verdicts name turns by their numbers
    values = _values(scene, entries)
    for entry in entries:  # the answer may be a message itself
        field = "content" if entry.get("role") == "user" else "user"
        if isinstance(text := entry.get(field), str):
            new = _LOOKS[style](text, rng)
            entry[field] = new if all(value in new for value in values if value in text) else text
    return answer


def _values(scene: Scene, entries: Sequence[dict[str, Any]]) -> set[str]:
    """The texts that a message may have to say just so: those in calls, and those that the request names."""
    made = [call.arguments for turn in scene.turns for call in turn.calls]
    must = [value for turn in scene.turns for value in turn.must_state]
    planned = [entry.get("tool_calls") for entry in entries]
    return {value for value in strings_in([made, must, planned, scene.context.get("injection")]) if value}


def _spoken(text: str, rng: random.Random) -> str:
    found = _BEGINNING.match(text)
    if found is None:
        return text
    word = found[0] if found[0].startswith("I") else found[0].lower()
    return f"{rng.choice(_FILLERS)}{word}{text[found.end() :]}"


_LOOKS: Mapping[str, Callable[[str, random.Random], str]] = {
    "lower_case": lambda text, _: lowered(text),
    "typos": mistyped,
    "spoken": _spoken,
}
