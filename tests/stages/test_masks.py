from __future__ import annotations

import itertools
import random
from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from toolace_mt.stages.masks import choose_masks


@given(st.integers(), st.lists(st.sampled_from([0.0, 0.09, 0.3, 1.0]), max_size=40), st.integers(0, 20))
def test_masks_are_never_neighbours_and_never_forbidden(seed: int, chances: list[float], count: int) -> None:
    masks = choose_masks(random.Random(seed), chances, count)
    assert len(masks) <= count
    assert list(masks) == sorted(set(masks))
    assert all(b - a > 1 for a, b in itertools.pairwise(masks))
    assert all(chances[i] > 0 for i in masks)


@given(st.integers(1, 20))
def test_some_turn_is_masked_where_one_can_be(count: int) -> None:
    assert choose_masks(random.Random(count), [0, 0, 1.0, 0], count) == (2,)


def test_a_turn_that_was_picked_before_is_picked_less_often() -> None:
    rng = random.Random(5)
    picked = Counter(i for _ in range(4000) for i in choose_masks(rng, [1.0, 0, 0.3, 0, 1.0], 1))
    assert 0.09 < picked[2] / 4000 < 0.17  # 0.3 / 2.3 = 0.13
