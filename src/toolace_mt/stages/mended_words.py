"""Words around executed calls that still have problems when no re-ask is left: single messages and replies are written anew."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from toolace_mt.ask import Unacceptable
from toolace_mt.operations.reasonability import FillsDraft, replace_turns
from toolace_mt.operations.repair import REPAIR, RepairInput
from toolace_mt.operations.verbalize import (
    Part,
    VerbalizationInput,
    Words,
    is_well_formed,
    needs_of,
    part_problems,
    user_turns,
)
from toolace_mt.stages.repair import errors_of
from toolace_mt.stages.scope import Scope
from toolace_mt.types import Dialogue

Worded = Callable[[Words], Dialogue]


async def mended_words(
    scope: Scope, given: VerbalizationInput, drafts: Sequence[Words], worded: Worded, steps: Mapping[Part, str]
) -> Words:
    """The draft with the fewest problems, with new words where it had any.

    worded: puts the words of a draft into the dialogue. steps: what of them is written anew, in this order ("user" or
    "reply"), and the step of the request that does so. Raises Unacceptable where no draft has the right form, else
    NoUsableAnswer.
    """
    usable = [words for words in drafts if is_well_formed(given, words)]
    if not usable or not scope.config.repair.enabled:
        raise Unacceptable([])
    words = min(usable, key=lambda words: _count_problems(given, words) + len(errors_of(scope.check(worded(words)))))
    for part, step in steps.items():
        words = await _mended(scope, given, words, part, worded, step)
    return words


def _count_problems(given: VerbalizationInput, words: Words) -> int:
    return sum(len(part_problems(given, words[subtask], turn)) for subtask, turn in given.to_word.items())


async def _mended(
    scope: Scope, given: VerbalizationInput, words: Words, part: Part, worded: Worded, step: str
) -> Words:
    problems = _problems(scope, given, words, part, worded)
    if not problems:
        return words
    whole = worded(words)
    # What was wrong is not shown, nor is what it states asked for.
    bare = replace_turns(whole, {turn: whole.turns[turn].model_copy(update={"text": ""}) for turn in problems})
    shown = {
        turn: tuple(dict.fromkeys([*(needs_of(given, turn) if part == "user" else ()), *problems[turn]]))
        for turn in problems
    }

    async def accept(answer: FillsDraft) -> Words:
        texts = {fill.turn: fill.content for fill in answer.fills}
        new = _with_texts(given, words, part, texts)
        if left := _problems(scope, given, new, part, worded):
            raise Unacceptable([f"the fill of turn {turn} {problem}" for turn in left for problem in left[turn]])
        return new

    return await scope.asker.ask_for(REPAIR, RepairInput(bare, shown, scope.world), step, accept)


def _problems(
    scope: Scope, given: VerbalizationInput, words: Words, part: Part, worded: Worded
) -> dict[int, list[str]]:
    """What is wrong with the messages, or with the replies, of a draft, by turn."""
    found: dict[int, list[str]] = {}
    errors = errors_of(scope.check(worded(words)))
    for subtask, (message, reply) in _places(given).items():
        turn = message if part == "user" else reply
        said = [problem for which, problem in part_problems(given, words[subtask], message) if which == part]
        said += [f"has this error: {finding.detail}" for finding in errors if finding.turn == turn]
        if said:
            found[turn] = said
    return found


def _with_texts(given: VerbalizationInput, words: Words, part: Part, texts: dict[int, str]) -> Words:
    places = _places(given)
    turns = {subtask: message if part == "user" else reply for subtask, (message, reply) in places.items()}
    return {
        subtask: {**own, part: texts[turns[subtask]]} if turns[subtask] in texts else own
        for subtask, own in words.items()
    }


def _places(given: VerbalizationInput) -> dict[int, tuple[int, int]]:
    """The turns of the message and of the reply of each sub-task to word, whose calls stand between them."""
    messages = user_turns(given.dialogue)
    ends = [*messages[1:], len(given.dialogue.turns)]
    return {subtask: (messages[subtask], ends[subtask] - 1) for subtask in given.to_word}
