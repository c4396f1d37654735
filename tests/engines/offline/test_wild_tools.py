from __future__ import annotations

import random
import re
from pathlib import Path

import orjson
import pytest

from tests.engines.offline.desk import Desk
from toolace_mt.dialogue.turns import kind_of
from toolace_mt.engines.offline.skills import skill_of
from toolace_mt.engines.offline.spoken import Spoken
from toolace_mt.environments.builtin import builtin_tools
from toolace_mt.schema.validate import argument_problems
from toolace_mt.tools.sources import load_tools
from toolace_mt.types import Tool
from toolace_mt.values.making import make_value

DATA = Path(__file__).parents[4] / "shared" / "data" / "real"
POOLS = ("toolpool_bfcl_multiturn.jsonl", "toolpool_bfcl_live.jsonl")


def pool(name: str) -> tuple[Tool, ...]:
    if not (DATA / name).exists():
        pytest.skip(f"{DATA / name} is absent")
    return tuple(load_tools([str(DATA / name)], builtin_tools).tools)


@pytest.mark.parametrize("name", POOLS)
def test_values_satisfy_the_schemas_of_tools_in_the_wild(name: str) -> None:
    rng = random.Random(7)
    broken: list[str] = []
    tools = pool(name)
    for tool in tools:
        arguments = {n: make_value(n, tool.properties[n], rng, tool.name) for n in tool.properties}
        if problems := argument_problems(tool, arguments):
            broken.append(f"{tool.name}: {problems[0]}")
    assert len(broken) <= len(tools) // 500, broken[:10]


@pytest.mark.parametrize("name", POOLS)
def test_clauses_are_plain_words(name: str) -> None:
    rng = random.Random(3)
    for tool in pool(name):
        skill = skill_of(
            orjson.dumps({"name": tool.name, "description": tool.description, "parameters": tool.parameters})
        )
        clause = skill.wording.clause({}, rng)
        assert re.match(r"[a-z]+( |$)", clause), (tool.name, clause)
        assert not re.search(r"[{}\[\]|]|  |[a-z]_[a-z]", clause), (tool.name, clause)


def test_a_required_value_is_always_said() -> None:
    rng = random.Random(5)
    for tool in pool(POOLS[0]):
        skill = skill_of(
            orjson.dumps({"name": tool.name, "description": tool.description, "parameters": tool.parameters})
        )
        for name in tool.required:
            schema = tool.properties[name]
            if schema.get("type") in ("string", "integer"):
                value = make_value(name, schema, rng, tool.name)
                clause = skill.wording.clause({name: Spoken(value, "stated")}, rng)
                assert str(value) in clause, (tool.name, name, clause)


@pytest.mark.parametrize("name", POOLS)
async def test_dialogues_over_tools_in_the_wild_pass_their_checks(desk: Desk, name: str) -> None:
    tools = pool(name)
    for seed in range(12):
        chosen = random.Random(seed).sample(tools, 7)
        dialogue = await desk.skeleton(chosen, None, (2, 3), seed)
        for turn in dialogue.turns:
            if kind_of(turn) in ("user", "reply"):
                assert turn.text[:1].isupper() or not turn.text[:1].isalpha(), turn.text
                assert "  " not in turn.text.replace("\n", " ") or '"' in turn.text, turn.text
