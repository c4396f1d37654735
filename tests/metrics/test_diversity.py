from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.doubles.trips import call as made
from tests.doubles.trips import calls, reply, results, trip, user
from tests.doubles.trips import result as gave
from toolace_mt.metrics.diversity import Diversity, spoken_texts, tokens, user_turns
from toolace_mt.types import Dialogue


def counted(*texts: str) -> Diversity:
    diversity = Diversity()
    diversity.add(texts)
    return diversity


def test_tokens() -> None:
    assert tokens("Don't cancel W-4412, it’s mine!###STOP###") == [
        *("don't", "cancel", "w", "-", "4412", ",", "it’s", "mine", "!"),
    ]


def test_entropy_by_hand() -> None:
    assert counted("a a b c").entropy_bits == pytest.approx(0.5 * 1 + 2 * 0.25 * 2)
    assert counted("same same").entropy_bits == 0
    assert counted().entropy_bits == 0


def test_distinct_3_by_hand() -> None:
    assert counted("a b c a b c").distinct_3 == pytest.approx(3 / 4), "abc bca cab abc"
    assert counted("a b c d b c").distinct_3 == 1
    assert counted("a b c", "a b c").distinct_3 == pytest.approx(1 / 2)
    assert counted("a b", "c d").distinct_3 == 0, "no trigram crosses the border of two messages"


def test_counts() -> None:
    diversity = counted("one two", "two")
    assert (diversity.tokens, diversity.vocabulary) == (3, 2)


@given(st.lists(st.text(alphabet="ab c", max_size=30)))
def test_within_bounds_and_as_counted_with_plain_sets(texts: list[str]) -> None:
    diversity = counted(*texts)
    words = [tokens(text) for text in texts]
    trigrams = [tuple(w[i : i + 3]) for w in words for i in range(len(w) - 2)]
    assert diversity.distinct_3 == (len(set(trigrams)) / len(trigrams) if trigrams else 0)
    assert 0 <= diversity.entropy_bits <= math.log2(max(1, diversity.vocabulary)) + 1e-9


def test_what_is_spoken() -> None:
    dialogue = Dialogue(
        id="x",
        tools=(),
        system="not this",
        turns=(
            user("hello"),
            calls(made("c", "t", word="nor this"), text="wait"),
            results(gave("c", "t", "nor that")),
            reply("done"),
        ),
    )
    assert list(spoken_texts(dialogue)) == ["hello", "wait", "done"]
    assert user_turns(dialogue) == 1
    assert user_turns(trip()) == 3
