"""Stage 2 with what does not depend on each other asked at the same time (`run.decoding = parallel`).

A round is two waves. In the first, all injections that are still wanted and the fills of one pass are written, each in
the dialogue as it stands before the round, in places that do not touch: other turns, not beside each other, injections in
other sub-tasks where there are enough. Then the pieces are put together from the end of the dialogue on, so that the place
of none moves, and one that brings an error beside the others is dropped. In the second wave the judger compares the whole
with the fills and without. The next round has the next pass, and another kind for each injection that came to nothing.

Nothing here depends on which answer comes first. Only injections of wrong arguments and fills of calls run tools, each in
a world of its own; where the world is one outside server, calls are not filled, and one injection at most makes a mistake
(kinds are not repeated), so that its calls keep their order there, too.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace

from toolace_mt.ask import Unacceptable
from toolace_mt.dialogue.edits import turn_after
from toolace_mt.dialogue.turns import json_text, turn_json
from toolace_mt.metrics.prefixes import shared_prefix
from toolace_mt.operations.reasonability import MASK_FILL, FillInput
from toolace_mt.stages.changes import refuse_new_errors
from toolace_mt.stages.fill_groups import fill_groups
from toolace_mt.stages.inject import inject, put_in
from toolace_mt.stages.reasonability import Filled, fill_turns, keep_better
from toolace_mt.stages.refinement import Refinement
from toolace_mt.stages.scope import Scope
from toolace_mt.stages.side_by_side import side_by_side
from toolace_mt.stages.targets import Target, choose_target, targets
from toolace_mt.types import Dialogue, Edit, InjectionKind

_INJECTED = 500
"""Characters that an injection writes beside those of the turn that it replaces, about."""


@dataclass(frozen=True)
class Injected:
    """What became of an injection in the dialogue as it stood before the round."""

    target: Target
    edit: Edit


async def refine_in_parallel(work: Refinement) -> None:
    """Rounds of two waves, while injections are wanted and kinds are left, or passes."""
    round_ = 0
    can_inject, can_pass = work.wanted > 0, work.limit > 0
    while can_inject or can_pass:
        round_ += 1
        chosen = choose_targets(work, round_) if can_inject else ()
        near = {place for target in chosen for place in _around(target.turn)}
        masked = work.draw_masks(round_, near) if can_pass else ()
        base = work.dialogue
        pieces = await side_by_side(
            *(_inject(work.scope, base, target, round_) for target in chosen),
            *(fill_turns(work.scope, base, group, step) for group, step in _groups(work, masked, chosen, round_)),
        )
        edits = _take_injections(work, [piece for piece in pieces if isinstance(piece, Injected)])
        can_inject = bool(chosen) and len(work.injections) < work.wanted
        if masked:
            filled = [_moved(piece, edits) for piece in pieces if isinstance(piece, Filled)]
            can_pass = work.take_pass(*await keep_better(work.scope, work.dialogue, filled, round_))
        else:  # what lies beside the targets of this round may be refined in the next
            can_pass = can_pass and bool(chosen)


def choose_targets(work: Refinement, round_: int) -> tuple[Target, ...]:
    """A target for each injection that is still wanted, as far as there are places apart from each other.

    A kind that fits nowhere counts as tried, and another takes its place; one that only fits beside another is left for a
    later round, and keeps its place.
    """
    rng = work.scope.asker.rng(f"refine/{round_}/inject")
    chosen: list[Target] = []
    crowded: set[InjectionKind] = set()
    wanted = work.wanted - len(work.injections)
    while len(chosen) + len(crowded) < wanted and (kind := work.draw_kind(rng, crowded)) is not None:
        if (target := _place(work, rng, kind, chosen)) is not None:
            chosen.append(target)
            work.tried.add(kind)
        elif targets(work.dialogue, kind, work.locked, repeatable=work.scope.repeatable):
            crowded.add(kind)
        else:
            work.leave_out(kind)
    return tuple(chosen)


def _place(work: Refinement, rng: random.Random, kind: InjectionKind, chosen: Sequence[Target]) -> Target | None:
    """A target apart from those chosen: with a sub-kind that falls to this dialogue, and in another sub-task, if it can be."""
    preferred = work.scope.lot.injections.get(kind, ())
    repeatable = work.scope.repeatable
    found = [
        target
        for left_alone in _left_alone(work, chosen)
        if (target := choose_target(rng, work.dialogue, kind, left_alone, repeatable=repeatable, preferred=preferred))
    ]
    return next((target for target in found if target.sub_kind in preferred), found[0] if found else None)


def _left_alone(work: Refinement, chosen: Sequence[Target]) -> tuple[set[int], ...]:
    """The turns that a further injection keeps away from: with the sub-tasks of the others, and without."""
    if not chosen:
        return (work.locked,)
    turns = work.dialogue.turns
    near = work.locked.union(*(_around(target.turn) for target in chosen))
    taken = {turns[target.turn].subtask for target in chosen}
    return near | {i for i, turn in enumerate(turns) if turn.subtask in taken}, near


def _around(turn: int) -> tuple[int, int, int]:
    return turn - 1, turn, turn + 1


async def _inject(scope: Scope, dialogue: Dialogue, target: Target, round_: int) -> Injected:
    _, edit = await inject(scope, dialogue, target, round_)
    return Injected(target, edit)


def _groups(
    work: Refinement, masked: tuple[int, ...], chosen: Sequence[Target], round_: int
) -> list[tuple[tuple[int, ...], str]]:
    """The masked turns of each request of a pass, and its step."""
    if not masked:
        return []
    lengths = [len(json_text(turn_json(i, turn))) for i, turn in enumerate(work.dialogue.turns)]
    fresh, cached = _prompt_lengths(work, masked)
    groups = fill_groups(
        {i: lengths[i] for i in masked},
        fresh=fresh,
        cached=cached,
        beside=max((lengths[target.turn] + _INJECTED for target in chosen), default=0),
    )
    if len(groups) == 1:
        return [(masked, f"refine/{round_}/fill")]
    return [(group, f"refine/{round_}/fill-{group[0]}") for group in groups]


def _prompt_lengths(work: Refinement, masked: tuple[int, ...]) -> tuple[int, int]:
    """Characters of a request for fills: those that it has alone, and those that all of the same pass begin with."""
    asker = work.scope.asker
    one, others = (
        "".join(MASK_FILL.render(FillInput(work.dialogue, turns, work.scope.world), asker.texts, asker.profile))
        for turns in (masked[:1], masked[1:])
    )
    shared = shared_prefix(one, others)
    return len(others) - shared, shared


def _take_injections(work: Refinement, pieces: Sequence[Injected]) -> list[Edit]:
    """Put injections into the dialogue, the last place first; their edits, as they are logged."""
    edits: list[Edit] = []
    for piece in sorted(pieces, key=lambda piece: -piece.target.turn):
        dialogue, edit = _put_beside(work.scope, work.dialogue, piece)
        work.take_injection(dialogue, piece.target.kind, edit)
        edits.append(edit)
    return edits


def _put_beside(scope: Scope, dialogue: Dialogue, piece: Injected) -> tuple[Dialogue, Edit]:
    """`dialogue`, in which the turns up to the target are as they were, with the injection; without it where it misfits."""
    if not piece.edit.accepted:
        return dialogue, piece.edit
    new = put_in(dialogue, piece.target, piece.edit.after)
    try:
        refuse_new_errors(scope, dialogue, new)
    except Unacceptable as misfit:
        reason = f"does not fit to what else was changed: {misfit}"
        return dialogue, piece.edit.model_copy(update={"accepted": False, "reason": reason, "tools_before": None})
    changed = dialogue.tools if new.tools != dialogue.tools else None
    return new, piece.edit.model_copy(update={"tools_before": changed})


def _moved(piece: Filled, edits: Sequence[Edit]) -> Filled:
    """The piece with its turns where they stand after `edits`, none of which touched them."""
    places = tuple(place for turn in piece.masked if (place := turn_after(edits, turn)) is not None)
    return replace(piece, masked=places)
