"""Planted pairs are found, distinct texts are not; the same at any time."""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.doubles.trips import result, results, trip
from toolace_mt.errors import InputError
from toolace_mt.metrics.duplicate_groups import DuplicateGroups
from toolace_mt.metrics.duplicates import NearDuplicates, compared_texts
from toolace_mt.types import Action, Dialogue, Observation

WORDS = [f"word{n}" for n in range(400)]


def text(rng: random.Random, length: int = 200) -> list[str]:
    return rng.choices(WORDS, k=length)


def changed(words: list[str], places: list[int]) -> list[str]:
    return [f"other{n}" if n in places else word for n, word in enumerate(words)]


def planted(rng: random.Random, changes: int) -> Iterator[tuple[str, str]]:
    """Pairs that differ in `changes` words far from each other: of 198 shingles, 3 for each change differ."""
    for _ in range(200):
        words = text(rng)
        start = rng.randrange(5, 15)
        yield " ".join(words), " ".join(changed(words, [start + 12 * n for n in range(changes)]))


def found(pairs: list[tuple[str, str]], threshold: float = 0.7) -> float:
    near = NearDuplicates(threshold)
    for number, (first, _) in enumerate(pairs):
        assert near.add(str(number), [first]) is None, "distinct texts"
    return sum(near.add(f"copy of {n}", [second]) == str(n) for n, (_, second) in enumerate(pairs)) / len(pairs)


def test_planted_pairs_are_found() -> None:
    rng = random.Random(5)
    assert found(list(planted(rng, 0))) == 1
    assert found(list(planted(rng, 6))) >= 0.99, "a similarity of (198 - 18) / (198 + 18) = 0.83"
    assert found(list(planted(rng, 16))) <= 0.05, "one of (198 - 48) / (198 + 48) = 0.61"
    assert found(list(planted(rng, 16)), threshold=0.5) >= 0.99
    assert found(list(planted(rng, 2)), threshold=0.9) >= 0.95, "one of 0.94"


def test_the_first_one_is_named_and_nothing_is_kept_by_looking() -> None:
    near = NearDuplicates()
    said = "I would like to book a table for two"
    assert near.find([said]) is None
    assert [near.add(key, [said]) for key in "abc"] == [None, "a", "a"]
    match = near.find([said, ""])
    assert match is not None
    assert match == ("a", 1.0)


def test_short_texts_and_silent_ones() -> None:
    near = NearDuplicates()
    assert [near.add(key, ["Hello"]) for key in "ab"] == [None, "a"]
    assert near.add("c", ["Bye"]) is None
    assert [near.add(key, texts) for key, texts in (("d", []), ("e", ["", " "]), ("f", []))] == [None, None, None]
    assert near.add("g", ["half a pair \ud800 of surrogates"]) is None


@pytest.mark.parametrize("threshold", [0, -1, 1.01, float("nan")])
def test_a_threshold_that_is_none(threshold: float) -> None:
    with pytest.raises(InputError, match="above 0 and up to 1"):
        NearDuplicates(threshold)


@given(st.floats(0.01, 1), st.integers(-(2**70), 2**70), st.lists(st.text(alphabet="ab c.", max_size=20)))
def test_any_threshold_and_seed(threshold: float, seed: int, texts: list[str]) -> None:
    near, again = NearDuplicates(threshold, seed), NearDuplicates(threshold, seed)
    assert [near.add(t, [t]) for t in texts] == [again.add(t, [t]) for t in texts]
    for said in texts:
        assert (near.find([said]) is not None) == bool(said.strip())


def test_without_the_library(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "rensa", None)
    with pytest.raises(InputError, match=r"toolace-mt\[dedup\]"):
        NearDuplicates()


def test_groups_join_over_others() -> None:
    rng = random.Random(6)
    words = text(rng)
    left = changed(words, list(range(10, 94, 12)))
    right = changed(words, list(range(104, 188, 12)))
    groups = DuplicateGroups()
    for key, said in (("left", left), ("alone", text(rng)), ("right", right), ("whole", words), ("copy", words)):
        groups.add(key, [" ".join(said)])
    groups.add("silent", [])
    assert groups.groups() == [["left", "right", "whole", "copy"]], "left and right alone are not alike enough"
    assert [(link.first, link.second) for link in groups.links] == [
        *(("left", "whole"), ("right", "whole"), ("left", "copy")),
    ]
    assert all(0.7 <= link.similarity < 0.95 for link in groups.links)


@given(st.lists(st.sampled_from(["one two three four", "five six seven", "eight nine", ""]), max_size=12))
def test_groups_of_equal_texts(texts: list[str]) -> None:
    groups = DuplicateGroups()
    for number, said in enumerate(texts):
        groups.add(str(number), [said])
    expected = [[str(n) for n, t in enumerate(texts) if t == said] for said in dict.fromkeys(texts) if said]
    assert sorted(groups.groups()) == sorted(group for group in expected if len(group) > 1)
    assert sorted(map(len, groups.groups()), reverse=True) == list(map(len, groups.groups()))


def test_what_is_compared() -> None:
    texts = list(compared_texts(trip()))
    assert sum(bool(turn.text) for turn in trip().turns) + 4 == len(texts)
    assert "search_flights" in texts
    words = " ".join(texts)
    assert "BK-48213" in words
    assert "BK" not in " ".join(compared_texts(trip(), values=False))


def test_filled_templates_are_alike_without_their_values() -> None:
    here, there = trip(), _with(trip(), {"BK-48213": "QX-99100", "Lisbon": "Vienna", "2026": "2031"})
    assert list(compared_texts(here)) != list(compared_texts(there))
    assert list(compared_texts(here, values=False)) == list(compared_texts(there, values=False))


def test_deep_values_are_no_trouble() -> None:
    deep = "[" * 900 + '"Lisbon"' + "]" * 900
    turns = (
        Observation(text="where?"),
        Action(text="There, in Lisbon."),
        results(result("c", "find", deep)),
    )
    dialogue = Dialogue(id="x", tools=(), turns=turns)
    assert "there , in # ." in list(compared_texts(dialogue, values=False))


def _with(dialogue: Dialogue, values: dict[str, str]) -> Dialogue:
    body = dialogue.model_dump_json()
    for old, new in values.items():
        body = body.replace(old, new)
    return Dialogue.model_validate_json(body)
