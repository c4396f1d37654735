"""The figures on real corpora, against those published for them; what is here is about 60 % of each."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from statistics import mean
from typing import Any

import orjson
import pytest

from toolace_mt.metrics.distribution import Distribution
from toolace_mt.metrics.diversity import tokens
from toolace_mt.metrics.equal_size import EqualSize, EqualSizeSamples
from toolace_mt.metrics.figures import Figures
from toolace_mt.metrics.statistics import Statistics
from toolace_mt.runs.dialogue_file import Row, read_lines, try_rows
from toolace_mt.types import Dialogue

DATA = Path(__file__).parents[3] / "shared" / "data"
CORPORA = {
    "tau_historical_gpt4o_airline": "real/dialogues_tau_historical.jsonl.gz",
    "tau2_sierra_gpt41_all": "real/dialogues_tau2_sierra.jsonl.gz",
    "apibank_level1": "real/dialogues_apibank.jsonl.gz",
    "sgd_sample_300": "sgd_cc_by_sa/dialogues_sgd_sample.jsonl.gz",
}
BFCL = "real/dialogues_bfcl_truth.jsonl.gz"
ACEBENCH = "real/acebench_multi_turn.jsonl.gz"
MEANS = {
    "user_turns": ("user_turns_per_dialogue", 0.12),
    "messages": ("messages_per_dialogue_no_system", 0.12),
    "calls": ("tool_calls_per_dialogue", 0.15),
    "calls_per_step": ("calls_per_assistant_tool_message", 0.03),
    "tokens_per_user_message": ("tokens_per_user_message", 0.05),
    "tokens_per_assistant_text": ("tokens_per_assistant_text", 0.05),
    "tokens_per_result": ("tokens_per_tool_result", 0.10),
}
"""Our name of a figure, the published one, and how far the mean of a part may be from that of all: it was drawn by groups."""


@pytest.fixture(params=CORPORA)
def corpus(request: pytest.FixtureRequest) -> str:
    if not (DATA / CORPORA[request.param]).exists():
        pytest.skip(f"the real dialogues are not there: {DATA / CORPORA[request.param]}")
    return request.param


@lru_cache
def dialogues(corpus: str) -> list[Dialogue]:
    rows = list(try_rows(DATA / CORPORA[corpus]))
    assert [row for row in rows if not isinstance(row, Row)] == []
    return [row.dialogue for row in rows if isinstance(row, Row)]


def published(corpus: str) -> dict[str, Any]:
    return orjson.loads((DATA / "base_figures.json").read_bytes())[corpus]


@lru_cache
def measured(corpus: str) -> Figures:
    statistics = Statistics()
    for dialogue in dialogues(corpus):
        statistics.add(dialogue)
    return statistics.figures()


def check(found: EqualSize | None, expected: dict[str, Any] | None) -> None:
    """Samples of 15,000 tokens: within three standard deviations of the published ones."""
    if found is not None and expected is not None:
        assert abs(found.distinct_3 - expected["distinct3"]) < 3 * expected["distinct3_sd"]
        assert abs(found.entropy_bits - expected["entropy_bits"]) < 3 * expected["entropy_sd"]


def test_diversity_at_equal_size(corpus: str) -> None:
    assert measured(corpus).equal_size is not None
    check(measured(corpus).equal_size, published(corpus)["fixed_size"])
    check(measured(corpus).equal_size_users, published(corpus)["user_only_fixed_size"])


@pytest.mark.parametrize("name", MEANS)
def test_means_and_quantiles(corpus: str, name: str) -> None:
    title, tolerance = MEANS[name]
    found, expected = measured(corpus).distributions[name], published(corpus)[title]
    assert found.mean == pytest.approx(expected["mean"], rel=tolerance)
    assert found.quantile(50) == pytest.approx(expected["p50"], rel=0.13, abs=1)
    assert found.quantile(100) <= expected["max"], "a part holds nothing larger than the whole"  # type: ignore[operator]


def test_calls_by_user_turn(corpus: str) -> None:
    found, expected = measured(corpus).distributions["calls_per_user_turn"], published(corpus)
    for number, share in expected["share_of_user_turns_with_k_calls"].items():
        if number.isdigit():
            assert found.counts.get(int(number), 0) / found.n == pytest.approx(share, abs=0.02)


def test_shape(corpus: str) -> None:
    figures, expected = measured(corpus), published(corpus)

    assert figures.user_turns == pytest.approx(expected["user_turns_per_dialogue"]["mean"], rel=0.12), (
        "the part was drawn by groups"
    )
    assert figures.calls_per_user_turn == pytest.approx(expected["tool_calls_per_user_turn_mean"], rel=0.15)
    assert figures.entropy_bits == pytest.approx(expected["entropy_bits_full"], abs=0.15)
    assert figures.error_results == pytest.approx(expected["tool_error_share"], abs=0.015)


@pytest.mark.parametrize("variant", ["base", "miss_func", "miss_param", "long_context"])
def test_user_turns_and_gold_calls_of_bfcl(variant: str) -> None:
    """The part, of some API classes, has fewer user tokens than a sample takes: only lengths can be compared, and roughly."""
    tasks = [row["turns"] for row in rows(BFCL) if row["variant"] == variant]
    expected = published(f"bfcl_multi_turn_{variant} (user turns; gold calls)")
    lengths = Distribution.of(len(tokens(text)) for turns in tasks for turn in turns for text in turn["user"])
    assert lengths.mean == pytest.approx(expected["tokens_per_user_message"]["mean"], rel=0.15)
    assert lengths.quantile(50) == pytest.approx(expected["tokens_per_user_message"]["p50"], abs=3)
    calls = Distribution.of(sum(len(turn["calls"]) for turn in turns) for turns in tasks)
    assert calls.mean == pytest.approx(expected["tool_calls_per_dialogue"]["mean"], rel=0.1)


def test_acebench() -> None:
    """The last step of each English conversation: it holds the earlier ones."""
    last = {row["id"].rpartition("_")[0]: row for row in rows(ACEBENCH) if "_en_normal_multi_turn" in row["id"]}
    expected = published("acebench_en_normal_multi_turn (last step of each)")
    check(sampled([[m["content"] for m in row["messages"]] for row in last.values()]), expected["fixed_size"])
    turns = [sum(m["role"] == "user" for m in row["messages"]) for row in last.values()]
    assert mean(turns) == pytest.approx(expected["user_turns_per_dialogue"]["mean"], rel=0.12)


def rows(file: str) -> list[dict[str, Any]]:
    if not (DATA / file).exists():
        pytest.skip(f"the real dialogues are not there: {DATA / file}")
    return [orjson.loads(line) for _, line in read_lines(DATA / file)]


def sampled(spoken: list[list[str]]) -> EqualSize | None:
    samples = EqualSizeSamples()
    for texts in spoken:
        samples.add(tokens(text) for text in texts)
    return samples.result()


def test_real_agents_use_what_results_gave() -> None:
    name = "tau2_sierra_gpt41_all"
    if not (DATA / CORPORA[name]).exists():
        pytest.skip(f"the real dialogues are not there: {DATA / CORPORA[name]}")
    assert 0.6 < measured(name).linked_steps < 0.9
