from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from toolace_mt.stages.evenly import Pairs, Shares

PERCENTS = st.lists(st.integers(0, 100), min_size=0, max_size=6).map(
    lambda cuts: {f"p{i}": b - a for i, (a, b) in enumerate(zip([0, *sorted(cuts)], sorted(cuts), strict=False))}
)


@given(PERCENTS, st.integers(0, 9), st.integers(0, 3))
@settings(deadline=None, max_examples=40)
def test_shares_are_met_within_one_after_any_number(percents: dict[str, int], seed: int, periods: int) -> None:
    shares = Shares(percents, seed, "matter")
    counts: Counter[str | None] = Counter()
    whole = {**percents, None: 100 - sum(percents.values())}
    for number in range(periods * 100 + 37):
        counts[shares.of(number)] += 1
        for name, percent in whole.items():
            assert abs(counts[name] - percent * (number + 1) / 100) < 1


def test_matters_do_not_keep_step() -> None:
    one, other = (Shares({"yes": 50}, 1, name) for name in ("one", "other"))
    both = Counter((one.of(n), other.of(n)) for n in range(2000))
    assert all(400 < count < 600 for count in both.values())
    assert len(both) == 4


@pytest.mark.parametrize("share", [10, 20, 35])
def test_two_matters_meet_as_often_as_by_chance(share: int) -> None:
    one, other = (Shares({"yes": share}, 1, name) for name in ("one", "other"))
    both = sum(one.of(n) == other.of(n) == "yes" for n in range(20_000))
    assert abs(both / 200 - share * share / 100) < 0.5


@pytest.mark.parametrize("percents", [{"a": 20}, {"a": 10, "b": 25, "c": 60}])
def test_each_thing_falls_to_each_number_with_its_share(percents: dict[str, int]) -> None:
    drawn = [[shares.of(number) for number in range(12)] for shares in (Shares(percents, n, "it") for n in range(400))]
    for found in zip(*drawn, strict=True):
        assert all(abs(found.count(name) / 4 - percent) < 10 for name, percent in percents.items())


def test_more_than_all_is_refused() -> None:
    with pytest.raises(ValueError, match="more than 100%"):
        Shares({"a": 60, "b": 41}, 0, "matter")


@given(st.integers(0, 9), st.integers(0, 9), st.integers(0, 5), st.integers(0, 2))
def test_pairs_come_once_before_any_comes_again(firsts: int, seconds: int, seed: int, cycle: int) -> None:
    pairs = Pairs(firsts, seconds, seed, "users")
    size = max(1, firsts) * max(1, seconds)
    drawn = [pairs.of(cycle * size + place) for place in range(size)]
    assert len(set(drawn)) == size
    for side, length in ((0, max(1, firsts)), (1, max(1, seconds))):
        counts = Counter(dict.fromkeys(range(length), 0))
        for pair in drawn:
            counts[pair[side]] += 1
            assert max(counts.values()) - min(counts.values()) <= 2


def test_what_falls_to_a_number_does_not_depend_on_those_asked_before() -> None:
    backwards = Shares({"a": 30, "b": 20}, 5, "matter")
    found = [backwards.of(number) for number in reversed(range(500))]
    forwards = Shares({"a": 30, "b": 20}, 5, "matter")
    assert found[::-1] == [forwards.of(number) for number in range(500)]
    assert found != [Shares({"a": 30, "b": 20}, 6, "matter").of(number) for number in reversed(range(500))]
