"""Replacing turns, and winding a dialogue back through its log of edits."""

from __future__ import annotations

from collections.abc import Sequence

from toolace_mt.types import Dialogue, Edit, Turn


def splice(dialogue: Dialogue, start: int, length: int, turns: Sequence[Turn]) -> Dialogue:
    """`dialogue` with `turns` in place of the `length` turns from `start` on."""
    new = (*dialogue.turns[:start], *turns, *dialogue.turns[start + length :])
    return dialogue.model_copy(update={"turns": new})


def apply_edit(dialogue: Dialogue, edit: Edit) -> Dialogue:
    """Do an edit; one that was not accepted changes nothing."""
    if not edit.accepted:
        return dialogue
    return splice(dialogue, edit.start, len(edit.before), edit.after)


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
        elif len(edit.after) == 1:
            turn = edit.start
        elif len(edit.after) != len(edit.before):
            return None
    return turn
