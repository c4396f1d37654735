"""Which turns the passes of one dialogue pick: each at a chance that decays with every time that it was picked (paper, 3.2)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import pytest

from tests.stages.kiosk import Script
from toolace_mt.stages.refinement import Refinement
from toolace_mt.stages.scope import Scope
from toolace_mt.types import Action, Dialogue, Observation

TALK = Dialogue(
    id="000000",
    tools=(),
    turns=tuple(Observation(text="Hm?") if i % 2 == 0 else Action(text="Hm.") for i in range(10)),
)


@pytest.mark.parametrize("decay", [0.0, 0.3, 1.0])
def test_the_chance_of_a_turn_decays_each_time_that_it_is_picked(scope: Callable[..., Scope], decay: float) -> None:
    for seed in range(20):
        work = Refinement(scope(Script(), run={"seed": seed}, refine={"decay": decay}), TALK)
        picked = Counter[int]()
        for round_ in range(1, 9):
            picked.update(work.draw_masks(round_))
        assert picked
        expected = [decay ** picked[i] for i in range(len(TALK.turns))]
        assert [state.chance for state in work.states] == pytest.approx(expected)
        assert [state.picked for state in work.states] == [i in picked for i in range(len(TALK.turns))]


def test_turns_that_were_not_picked_yet_come_first_the_more_the_chance_decays(scope: Callable[..., Scope]) -> None:
    """Among the turns of the second pass, those of the first: a share of them, few, none."""

    def repeated(decay: float) -> int:
        again = 0
        for seed in range(300):
            work = Refinement(scope(Script(), run={"seed": seed}, refine={"decay": decay}), TALK)
            again += len({*work.draw_masks(1)} & {*work.draw_masks(2)})
        return again

    never, seldom, often = repeated(0.0), repeated(0.3), repeated(1.0)
    assert never == 0
    assert 0 < seldom < 0.5 * often
    assert often > 75  # 600 turns picked again among 10: some 120
