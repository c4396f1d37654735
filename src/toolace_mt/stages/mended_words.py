"""Words around executed calls that still have problems when no re-ask is left: single messages and replies are written anew."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal

from toolace_mt.ask import Unacceptable
from toolace_mt.operations.reasonability import FillsDraft, replace_turns
from toolace_mt.operations.repair import REPAIR, RepairInput
from toolace_mt.operations.verbalize import (
    VERBALIZATION,
    VerbalizationInput,
    WordingDraft,
    is_well_formed,
    needs_of,
    part_problems,
    user_turns,
)
from toolace_mt.rules import check
from toolace_mt.stages.repair import errors_of
from toolace_mt.stages.scope import Scope
from toolace_mt.types import Dialogue

Part = Literal["user", "reply"]
Worded = Callable[[WordingDraft], Dialogue]


async def mended_words(
    scope: Scope, given: VerbalizationInput, drafts: Sequence[WordingDraft], worded: Worded, step: str
) -> WordingDraft:
    """The draft with the fewest problems, with new words where it had any: first messages, then replies.

    worded: puts the words of a draft into the dialogue. step: what the steps of its requests begin with.
    Raises Unacceptable where no draft has the right form, else NoUsableAnswer.
    """
    usable = [draft for draft in drafts if is_well_formed(given, draft)]
    if not usable or not scope.config.repair.enabled:
        raise Unacceptable([])
    best = min(usable, key=lambda draft: len(VERBALIZATION.check(given, draft)) + len(errors_of(check(worded(draft)))))
    messages_mended = await _mended(scope, given, best, "user", worded, step)
    return await _mended(scope, given, messages_mended, "reply", worded, step)


async def _mended(
    scope: Scope, given: VerbalizationInput, draft: WordingDraft, part: Part, worded: Worded, step: str
) -> WordingDraft:
    problems = _problems(given, draft, part, worded)
    if not problems:
        return draft
    whole = worded(draft)
    # What was wrong is not shown, nor is what it states asked for.
    bare = replace_turns(whole, {turn: whole.turns[turn].model_copy(update={"text": ""}) for turn in problems})
    shown = {
        turn: tuple(dict.fromkeys([*(needs_of(given, turn) if part == "user" else ()), *problems[turn]]))
        for turn in problems
    }

    async def accept(answer: FillsDraft) -> WordingDraft:
        texts = {fill.turn: fill.content for fill in answer.fills}
        new = _with_texts(given, draft, part, texts)
        if left := _problems(given, new, part, worded):
            raise Unacceptable([f"the fill of turn {turn} {problem}" for turn in left for problem in left[turn]])
        return new

    return await scope.asker.ask_for(REPAIR, RepairInput(bare, shown, scope.world), f"{step}/{part}", accept)


def _problems(given: VerbalizationInput, draft: WordingDraft, part: Part, worded: Worded) -> dict[int, list[str]]:
    """What is wrong with the messages, or with the replies, of a draft, by turn."""
    found: dict[int, list[str]] = {}
    errors = errors_of(check(worded(draft)))
    for wording, (message, reply) in zip(draft.subtasks, _places(given), strict=True):
        turn = message if part == "user" else reply
        said = [problem for which, problem in part_problems(given, wording, message) if which == part]
        said += [f"has this error: {finding.detail}" for finding in errors if finding.turn == turn]
        if said:
            found[turn] = said
    return found


def _with_texts(given: VerbalizationInput, draft: WordingDraft, part: Part, texts: dict[int, str]) -> WordingDraft:
    subtasks = [
        wording.model_copy(update={part: texts.get(message if part == "user" else reply, getattr(wording, part))})
        for wording, (message, reply) in zip(draft.subtasks, _places(given), strict=True)
    ]
    return WordingDraft(subtasks=subtasks)


def _places(given: VerbalizationInput) -> list[tuple[int, int]]:
    """The turns of the message and of the reply of each sub-task to word, whose calls stand between them."""
    messages = user_turns(given.dialogue)
    ends = [*messages[1:], len(given.dialogue.turns)]
    return [(messages[subtask], ends[subtask] - 1) for subtask in given.to_word]
