"""Alternation: which kinds of turn may follow which, and what is wrong with a row of drafts."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from toolace_mt.dialogue.turns import TurnDraft, TurnKind

FOLLOWS: dict[TurnKind, tuple[TurnKind, ...]] = {
    "user": ("calls", "reply"),
    "calls": ("results",),
    "results": ("calls", "reply"),
    "reply": ("user",),
}


def shape_problems(drafts: Sequence[TurnDraft], first: tuple[TurnKind, ...], last: tuple[TurnKind, ...]) -> list[str]:
    """What is wrong with the kinds, the order and the completeness of `drafts`; positions count from 0 in the answer.

    first, last: the kinds with which the row may begin and end.
    """
    if not drafts:
        return ["`turns` is empty"]
    kinds: list[TurnKind] = [draft.kind for draft in drafts]
    problems = [f"turns[{i}]: {p}" for i, d in enumerate(drafts) for p in _draft_problems(d)]
    if kinds[0] not in first:
        problems.append(f"turns[0] is {_say(kinds[0])}, but must be {_either(first)}")
    if kinds[-1] not in last:
        problems.append(f"turns[{len(kinds) - 1}], the last, is {_say(kinds[-1])}, but must be {_either(last)}")
    for i, (one, two) in enumerate(pairwise(kinds)):
        if two not in FOLLOWS[one]:
            problems.append(f"turns[{i + 1}]: {_say(two)} cannot follow {_say(one)}; expected {_either(FOLLOWS[one])}")
        elif one == "calls" and len(drafts[i].tool_calls) != len(drafts[i + 1].results):
            problems.append(
                f"turns[{i + 1}] has {len(drafts[i + 1].results)} results for the {len(drafts[i].tool_calls)} calls of"
                f" turns[{i}]; give one result for each call, in the same order"
            )
    return problems


def _draft_problems(draft: TurnDraft) -> list[str]:
    if draft.kind in ("user", "reply") and not draft.content.strip():
        return [f"{_say(draft.kind)} needs text in `content`"]
    if draft.kind == "results" and not draft.results:
        return ["a tool turn needs `results`"]
    if draft.role != "assistant" and draft.tool_calls:
        return ["only the assistant can have `tool_calls`"]
    return []


def _say(kind: TurnKind) -> str:
    return {
        "user": "a user message",
        "calls": "an assistant turn with tool_calls",
        "results": "a tool turn with results",
        "reply": "an assistant reply in words",
    }[kind]


def _either(kinds: tuple[TurnKind, ...]) -> str:
    return " or ".join(_say(kind) for kind in kinds)
