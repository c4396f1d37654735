"""One reasonability pass: masked turns are written anew with both sides in view, and the judger keeps the better (3.2)."""

from __future__ import annotations

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


async def refine_turns(
    scope: Scope, dialogue: Dialogue, masked: tuple[int, ...], round_: int
) -> tuple[Dialogue, list[Edit]]:
    """`dialogue` after one pass over the `masked` turns, and an edit for each; unchanged where the old turns are kept."""
    step = f"refine/{round_}/fill"

    async def accept(draft: FillsDraft) -> Dialogue:
        new = replace_turns(dialogue, {fill.turn: filled_turn(dialogue.turns[fill.turn], fill) for fill in draft.fills})
        refuse_new_errors(dialogue, new)
        return await _with_same_results(scope, dialogue, new)

    new, reason = dialogue, ""
    accepted = False
    try:
        new = await scope.asker.ask_for(MASK_FILL, FillInput(dialogue, masked, scope.world), step, accept)
        accepted, reason = await _is_better(scope, dialogue, new, masked, round_)
    except NoUsableAnswer as failure:
        reason = str(failure)
    after = new if new is not dialogue else None
    edits = [_edit(dialogue, after, i, accepted=accepted, reason=reason, round_=round_, step=step) for i in masked]
    return (new if accepted else dialogue), edits


def _edit(
    old: Dialogue, new: Dialogue | None, turn: int, *, accepted: bool, reason: str, round_: int, step: str
) -> Edit:
    changed = new is None or new.turns[turn] != old.turns[turn]
    return Edit(
        stage="reasonability",
        kind="mask_fill",
        round=round_,
        start=turn,
        before=(old.turns[turn],),
        after=(new.turns[turn],) if new else (),
        accepted=accepted and changed,
        step=step,
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


async def _is_better(
    scope: Scope, old: Dialogue, new: Dialogue, masked: tuple[int, ...], round_: int
) -> tuple[bool, str]:
    """The judger's choice. Which version is called A is drawn, so that a taste for one place favours none."""
    changed = [i for i in masked if new.turns[i] != old.turns[i]]
    if not changed:
        return False, UNCHANGED
    if not scope.config.refine.judge:
        return True, "not judged"
    old_first = scope.asker.rng(f"refine/{round_}/judge").random() < 0.5
    one, other = (old, new) if old_first else (new, old)
    given = JudgeInput(one, {i: other.turns[i] for i in changed}, scope.world)
    verdict = await scope.asker.ask(JUDGE, given, f"refine/{round_}/judge")
    return verdict.better == ("B" if old_first else "A"), verdict.reason
