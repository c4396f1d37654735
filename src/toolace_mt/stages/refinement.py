"""What stage 2 knows of a dialogue while it is refined, in whichever order its requests are made."""

from __future__ import annotations

import random
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from toolace_mt.stages.masks import can_mask, choose_masks
from toolace_mt.stages.scope import Scope
from toolace_mt.types import Dialogue, Edit, InjectionKind


@dataclass
class TurnState:
    """What refinement remembers of one turn. locked: an injection wrote it. picked: a pass masked it."""

    chance: float = 1.0
    locked: bool = False
    picked: bool = False


class Refinement:
    """The state of one dialogue while it is refined.

    wanted: injections to be made. limit: of the passes. Both are drawn; `planned` kinds come first, beside those drawn.
    unfit: kinds that fell to the dialogue, and fitted nowhere.
    """

    def __init__(self, scope: Scope, dialogue: Dialogue, planned: Sequence[InjectionKind] = ()) -> None:
        knobs = scope.config.refine
        rng = scope.asker.rng("refine")
        self.scope = scope
        self.dialogue = dialogue
        drawn = rng.randint(knobs.injections_min, knobs.injections_max)
        self.planned: list[InjectionKind] = [*planned, *(scope.lot.kinds or ())]
        self.wanted = len(self.planned) + (drawn if scope.lot.kinds is None else 0)
        self.limit = rng.randint(knobs.passes_min, knobs.passes_max)
        self.states = [TurnState() for _ in dialogue.turns]
        self.edits: list[Edit] = []
        self.injections: list[InjectionKind] = []
        self.tried: set[InjectionKind] = set()
        self.unfit: list[InjectionKind] = []
        self.passes = 0

    @property
    def locked(self) -> set[int]:
        """Indices of the turns that injections wrote."""
        return {i for i, state in enumerate(self.states) if state.locked}

    def draw_kind(self, rng: random.Random, besides: Collection[InjectionKind] = ()) -> InjectionKind | None:
        """A kind that was not tried yet and is none of `besides`: planned ones first, then by weight. None without any."""
        out = self.tried.union(besides)
        for kind in self.planned:
            if kind not in out:
                return kind
        weights = dict(self.scope.config.refine.weights.items())
        kinds: list[InjectionKind] = [kind for kind in weights if weights[kind] > 0 and kind not in out]
        return rng.choices(kinds, weights=[weights[kind] for kind in kinds])[0] if kinds else None

    def leave_out(self, kind: InjectionKind) -> None:
        """Try `kind` no more: it fits nowhere."""
        self.tried.add(kind)
        self.unfit.append(kind)

    def take_injection(self, dialogue: Dialogue, kind: InjectionKind, edit: Edit) -> None:
        """Go on with `dialogue`, which `edit` made of the one before, where it was accepted; log it either way."""
        self.dialogue = dialogue
        self.edits.append(edit)
        if edit.accepted:
            self.injections.append(kind)
            self.states[edit.start : edit.start + 1] = [TurnState(locked=True) for _ in edit.after]

    def draw_masks(self, round_: int, left_alone: Collection[int] = ()) -> tuple[int, ...]:
        """The turns to write anew in a pass, none of `left_alone`; none where all others were refined already."""
        open_ = [i not in left_alone and self._can_mask(i) for i in range(len(self.states))]
        if all(state.picked for state, can in zip(self.states, open_, strict=True) if can):
            return ()
        knobs = self.scope.config.refine
        chances = [state.chance if can else 0.0 for state, can in zip(self.states, open_, strict=True)]
        count = max(1, round(knobs.mask_share * len(chances)))
        masked = choose_masks(self.scope.asker.rng(f"refine/{round_}/mask"), chances, count)
        for i in masked:
            self.states[i].picked = True
            self.states[i].chance *= knobs.decay
        return masked

    def take_pass(self, dialogue: Dialogue, edits: Sequence[Edit]) -> bool:
        """Go on with `dialogue` after a pass; False where passes end with it: at their limit, or with nothing kept."""
        self.dialogue = dialogue
        self.edits += edits
        self.passes += 1
        worth_more = not self.scope.config.refine.adaptive or any(edit.accepted for edit in edits)
        return worth_more and self.passes < self.limit

    def _can_mask(self, index: int) -> bool:
        return not self.states[index].locked and can_mask(
            self.dialogue, self.dialogue.turns[index], repeatable=self.scope.repeatable
        )
