"""Replacing turns, and winding a dialogue back through its log of edits."""

from __future__ import annotations

from collections.abc import Sequence

from toolace_mt.types import Dialogue, Edit, Turn


def splice(dialogue: Dialogue, start: int, length: int, turns: Sequence[Turn]) -> Dialogue:
    """`dialogue` with `turns` in place of the `length` turns from `start` on."""
    new = (*dialogue.turns[:start], *turns, *dialogue.turns[start + length :])
    return dialogue.model_copy(update={"turns": new})


def undo_edit(dialogue: Dialogue, edit: Edit) -> Dialogue:
    """Take an edit back; one that was not accepted changes nothing."""
    if not edit.accepted:
        return dialogue
    wound = splice(dialogue, edit.start, len(edit.after), edit.before)
    return wound if edit.tools_before is None else wound.model_copy(update={"tools": edit.tools_before})


def skeleton_of(dialogue: Dialogue, edits: Sequence[Edit]) -> Dialogue:
    """The dialogue as stage 1 left it: all edits taken back, the last one first."""
    for edit in reversed(edits):
        dialogue = undo_edit(dialogue, edit)
    return dialogue


def turn_after(edits: Sequence[Edit], turn: int) -> int | None:
    """Where a turn stands once `edits` are done; None where one of them took it out, or wrote it in another number of turns."""
    for edit in edits:
        end = edit.start + len(edit.before)
        if not edit.accepted or turn < edit.start:
            continue
        if turn >= end:
            turn += len(edit.after) - len(edit.before)
        elif (place := _place_after(edit, turn - edit.start)) is not None:
            turn = edit.start + place
        else:
            return None
    return turn


def _place_after(edit: Edit, place: int) -> int | None:
    """Where the turn at `place` of `edit.before` stands in `edit.after`: as it was, or joined with others, or written anew."""
    if len(edit.after) < 2:
        return 0 if edit.after else None
    turn = edit.before[place]
    kept = [i for i, other in enumerate(edit.after) if other == turn]
    again = edit.before[:place].count(turn)  # the same words may stand there more than once
    if again < len(kept):
        return kept[again]
    return place if len(edit.after) == len(edit.before) else None
