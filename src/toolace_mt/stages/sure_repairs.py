"""Repairs that need no model: what to change follows from the finding and from the turns around it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from toolace_mt.dialogue.turns import kind_of
from toolace_mt.rules.deeds import only_looks
from toolace_mt.types import Action, Dialogue, Finding, Observation, Tool, Turn

_OF_THE_CALL = ("arguments", "ungrounded-id")


class Change(NamedTuple):
    """`after` takes the place of `before`, which begins at turn `start`."""

    kind: str
    start: int
    before: tuple[Turn, ...]
    after: tuple[Turn, ...]
    finding: Finding


def sure_repairs(dialogue: Dialogue, errors: Iterable[Finding]) -> Iterator[Change]:
    """Changes that may mend one of `errors` each; whether one really does, the rules say.

    A call that changes something is never dropped for being made twice: it may have been meant, and its change was real.
    """
    for finding in errors:
        at = finding.turn
        if at is None or not 0 < at < len(dialogue.turns) - 2:
            continue
        action, answer = dialogue.turns[at], dialogue.turns[at + 1]
        if not isinstance(action, Action) or len(action.calls) != 1 or not isinstance(answer, Observation):
            continue
        if len(answer.results) != 1 or answer.tools_added:
            continue
        before = (action, answer)
        if finding.rule == "repetition" and finding.call_id == action.calls[0].id:
            if _looks(dialogue, at, action.calls[0].name):
                yield Change("drop_repeated_call", at, before, (), finding)
        elif answer.results[0].is_error and kind_of(dialogue.turns[at + 2]) == "calls":
            if finding.rule in _OF_THE_CALL and _succeeds_later(dialogue, at, action.calls[0].name):
                yield Change("mark_faulty", at, (action,), (_marked(action),), finding)
            elif finding.rule == "unknown-tool":
                yield Change("drop_failed_call", at, before, (), finding)


def _looks(dialogue: Dialogue, at: int, name: str) -> bool:
    """Whether the tool of this name that is in force at a turn is known, and only looks."""
    added = (tool for turn in dialogue.turns[:at] if isinstance(turn, Observation) for tool in turn.tools_added or ())
    known: dict[str, Tool] = {tool.name: tool for tool in (*dialogue.tools, *added)}
    return name in known and only_looks(known[name])


def _succeeds_later(dialogue: Dialogue, at: int, name: str) -> bool:
    """Whether the tool is called again with success before the user speaks: the dialogue shows how an error is mended."""
    for turn in dialogue.turns[at + 2 :]:
        if isinstance(turn, Observation) and turn.is_user:
            return False
        if isinstance(turn, Observation) and any(r.name == name and not r.is_error for r in turn.results):
            return True
    return False


def _marked(action: Action) -> Action:
    """The mistake is marked as one, as those of error simulations are: exporters keep it out of the loss."""
    return action.model_copy(update={"calls": tuple(c.model_copy(update={"faulty": True}) for c in action.calls)})
