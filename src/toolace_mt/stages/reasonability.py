"""One reasonability pass: masked turns are written anew with both sides in view, and the judger keeps the better (3.2)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from toolace_mt.ask import Unacceptable
from toolace_mt.dialogue.turns import content_text
from toolace_mt.errors import NoUsableAnswer
from toolace_mt.operations.reasonability import (
    JUDGE,
    MASK_FILL,
    FillDraft,
    FillInput,
    FillsDraft,
    JudgeInput,
    replace_turns,
)
from toolace_mt.stages.changes import refuse_new_errors
from toolace_mt.stages.execution import replay
from toolace_mt.stages.scope import Scope
from toolace_mt.types import Action, Dialogue, Edit, Turn

UNCHANGED = "written just as it was"


@dataclass(frozen=True)
class Filled:
    """What one request made of the turns that it was to write anew.

    turns: as they were written, one for each of `masked`; None where no answer could be used, for that `reason`.
    base, new: the dialogue in which they were written, and that with them in it.
    """

    masked: tuple[int, ...]
    step: str
    base: Dialogue
    new: Dialogue
    turns: tuple[Turn, ...] | None
    reason: str = ""


async def refine_turns(
    scope: Scope, dialogue: Dialogue, masked: tuple[int, ...], round_: int
) -> tuple[Dialogue, list[Edit]]:
    """`dialogue` after one pass over the `masked` turns, and an edit for each; unchanged where the old turns are kept."""
    filled = await fill_turns(scope, dialogue, masked, f"refine/{round_}/fill")
    return await keep_better(scope, dialogue, [filled], round_)


async def fill_turns(scope: Scope, dialogue: Dialogue, masked: tuple[int, ...], step: str) -> Filled:
    """The `masked` turns written anew in one request: they bring no error, and results come out as they are shown."""

    async def accept(draft: FillsDraft) -> Filled:
        written = {fill.turn: filled_turn(dialogue.turns[fill.turn], fill) for fill in draft.fills}
        new = await _with_turns(scope, dialogue, written)
        return Filled(masked, step, dialogue, new, tuple(written[i] for i in masked))

    try:
        return await scope.asker.ask_for(MASK_FILL, FillInput(dialogue, masked, scope.world), step, accept)
    except NoUsableAnswer as failure:
        return Filled(masked, step, dialogue, dialogue, None, str(failure))


async def keep_better(
    scope: Scope, dialogue: Dialogue, pieces: Sequence[Filled], round_: int
) -> tuple[Dialogue, list[Edit]]:
    """`dialogue` with the pieces of one pass where the judger prefers it so, else as it was; and an edit for each turn.

    A piece that does not fit to those before it is left out. The judger is asked once for all of them: it reads the same
    dialogue for each, and they stand or fall together, as where one request fills the whole pass.
    """
    new, reasons = await _put_together(scope, dialogue, pieces)
    accepted, verdict = False, UNCHANGED
    if new is not dialogue:
        try:
            accepted, verdict = await _is_better(scope, dialogue, new, round_)
        except NoUsableAnswer as failure:
            verdict = str(failure)
    edits = [
        edit
        for piece, left_out in zip(pieces, reasons, strict=True)
        for edit in _edits(dialogue, piece, round_, accepted=accepted and not left_out, reason=left_out or verdict)
    ]
    return (new if accepted else dialogue), edits


async def _put_together(scope: Scope, dialogue: Dialogue, pieces: Sequence[Filled]) -> tuple[Dialogue, list[str]]:
    """`dialogue` with all pieces that fit, and for each piece why it was left out, empty where it was not."""
    new, reasons = dialogue, list[str]()
    for piece in pieces:
        reasons.append(piece.reason)
        if piece.turns is None:
            continue
        if piece.base is new:  # it was checked in this very dialogue
            new = piece.new
            continue
        try:
            new = await _with_turns(scope, new, dict(zip(piece.masked, piece.turns, strict=True)))
        except Unacceptable as misfit:
            reasons[-1] = f"does not fit to what else was changed: {misfit}"
    return new, reasons


async def _with_turns(scope: Scope, dialogue: Dialogue, turns: dict[int, Turn]) -> Dialogue:
    """`dialogue` with other turns. Raises Unacceptable where they bring an error, or other results than are shown."""
    new = replace_turns(dialogue, turns)
    refuse_new_errors(scope, dialogue, new)
    return await _with_same_results(scope, dialogue, new)


def _edits(dialogue: Dialogue, piece: Filled, round_: int, *, accepted: bool, reason: str) -> Iterator[Edit]:
    for place, turn in enumerate(piece.masked):
        old = dialogue.turns[turn]
        after = (piece.turns[place],) if piece.turns else ()
        changed = after != (old,)
        yield Edit(
            stage="reasonability",
            kind="mask_fill",
            round=round_,
            start=turn,
            before=(old,),
            after=after,
            accepted=accepted and changed,
            step=piece.step,
            reason=reason if changed else UNCHANGED,
        )


def filled_turn(turn: Turn, fill: FillDraft) -> Turn:
    """`turn` with its new content; calls keep their ids and marks, so that results still pair with them."""
    if isinstance(turn, Action):
        calls = tuple(
            call.model_copy(update={"arguments": draft.arguments})
            for call, draft in zip(turn.calls, fill.tool_calls, strict=True)
        )
        return turn.model_copy(update={"text": fill.content.strip(), "calls": calls})
    if turn.is_user:
        return turn.model_copy(update={"text": fill.content.strip()})
    # A result stays the success or the error that it was: the turns around it rest on that.
    results = tuple(
        result.model_copy(update={"content": content_text(draft.content)})
        for result, draft in zip(turn.results, fill.results, strict=True)
    )
    return turn.model_copy(update={"results": results})


async def _with_same_results(scope: Scope, old: Dialogue, new: Dialogue) -> Dialogue:
    """`new` and the state that it leaves. Where tools run, a call written anew must give the results that are shown."""
    if [c.arguments for c in old.calls] == [c.arguments for c in new.calls]:
        return new
    replayed = await replay(scope.open_environment, new)
    if replayed.differences:
        raise Unacceptable(
            [
                f"turn {d.turn} shows the result {d.written.content}, but {d.call.name}({d.call.arguments}) really"
                f" answers {d.real.content}; write the arguments with which the shown result comes out"
                for d in replayed.differences
            ]
        )
    return new.model_copy(update={"state": replayed.state})


async def _is_better(scope: Scope, old: Dialogue, new: Dialogue, round_: int) -> tuple[bool, str]:
    """The judger's choice. Which version is called A is drawn, so that a taste for one place favours none."""
    changed = [i for i, (one, other) in enumerate(zip(old.turns, new.turns, strict=True)) if one != other]
    if not changed:
        return False, UNCHANGED
    if not scope.config.refine.judge:
        return True, "not judged"
    old_first = scope.asker.rng(f"refine/{round_}/judge").random() < 0.5
    one, other = (old, new) if old_first else (new, old)
    given = JudgeInput(one, {i: other.turns[i] for i in changed}, scope.world)
    verdict = await scope.asker.ask(JUDGE, given, f"refine/{round_}/judge")
    return verdict.better == ("B" if old_first else "A"), verdict.reason
