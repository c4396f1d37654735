from __future__ import annotations

import random
from statistics import mean

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toolace_mt.metrics.diversity import Diversity
from toolace_mt.metrics.equal_size import EqualSize, EqualSizeSamples

MESSAGES = st.lists(st.lists(st.sampled_from("abcdef"), max_size=8), max_size=5)


def sampled(dialogues: list[list[list[str]]], size: int, samples: int = 20) -> EqualSize | None:
    drawing = EqualSizeSamples(size, samples)
    for messages in dialogues:
        drawing.add(messages)
    return drawing.result()


def dialogues_of(rng: random.Random, number: int) -> list[list[list[str]]]:
    return [[[f"w{int(rng.paretovariate(0.6))}" for _ in range(15)] for _ in range(4)] for _ in range(number)]


@given(st.lists(MESSAGES, max_size=10), st.integers(1, 60))
def test_a_sample_as_large_as_the_corpus_is_the_corpus(dialogues: list[list[list[str]]], size: int) -> None:
    whole = Diversity()
    for messages in dialogues:
        for message in messages:
            whole.add_tokens(message)
    found = sampled(dialogues, size)
    assert (found is None) == (whole.tokens < size)
    if whole.tokens == size:
        assert found is not None
        assert found.entropy_bits == pytest.approx(whole.entropy_bits)
        assert found.distinct_3 == pytest.approx(whole.distinct_3)
        assert found.entropy_sd == pytest.approx(0, abs=1e-9)


def test_a_sample_is_the_beginning_of_a_random_order() -> None:
    """The same mean as shuffling all dialogues and cutting, which needs all of them in memory."""
    rng = random.Random(8)
    dialogues = dialogues_of(rng, 300)
    found = sampled(dialogues, 600, samples=100)
    plain: list[Diversity] = []
    for _ in range(100):
        words = [m for messages in rng.sample(dialogues, len(dialogues)) for m in messages]
        plain.append(Diversity())
        for message in words[:40]:
            plain[-1].add_tokens(message)
    assert found is not None
    assert found.entropy_bits == pytest.approx(mean(p.entropy_bits for p in plain), abs=0.05)
    assert found.distinct_3 == pytest.approx(mean(p.distinct_3 for p in plain), abs=0.01)
    assert 0 < found.entropy_sd < 0.3


def test_memory_is_that_of_the_samples() -> None:
    drawing = EqualSizeSamples(610, 3)
    for messages in dialogues_of(random.Random(9), 500):
        drawing.add(messages)
    drawn = drawing._samples  # pyright: ignore[reportPrivateUsage]
    assert all(len(sample._drawn) == 11 for sample in drawn), "dialogues of 60 tokens"  # pyright: ignore[reportPrivateUsage]
    assert all(sample.diversity().tokens == 610 for sample in drawn)


def test_size_does_not_matter_and_the_seed_decides() -> None:
    rng = random.Random(10)
    few, many = sampled(dialogues_of(rng, 100), 3000), sampled(dialogues_of(rng, 1000), 3000)
    assert few is not None
    assert many is not None
    assert few.entropy_bits == pytest.approx(many.entropy_bits, abs=0.15)
    same = dialogues_of(random.Random(1), 100)
    assert sampled(same, 3000) == sampled(same, 3000)
