from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from toolace_mt.dialogue.loops import looped_phrase

WORDS = st.sampled_from(["red", "blue", "green", "one", "two", "three", "sun", "moon", "é"])


@given(st.lists(WORDS, max_size=40), st.lists(WORDS, min_size=1, max_size=30), st.lists(WORDS, max_size=40))
@example([], ["red", *["blue"] * 5], [])
def test_every_loop_is_found_wherever_it_stands(before: list[str], phrase: list[str], behind: list[str]) -> None:
    times = max(4, -(-12 // len(phrase)))

    assert looped_phrase(" ".join([*before, *phrase * times, *behind])) is not None


@given(st.lists(st.integers(), min_size=5, max_size=60, unique=True))
def test_what_does_not_repeat_is_no_loop(numbers: list[int]) -> None:
    assert looped_phrase(" ".join(f"word{n}" for n in numbers)) is None


def test_long_tables_take_no_long_time() -> None:
    assert looped_phrase("415-774-" * 100_000) is None
