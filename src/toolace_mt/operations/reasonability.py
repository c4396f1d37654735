"""Reasonability refinement, mask-and-fill: non-adjacent turns are written anew, and a judger keeps the better (3.2)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

from toolace_mt.dialogue.edits import splice
from toolace_mt.dialogue.grounding import mentions, stated_values, turn_texts
from toolace_mt.dialogue.turns import ROLES, Draft, TurnDraft, kind_of, turn_json
from toolace_mt.operations.base import Operation, World, shared_context
from toolace_mt.operations.checks import draft_problems, text_problems
from toolace_mt.types import Action, Dialogue, Turn


@dataclass(frozen=True)
class FillInput:
    """The dialogue, and the indices of the turns to write anew; no two of them are adjacent."""

    dialogue: Dialogue
    masked: tuple[int, ...]
    world: World | None = None


class FillDraft(TurnDraft):
    """One masked turn, written anew."""

    turn: int


class FillsDraft(Draft):
    """The answer of mask-fill."""

    fills: list[FillDraft]


def _fill_context(given: FillInput) -> dict[str, Any]:
    context = shared_context(given.dialogue.all_tools, given.world, given.dialogue)
    context["dialogue"] = [
        masked_turn(given.dialogue, i) if i in given.masked else turn_json(i, turn)
        for i, turn in enumerate(given.dialogue.turns)
    ]
    context["masked_turns"] = list(given.masked)
    return context


def masked_turn(dialogue: Dialogue, index: int) -> dict[str, Any]:
    """A masked turn: its role, and what the turns that stay need of it."""
    turn = dialogue.turns[index]
    shown: dict[str, Any] = {"turn": index, "role": ROLES[kind_of(turn)], "masked": True}
    if isinstance(turn, Action):
        if turn.calls:
            shown["calls_to"] = [call.name for call in turn.calls]
    elif turn.results:
        shown["results_of"] = [result.name for result in turn.results]
    elif values := needed_values(dialogue, index):
        shown["must_state"] = values
    return shown


def needed_values(dialogue: Dialogue, index: int) -> list[str | int | float]:
    """Values that the user message at `index` states, that later calls use, and that nothing before it gives."""
    said = " ".join(text for turn in dialogue.turns[:index] for text in turn_texts(turn))
    stated = stated_values(dialogue.turns[index].text, dialogue.turns[index + 1 :])
    return list({str(value): value for _, _, value in stated if not mentions(said, value)}.values())


def _fill_problems(given: FillInput, draft: FillsDraft) -> list[str]:
    return misplaced_fills(given.masked, draft) or [p for f in draft.fills for p in fill_problems(given.dialogue, f)]


def misplaced_fills(masked: Iterable[int], draft: FillsDraft) -> list[str]:
    """What is wrong where the fills are not one for each of the `masked` turns."""
    wanted, got = sorted(masked), sorted(fill.turn for fill in draft.fills)
    if wanted == got:
        return []
    return [f"`fills` has turns {got}; write exactly one for each of the masked turns {wanted}"]


def fill_problems(dialogue: Dialogue, fill: FillDraft) -> list[str]:
    """What is wrong with the fill of one masked turn of `dialogue`."""
    turn = dialogue.turns[fill.turn]
    where = f"the fill of turn {fill.turn}"
    if fill.kind != kind_of(turn):
        return [f"{where} must be {_DESCRIBED[kind_of(turn)]}"]
    if fill.kind in ("user", "reply"):
        if not fill.content.strip():
            return [f"{where} has no `content`"]
        lost = [v for v in needed_values(dialogue, fill.turn) if fill.kind == "user" and not mentions(fill.content, v)]
        problems = [f"{where} must state {value!r}, which a later call uses" for value in lost]
        return problems + [f"{where} {p}" for p in text_problems([fill.content])]
    if isinstance(turn, Action):
        names = [call.name for call in turn.calls]
        if [call.name for call in fill.tool_calls] != names:
            return [
                f"{where} must call {', '.join(names)}, in this order, since the results that follow belong to them"
            ]
        tools = dialogue.tools_at(fill.turn)
        found = draft_problems([fill], tools, dialogue, fill.turn)
        return [p.replace("turns[0]", where) for p in found]
    if len(fill.results) != len(turn.results):
        return [f"{where} has {len(fill.results)} results for {len(turn.results)} calls"]
    if [r.is_error for r in fill.results] != [r.is_error for r in turn.results]:
        was = ["an error" if r.is_error else "a success" for r in turn.results]
        return [f"{where}: the results must be, in this order, {', '.join(was)}; the turns around them rest on that"]
    return []


_DESCRIBED = {
    "user": 'a user message: "role": "user" with `content`',
    "calls": 'an assistant turn with `tool_calls`: "role": "assistant"',
    "results": 'a tool turn with `results`: "role": "tool"',
    "reply": 'an assistant reply in words: "role": "assistant" with `content` and no tool_calls',
}


@dataclass(frozen=True)
class JudgeInput:
    """Two versions of the same turns of a dialogue; `dialogue` holds the version A, and `other` the turns of version B."""

    dialogue: Dialogue
    other: dict[int, Turn]
    world: World | None = None


class JudgeDraft(Draft):
    """The judger's answer; the reason comes first, so that the verdict follows from it."""

    reason: str
    better: Literal["A", "B", "same"]


def _judge_context(given: JudgeInput) -> dict[str, Any]:
    context = shared_context(given.dialogue.all_tools, given.world, given.dialogue)
    context["dialogue"] = [
        _versions(i, turn, given.other[i]) if i in given.other else turn_json(i, turn)
        for i, turn in enumerate(given.dialogue.turns)
    ]
    return context


def _versions(index: int, one: Turn, other: Turn) -> dict[str, Any]:
    a, b = ({k: v for k, v in turn_json(index, turn).items() if k != "turn"} for turn in (one, other))
    return {"turn": index, "A": a, "B": b}


def _judge_problems(given: JudgeInput, draft: JudgeDraft) -> list[str]:
    return [] if draft.reason.strip() else ["`reason` is empty; give one sentence"]


def replace_turns(dialogue: Dialogue, turns: dict[int, Turn]) -> Dialogue:
    """`dialogue` with the given turns in place of its own."""
    for index, turn in turns.items():
        dialogue = splice(dialogue, index, 1, (turn,))
    return dialogue


MASK_FILL = Operation("mask_fill", FillsDraft, _fill_context, _fill_problems)
JUDGE = Operation("judge", JudgeDraft, _judge_context, _judge_problems)
