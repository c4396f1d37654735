"""Forecasts: the share of runs that lie in the range, what is exact, and chains of calls."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from toolace_mt.metrics.forecast import FIELDS, Acceptance, Plan, chain, forecast

ONE = (10.0, 1000.0, 0.0, 100.0, 0.5, 30.0)


def test_equal_attempts_that_are_all_accepted_leave_nothing_open() -> None:
    found = forecast([ONE] * 5, Acceptance(1.0), Plan(8, 100, 4))
    assert (found.attempts.low, found.attempts.high, found.reached) == (8, 8, 1.0)
    for name, each in zip(FIELDS[:-1], ONE, strict=False):
        assert found.totals[name].low == found.totals[name].high == pytest.approx(8 * each)
    assert found.totals["seconds"].likely == pytest.approx(2 * 30.0), "8 dialogues, 4 at one time"


def test_time_is_no_shorter_than_the_dialogues_that_wait_for_each_other() -> None:
    alone = forecast([ONE] * 5, Acceptance(1.0), Plan(8, 100, 1)).totals["seconds"].likely
    together = forecast([ONE] * 5, Acceptance(1.0), Plan(8, 100, 64)).totals["seconds"].likely
    assert (alone, together) == (pytest.approx(240), pytest.approx(30))


def test_attempts_end_where_they_are_limited() -> None:
    found = forecast([ONE] * 5, Acceptance(0.1), Plan(50, 60, 8))
    assert found.reached == 0
    assert found.attempts.high == 60


def test_a_large_run_is_scaled_and_quick() -> None:
    found = forecast([ONE] * 5, Acceptance(0.5), Plan(1_000_000, 4_000_020, 16))
    assert found.attempts.likely == pytest.approx(2_000_000, rel=0.03)
    assert found.totals["calls"].likely == pytest.approx(20_000_000, rel=0.03)


def test_no_attempts_are_refused() -> None:
    with pytest.raises(ValueError, match="no sampled"):
        forecast([], Acceptance(0.5), Plan(1, 1, 1))


def one_run(rng: random.Random, share: float, count: int) -> tuple[int, float]:
    attempts, tokens, accepted = 0, 0.0, 0
    while accepted < count:
        attempts += 1
        tokens += rng.lognormvariate(10, 0.4)
        accepted += rng.random() < share
    return attempts, tokens


@pytest.mark.parametrize(("size", "share"), [(5, 0.9), (10, 0.7), (30, 0.7)])
def test_runs_lie_in_the_range_as_often_as_it_says(size: int, share: float) -> None:
    rng = random.Random(size)
    held, trials = 0, 40
    for trial in range(trials):
        rows = [(10.0, rng.lognormvariate(10, 0.4), 0.0, 1.0, 0.0, 1.0) for _ in range(size)]
        accepted = sum(rng.random() < share for _ in range(size))
        found = forecast(rows, Acceptance(accepted / size, size), Plan(30, 140, 16), trial)
        _, tokens = one_run(rng, share, 30)
        held += found.totals["prompt_tokens"].low <= tokens <= found.totals["prompt_tokens"].high
    assert held / trials >= 0.8


def test_the_same_seed_forecasts_the_same() -> None:
    rows = [(float(n), 2.0 * n, 0.0, 1.0, 0.1, 5.0) for n in range(1, 6)]
    plan = Plan(20, 100, 4)
    assert forecast(rows, Acceptance(0.6, 5), plan, 3) == forecast(rows, Acceptance(0.6, 5), plan, 3)


def test_a_chain_adds_what_waits_and_takes_the_longest_of_what_does_not() -> None:
    assert chain([]) == 0
    assert chain([(0, 2.0), (1, 3.0), (2, 4.0)]) == 9
    assert chain([(0, 2.0), (1, 1.0), (1, 5.0), (1, 3.0), (4, 1.0)]) == 8


@given(st.lists(st.tuples(st.integers(0, 9), st.floats(0, 100)), max_size=12))
@settings(deadline=None)
def test_a_chain_is_between_the_longest_call_and_all_of_them(waits: list[tuple[int, float]]) -> None:
    seconds = [each for _, each in waits]
    assert max(seconds, default=0) - 1e-6 <= chain(waits) <= sum(seconds) + 1e-6


def test_dialogues_begun_beyond_those_needed_are_counted() -> None:
    exact = forecast([ONE] * 5, Acceptance(1.0), Plan(8, 100, 100)).attempts
    spare = forecast([ONE] * 5, Acceptance(1.0), Plan(8, 100, 100, speculative=4)).attempts
    assert (exact.likely, spare.likely) == (8, 12)


def test_more_at_once_save_time_where_some_are_rejected() -> None:
    plans = [Plan(8, 1000, 100, speculative=spare) for spare in (0, 16)]
    alone, spare = (forecast([ONE] * 5, Acceptance(0.5), plan).totals["seconds"].likely for plan in plans)
    assert spare < alone
