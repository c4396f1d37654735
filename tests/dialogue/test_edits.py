from __future__ import annotations

import pytest

from tests.doubles.trips import BOOK, SEARCH, outcome, reply, trip, user
from toolace_mt.dialogue.edits import skeleton_of, splice, undo_edit
from toolace_mt.types import Dialogue, Edit


def edit(dialogue: Dialogue, start: int, length: int, *after: str, accepted: bool = True) -> Edit:
    return Edit(
        stage="inject",
        kind="non_function_calling",
        round=1,
        start=start,
        before=dialogue.turns[start : start + length],
        after=tuple(reply(text) for text in after),
        accepted=accepted,
        step="x",
    )


def done(dialogue: Dialogue, change: Edit) -> Dialogue:
    return splice(dialogue, change.start, len(change.before), change.after) if change.accepted else dialogue


def test_splice_puts_turns_in_place_of_others() -> None:
    spliced = splice(trip(), 1, 2, (reply("a"), user("b"), reply("c")))

    assert len(spliced.turns) == len(trip().turns) + 1
    assert [turn.text for turn in spliced.turns[1:4]] == ["a", "b", "c"]
    assert spliced.turns[4:] == trip().turns[3:]


@pytest.mark.parametrize("accepted", [True, False])
def test_an_edit_undone_leaves_nothing(accepted: bool) -> None:
    change = edit(trip(), 7, 1, "a", "b", "c", accepted=accepted)
    changed = done(trip(), change)

    assert (changed == trip()) is not accepted
    assert undo_edit(changed, change) == trip()


def test_a_dialogue_is_wound_back_through_all_its_edits() -> None:
    dialogue = trip()
    log: list[Edit] = []
    for start, length, texts in ((7, 1, ("a", "b", "c")), (8, 1, ("d",)), (0, 1, ("e", "f", "g"))):
        log.append(edit(dialogue, start, length, *texts))
        dialogue = done(dialogue, log[-1])

    assert skeleton_of(dialogue, log) == trip()


def test_winding_back_restores_the_tools_of_the_start() -> None:
    log = [edit(trip(), 0, 1, "a").model_copy(update={"tools_before": (SEARCH, BOOK)})]
    changed = done(trip(), log[0]).model_copy(update={"tools": (BOOK,)})

    assert skeleton_of(changed, log) == trip()


def test_the_skeleton_of_an_outcome_has_no_failed_call() -> None:
    made = outcome()
    assert made.dialogue is not None

    skeleton = skeleton_of(made.dialogue, made.edits)

    assert len(skeleton.turns) == len(made.dialogue.turns) - 2
    assert not any(call.faulty for call in skeleton.calls)
