"""Real requests and answers that a reader of nothing but the request gave (tests/recorded/README.md)."""

from __future__ import annotations

import json
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.recorded.inputs import OPERATIONS, asked, input_of
from toolace_mt.ask import read_answer
from toolace_mt.engines.base import Completion
from toolace_mt.environments.builtin import builtin_tools
from toolace_mt.operations.base import render_context, tools_json
from toolace_mt.tools.sources import load_tools
from toolace_mt.types import Tool, UserProfile

RECORDED = sorted((Path(__file__).parents[1] / "recorded").glob("*.json"))
REAL = Path(__file__).parents[3] / "shared" / "data" / "real"
LENDING = Path(__file__).parents[1] / "doubles" / "lending.yaml"
POOLS = {
    "bfcl-multiturn": REAL / "toolpool_bfcl_multiturn.jsonl",
    "bfcl-live": REAL / "toolpool_bfcl_live.jsonl",
}


# What runs is not among them.
ON_TOOLS_THAT_RUN = {"verbalization", "verbalization_request", "verbalization_reply", "agent_user", "agent_assistant"}


@cache
def pool(name: str) -> dict[str, Tool]:
    if name == "builtin":
        return {tool.name: tool for tool in builtin_tools(None)}
    if name == "lending":
        return {tool.name: tool for tool in load_tools([f"openapi:{LENDING}"], builtin_tools).tools}
    if not POOLS[name].exists():
        pytest.skip(f"the tools of {name} are not on this machine")
    return {tool.name: tool for tool in load_tools([str(POOLS[name])], builtin_tools).tools}


def load(file: Path) -> dict[str, Any]:
    return json.loads(file.read_text())


@pytest.mark.parametrize("file", RECORDED, ids=lambda file: file.stem)
def test_the_answer_passes_the_checks_on_the_request_of_today(file: Path) -> None:
    kept = load(file)
    operation = OPERATIONS[kept["operation"]]
    given = input_of(kept["operation"], kept["context"], pool(kept["pool"]), kept["tools"])
    told = kept["context"].get("user_profile", {})
    profile = UserProfile(persona=told.get("who", ""), style=told.get("style", ""), writes=told.get("writes", ""))
    today = json.loads(render_context(operation.context_for(given, profile if told else None)))
    tools = today.pop("tools", [])
    assert tools == tools_json(tuple(pool(kept["pool"])[name] for name in kept["tools"]))
    assert today == kept["context"]
    answer, problems = read_answer(operation.output, Completion(text=kept["answer"]))
    assert problems == []
    assert operation.check(given, answer) == []


@pytest.mark.parametrize("file", RECORDED, ids=lambda file: file.stem)
def test_the_instruction_is_the_one_that_was_answered(file: Path) -> None:
    kept = load(file)
    assert kept["asked"] == asked(kept["operation"]), "the instruction changed: have it answered anew, and record that"


def test_every_operation_was_answered_at_least_twice() -> None:
    """On tools that nobody here wrote, but for what is about calls that have been run."""
    kept = [load(file) for file in RECORDED]
    counts = Counter(
        k["operation"] for k in kept if k["pool"].startswith("bfcl") or k["operation"] in ON_TOOLS_THAT_RUN
    )
    assert {name for name in OPERATIONS if counts[name] < 2} == set()
