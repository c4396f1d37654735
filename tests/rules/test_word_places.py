"""Where a value stands by itself: the same as a slow search by its definition says."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toolace_mt.rules.word_places import first_end

BESIDE = [*'2a.-:,/#_ "[$', "\n", "\u00e9", "\u0663"]
TEXTS = st.lists(st.sampled_from(["12", *BESIDE]), max_size=12).map("".join)


@given(text=TEXTS, start=st.integers(0, 4))
def test_the_first_place_with_nothing_beside_it_that_makes_it_longer(text: str, start: int) -> None:
    alone = re.compile(r"(?<![\w.#])(?<!\d[-:,/])12(?!\w|[-.:,/]\d)", re.ASCII)
    found = alone.search(text, start)

    assert first_end("12", text, start) == (found.end() if found else -1)


@pytest.mark.parametrize(
    ("text", "end"),
    [
        ('{"seats":12}', 11),
        ("PE-12, on 12 May", 5),
        ("2024-12-05", -1),
        ("4-12", -1),
        ("12-4", -1),
        ("112", -1),
        ("12.5", -1),
        ("12. May", 2),
        ("#12", -1),
    ],
)
def test_parts_of_longer_values_are_passed_over(text: str, end: int) -> None:
    assert first_end("12", text) == end


def test_who_repeats_what_is_nearly_the_value_does_not_make_it_slow() -> None:
    assert first_end("12", "112 " * 100_000 + " 12") == -1
