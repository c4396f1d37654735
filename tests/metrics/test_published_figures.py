"""The figures on real corpora, against those published for them; what is here is about 60 % of each."""

from __future__ import annotations

import random
from functools import lru_cache
from pathlib import Path
from statistics import mean
from typing import Any

import orjson
import pytest

from toolace_mt.metrics.diversity import Diversity, spoken_texts, tokens
from toolace_mt.metrics.statistics import Figures, Statistics
from toolace_mt.runs.dialogue_file import read_rows
from toolace_mt.types import Dialogue

DATA = Path(__file__).parents[3] / "shared" / "data"
CORPORA = {
    "tau_historical_gpt4o_airline": "real/dialogues_tau_historical.jsonl.gz",
    "tau2_sierra_gpt41_all": "real/dialogues_tau2_sierra.jsonl.gz",
    "apibank_level1": "real/dialogues_apibank.jsonl.gz",
    "sgd_sample_300": "sgd_cc_by_sa/dialogues_sgd_sample.jsonl.gz",
}
SIZE = 15_000
SAMPLES = 10


@pytest.fixture(params=CORPORA)
def corpus(request: pytest.FixtureRequest) -> str:
    if not (DATA / CORPORA[request.param]).exists():
        pytest.skip(f"the real dialogues are not there: {DATA / CORPORA[request.param]}")
    return request.param


@lru_cache
def dialogues(corpus: str) -> list[Dialogue]:
    return [row.dialogue for row in read_rows(DATA / CORPORA[corpus])]


def published(corpus: str) -> dict[str, Any]:
    return orjson.loads((DATA / "base_figures.json").read_bytes())[corpus]


def measured(corpus: str) -> Figures:
    statistics = Statistics()
    for dialogue in dialogues(corpus):
        statistics.add(dialogue)
    return statistics.figures()


def test_diversity_at_equal_size(corpus: str) -> None:
    """Samples of whole dialogues cut at 15,000 tokens: within three standard deviations of the published ones."""
    split = [[tokens(text) for text in spoken_texts(dialogue)] for dialogue in dialogues(corpus)]
    rng = random.Random(20250818)
    samples = [_cut(rng.sample(split, len(split))) for _ in range(SAMPLES)]
    expected = published(corpus)["fixed_size"]

    assert all(sample.tokens == SIZE for sample in samples)
    assert abs(mean(s.distinct_3 for s in samples) - expected["distinct3"]) < 3 * expected["distinct3_sd"]
    assert abs(mean(s.entropy_bits for s in samples) - expected["entropy_bits"]) < 3 * expected["entropy_sd"]


def _cut(split: list[list[list[str]]]) -> Diversity:
    sample, left = Diversity(), SIZE
    for messages in split:
        for message in messages:
            sample.add_tokens(message[:left])
            left -= len(message[:left])
    return sample


def test_shape(corpus: str) -> None:
    figures, expected = measured(corpus), published(corpus)

    assert figures.user_turns == pytest.approx(expected["user_turns_per_dialogue"]["mean"], rel=0.12), (
        "the part was drawn by groups"
    )
    assert figures.calls_per_user_turn == pytest.approx(expected["tool_calls_per_user_turn_mean"], rel=0.15)
    assert figures.entropy_bits == pytest.approx(expected["entropy_bits_full"], abs=0.15)
    assert figures.error_results == pytest.approx(expected["tool_error_share"], abs=0.015)


def test_real_agents_use_what_results_gave() -> None:
    name = "tau2_sierra_gpt41_all"
    if not (DATA / CORPORA[name]).exists():
        pytest.skip(f"the real dialogues are not there: {DATA / CORPORA[name]}")
    assert 0.6 < measured(name).linked_steps < 0.9
