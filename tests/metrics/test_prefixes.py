"""Shared prefixes of requests."""

from __future__ import annotations

from itertools import takewhile

from hypothesis import given
from hypothesis import strategies as st

from toolace_mt.metrics.prefixes import SharedPrefixes, shared_prefix

TEXTS = st.lists(st.tuples(st.sampled_from(["one", "other"]), st.text("abé漢", max_size=8)), max_size=30)


def alike(one: str, other: str) -> int:
    """Characters compared one by one."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


@given(TEXTS)
def test_each_text_is_compared_with_all_earlier_ones_of_its_dialogue(texts: list[tuple[str, str]]) -> None:
    prefixes = SharedPrefixes()
    for i, (dialogue, text) in enumerate(texts):
        earlier = [other for name, other in texts[:i] if name == dialogue]
        expected = max((alike(text, other) for other in earlier), default=0)
        assert prefixes.add(dialogue, text) == expected
    assert prefixes.characters == sum(len(text) for _, text in texts)


@given(st.text("ab"), st.text("ab"))
def test_the_prefix_is_the_longest(one: str, other: str) -> None:
    assert shared_prefix(one, other) == alike(one, other)


def test_the_share_is_of_all_characters() -> None:
    prefixes = SharedPrefixes()
    assert prefixes.share == 0.0
    prefixes.add("d", "abcd")
    prefixes.add("d", "abxy")
    assert prefixes.share == 2 / 8


def test_memory_is_bounded_and_the_silent_are_forgotten_first() -> None:
    prefixes = SharedPrefixes(most_characters=100)
    prefixes.add("old", "a" * 40)
    prefixes.add("busy", "b" * 40)
    prefixes.add("old", "a" * 5)  # it speaks again, so the other one is silent now
    prefixes.add("new", "c" * 40)
    assert prefixes.add("old", "a" * 10) == 10
    assert prefixes.add("busy", "b" * 10) == 0
