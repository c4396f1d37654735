"""Repair: the turns that a finding names are masked and written anew, with both sides and what was wrong in view (3.3)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from toolace_mt.dialogue.grounding import known_text, mentions, ungrounded
from toolace_mt.dialogue.turns import content_value, kind_of, turn_json
from toolace_mt.operations.base import Operation, World, shared_context
from toolace_mt.operations.checks import draft_problems
from toolace_mt.operations.reasonability import (
    FillDraft,
    FillsDraft,
    fill_problems,
    masked_turn,
    misplaced_fills,
    needed_values,
)
from toolace_mt.types import Action, Dialogue, Observation


@dataclass(frozen=True)
class RepairInput:
    """The dialogue, and what is wrong at each turn to write anew; no two of these turns are adjacent."""

    dialogue: Dialogue
    problems: Mapping[int, tuple[str, ...]]
    world: World | None = None


def _context(given: RepairInput) -> dict[str, Any]:
    context = shared_context(given.dialogue.all_tools, given.world, given.dialogue)
    context["dialogue"] = [
        _masked(given.dialogue, i) if i in given.problems else turn_json(i, turn)
        for i, turn in enumerate(given.dialogue.turns)
    ]
    context["masked_turns"] = sorted(given.problems)
    context["problems"] = [
        {"turn": turn, "problem": problem} for turn in sorted(given.problems) for problem in given.problems[turn]
    ]
    return context


def _masked(dialogue: Dialogue, index: int) -> dict[str, Any]:
    """A masked turn as in mask_fill; a call of a tool that is not there is null, and ids that calls use are to be said."""
    shown = masked_turn(dialogue, index)
    turn = dialogue.turns[index]
    if isinstance(turn, Action) and turn.calls:
        known = {tool.name for tool in dialogue.tools_at(index)}
        shown["calls_to"] = [call.name if call.name in known else None for call in turn.calls]
    elif isinstance(turn, Observation) and turn.is_user and (values := values_to_state(dialogue, index)):
        shown["must_state"] = values
    elif isinstance(turn, Observation) and 0 < sum(not result.content for result in turn.results) < len(turn.results):
        # Null for those that are missing: only these are taken from the answer.
        shown["known_results"] = [content_value(result.content) if result.content else None for result in turn.results]
    return shown


def values_to_state(dialogue: Dialogue, index: int) -> list[str | int | float]:
    """What the user message at `index` has to state: the values that later calls take from it, and the ids in the calls
    that answer it which nothing gives.
    """
    values: dict[str, str | int | float] = {str(value): value for value in needed_values(dialogue, index)}
    for at in range(index + 1, len(dialogue.turns)):
        turn = dialogue.turns[at]
        if isinstance(turn, Observation) and turn.is_user:
            break
        for call in turn.calls if isinstance(turn, Action) else ():
            if not call.faulty:
                values |= {value: value for _, value in ungrounded(known_text(dialogue, at), call.arguments)}
    return list(values.values())


def _problems(given: RepairInput, draft: FillsDraft) -> list[str]:
    return misplaced_fills(given.problems, draft) or [p for f in draft.fills for p in _one_problems(given.dialogue, f)]


def _one_problems(dialogue: Dialogue, fill: FillDraft) -> list[str]:
    turn, where = dialogue.turns[fill.turn], f"the fill of turn {fill.turn}"
    if isinstance(turn, Action) and turn.calls and fill.kind == "calls":
        return _call_problems(dialogue, turn, fill, where)
    if isinstance(turn, Observation) and turn.results and fill.kind == "results":
        return _result_problems(dialogue, turn, fill, where)
    found = fill_problems(dialogue, fill)
    if found or kind_of(turn) != "user":
        return found
    lost = [v for v in values_to_state(dialogue, fill.turn) if not mentions(fill.content, v)]
    return [f"{where} must state {value!r}, which a later call uses" for value in lost]


def _call_problems(dialogue: Dialogue, turn: Action, fill: FillDraft, where: str) -> list[str]:
    """A call keeps its tool, where there is such a tool: the results that follow belong to it."""
    tools = dialogue.tools_at(fill.turn)
    known = {tool.name for tool in tools}
    names = [call.name for call in turn.calls]
    got = [call.name for call in fill.tool_calls]
    if len(got) != len(names) or any(a != b for a, b in zip(names, got, strict=True) if a in known):
        wanted = ", ".join(name if name in known else "(a tool that the results fit)" for name in names)
        return [f"{where} must call {wanted}, in this order, since the results that follow belong to them"]
    return [p.replace("turns[0]", where) for p in draft_problems([fill], tools, dialogue, fill.turn)]


def _result_problems(dialogue: Dialogue, turn: Observation, fill: FillDraft, where: str) -> list[str]:
    """A result that is missing may be whatever it was; the others stay the success or the error that they were."""
    if all(result.content for result in turn.results) or len(fill.results) != len(turn.results):
        return fill_problems(dialogue, fill)
    both = enumerate(zip(turn.results, fill.results, strict=True))
    return [
        f"{where}: the result {i} has no content"
        for i, (old, new) in both
        if not old.content and new.content in ("", None)
    ]


REPAIR = Operation("repair", FillsDraft, _context, _problems)
