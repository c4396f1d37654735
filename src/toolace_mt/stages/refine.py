"""Stage 2, iterative refinement: complexity injections and reasonability passes (paper, 3.2).

Passes go on until every turn has been refined, the drawn limit is reached, or the judger keeps nothing of one (the last
with `refine.adaptive`, which the paper does not have). A turn that an injection wrote is not edited again: the log of the
turns already changed keeps one turn from being edited over and over.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from toolace_mt.stages.inject import inject
from toolace_mt.stages.reasonability import refine_turns
from toolace_mt.stages.refine_parallel import refine_in_parallel
from toolace_mt.stages.refinement import Refinement
from toolace_mt.stages.scope import Scope
from toolace_mt.stages.targets import choose_target
from toolace_mt.types import Dialogue, Edit, InjectionKind


@dataclass(frozen=True)
class Refined:
    """A refined dialogue, its log, the number of passes done, the kinds injected, in order, and those that fitted nowhere."""

    dialogue: Dialogue
    edits: tuple[Edit, ...]
    passes: int
    injections: tuple[str, ...]
    unfit: tuple[str, ...] = ()


async def refine(scope: Scope, dialogue: Dialogue, planned: Sequence[InjectionKind] = ()) -> Refined:
    """Stage 2 on a skeleton, in the order that `run.decoding` names.

    planned: kinds to inject first, beside those of which the number is drawn.
    """
    work = Refinement(scope, dialogue, planned)
    in_order = refine_in_parallel if scope.config.run.decoding == "parallel" else _refine_in_turn
    await in_order(work)
    return Refined(work.dialogue, tuple(work.edits), work.passes, tuple(work.injections), tuple(work.unfit))


async def _refine_in_turn(work: Refinement) -> None:
    """The paper's order: injections and passes alternate, each while there are any left."""
    round_ = 0
    can_inject, can_pass = work.wanted > 0, work.limit > 0
    while can_inject or can_pass:
        round_ += 1
        if can_inject:
            can_inject = await _inject_one(work, round_) and len(work.injections) < work.wanted
        if can_pass:
            masked = work.draw_masks(round_)
            # A pass that finds nothing left to refine ends the passes only when no injection is to come.
            can_pass = (
                work.take_pass(*await refine_turns(work.scope, work.dialogue, masked, round_)) if masked else can_inject
            )


async def _inject_one(work: Refinement, round_: int) -> bool:
    """Inject one kind that was not tried yet; False where no kind is left that fits this dialogue.

    An injection that the model cannot do is kept in the log as not accepted, and another kind is tried.
    """
    rng = work.scope.asker.rng(f"refine/{round_}/inject")
    while (kind := work.draw_kind(rng)) is not None:
        preferred = work.scope.lot.injections.get(kind, ())
        repeatable = work.scope.repeatable
        target = choose_target(rng, work.dialogue, kind, work.locked, repeatable=repeatable, preferred=preferred)
        if target is None:
            work.leave_out(kind)
            continue
        work.tried.add(kind)
        dialogue, edit = await inject(work.scope, work.dialogue, target, round_)
        work.take_injection(dialogue, kind, edit)
        if edit.accepted:
            return True
    return False
