"""Stage 2, iterative refinement: complexity injections and reasonability passes alternate (paper, 3.2).

They go on until every turn has been refined or the limit of passes is reached. A turn that an injection wrote is not
edited again: the log of the turns already changed keeps one turn from being edited over and over.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

from toolace_mt.stages.execution import runs
from toolace_mt.stages.inject import inject
from toolace_mt.stages.masks import choose_masks
from toolace_mt.stages.reasonability import refine_turns
from toolace_mt.stages.scope import Scope
from toolace_mt.stages.targets import choose_target
from toolace_mt.types import Action, Dialogue, Edit, InjectionKind, Observation, Turn


@dataclass
class TurnState:
    """What refinement remembers of one turn. locked: an injection wrote it. picked: a pass masked it."""

    chance: float = 1.0
    locked: bool = False
    picked: bool = False


@dataclass(frozen=True)
class Refined:
    """A refined dialogue, its log, the number of passes done, and the kinds injected, in order."""

    dialogue: Dialogue
    edits: tuple[Edit, ...]
    passes: int
    injections: tuple[str, ...]


class Refinement:
    """The state of one dialogue while it is refined."""

    def __init__(self, scope: Scope, dialogue: Dialogue, planned: Sequence[InjectionKind] = ()) -> None:
        self.scope = scope
        self.dialogue = dialogue
        self.planned = planned
        self.states = [TurnState() for _ in dialogue.turns]
        self.edits: list[Edit] = []
        self.injections: list[str] = []
        self.tried: set[InjectionKind] = set()

    @property
    def locked(self) -> set[int]:
        """Indices of the turns that injections wrote."""
        return {i for i, state in enumerate(self.states) if state.locked}

    async def inject_one(self, round_: int) -> bool:
        """Inject one kind that was not tried yet; False where no kind is left that fits this dialogue.

        An injection that the model cannot do is kept in the log as not accepted, and another kind is tried.
        """
        rng = self.scope.asker.rng(f"refine/{round_}/inject")
        while (kind := self._draw_kind(rng)) is not None:
            self.tried.add(kind)
            target = choose_target(rng, self.dialogue, kind, self.locked, repeatable=self.scope.repeatable)
            if target is None:
                continue
            self.dialogue, edit = await inject(self.scope, self.dialogue, target, round_)
            self.edits.append(edit)
            if edit.accepted:
                self.injections.append(kind)
                new = [TurnState(locked=True) for _ in edit.after]
                self.states[edit.start : edit.start + 1] = new
                return True
        return False

    def _draw_kind(self, rng: random.Random) -> InjectionKind | None:
        for kind in self.planned:
            if kind not in self.tried:
                return kind
        weights = self.scope.config.refine.weights.items()
        kinds: list[InjectionKind] = [kind for kind, weight in weights if weight > 0 and kind not in self.tried]
        return rng.choices(kinds, weights=[dict(weights)[kind] for kind in kinds])[0] if kinds else None

    async def pass_over(self, round_: int) -> bool:
        """One reasonability pass; False where every turn has been refined already."""
        if all(state.picked for i, state in enumerate(self.states) if self._can_mask(i)):
            return False
        knobs = self.scope.config.refine
        chances = [state.chance if self._can_mask(i) else 0.0 for i, state in enumerate(self.states)]
        count = max(1, round(knobs.mask_share * len(chances)))
        masked = choose_masks(self.scope.asker.rng(f"refine/{round_}/mask"), chances, count)
        for i in masked:
            self.states[i].picked = True
            self.states[i].chance *= knobs.decay
        self.dialogue, edits = await refine_turns(self.scope, self.dialogue, masked, round_)
        self.edits += edits
        return True

    def _can_mask(self, index: int) -> bool:
        return not self.states[index].locked and can_mask(
            self.dialogue, self.dialogue.turns[index], repeatable=self.scope.repeatable
        )


def can_mask(dialogue: Dialogue, turn: Turn, *, repeatable: bool = True) -> bool:
    """Whether a turn may be written anew: not what a tool really answered, and not where tools are added.

    repeatable: whether calls can be run once more; where not, a call stays as it was when it was made.
    """
    if isinstance(turn, Action):
        return repeatable or not any(runs(dialogue, call.name) for call in turn.calls)
    return not turn.tools_added and not (turn.results and _ran(dialogue, turn))


def _ran(dialogue: Dialogue, turn: Observation) -> bool:
    runnable = {t.name for t in dialogue.all_tools if t.environment}
    return any(result.name in runnable for result in turn.results)


async def refine(scope: Scope, dialogue: Dialogue, planned: Sequence[InjectionKind] = ()) -> Refined:
    """Stage 2 on a skeleton: injections and passes alternate, each while there are any left.

    planned: kinds to inject first, beside those of which the number is drawn.
    """
    knobs = scope.config.refine
    rng = scope.asker.rng("refine")
    wanted = rng.randint(knobs.injections_min, knobs.injections_max) + len(planned)
    limit = rng.randint(knobs.passes_min, knobs.passes_max)
    work = Refinement(scope, dialogue, planned)
    passes = round_ = 0
    can_inject, can_pass = wanted > 0, limit > 0
    while can_inject or can_pass:
        round_ += 1
        if can_inject:
            can_inject = await work.inject_one(round_) and len(work.injections) < wanted
        if can_pass:
            # A pass that finds nothing left to refine ends the passes only when no injection is to come.
            done = await work.pass_over(round_)
            passes += done
            can_pass = (done or can_inject) and passes < limit
    return Refined(work.dialogue, tuple(work.edits), passes, tuple(work.injections))
