"""Which turns a reasonability pass masks: at random, never two neighbours, with chances that decay once picked (3.2)."""

from __future__ import annotations

import random
from collections.abc import Sequence

from toolace_mt.dialogue.parts import other_parts
from toolace_mt.rules.refusals import refuses_for_good
from toolace_mt.stages.execution import runs
from toolace_mt.types import Action, Dialogue, Observation, Turn


def choose_masks(rng: random.Random, chances: Sequence[float], count: int) -> tuple[int, ...]:
    """Up to `count` indices, no two of them adjacent, drawn by `chances` (one for each turn; 0 is never drawn)."""
    left = {i: chance for i, chance in enumerate(chances) if chance > 0}
    chosen: list[int] = []
    while left and len(chosen) < count:
        pick = rng.choices(list(left), weights=list(left.values()))[0]
        chosen.append(pick)
        for neighbour in (pick - 1, pick, pick + 1):
            left.pop(neighbour, None)
    return tuple(sorted(chosen))


def can_mask(dialogue: Dialogue, turn: Turn, *, repeatable: bool = True) -> bool:
    """Whether a turn may be written anew: not what a tool really answered, where tools are added, or where an image stands;
    nor a refusal, which could become compliance.

    repeatable: whether calls can be run once more; where not, a call stays as it was when it was made.
    """
    if other_parts(turn.kept) or refuses_for_good(dialogue, turn):
        return False
    if isinstance(turn, Action):
        return repeatable or not any(runs(dialogue, call.name) for call in turn.calls)
    return not turn.tools_added and not (turn.results and _ran(dialogue, turn))


def _ran(dialogue: Dialogue, turn: Observation) -> bool:
    runnable = {t.name for t in dialogue.all_tools if t.environment}
    return any(result.name in runnable for result in turn.results)
