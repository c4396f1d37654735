"""Which masked turns share a request."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from toolace_mt.stages.fill_groups import CACHED, FRESH, fill_groups

LENGTHS = st.dictionaries(st.integers(0, 60), st.integers(40, 6000), max_size=12)
SIZES = st.integers(0, 60_000)


@given(LENGTHS, SIZES, SIZES, st.integers(0, 9000))
def test_a_split_holds_every_turn_once_and_is_no_dearer_than_one_request(
    written: dict[int, int], fresh: int, cached: int, beside: int
) -> None:
    groups = fill_groups(written, fresh=fresh, cached=cached, beside=beside)
    assert sorted(turn for group in groups for turn in group) == sorted(written)
    assert list(groups) == sorted(groups)
    assert all(list(group) == sorted(group) for group in groups)
    if groups:
        further = fresh * FRESH + cached * CACHED
        longest = max(beside, *(sum(written[turn] for turn in group) for group in groups))
        together = max(beside, sum(written.values()))
        apart = max(beside, *written.values()) + (len(written) - 1) * further
        assert longest + (len(groups) - 1) * further <= min(together, apart) + 1e-6


def test_short_turns_share_a_request() -> None:
    assert fill_groups({1: 40, 5: 30, 9: 60}, fresh=8000, cached=10_000) == ((1, 5, 9),)


def test_long_turns_have_requests_of_their_own() -> None:
    assert fill_groups({2: 3000, 6: 2800, 10: 90}, fresh=8000, cached=10_000) == ((2,), (6, 10))


def test_nothing_is_split_to_be_ready_before_the_wave_is() -> None:
    assert fill_groups({2: 3000, 6: 2800}, fresh=8000, cached=10_000, beside=5800) == ((2, 6),)


def test_what_the_cache_holds_makes_requests_cheap() -> None:
    assert len(fill_groups({2: 200, 6: 200}, fresh=16_000, cached=0)) == 1
    assert len(fill_groups({2: 200, 6: 200}, fresh=2000, cached=14_000)) == 2


def test_an_empty_pass_has_no_request() -> None:
    assert fill_groups({}, fresh=1, cached=1) == ()
