"""Executed skeletons, the words of one sub-task in two requests: what the user wants, and what the assistant tells at the end.

The calls and results between them are there already, so neither text waits for the other.
"""

from __future__ import annotations

from toolace_mt.dialogue.turns import Draft
from toolace_mt.operations.base import Operation
from toolace_mt.operations.verbalize import Part, VerbalizationInput, part_problems, verbalization_context


class PieceDraft(Draft):
    """Some of the texts of one sub-task."""

    @property
    def texts(self) -> dict[Part, str]:
        """The texts by what they are."""
        raise NotImplementedError


class RequestDraft(PieceDraft):
    """The answer of a verbalization request: what the sub-task is for, and what the user asks."""

    goal: str
    user: str

    @property
    def texts(self) -> dict[Part, str]:
        """The goal and the message."""
        return {"goal": self.goal, "user": self.user}


class ReplyDraft(PieceDraft):
    """The answer of a verbalization reply."""

    reply: str

    @property
    def texts(self) -> dict[Part, str]:
        """The reply."""
        return {"reply": self.reply}


def _problems(given: VerbalizationInput, draft: PieceDraft) -> list[str]:
    (turn,) = given.to_word.values()
    return [f"`{part}` {problem}" for part, problem in part_problems(given, draft.texts, turn)]


VERBALIZATION_REQUEST: Operation[VerbalizationInput, PieceDraft] = Operation(
    "verbalization_request", RequestDraft, verbalization_context, _problems
)
VERBALIZATION_REPLY: Operation[VerbalizationInput, PieceDraft] = Operation(
    "verbalization_reply", ReplyDraft, verbalization_context, _problems
)
