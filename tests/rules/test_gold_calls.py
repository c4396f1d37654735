"""Calls that are known to be right or wrong: BFCL's gold, and real calls that break their schema."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest
from jsonschema import Draft202012Validator

from tests.doubles.bfcl import dialogue_row
from toolace_mt.dialogue.formats import read_recorded
from toolace_mt.rules.calls import arguments
from toolace_mt.rules.hallucination import ungrounded_id
from toolace_mt.rules.pairing import pairing, swapped_results
from toolace_mt.rules.reading import Reading
from toolace_mt.rules.structure import alternation
from toolace_mt.types import Dialogue, Tool, ToolCall

DATA = Path(__file__).parents[3] / "shared" / "data"
VIOLATIONS = ("real/real_schema_violations.jsonl", "sgd_cc_by_sa/real_schema_violations_sgd_ccbysa.jsonl")
CHECKS = (alternation, pairing, swapped_results, arguments, ungrounded_id)


def lines(name: str) -> list[Any]:
    """The rows of a file."""
    file = DATA / name
    if not file.exists():
        pytest.skip(f"the real data is not there: {file}")
    data = file.read_bytes()
    return [orjson.loads(line) for line in (gzip.decompress(data) if file.suffix == ".gz" else data).splitlines()]


@pytest.mark.parametrize("name", VIOLATIONS)
def test_every_recorded_violation_is_found(name: str) -> None:
    for entry in lines(name):
        made = {"name": entry["tool"]["name"], "arguments": entry["arguments"]}
        message = {"role": "assistant", "tool_calls": [{"id": "a", "function": made}]}
        dialogue = read_recorded({"messages": [message], "tools": [entry["tool"]]}, 1).dialogue

        assert any(f.severity == "error" for f in arguments(Reading(dialogue))), entry["source"]


def api_bank() -> Iterator[Dialogue]:
    for row in lines("real/dialogues_apibank.jsonl.gz"):
        yield read_recorded(row, 1).dialogue


def breaks_its_schema(call: ToolCall, tools: dict[str, Tool]) -> bool:
    """By another validator, and names that are not declared."""
    tool = tools[call.name]
    return bool(set(call.arguments) - set(tool.properties)) or not Draft202012Validator(tool.parameters).is_valid(
        call.arguments
    )


def test_the_calls_of_api_bank_that_break_their_schema_are_those_found() -> None:
    broken = 0
    for dialogue in api_bank():
        tools = {tool.name: tool for tool in dialogue.tools}
        wrong = {call.id for call in dialogue.calls if call.name in tools and breaks_its_schema(call, tools)}
        broken += len(wrong)

        assert {finding.call_id for finding in arguments(Reading(dialogue))} == wrong, dialogue.id

    assert broken >= 20, "the file is not the one that this test is about"


def test_tokens_that_api_bank_passes_on_are_grounded() -> None:
    assert [f for d in api_bank() for f in ungrounded_id(Reading(d)) if f.severity == "error"] == []


@pytest.mark.parametrize("replies", [True, False])
@pytest.mark.parametrize("parallel", [True, False])
def test_gold_calls_with_their_results_pass(replies: bool, parallel: bool) -> None:
    pool = lines("real/toolpool_bfcl_multiturn.jsonl")
    tests = lines("real/dialogues_bfcl_truth.jsonl.gz")
    if not replies:  # of a single request nobody can tell whether its reply was lost
        tests = [test for test in tests if len(test["turns"]) > 1]
    rejected = 0
    for test in tests:
        row = dialogue_row(test, pool, replies=replies, parallel=parallel)
        reading = Reading(read_recorded(row, 1).dialogue)
        rejected += any(f.severity == "error" for check in CHECKS for f in check(reading))

    assert rejected <= 0.005 * len(tests)
