"""Words around executed calls: for all sub-tasks in one request, or for each in a request of its own, at the same time.

The calls and results are there already, and every piece sees all of them: what one sub-task says does not wait for what the
others say. The pieces are then joined in order, and each is held against the words before it.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from functools import partial

from toolace_mt.ask import Unacceptable
from toolace_mt.dialogue.turns import kind_of
from toolace_mt.operations.verbalize import VERBALIZATION, VerbalizationInput, WordingDraft, user_turns
from toolace_mt.rules import check
from toolace_mt.stages.mended_words import mended_words
from toolace_mt.stages.repair import errors_of
from toolace_mt.stages.scope import Scope
from toolace_mt.stages.side_by_side import settled_in_turn
from toolace_mt.types import Dialogue, Task


async def find_words(scope: Scope, given: VerbalizationInput) -> Dialogue:
    """The dialogue of `given` with its goals, messages and replies. Raises NoUsableAnswer, RequestRefused or a RunStopped."""

    async def accept(draft: WordingDraft) -> Dialogue:
        return _without_errors(_worded(given.dialogue, draft))

    async def mend(drafts: Sequence[WordingDraft]) -> Dialogue:
        return await accept(await mended_words(scope, given, drafts, partial(_worded, given.dialogue), "init/words"))

    return await scope.asker.ask_for(VERBALIZATION, given, "init/words", accept, mend)


async def find_words_side_by_side(scope: Scope, given: VerbalizationInput) -> Dialogue:
    """As `find_words`, with a request for each sub-task, all at the same time."""
    pieces = (partial(_find_words_of, scope, given, subtask) for subtask in given.to_word)
    return await settled_in_turn(given.dialogue, *pieces)


async def _find_words_of(
    scope: Scope, whole: VerbalizationInput, subtask: int, before: Callable[[], Awaitable[Dialogue]]
) -> Dialogue:
    """The dialogue with the words of `subtask` beside those that `before` gives: of the sub-tasks before it."""
    given = replace(whole, subtasks=(subtask,))
    step = f"init/words-{subtask}"

    async def accept(draft: WordingDraft) -> Dialogue:
        worded = _worded(await before(), draft)
        _refuse_same_goal(worded, subtask)
        _without_errors(_upto(worded, subtask))
        return worded

    async def mend(drafts: Sequence[WordingDraft]) -> Dialogue:
        joined = await before()
        return await accept(
            await mended_words(scope, given, drafts, lambda draft: _upto(_worded(joined, draft), subtask), step)
        )

    return await scope.asker.ask_for(VERBALIZATION, given, step, accept, mend)


def _without_errors(dialogue: Dialogue) -> Dialogue:
    """`dialogue`; raises Unacceptable where the rules see errors in it."""
    if errors := errors_of(check(dialogue)):
        raise Unacceptable([f"turn {f.turn} of the dialogue: {f.detail}" for f in errors])
    return dialogue


def _refuse_same_goal(dialogue: Dialogue, subtask: int) -> None:
    assert dialogue.task is not None
    *before, own = (" ".join(s.goal.lower().split()) for s in dialogue.task.subtasks[: subtask + 1])
    if own in before:
        raise Unacceptable([f"sub-task {before.index(own)} has the same goal; say what tells this one apart"])


def _upto(dialogue: Dialogue, subtask: int) -> Dialogue:
    """`dialogue` to the end of `subtask`: those after it have no words yet."""
    assert dialogue.task is not None
    end = (*user_turns(dialogue), len(dialogue.turns))[subtask + 1]
    task = Task(subtasks=dialogue.task.subtasks[: subtask + 1])
    return dialogue.model_copy(update={"turns": dialogue.turns[:end], "task": task})


def _worded(dialogue: Dialogue, draft: WordingDraft) -> Dialogue:
    """`dialogue` with the words of the sub-tasks that `draft` has."""
    assert dialogue.task is not None
    turns, subtasks = list(dialogue.turns), list(dialogue.task.subtasks)
    messages = user_turns(dialogue)
    for wording in draft.subtasks:
        place = messages[wording.subtask]
        end = next(i for i in range(place + 1, len(turns)) if kind_of(turns[i]) == "reply")
        turns[place] = turns[place].model_copy(update={"text": wording.user.strip()})
        turns[end] = turns[end].model_copy(update={"text": wording.reply.strip()})
        subtasks[wording.subtask] = subtasks[wording.subtask].model_copy(update={"goal": wording.goal.strip()})
    return dialogue.model_copy(update={"turns": tuple(turns), "task": Task(subtasks=tuple(subtasks))})
