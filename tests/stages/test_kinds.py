"""Kinds of complexity come as often as their weights say, all along a run."""

from __future__ import annotations

from collections import Counter
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from toolace_mt.stages.evenly import PERIOD
from toolace_mt.stages.kinds import kinds_in_turn
from toolace_mt.types import InjectionKind

FOUR: tuple[InjectionKind, ...] = ("clarification", "tool_awareness", "error_simulation", "non_function_calling")
EVEN: dict[InjectionKind, float] = dict.fromkeys(FOUR, 1.0)
ONE_TO_THREE = [(1, 3)] * PERIOD


def fallen(count: int, weights: dict[InjectionKind, float], seed: int = 0) -> list[tuple[InjectionKind, ...]]:
    return [kinds_in_turn(number, weights, ONE_TO_THREE, seed) for number in range(count)]


@given(st.integers(1, PERIOD), st.integers(0, 10_000))
@settings(deadline=None)
def test_kinds_of_one_weight_come_equally_often_all_along(count: int, seed: int) -> None:
    counts = Counter(kind for kinds in fallen(count, EVEN, seed) for kind in kinds)
    assert max(counts.values()) - min(counts[kind] for kind in FOUR) <= 2


@given(st.integers(1, 5), st.integers(0, 10_000))
@settings(deadline=None)
def test_numbers_of_kinds_come_equally_often_all_along(dozens: int, seed: int) -> None:
    counts = Counter(len(kinds) for kinds in fallen(12 * dozens, EVEN, seed))
    assert max(counts.values()) - min(counts[number] for number in (1, 2, 3)) <= 3


@given(st.lists(st.floats(0, 10), min_size=4, max_size=4), st.integers(0, 99))
@settings(deadline=None)
def test_each_dialogue_has_different_kinds_of_those_that_have_a_weight(weights: list[float], seed: int) -> None:
    by_kind: dict[InjectionKind, float] = dict(zip(FOUR, weights, strict=True))
    possible = {kind for kind in FOUR if by_kind[kind] > 0}
    for kinds in fallen(30, by_kind, seed):
        assert len(set(kinds)) == len(kinds)
        assert set(kinds) <= possible
        assert min(1, len(possible)) <= len(kinds) <= 3


def test_weights_are_chances_of_draws_one_after_another() -> None:
    """With one kind for each dialogue, just their shares."""
    weights: dict[InjectionKind, float] = {**EVEN, "clarification": 3.0, "tool_awareness": 0.0}
    one = [kinds_in_turn(number, weights, [(1, 1)] * PERIOD, 5) for number in range(2 * PERIOD)]
    counts = Counter(kind for kinds in one for kind in kinds)
    assert counts["clarification"] == pytest.approx(120, abs=3)
    assert counts["error_simulation"] == pytest.approx(40, abs=3)
    two = [kinds_in_turn(number, weights, [(2, 2)] * PERIOD, 5) for number in range(2 * PERIOD)]
    # The first of two with 3/5; the second with 3/4 where the first was one of the two others.
    assert Counter(kind for kinds in two for kind in kinds)["clarification"] == pytest.approx(200 * 0.9, abs=3)


def test_kinds_do_not_go_round_in_step_with_anything() -> None:
    """Each kind comes first, and each number of kinds comes, at every place of a cycle of four."""
    kinds = fallen(PERIOD, EVEN)
    seen = {(number % 4, each[0], len(each)) for number, each in enumerate(kinds)}
    assert len(seen) > 0.8 * len(list(product(range(4), FOUR, range(3))))
    assert fallen(20, EVEN, 1) != fallen(20, EVEN, 2)
