"""Gross damage of a whole dialogue that can be seen without a model, as the experts look for it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from toolace_mt.dialogue.grounding import squeeze
from toolace_mt.engines.offline.faults import Fault
from toolace_mt.engines.offline.reading import Call, Scene

_FAILURE = re.compile(
    r"\b(?:sorry|apolog|unfortunate|unable|fail|error|issue|problem|however|cannot|can't|couldn't|could not|didn't|not)",
    re.IGNORECASE,
)
_SUCCESS = re.compile(
    r"\b(?:success|successfully|done|confirmed|completed|booked|cancelled|canceled|updated|changed|sent|ordered|scheduled|"
    r"processed|all set|you're set)\b",
    re.IGNORECASE,
)
_SERVING = re.compile(
    r"\b(?:how (?:can|may) I (?:help|assist) you|is there anything else I can (?:help|assist|do))\b",
    re.IGNORECASE,
)
_HAND_OVER = re.compile(r"human|transfer_to|escalat|hand_?over|^(?:done|end|finish|stop)", re.IGNORECASE)
_LONG, _NEAR = 40, 20


def broken_sequence(scene: Scene) -> Iterator[Fault]:
    """Turns that do not follow: results without their calls, calls without results, one side twice, replies said twice."""
    said: dict[str, int] = {}
    for turn, following in zip(scene.turns, [*scene.turns[1:], None], strict=True):
        kind = following.kind if following is not None else None
        if turn.kind == "results" and (turn.index == 0 or scene.turns[turn.index - 1].kind != "calls"):
            yield Fault(turn.index, "results stand there that no call asked for", 3.0)
        if turn.kind == "calls" and kind is not None and kind != "results":
            yield Fault(turn.index, "the calls have no results", 3.0)
        if turn.kind == "results" and kind == "user":
            yield Fault(turn.index, "results are found, but nothing is made of them", 3.0)
        if turn.kind == "user" and kind == "user":
            yield Fault(turn.index + 1, "the user speaks twice, and has no answer in between", 2.0)
        if turn.kind == "reply" and kind in ("reply", "calls"):
            yield Fault(turn.index + 1, "the assistant goes on, though nothing was said to it", 2.0)
        key = squeeze(turn.text) if turn.kind == "reply" else ""
        if len(key) > _LONG and key in said:
            yield Fault(turn.index, f"the reply is the same as at turn {said[key]}", 2.0)
        said.setdefault(key, turn.index)


def repeated_calls(scene: Scene) -> Iterator[Fault]:
    """Calls made again at once, although they had succeeded."""
    last: list[Call] = []
    for turn in scene.turns:
        if turn.kind == "calls":
            if last and [call.key for call in turn.calls] == [call.key for call in last]:
                yield Fault(turn.index, f"{turn.calls[0].name} is called again with the same arguments", 2.0)
            last = list(turn.calls)
        elif turn.kind != "results" or turn.failed:
            last = []


def hidden_errors(scene: Scene) -> Iterator[Fault]:
    """Replies that tell success where all calls before them failed."""
    for before, turn in zip(scene.turns, scene.turns[1:], strict=False):
        failed = before.kind == "results" and all(result.is_error for result in before.results)
        if failed and turn.kind == "reply" and _SUCCESS.search(turn.text) and not _FAILURE.search(turn.text):
            yield Fault(turn.index, "the call failed, but the reply tells of success", 3.0)


def changed_voices(scene: Scene) -> Iterator[Fault]:
    """User turns in the assistant's words."""
    for turn in scene.turns:
        if turn.kind == "user" and (phrase := _SERVING.search(turn.text)) and "?" in turn.text[phrase.end() :][:_NEAR]:
            yield Fault(turn.index, f"the user says {phrase.group()!r}, as an assistant does", 2.0)


def open_end(scene: Scene) -> Iterator[Fault]:
    """A recorded dialogue that breaks off after calls or results, but for those that hand the user over to a person."""
    last = len(scene.turns) - 1
    names = [call.name for turn in scene.turns[-2:] for call in turn.calls]
    if any(_HAND_OVER.search(name) for name in names):
        return
    if scene.turns and scene.turns[last].kind in ("calls", "results"):
        yield Fault(last, "the dialogue breaks off before the user is told the outcome", 3.0)
