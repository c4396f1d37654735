from __future__ import annotations

import math

from hypothesis import given
from hypothesis import strategies as st

from toolace_mt.metrics.distribution import Distribution


def test_by_hand() -> None:
    distribution = Distribution.of([3, 1, 1, 2, 9])
    assert distribution.to_json() == {
        **{"n": 5, "mean": 16 / 5, "p5": 1, "p25": 1, "p50": 2, "p75": 3, "p95": 9, "max": 9},
        "counts": {"1": 2, "2": 1, "3": 1, "9": 1},
    }


def test_nothing() -> None:
    shown = Distribution.of([]).to_json()
    assert (shown.pop("n"), shown.pop("counts")) == (0, {})
    assert set(shown.values()) == {None}


@given(st.lists(st.integers(-5, 50), min_size=1), st.integers(1, 100))
def test_quantiles_are_nearest_ranks(numbers: list[int], percent: int) -> None:
    rank = math.ceil(percent * len(numbers) / 100)
    assert Distribution.of(numbers).quantile(percent) == sorted(numbers)[rank - 1]
