"""Deliberate mistakes in training data: taken out where a format cannot keep them out of the loss."""

from __future__ import annotations

from toolace_mt.types import Action, Dialogue, Observation, Tool, ToolCall, Turn


def faulty_turns(dialogue: Dialogue) -> int:
    """The number of turns with a call that is marked as faulty."""
    return sum(isinstance(turn, Action) and turn.is_faulty for turn in dialogue.turns)


def without_faulty(dialogue: Dialogue) -> Dialogue:
    """The dialogue as if no call marked as faulty had been made.

    A faulty call goes with its result; so does what stood beside it, where the next calls make it again. The text of those
    next calls goes too: it speaks of the mistake. Tools that come with a result that goes come with what is before it.
    """
    turns: list[Turn] = []
    was_faulty = False
    rest = list(dialogue.turns)
    while rest:
        turn = rest.pop(0)
        if not isinstance(turn, Action) or not turn.calls:
            turns.append(turn)
            was_faulty = False
            continue
        if was_faulty:
            turn = turn.model_copy(update={"text": ""})
        was_faulty = turn.is_faulty
        if not was_faulty:
            turns.append(turn)
            continue
        results = rest.pop(0) if rest and isinstance(rest[0], Observation) and not rest[0].is_user else None
        kept = _kept(turn, rest[0] if rest else None)
        if kept:
            turns.append(turn.model_copy(update={"calls": kept, "text": ""}))
            if isinstance(results, Observation):
                turns.append(_results_of(results, kept))
        elif isinstance(results, Observation) and results.tools_added:
            _add_tools(turns, results.tools_added)
    return dialogue.model_copy(update={"turns": tuple(turns)})


def _kept(turn: Action, following: Turn | None) -> tuple[ToolCall, ...]:
    """The calls that are right, and are not made again by the turn that follows on the results."""
    again = [(c.name, c.arguments) for c in following.calls] if isinstance(following, Action) else []
    return tuple(c for c in turn.calls if not c.faulty and (c.name, c.arguments) not in again)


def _results_of(results: Observation, calls: tuple[ToolCall, ...]) -> Observation:
    ids = {call.id for call in calls}
    return results.model_copy(update={"results": tuple(r for r in results.results if r.call_id in ids)})


def _add_tools(turns: list[Turn], tools: tuple[Tool, ...]) -> None:
    """Add `tools` at the last observation of `turns`, the one that the faulty call answered."""
    for index in range(len(turns) - 1, -1, -1):
        turn = turns[index]
        if isinstance(turn, Observation):
            turns[index] = turn.model_copy(update={"tools_added": (*turn.tools_added, *tools)})
            return
