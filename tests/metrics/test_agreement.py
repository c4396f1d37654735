from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toolace_mt.metrics.agreement import Agreement

PAIRS = st.lists(st.tuples(st.booleans(), st.booleans()), max_size=60)


def counted(pairs: list[tuple[bool, bool]]) -> Agreement:
    counts = Agreement()
    for bad, called_bad in pairs:
        counts.count(bad=bad, called_bad=called_bad)
    return counts


def naive_kappa(pairs: list[tuple[bool, bool]]) -> Fraction | None:
    """As Cohen (1960) writes it, category by category, on the rows themselves."""
    if not pairs:
        return None
    rows = len(pairs)
    observed = Fraction(sum(bad == called for bad, called in pairs), rows)
    expected = sum(
        (
            Fraction(sum(bad == kind for bad, _ in pairs), rows)
            * Fraction(sum(called == kind for _, called in pairs), rows)
            for kind in (True, False)
        ),
        Fraction(0),
    )
    return None if expected == 1 else (observed - expected) / (1 - expected)


def share(hits: list[bool]) -> float | None:
    return sum(hits) / len(hits) if hits else None


@given(PAIRS)
def test_figures_are_those_of_the_plain_definitions(pairs: list[tuple[bool, bool]]) -> None:
    counts = counted(pairs)
    expected = naive_kappa(pairs)
    assert counts.kappa == (None if expected is None else pytest.approx(float(expected)))
    assert counts.agreement == share([bad == called for bad, called in pairs])
    assert counts.precision == share([bad for bad, called in pairs if called])
    assert counts.recall == share([called for bad, called in pairs if bad])
    assert counts.false_alarms == share([called for bad, called in pairs if not bad])
    assert counts.rows == len(pairs)


@given(PAIRS)
def test_kappa_does_not_change_where_judge_and_labels_change_places(pairs: list[tuple[bool, bool]]) -> None:
    assert counted(pairs).kappa == counted([(called, bad) for bad, called in pairs]).kappa


@given(PAIRS)
def test_f1_is_the_harmonic_mean_of_precision_and_recall(pairs: list[tuple[bool, bool]]) -> None:
    counts = counted(pairs)
    if counts.precision and counts.recall:
        mean = 2 * counts.precision * counts.recall / (counts.precision + counts.recall)
        assert counts.f1 == pytest.approx(mean)


def test_kappa_of_a_published_table() -> None:
    """20 yes-yes, 5 yes-no, 10 no-yes, 15 no-no: observed 0.7, expected 0.5, so 0.4."""
    assert Agreement(caught=20, missed=5, alarms=10, passed=15).kappa == pytest.approx(0.4)


@pytest.mark.parametrize(
    ("counts", "kappa"),
    [
        (Agreement(), None),
        (Agreement(caught=7), None),
        (Agreement(passed=7), None),
        (Agreement(caught=3, passed=4), 1.0),
        (Agreement(missed=3, alarms=3), -1.0),
        (Agreement(missed=3, passed=4), 0.0),
        (Agreement(caught=3, alarms=4), 0.0),
    ],
)
def test_kappa_where_there_is_little_to_say(counts: Agreement, kappa: float | None) -> None:
    assert counts.kappa == kappa
