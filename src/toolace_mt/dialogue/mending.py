"""Structural damage that can be mended without a doubt: what somebody's file says of a dialogue, brought into the form of one.

A dialogue alternates from a user message to a reply. Recorded ones begin with a greeting, end with a message that nobody
answered, repeat call ids, or list results in the order in which they came. What is missing is never guessed here: an empty
turn or result takes its place, and is named as a gap, to be filled or to reject the dialogue.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from toolace_mt.dialogue.edits import splice
from toolace_mt.dialogue.pairs import distinct_ids, own_results, result_of
from toolace_mt.dialogue.turns import kind_of
from toolace_mt.types import Action, Dialogue, Edit, Finding, Observation, Turn

_NO_REPLY = "the assistant's reply is missing"


class Mended(NamedTuple):
    """The dialogue, the edits that mended it, and an error for every gap that is left in it."""

    dialogue: Dialogue
    edits: tuple[Edit, ...]
    gaps: tuple[Finding, ...]


def mend(dialogue: Dialogue) -> Mended:
    """`dialogue` as far as it can be mended; the same object where it alternates and its ids are distinct."""
    work = _Mending(dialogue)
    work.trim()
    work.make_alternate()
    work.pair()
    return Mended(work.dialogue, tuple(work.edits), (*_missing_replies(work.dialogue), *work.gaps))


class _Mending:
    """The dialogue while it is mended."""

    def __init__(self, dialogue: Dialogue) -> None:
        self.dialogue = dialogue
        self.edits: list[Edit] = []
        self.gaps: list[Finding] = []

    def change(self, kind: str, start: int, before: Sequence[Turn], after: Sequence[Turn], reason: str) -> None:
        """Put `after` in the place of `before`, and log it."""
        self.dialogue = splice(self.dialogue, start, len(before), after)
        self.edits.append(
            Edit(
                stage="repair",
                kind=kind,
                round=0,
                start=start,
                before=tuple(before),
                after=tuple(after),
                accepted=True,
                step="",
                reason=reason,
            )
        )

    def trim(self) -> None:
        """What stands before the first user message and after the last reply is taken off."""
        kinds = [kind_of(turn) for turn in self.dialogue.turns]
        if "user" not in kinds or "reply" not in kinds:
            return
        first, last = kinds.index("user"), len(kinds) - 1 - kinds[::-1].index("reply")
        if first > last:
            return
        if last < len(kinds) - 1:
            reason = "nothing of the assistant's answer follows the last user message"
            self.change("trim_end", last + 1, self.dialogue.turns[last + 1 :], (), reason)
        if first:
            reason = "a dialogue begins with a user message"
            self.change("trim_start", 0, self.dialogue.turns[:first], (), reason)

    def make_alternate(self) -> None:
        """Neighbours of one side become one turn; a turn that must have been between two others is left empty."""
        at = 0
        while at + 1 < len(self.dialogue.turns):
            one, two = self.dialogue.turns[at : at + 2]
            mended = _neighbours(one, two)
            if mended is None:
                at += 1
                continue
            kind, turns, reason = mended
            self.change(kind, at, (one, two), turns, reason)
            at = max(0, at - 1) if len(turns) < 2 else at

    def pair(self) -> None:
        """Every turn of calls has its results, in the order of the calls, and no id is used twice."""
        used: set[str] = set()
        at = 0
        while at < len(self.dialogue.turns):
            turn = self.dialogue.turns[at]
            if isinstance(turn, Action) and turn.calls:
                self._give_results(at, turn)
                self._give_ids(at, used)
            at += 1

    def _give_results(self, at: int, turn: Action) -> None:
        following = self.dialogue.turns[at + 1 : at + 2]
        there = [t for t in following if isinstance(t, Observation) and not t.is_user]
        own = own_results(turn.calls, there[0].results if there else ())
        results = tuple(map(result_of, turn.calls, own))
        answering = there[0] if there else Observation(subtask=turn.subtask)
        if answering.results != results:
            reason = "results stand in the order of their calls" if there else "the results are missing"
            answering = answering.model_copy(update={"results": results})
            self.change("pair_results" if there else "missing_results", at + 1, there, (answering,), reason)
        # At the end, too: who wrote down queries and calls only left the reply to others.
        if not there and not (following and isinstance(following[0], Action)):
            self.change("missing_reply", at + 2, (), (Action(subtask=turn.subtask),), _NO_REPLY)
        for call, result in zip(turn.calls, own, strict=True):
            if result is None:
                detail = f"the call of {call.name} has no result"
                self.gaps.append(Finding(rule="pairing", turn=at + 1, call_id=call.id, detail=detail))

    def _give_ids(self, at: int, used: set[str]) -> None:
        calling, answering = self.dialogue.turns[at : at + 2]
        assert isinstance(calling, Action)
        assert isinstance(answering, Observation)
        named = distinct_ids(f"{self.dialogue.id}/{at}", calling, answering, used)
        if named != (calling, answering):
            self.change("call_ids", at, (calling, answering), named, "every call has an id of its own")
        used.update(call.id for call in named[0].calls)


_Mend = tuple[str, tuple[Turn, ...], str]


def _neighbours(one: Turn, two: Turn) -> _Mend | None:
    """What becomes of two turns that follow each other; None where they may."""
    first, second = kind_of(one), kind_of(two)
    if isinstance(one, Action) and isinstance(two, Action):
        return _two_actions(one, two)
    if isinstance(one, Observation) and isinstance(two, Observation):
        return _two_observations(one, two)
    if second == "results" and first == "reply":
        return "drop_results", (one,), "no call asked for these results"
    return None


def _two_actions(one: Action, two: Action) -> _Mend | None:
    if one.calls and not two.calls:
        return None  # the results between them are missing: see `_Mending.pair`
    if one == two:
        return "drop_repeated", (one,), "the turn stands there twice"
    text = "\n\n".join(dict.fromkeys(text for text in (one.text, two.text) if text))
    joined = one.model_copy(update={"text": text, "calls": (*one.calls, *two.calls)})
    return "join", (joined,), "what the assistant does at one time is one turn"


def _two_observations(one: Observation, two: Observation) -> _Mend | None:
    first, second = kind_of(one), kind_of(two)
    added = (*one.tools_added, *two.tools_added)
    if first == second == "user":
        text = "\n\n".join(dict.fromkeys(text for text in (one.text, two.text) if text))
        joined = one.model_copy(update={"text": text, "tools_added": added})
        return "join", (joined,), "what the user says at one time is one turn"
    if first == second == "results":
        joined = one.model_copy(update={"results": (*one.results, *two.results), "tools_added": added})
        return "join", (joined,), "results of one time are one turn"
    if second == "results":
        return "drop_results", (one,), "no call asked for these results"
    return "missing_reply", (one, Action(subtask=one.subtask), two), _NO_REPLY


def _missing_replies(dialogue: Dialogue) -> list[Finding]:
    """The replies that mending had to leave empty, or that stood there without a word."""
    return [
        Finding(rule="alternation", turn=at, detail="an assistant reply is missing")
        for at, turn in enumerate(dialogue.turns)
        if isinstance(turn, Action) and not turn.calls and not turn.text.strip()
    ]
