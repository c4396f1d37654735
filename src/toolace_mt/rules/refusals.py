"""Refusals that are meant: what they turn down is nothing to write anew."""

from __future__ import annotations

import re

from toolace_mt.rules.conduct import serving_tool
from toolace_mt.rules.foreign_speech import CANNED_REFUSAL
from toolace_mt.rules.reading import Reading
from toolace_mt.types import Action, Dialogue, Turn

_REFUSES = re.compile(
    r"\b(?:can['’]?t|cannot|can not|won['’]?t|will not|unable to|not able to|not (?:going|willing) to|(?:must|have to) decline)"
    r"(?: to)? (?:assist|help|comply|provide|support|share|give|create|write|answer|fulfil|participate|engage|discuss|advise|"
    r"offer|do (?:that|this))|(?:无法|不能|不会)(?:协助|帮助|满足|提供)",
    re.IGNORECASE,
)
_BEGINNING = 240
_FIELD = "refusal"


def refuses_for_good(dialogue: Dialogue, turn: Turn) -> bool:
    """Whether `turn`, one of a recorded dialogue, refuses what the user has just asked for, and no tool serves.

    Who writes it anew, told of a problem with it, may comply with what should be refused. What the file itself marks as a
    refusal is one whatever the tools are.
    """
    if dialogue.task is not None or not isinstance(turn, Action) or turn.calls:
        return False
    if _is_marked(turn):
        return True
    if not (_REFUSES.search(turn.text[:_BEGINNING]) or CANNED_REFUSAL.fullmatch(turn.text[:_BEGINNING])):
        return False
    reading = Reading(dialogue)
    index = next((i for i, each in enumerate(dialogue.turns) if each is turn), 0)
    return index > 0 and reading.kinds[index - 1] == "user" and serving_tool(reading, index) is None


def _is_marked(turn: Turn) -> bool:
    """By OpenAI's field, or by its part."""
    if turn.kept is None:
        return False
    parts = turn.kept.content if isinstance(turn.kept.content, list) else []
    marked = [turn.kept.fields.get(_FIELD), *(part.get(_FIELD) for part in parts if isinstance(part, dict))]
    return turn.text in marked
