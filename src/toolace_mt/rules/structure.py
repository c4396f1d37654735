"""Who speaks when: a dialogue goes from a user message to a reply, and calls are followed by their results."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

from toolace_mt.dialogue.parts import other_parts
from toolace_mt.dialogue.shape import FOLLOWS
from toolace_mt.dialogue.turns import TurnKind
from toolace_mt.rules.reading import Reading
from toolace_mt.types import Action, Finding, Severity

_SAY: dict[TurnKind, str] = {
    "user": "a user message",
    "calls": "tool calls",
    "results": "tool results",
    "reply": "an assistant reply",
}
# A call to such a tool may be the last that is heard: the agent hands the user over, or says that it is done.
_HANDS_OVER = ("human", "live_agent", "to_agent", "handoff", "hand_off", "handover", "hand_over", "escalat")
_ENDS = frozenset({"done", "end", "finish", "submit", "complete", "terminate", "exit", "hang_up", "stop", "end_call"})
_NAME_LENGTH = 64
_IN_ORDER = frozenset((one, two) for one, following in FOLLOWS.items() for two in following)


# How models write calls when no server reads them: Glaive, Mistral, Llama, and as one object.
_CALL_SIGNS = ("<functioncall>", "[TOOL_CALLS]", "<|python_tag|>", "<function=", "<function_call>", "<tool_call>")
_BARE_CALL = re.compile(r'"name"\s*:\s*"[^"]{1,128}"\s*,\s*"(?:parameters|arguments)"\s*:')
_BEGINNING = 2000


class _Odd(NamedTuple):
    """A place in the order of turns that is not as it should be."""

    turn: int | None
    detail: str
    severity: Severity = "error"


def alternation(reading: Reading) -> list[Finding]:
    """Observations and actions alternate, from a user message to a reply, and none of them is empty (paper, 3).

    What others recorded may begin with a greeting of the assistant, and break off: at a user message (a warning), or where
    it hands the user over. What a recording leaves out throughout (all replies, or all results) is its manner: a warning.
    """
    found = _in_recording(reading) if reading.recorded else _in_plan(reading.kinds)
    places = [*found, *_empty(reading)]
    return [Finding(rule="alternation", severity=odd.severity, turn=odd.turn, detail=odd.detail) for odd in places]


def _in_plan(kinds: tuple[TurnKind, ...]) -> Iterator[_Odd]:
    if not kinds:
        yield _Odd(None, "there are no turns")
        return
    if kinds[0] != "user":
        yield _begins(kinds[0])
    yield from _wrong_pairs(kinds)
    if kinds[-1] != "reply":
        yield _ends(kinds)


def _in_recording(reading: Reading) -> Iterator[_Odd]:
    kinds = reading.kinds
    if not kinds:
        yield _Odd(None, "there are no turns")
        return
    forgiven: set[tuple[TurnKind, TurnKind]] = set()
    for manner, pairs in _manners(reading):
        forgiven |= pairs
        yield _Odd(None, manner, "warning")
    if kinds[0] in ("calls", "results"):
        yield _begins(kinds[0])
    for odd in _wrong_pairs(kinds):
        at = odd.turn or 0
        if (kinds[at - 1], kinds[at]) not in forgiven:
            yield (
                odd if kinds[at] != "results" else odd._replace(detail=odd.detail + _cause(reading.turns[at - 1].text))
            )
    if kinds[-1] == "user":
        yield _Odd(len(kinds) - 1, "the dialogue ends with a user message that nobody answers", "warning")
    elif kinds[-1] == "results" and not _hands_over(reading):
        yield _ends(kinds, "error" if "reply" in kinds else "warning")
    elif kinds[-1] == "calls" and not reading.without_results:
        yield _ends(kinds)


def _manners(reading: Reading) -> Iterator[tuple[str, set[tuple[TurnKind, TurnKind]]]]:
    """What the recording does throughout, and the pairs of turns that come of it."""
    kinds = reading.kinds
    if "reply" not in kinds and kinds.count("user") > 1:
        yield "no reply to the user is recorded anywhere", {("results", "user"), ("user", "user")}
    if reading.without_results:
        yield "no result of a call is recorded anywhere", {("calls", "reply"), ("calls", "calls"), ("calls", "user")}
    if ("reply", "calls") in pairwise(kinds) and _always_announced(kinds):
        yield "every call is announced by a message of its own", {("reply", "calls")}


def _always_announced(kinds: tuple[TurnKind, ...]) -> bool:
    before_calls = [one for one, two in pairwise(kinds) if two == "calls"]
    return bool(before_calls) and all(one == "reply" for one in before_calls)


def _begins(kind: TurnKind) -> _Odd:
    return _Odd(0, f"the dialogue begins with {_SAY[kind]}, not with a user message")


def _ends(kinds: tuple[TurnKind, ...], severity: Severity = "error") -> _Odd:
    return _Odd(len(kinds) - 1, f"the dialogue ends with {_SAY[kinds[-1]]}, not with an assistant reply", severity)


def _wrong_pairs(kinds: tuple[TurnKind, ...]) -> Iterator[_Odd]:
    if set(pairwise(kinds)) <= _IN_ORDER:
        return
    for index, (one, two) in enumerate(pairwise(kinds), start=1):
        if two not in FOLLOWS[one]:
            yield _Odd(index, f"{_SAY[two]} cannot follow {_SAY[one]}")


def _cause(text: str) -> str:
    """Why results follow a reply, where it holds a call that nobody made: as other models' templates write these."""
    beginning = text[:_BEGINNING].lstrip()
    sign = next((sign for sign in _CALL_SIGNS if sign in beginning), None)
    if sign is None and beginning.startswith("{") and _BARE_CALL.search(beginning):
        sign = '{"name": ...'
    return f": the reply is a call that is written as text ({sign}); write it as `tool_calls`" if sign else ""


def _hands_over(reading: Reading) -> bool:
    """Whether the last calls are such that nothing needs to follow."""
    last = reading.turns[-2] if len(reading.turns) > 1 else None
    names = [call.name[:_NAME_LENGTH].lower() for call in last.calls] if isinstance(last, Action) else []
    return any(name in _ENDS or any(sign in name for sign in _HANDS_OVER) for name in names)


def _empty(reading: Reading) -> Iterator[_Odd]:
    empty = [index for index, text in (*reading.requests, *reading.replies) if not text or text.isspace()]
    for index in sorted(index for index in empty if not other_parts(reading.turns[index].kept)):
        yield _Odd(index, f"{_SAY[reading.kinds[index]]} is empty")
    for at, _, results in reading.exchanges:
        if results and reading.turns[at + 1].text:
            yield _Odd(at + 1, "tool results and a user message are one turn")
