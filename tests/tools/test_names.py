from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from toolace_mt.tools.names import distinct_names, is_legal, legal_name

LEGAL = re.compile(r"[A-Za-z0-9_-]{1,64}")


def test_examples() -> None:
    assert legal_name("uber.ride") == "uber_ride"
    assert legal_name("get weather!") == "get_weather_"
    assert legal_name("café") == "cafe"
    assert legal_name("get-it_2") == "get-it_2"
    assert legal_name("天气").startswith("tool_")
    assert legal_name("天气") != legal_name("新闻")
    assert legal_name("x" * 65) != legal_name("x" * 66)


@given(st.text(min_size=1, max_size=120))
def test_always_legal_and_legal_ones_stay(source: str) -> None:
    name = legal_name(source)
    assert LEGAL.fullmatch(name)
    assert (name == source) == bool(LEGAL.fullmatch(source)) == is_legal(source)
    assert legal_name(name) == name


NAMES = st.lists(st.sampled_from(["a", "a_2", "a_3", "b", "x" * 64]), max_size=12)


@given(NAMES, st.sets(st.sampled_from(["a", "b_2"])))
def test_distinct(wanted: list[str], kept: set[str]) -> None:
    names = distinct_names(wanted, kept)
    assert len(set(names)) == len(names) == len(wanted)
    assert kept.isdisjoint(names)
    assert all(LEGAL.fullmatch(name) for name in names)
    for i, name in enumerate(wanted):
        assert (names[i] == name) is (name not in kept and name not in wanted[:i])


def test_many_of_one_name_is_quick() -> None:
    assert distinct_names(["a"] * 5000)[-1] == "a_5000"
