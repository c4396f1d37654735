"""Which turns a reasonability pass masks: at random, never two neighbours, with chances that decay once picked (3.2)."""

from __future__ import annotations

import random
from collections.abc import Sequence


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
