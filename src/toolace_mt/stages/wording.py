"""Words around executed calls: for all sub-tasks in one request, or for each in two requests of its own, at the same time.

The calls and results are there already, and every piece sees all of them: what one piece says does not wait for what the
others say. The pieces are then joined in order, and each is held against the words before it.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Literal

from toolace_mt.ask import Unacceptable
from toolace_mt.dialogue.turns import kind_of
from toolace_mt.operations.verbalize import VERBALIZATION, Part, VerbalizationInput, WordingDraft, Words, user_turns
from toolace_mt.operations.verbalize_pieces import VERBALIZATION_REPLY, VERBALIZATION_REQUEST, PieceDraft
from toolace_mt.stages.mended_words import mended_words
from toolace_mt.stages.repair import errors_of
from toolace_mt.stages.scope import Scope
from toolace_mt.stages.side_by_side import settled_in_turn
from toolace_mt.types import Dialogue, Task

# Rules that say how a dialogue, and a sub-task, has to end.
_OF_ENDS = ("alternation", "unserved-subtask")


async def find_words(scope: Scope, given: VerbalizationInput) -> Dialogue:
    """The dialogue of `given` with its goals, messages and replies. Raises NoUsableAnswer, RequestRefused or a RunStopped."""
    worded = partial(_worded, given.dialogue)

    async def accept(draft: WordingDraft) -> Dialogue:
        return _without_errors(scope, worded(draft.words))

    async def mend(drafts: Sequence[WordingDraft]) -> Dialogue:
        words = [draft.words for draft in drafts]
        steps: dict[Part, str] = {"user": "init/words/user", "reply": "init/words/reply"}
        return _without_errors(scope, worded(await mended_words(scope, given, words, worded, steps)))

    return await scope.asker.ask_for(VERBALIZATION, given, "init/words", accept, mend)


async def find_words_side_by_side(scope: Scope, given: VerbalizationInput) -> Dialogue:
    """As `find_words`, with two requests for each sub-task, all at the same time: what the user wants, and the reply."""
    pieces = (
        _Piece(scope, replace(given, subtasks=(subtask,)), subtask, part)
        for subtask in given.to_word
        for part in ("user", "reply")
    )
    return await settled_in_turn(given.dialogue, *(piece.find for piece in pieces))


@dataclass(frozen=True)
class _Piece:
    """One request for words of `subtask`: for its goal and its message ("user"), or for its reply."""

    scope: Scope
    given: VerbalizationInput
    subtask: int
    part: Literal["user", "reply"]

    async def find(self, before: Callable[[], Awaitable[Dialogue]]) -> Dialogue:
        """The dialogue with these words beside those that `before` gives: of the pieces before it."""

        async def accept(draft: PieceDraft) -> Dialogue:
            return self._joined(await before(), {self.subtask: draft.texts})

        async def mend(drafts: Sequence[PieceDraft]) -> Dialogue:
            dialogue = await before()
            words = [{self.subtask: draft.texts} for draft in drafts]
            worded = partial(self._upto_here, dialogue)
            best = await mended_words(self.scope, self.given, words, worded, {self.part: f"{step}/repair"})
            return self._joined(dialogue, best)

        if self.part == "user":
            operation, step = VERBALIZATION_REQUEST, f"init/words-{self.subtask}/request"
        else:
            operation, step = VERBALIZATION_REPLY, f"init/words-{self.subtask}/reply"
        return await self.scope.asker.ask_for(operation, self.given, step, accept, mend)

    def _joined(self, dialogue: Dialogue, words: Words) -> Dialogue:
        """`dialogue` with `words`. Raises Unacceptable with what is wrong with it as far as it has words."""
        worded = _worded(dialogue, words)
        if self.part == "user":
            _refuse_same_goal(worded, self.subtask)
        _without_errors(self.scope, self._upto_here(dialogue, words), skip=_OF_ENDS if self.part == "user" else ())
        return worded

    def _upto_here(self, dialogue: Dialogue, words: Words) -> Dialogue:
        """`dialogue` with `words`, up to the end of this piece: what comes after it has no words yet."""
        worded = _worded(dialogue, words)
        assert worded.task is not None
        end = (*user_turns(worded), len(worded.turns))[self.subtask + 1]
        task = Task(subtasks=worded.task.subtasks[: self.subtask + 1])
        return worded.model_copy(
            update={"turns": worded.turns[: end - 1 if self.part == "user" else end], "task": task}
        )


def _without_errors(scope: Scope, dialogue: Dialogue, skip: Collection[str] = ()) -> Dialogue:
    """`dialogue`; raises Unacceptable where the rules see errors in it."""
    if errors := errors_of(scope.check(dialogue, skip)):
        raise Unacceptable([f"turn {f.turn} of the dialogue: {f.detail}" for f in errors])
    return dialogue


def _refuse_same_goal(dialogue: Dialogue, subtask: int) -> None:
    assert dialogue.task is not None
    *before, own = (" ".join(s.goal.lower().split()) for s in dialogue.task.subtasks[: subtask + 1])
    if own in before:
        raise Unacceptable([f"sub-task {before.index(own)} has the same goal; say what tells this one apart"])


def _worded(dialogue: Dialogue, words: Words) -> Dialogue:
    """`dialogue` with `words`."""
    assert dialogue.task is not None
    turns, subtasks = list(dialogue.turns), list(dialogue.task.subtasks)
    messages = user_turns(dialogue)
    for subtask, texts in words.items():
        place = messages[subtask]
        end = next(i for i in range(place + 1, len(turns)) if kind_of(turns[i]) == "reply")
        if "goal" in texts:
            subtasks[subtask] = subtasks[subtask].model_copy(update={"goal": texts["goal"].strip()})
        if "user" in texts:
            turns[place] = turns[place].model_copy(update={"text": texts["user"].strip()})
        if "reply" in texts:
            turns[end] = turns[end].model_copy(update={"text": texts["reply"].strip()})
    return dialogue.model_copy(update={"turns": tuple(turns), "task": Task(subtasks=tuple(subtasks))})
