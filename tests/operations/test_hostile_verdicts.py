"""Verdicts in the forms that real judges write."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from toolace_mt.ask import read_answer
from toolace_mt.engines.base import Completion
from toolace_mt.operations.verify import ExpertDraft

REAL = Path(__file__).parents[3] / "shared" / "data" / "real" / "judge_outputs_toolalpaca.jsonl.gz"


def read(text: str) -> tuple[ExpertDraft | None, list[str]]:
    return read_answer(ExpertDraft, Completion(text=text))


def real_texts() -> list[str]:
    if not REAL.exists():
        pytest.skip("the real judge outputs are not on this machine")
    with gzip.open(REAL, "rt") as lines:
        return [text for line in lines for text in _texts(json.loads(line).get("judge_output"))]


def _texts(value: Any) -> list[str]:
    return [value] if isinstance(value, str) else [json.dumps(value)] if value else []


@pytest.mark.parametrize(
    ("text", "verdict", "turns"),
    [
        ('{"reason": "r", "verdict": "fail", "turns": [3]}', "fail", [3]),
        ('```json\n{"reason": "r", "verdict": "pass", "turns": []}\n```', "pass", []),
        ('## Analysis\nTurn {x} is odd.\n\n{"reason": "r", "verdict": "FAIL", "turns": "3, 5"}', "fail", [3, 5]),
        ('{"reason": "r", "verdict": "Pass.", "turns": null}', "pass", []),
        ('{"reason": "r", "verdict": "failed", "turns": 4}', "fail", [4]),
        ('{"reason": "r", "verdict": "fail", "turns": ["turn 2", 2.0]}', "fail", [2, 2]),
        ('<think>{"verdict": "pass"}</think>{"reason": "r", "verdict": "fail", "turns": [1]}', "fail", [1]),
    ],
)
def test_what_can_only_mean_one_thing_is_understood(text: str, verdict: str, turns: list[int]) -> None:
    draft, problems = read(text)
    assert problems == []
    assert draft is not None
    assert (draft.verdict, draft.turns) == (verdict, turns)


@pytest.mark.parametrize(
    "text",
    [
        '{"reason": "r", "verdict": "Uncertain", "turns": []}',
        '{"reason": "r", "verdict": "pass/fail", "turns": []}',
        '{"reason": "r", "verdict": true, "turns": []}',
        '{"reason": "r", "verdict": "fail", "turns": ["the last"]}',
        '{"reason": "r", "verdict": "fail", "turns": [true]}',
        '{"verdict": "pass"}',
        "Process Correctness: Yes",
        '{"reason": "r", "verdict": "fa',
    ],
)
def test_what_is_unclear_is_asked_again(text: str) -> None:
    draft, problems = read(text)
    assert draft is None
    assert problems


def test_real_verdicts_in_another_form_are_asked_again_and_never_guessed() -> None:
    """GPT-4's "Process Correctness: Yes" is no verdict of ours; neither is any text around it."""
    texts = real_texts()
    assert len(texts) > 100
    for text in texts:
        draft, problems = read(text)
        assert draft is None
        assert problems


def test_real_analyses_around_a_verdict_do_no_harm() -> None:
    for number, text in enumerate(real_texts()):
        verdict = json.dumps({"reason": text, "verdict": "fail", "turns": [number]}, indent=number % 3)
        for wrapped in (f"{text}\n\n{verdict}", f"```json\n{verdict}\n```\nThat is all."):
            draft, problems = read(wrapped)
            assert problems == []
            assert draft is not None
            assert (draft.reason, draft.turns) == (text, [number])
