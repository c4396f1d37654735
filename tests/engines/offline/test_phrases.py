"""Words for calls that hold what no book expects: the calls of recorded dialogues are as they are."""

from __future__ import annotations

import random
from typing import Any

import pytest

from toolace_mt.engines.offline.phrases import DOMAINS, DomainWording, domain_of
from toolace_mt.engines.offline.skills import Skill
from toolace_mt.engines.offline.spoken import Spoken
from toolace_mt.environments.builtin import builtin_tools
from toolace_mt.types import Tool

TOOLS = [tool for tool in builtin_tools(None) if domain_of(tool)]


@pytest.mark.parametrize(
    "value", [["text", "as a list"], [["deep"]], {"an": "object"}, None, 1.5, True, 10**30, ""], ids=repr
)
def test_every_value_can_be_said_of_every_tool(value: Any) -> None:
    assert {domain_of(tool) for tool in TOOLS} == {*DOMAINS}
    for tool in TOOLS:
        for seed in range(5):
            assert _clause(tool, value, random.Random(seed))


def _clause(tool: Tool, value: Any, rng: random.Random) -> str:
    wording = Skill(tool).wording
    assert isinstance(wording, DomainWording)
    return wording.clause({name: Spoken(value, "stated") for name in tool.properties}, rng)
