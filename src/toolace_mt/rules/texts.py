"""Texts that must not be trained on: leftovers of the making, and refusals."""

from __future__ import annotations

from collections.abc import Iterator

from toolace_mt.dialogue.leftovers import leftovers as leftovers_in
from toolace_mt.dialogue.leftovers import strings_in
from toolace_mt.types import Action, Dialogue, Finding, Observation, Turn

# Results are data of others: an address template in them is no mistake of the dialogue.
_NEVER_IN_RESULTS = ("special token", "mask")


def leftovers(dialogue: Dialogue) -> list[Finding]:
    """No mask, placeholder, special token of a chat template, or refusal "as an AI" is left anywhere."""
    findings: list[Finding] = []
    for index, turn in enumerate(dialogue.turns):
        for text, call_id in _written(turn):
            findings += [_finding(index, call_id, what, found) for what, found in leftovers_in(text)]
        for result in turn.results if isinstance(turn, Observation) else ():
            findings += [
                _finding(index, result.call_id, what, found)
                for what, found in leftovers_in(result.content)
                if what in _NEVER_IN_RESULTS
            ]
    return findings


def _written(turn: Turn) -> Iterator[tuple[str, str | None]]:
    """The texts that were written for a turn, each with the call that it is in: messages, names and values of calls."""
    if turn.text:
        yield turn.text, None
    for call in turn.calls if isinstance(turn, Action) else ():
        for text in (call.name, *strings_in(call.arguments)):
            yield text, call.id


def _finding(index: int, call_id: str | None, what: str, found: str) -> Finding:
    return Finding(rule="leftovers", turn=index, call_id=call_id, detail=f"contains the {what} {found!r}")
