"""A value that a call takes must be one that the user has said, or that the dialogue gave."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import orjson
import pytest

from tests.engines.offline.desk import Desk
from toolace_mt.dialogue.grounding import looks_like_id, mentions, squeeze
from toolace_mt.dialogue.turns import kind_of
from toolace_mt.engines.offline.composing import clauses
from toolace_mt.engines.offline.conversation import Context
from toolace_mt.engines.offline.phrases import DOMAINS
from toolace_mt.engines.offline.reading import Call, Result
from toolace_mt.engines.offline.skills import Skill
from toolace_mt.environments.builtin import builtin_tools
from toolace_mt.tools.sources import load_tools
from toolace_mt.types import Action, Dialogue, Observation

POOL = Path(__file__).parents[4] / "shared" / "data" / "real" / "toolpool_bfcl_multiturn.jsonl"


def unsaid(dialogue: Dialogue) -> list[tuple[str, str, Any]]:
    """Top-level ids and numbers of calls which neither the sub-task's user text nor anything before it holds."""
    missing: list[tuple[str, str, Any]] = []
    before, said, number = "", "", -1
    for turn in dialogue.turns:
        if kind_of(turn) == "user":
            said = turn.text if turn.subtask != number else f"{said} {turn.text}"
            number = turn.subtask
        if isinstance(turn, Action):
            for call in turn.calls:
                for name, value in call.arguments.items():
                    plain = isinstance(value, str | int | float) and not isinstance(value, bool)
                    if plain and not mentions(said, value) and squeeze(str(value)) not in squeeze(before):
                        missing.append((call.name, name, value))
                before += f" {orjson.dumps(call.arguments).decode()}"
        if isinstance(turn, Observation):
            before += " ".join(result.content for result in turn.results)
    return missing


def in_other_words(dialogue: Dialogue, tool: str, name: str) -> bool:
    """Choices are said as people say them: `because I no longer need it`."""
    schema = next(t for t in dialogue.tools if t.name == tool).properties[name]
    return "enum" in schema or "anyOf" in schema


@pytest.mark.parametrize("name", DOMAINS)
@pytest.mark.parametrize("seed", range(10))
async def test_values_of_calls_in_built_in_worlds_are_said(desk: Desk, name: str, seed: int) -> None:
    dialogue, _ = await desk.builtin(name, seed, (2, 4, 6))
    assert [m for m in unsaid(dialogue) if not in_other_words(dialogue, m[0], m[1])] == []


async def test_values_of_calls_of_tools_in_the_wild_are_said(desk: Desk) -> None:
    if not POOL.exists():
        pytest.skip(f"{POOL} is absent")
    tools = tuple(load_tools([str(POOL)], builtin_tools).tools)
    for seed in range(20):
        dialogue = await desk.skeleton(random.Random(seed).sample(tools, 7), None, (2, 4, 3), seed)
        assert [m for m in unsaid(dialogue) if looks_like_id(m[1], m[2]) or isinstance(m[2], int)] == []


async def test_that_booking_is_never_another_one(desk: Desk) -> None:
    dialogue, _ = await desk.builtin("travel", 1)
    skills = {tool.name: Skill(tool) for tool in dialogue.tools} | {
        tool.name: Skill(tool) for tool in builtin_tools("travel")
    }
    cancel = [Call(name="cancel_flight", arguments={"booking_id": b}) for b in ("BK-51371", "BK-51310")]
    listed = Result(name="cancel_flight", content={"booking_id": "BK-51310", "status": "cancelled"}, is_error=False)
    for seed in range(20):
        context = Context(skills, before=[(cancel[1], listed)])
        said = clauses([[(cancel[0], None)], [(cancel[1], None)]], context, random.Random(seed))
        assert "BK-51371" in " ".join(said)
        assert "BK-51310" in " ".join(said)
