"""Structural damage that can be mended without a doubt: what somebody's file says of a dialogue, brought into the form of one.

A dialogue alternates from a user message to a reply. Recorded ones begin with a greeting, end with a message that nobody
answered, repeat call ids, or list results in the order in which they came. What is missing is never guessed here: an empty
turn or result takes its place, and is named as a gap, to be filled or to reject the dialogue. What cannot be placed without a
guess is named, too, at no turn: that a tool answered something which nobody can read anymore is nothing to fill.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cached_property
from itertools import groupby
from typing import NamedTuple

from toolace_mt.dialogue.kept import kept_of_joined, with_words
from toolace_mt.dialogue.late_results import with_late_results
from toolace_mt.dialogue.pairs import distinct_ids, pair_up, result_of
from toolace_mt.dialogue.parts import other_parts
from toolace_mt.dialogue.turns import TurnKind, kind_of
from toolace_mt.types import Action, Dialogue, Edit, Finding, Observation, ToolResult, Turn

_NO_REPLY = "the assistant's reply is missing"


class Mended(NamedTuple):
    """The dialogue, the edits that mended it, and an error for every gap that is left in it."""

    dialogue: Dialogue
    edits: tuple[Edit, ...]
    gaps: tuple[Finding, ...]


def mend(dialogue: Dialogue) -> Mended:
    """`dialogue` as far as it can be mended; the same object where it alternates and its ids are distinct."""
    work = _Mending(dialogue)
    work.bring_home()
    work.trim()
    work.drop_homeless()
    work.join()
    work.leave_room()
    work.pair()
    mended = dialogue.model_copy(update={"turns": tuple(work.turns)}) if work.edits else dialogue
    return Mended(mended, tuple(work.edits), (*_missing_replies(mended), *work.gaps))


class _Mending:
    """The turns of a dialogue while it is mended."""

    def __init__(self, dialogue: Dialogue) -> None:
        self.recorded = dialogue
        self.turns = list(dialogue.turns)
        self.edits: list[Edit] = []
        self.gaps: list[Finding] = []

    @cached_property
    def copies(self) -> Counter[str]:
        """How often each result is told."""
        return Counter(result.content for turn in self.recorded.turns for result in _results(turn))

    def change(self, kind: str, start: int, before: Sequence[Turn], after: Sequence[Turn], reason: str) -> None:
        """Put `after` in the place of `before`, and log it."""
        self.turns[start : start + len(before)] = after
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

    def bring_home(self) -> None:
        """Results that came late stand beside their calls."""
        turns = with_late_results(self.turns)
        if turns is self.turns:
            return
        same = (one == two for one, two in zip(self.turns, turns, strict=False))
        start = next((place for place, each in enumerate(same) if not each), 0)
        reason = "the results came late; their ids tell the calls that they answer"
        self.change("late_results", start, self.turns[start:], turns[start:], reason)

    def trim(self) -> None:
        """What stands before the first user message and after the last reply is taken off."""
        kinds = [kind_of(turn) for turn in self.turns]
        if "user" not in kinds or "reply" not in kinds:
            return
        first, last = kinds.index("user"), len(kinds) - 1 - kinds[::-1].index("reply")
        if first > last:
            return
        if last < len(kinds) - 1:
            reason = "nothing of the assistant's answer follows the last user message"
            self.change("trim_end", last + 1, self.turns[last + 1 :], (), reason)
        if first:
            self.change("trim_start", 0, self.turns[:first], (), "a dialogue begins with a user message")

    def drop_homeless(self) -> None:
        """Results that follow no calls are taken out: which call asked for them is not known."""
        place = 1
        while place < len(self.turns):
            end = place
            if kind_of(self.turns[place]) == "results" and kind_of(self.turns[place - 1]) in ("user", "reply"):
                end = next(
                    (i for i in range(place, len(self.turns)) if kind_of(self.turns[i]) != "results"), len(self.turns)
                )
            if end > place:
                gone = self.turns[place:end]
                self.change("drop_results", place, gone, (), "no call asked for these results")
                self._lose(result for turn in gone for result in _results(turn))
            place += 1

    def join(self) -> None:
        """Neighbours of one side become one turn; a reply after calls stays one of its own, as results belong between."""
        start = 0
        while start < len(self.turns):
            end = _end_of_run(self.turns, start)
            run = self.turns[start:end]
            if len(run) > 1 and any(turn != run[0] for turn in run[1:]):
                self.change("join", start, run, (_joined(run),), _SAID_AT_ONE_TIME[kind_of(run[-1])])
            elif len(run) > 1:
                self.change("drop_repeated", start + 1, run[1:], (), "the turn stands there more than once")
            start += 1

    def leave_room(self) -> None:
        """A reply that must have been between results and the next user message is left empty."""
        place = 1
        while place < len(self.turns):
            before = self.turns[place - 1]
            if kind_of(before) == "results" and kind_of(self.turns[place]) == "user":
                self.change("missing_reply", place, (), (Action(subtask=before.subtask),), _NO_REPLY)
            place += 1

    def pair(self) -> None:
        """Every turn of calls has its results, in the order of the calls, and no id is used twice."""
        used: set[str] = set()
        at = 0
        while at < len(self.turns):
            turn = self.turns[at]
            if isinstance(turn, Action) and turn.calls:
                unanswered = self._give_results(at, turn)
                self._give_ids(at, used)
                self._name_gaps(at, unanswered)
            at += 1

    def _give_results(self, at: int, turn: Action) -> list[int]:
        """The places of the calls that have no result."""
        following = self.turns[at + 1 : at + 2]
        there = [t for t in following if isinstance(t, Observation) and not t.is_user]
        own, left = pair_up(turn.calls, there[0].results if there else ())
        results = tuple(map(result_of, turn.calls, own))
        answering = there[0] if there else Observation(subtask=turn.subtask)
        if answering.results != results:
            reason = "results stand in the order of their calls" if there else "the results are missing"
            answering = answering.model_copy(update={"results": results})
            self.change("pair_results" if there else "missing_results", at + 1, there, (answering,), reason)
        self._lose(left)
        # At the end, too: who wrote down queries and calls only left the reply to others.
        if not there and not (following and isinstance(following[0], Action)):
            self.change("missing_reply", at + 2, (), (Action(subtask=turn.subtask),), _NO_REPLY)
        return [place for place, result in enumerate(own) if result is None]

    def _give_ids(self, at: int, used: set[str]) -> None:
        calling, answering = self.turns[at : at + 2]
        assert isinstance(calling, Action)
        assert isinstance(answering, Observation)
        named = distinct_ids(f"{self.recorded.id}/{at}", calling, answering, used)
        if named[0] is not calling:
            self.change("call_ids", at, (calling, answering), named, "every call has an id of its own")
        used.update(call.id for call in named[0].calls)

    def _name_gaps(self, at: int, unanswered: Sequence[int]) -> None:
        calling = self.turns[at]
        assert isinstance(calling, Action)
        for call in (calling.calls[place] for place in unanswered):
            detail = f"the call of {call.name} has no result"
            self.gaps.append(Finding(rule="pairing", turn=at + 1, call_id=call.id, detail=detail))

    def _lose(self, results: Iterable[ToolResult]) -> None:
        """Name each of the results that are taken out, but for those that say what another says that stays."""
        for result in results:
            self.copies[result.content] -= 1
            if not self.copies[result.content]:
                detail = f"a result with the id {result.call_id[:64]!r} fits no call without a guess, and is lost"
                self.gaps.append(Finding(rule="pairing", call_id=result.call_id, detail=detail))


_SAID_AT_ONE_TIME: dict[TurnKind, str] = {
    "user": "what the user says at one time is one turn",
    "calls": "what the assistant does at one time is one turn",
    "reply": "what the assistant does at one time is one turn",
    "results": "results of one time are one turn",
}


def _results(turn: Turn) -> tuple[ToolResult, ...]:
    return turn.results if isinstance(turn, Observation) else ()


def _end_of_run(turns: Sequence[Turn], start: int) -> int:
    """Where the turns from `start` on that are one turn end: of the assistant's up to its last calls, else its replies."""
    if start + 1 == len(turns) or isinstance(turns[start], Action) is not isinstance(turns[start + 1], Action):
        return start + 1  # nearly always
    if isinstance(turns[start], Observation):
        kind = kind_of(turns[start])
        return next((i for i in range(start, len(turns)) if kind_of(turns[i]) != kind), len(turns))
    end = next((i for i in range(start, len(turns)) if not isinstance(turns[i], Action)), len(turns))
    return next((i + 1 for i in range(end - 1, start - 1, -1) if kind_of(turns[i]) == "calls"), end)


def _joined(run: Sequence[Turn]) -> Turn:
    """Turns of one side as one; what is said twice in a row is said once."""
    turns = [turn for turn, _ in groupby(run)]
    text = "\n\n".join(text for text, _ in groupby(turn.text for turn in turns if turn.text))
    whole: dict[str, object] = {"text": text, "kept": kept_of_joined(turns, text)}
    if isinstance(run[0], Action):
        whole["calls"] = tuple(call for turn in turns if isinstance(turn, Action) for call in turn.calls)
    else:
        whole["results"] = tuple(result for turn in turns for result in _results(turn))
        whole["tools_added"] = tuple(t for turn in turns if isinstance(turn, Observation) for t in turn.tools_added)
    return with_words(run[0].model_copy(update=whole))


def _missing_replies(dialogue: Dialogue) -> list[Finding]:
    """The replies that mending had to leave empty, or that stood there without a word."""
    return [
        Finding(rule="alternation", turn=at, detail="an assistant reply is missing")
        for at, turn in enumerate(dialogue.turns)
        if isinstance(turn, Action) and not turn.calls and not turn.text.strip() and not other_parts(turn.kept)
    ]
