"""The form of the trajectory: who speaks when, and which result belongs to which call."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from toolace_mt.dialogue.shape import FOLLOWS
from toolace_mt.dialogue.turns import TurnKind
from toolace_mt.rules.reading import Reading
from toolace_mt.types import Action, Finding, Observation, Turn

_SAY: dict[TurnKind, str] = {
    "user": "a user message",
    "calls": "tool calls",
    "results": "tool results",
    "reply": "an assistant reply",
}


def alternation(reading: Reading) -> list[Finding]:
    """Observations and actions alternate, from a user message to a reply, and none of them is empty (paper, 3)."""
    return [Finding(rule="alternation", turn=turn, detail=detail) for turn, detail in _out_of_order(reading)]


def _out_of_order(reading: Reading) -> Iterator[tuple[int | None, str]]:
    kinds = reading.kinds
    if not kinds:
        yield None, "there are no turns"
        return
    if kinds[0] != "user":
        yield 0, f"the dialogue begins with {_SAY[kinds[0]]}, not with a user message"
    for index, (one, two) in enumerate(pairwise(kinds), start=1):
        if two not in FOLLOWS[one]:
            yield index, f"{_SAY[two]} cannot follow {_SAY[one]}"
    if kinds[-1] != "reply":
        yield len(kinds) - 1, f"the dialogue ends with {_SAY[kinds[-1]]}, not with an assistant reply"
    for index, turn in enumerate(reading.turns):
        if not turn.text.strip() and kinds[index] in ("user", "reply"):
            yield index, f"{_SAY[kinds[index]]} is empty"
        elif turn.text and kinds[index] == "results":
            yield index, "tool results and a user message are one turn"


def pairing(reading: Reading) -> list[Finding]:
    """Every call has its result in the next turn, in the same order.

    An id that another turn has used already is a warning only: real agents repeat ids, and order still tells the pairs.
    """
    findings: list[Finding] = []
    used: set[str] = set()
    turns: tuple[Turn | None, ...] = (None, *reading.turns, None)
    for index, (turn, following) in enumerate(pairwise(turns), start=-1):
        if isinstance(turn, Action):
            findings += _repeated_ids(index, turn, used)
        findings += _unpaired(index, turn, following)
    return findings


def _repeated_ids(index: int, turn: Action, used: set[str]) -> Iterator[Finding]:
    here: set[str] = set()
    for call in turn.calls:
        if call.id in here:
            yield Finding(
                rule="pairing", turn=index, call_id=call.id, detail=f"two calls of one turn have the id {call.id!r}"
            )
        elif call.id in used:
            detail = f"the id {call.id!r} was used by an earlier call"
            yield Finding(rule="pairing", severity="warning", turn=index, call_id=call.id, detail=detail)
        here.add(call.id)
    used |= here


def _unpaired(index: int, turn: Turn | None, following: Turn | None) -> Iterator[Finding]:
    """What is wrong between the calls of a turn, where it has any, and the results of the one that follows."""
    calls = turn.calls if isinstance(turn, Action) else ()
    results = following.results if isinstance(following, Observation) else ()
    for call, result in zip(calls, results, strict=False):
        if call.id != result.call_id:
            detail = f"{call.name} has the id {call.id!r}, but the result at its place answers {result.call_id!r}"
            yield Finding(rule="pairing", turn=index + 1, call_id=call.id, detail=detail)
        elif call.name != result.name:
            detail = f"the result of {call.name} says that it is of {result.name!r}"
            yield Finding(rule="pairing", turn=index + 1, call_id=call.id, detail=detail)
    for call in calls[len(results) :]:
        yield Finding(rule="pairing", turn=index, call_id=call.id, detail=f"the call of {call.name} has no result")
    for result in results[len(calls) :]:
        detail = f"a result of {result.name!r} answers no call"
        yield Finding(rule="pairing", turn=index + 1, call_id=result.call_id, detail=detail)
