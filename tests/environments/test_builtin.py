from __future__ import annotations

import asyncio
import copy
import random
import re
from collections import Counter
from typing import Any

import jsonschema
import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.environments.walker import Walker
from toolace_mt.environments.builtin import BUILTIN, builtin_tools, open_builtin
from toolace_mt.errors import InputError
from toolace_mt.schema.links import links
from toolace_mt.types import EnvironmentRef, Tool

NAMES = sorted(BUILTIN)
TOOLS = builtin_tools()
STEPS = 120


def opened(name: str, seed: int) -> Any:
    return open_builtin(EnvironmentRef(name=name, seed=seed))


def strict(schema: Any) -> Any:
    """`schema` with no properties allowed but those that it names."""
    if isinstance(schema, list):
        return [strict(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    closed = {key: strict(value) for key, value in schema.items()}
    return closed | {"additionalProperties": False} if schema.get("type") == "object" else closed


def test_every_domain_has_at_least_ten_tools_and_no_two_share_a_name() -> None:
    assert all(len(builtin_tools(name)) >= 10 for name in NAMES)
    assert len({tool.name for tool in TOOLS}) == len(TOOLS)
    assert builtin_tools(None) == tuple(tool for name in BUILTIN for tool in builtin_tools(name))
    assert all(tool.environment == tool.group == name for name in NAMES for tool in builtin_tools(name))


def test_an_unknown_name_is_refused_with_the_known_ones() -> None:
    with pytest.raises(InputError, match="'garage'; known: travel, shop, files"):
        builtin_tools("garage")
    with pytest.raises(InputError, match="'garage'; known: travel, shop, files"):
        opened("garage", 0)


@pytest.mark.parametrize("tool", TOOLS, ids=lambda tool: tool.name)
def test_every_tool_is_described_and_plain(tool: Tool) -> None:
    assert tool.returns is not None
    for schema in (tool.parameters, tool.returns):
        jsonschema.Draft202012Validator.check_schema(schema)
        assert b"$ref" not in orjson.dumps(schema)
        assert b"$defs" not in orjson.dumps(schema)
    assert tool.parameters["additionalProperties"] is False
    described = [tool.description, *(schema.get("description", "") for schema in tool.properties.values())]
    assert all(re.fullmatch(r"[A-Z][^\n]{6,150}\.", text) for text in described), described
    assert re.match(
        r"(Add|Answer|Append|Apply|Assign|Attach|Block|Book|Cancel|Change|Check|Close"
        r"|Comment|Create|Declare|Find|Get|Invite|List|Lock|Move|Open|Order|Plan|Place|Read|Redeem"
        r"|Rename|Reply|Request|Reserve|Resolve|Restore|Run|Schedule|Search|Send|Set|Share"
        r"|Show|Start|Switch|Take|Track|Unblock|Unlock)\b",
        tool.description,
    )  # fmt: skip


def test_every_id_that_a_tool_needs_is_told_or_given_by_another() -> None:
    found = links(TOOLS)
    for name in NAMES:
        knows = opened(name, 0).brief["knows"]
        for tool in builtin_tools(name):
            for parameter in tool.required:
                if parameter.endswith("_id"):
                    assert parameter in knows or found.sources(tool.name, parameter), (tool.name, parameter)


@pytest.mark.parametrize("name", NAMES)
def test_the_brief_is_small_and_speaks_of_parameters(name: str) -> None:
    parameters = {parameter for tool in builtin_tools(name) for parameter in tool.properties}
    dotted = {f"{tool.name}.{parameter}" for tool in builtin_tools(name) for parameter in tool.properties}
    briefs = [opened(name, seed).brief for seed in range(50)]
    for brief in briefs:
        assert len(orjson.dumps({**brief, "assistant_policy": ""})) < 1600
        assert set(brief) - {"assistant_policy"} == {"today", "user", "knows"}
        assert 4 <= brief.get("assistant_policy", "." * 4).count(".") <= 12
        whole_sets = {tool.name for tool in builtin_tools(name)}
        assert set(brief["knows"]) <= parameters | dotted | whole_sets
        assert all(brief["knows"].values())
    assert len({orjson.dumps(brief) for brief in briefs}) == 50


@pytest.mark.parametrize("name", NAMES)
def test_every_tool_can_be_called_from_the_brief_and_results(name: str) -> None:
    tried: Counter[str] = Counter()
    succeeded: Counter[str] = Counter()
    schemas = {tool.name: jsonschema.Draft202012Validator(strict(tool.returns)) for tool in builtin_tools(name)}
    for seed in range(8):
        walker, rng = Walker(opened(name, seed)), random.Random(seed)
        for _ in range(STEPS):
            if (step := walker.step(rng)) is None:
                continue
            tool, _, output = step
            tried[tool.name] += 1
            if output.is_error:
                told = orjson.loads(output.content)["error"]
                assert re.fullmatch(r"[A-Z].*\.", told), told
                assert not re.match(r"\w+(Error|Exception): ", told), told
            else:
                succeeded[tool.name] += 1
                schemas[tool.name].validate(orjson.loads(output.content))
    shares = {tool.name: succeeded[tool.name] / tried[tool.name] for tool in builtin_tools(name)}
    assert all(shares.values()), shares
    assert sum(succeeded.values()) / sum(tried.values()) > 0.6, shares


@pytest.mark.parametrize("name", NAMES)
def test_what_the_brief_says_works_at_once(name: str) -> None:
    """Each tool whose required parameters the brief covers succeeds as the first call, with any of the told values."""
    covered = 0
    for seed in range(10):
        for tool in builtin_tools(name):
            knows = opened(name, seed).brief["knows"]
            values = {
                p: knows.get(f"{tool.name}.{p}") or knows.get(p) or tool.properties[p].get("enum")
                for p in tool.required
            }
            if not all(values.values()):
                continue
            covered += 1
            for i in range(max([len(each) for each in values.values()], default=1)):
                arguments = {p: each[i % len(each)] for p, each in values.items()}
                output = asyncio.run(opened(name, seed).call(tool.name, arguments))
                assert not output.is_error, (seed, tool.name, arguments, output)
    assert covered >= 10 * 4


@pytest.mark.parametrize("name", NAMES)
def test_the_same_seed_and_calls_give_the_same_outputs(name: str) -> None:
    walker, rng = Walker(opened(name, 5)), random.Random(5)
    steps = [step for step in (walker.step(rng) for _ in range(STEPS)) if step]
    again, other = opened(name, 5), opened(name, 6)
    assert again.brief == walker.environment.brief
    assert [asyncio.run(again.call(tool.name, copy.deepcopy(a))) for tool, a, _ in steps] == [o for *_, o in steps]
    assert [asyncio.run(other.call(tool.name, a)) for tool, a, _ in steps] != [o for *_, o in steps]


@pytest.mark.parametrize("name", NAMES)
def test_two_instances_share_no_state(name: str) -> None:
    untouched, walker, rng = opened(name, 5), Walker(opened(name, 5)), random.Random(5)
    steps = [step for step in (walker.step(rng) for _ in range(STEPS)) if step]
    fresh = opened(name, 5)
    probes = [(tool.name, arguments) for tool, arguments, _ in steps[:40]]
    assert [asyncio.run(untouched.call(*probe)) for probe in probes] == [
        asyncio.run(fresh.call(*probe)) for probe in probes
    ]


GARBAGE = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=8),
    st.just("   "),
    st.sampled_from(["", "2026-02-30", "BK-1", "NW1-99999999", "1747008000", "\ud800", [], {}, object()]),
    st.lists(st.integers(), max_size=2),
    st.dictionaries(st.text(max_size=3), st.integers(), max_size=2),
)


@settings(max_examples=60, deadline=None)
@given(data=st.data(), name=st.sampled_from(NAMES), seed=st.integers(0, 2**31))
def test_failed_calls_change_nothing(data: st.DataObject, name: str, seed: int) -> None:
    """Leaving the failed calls out gives the same outputs: also where arguments are garbage."""
    walker = Walker(opened(name, seed))
    done: list[tuple[str, dict[str, Any], Any]] = []
    for _ in range(25):
        tool = data.draw(st.sampled_from(walker.environment.tools))
        arguments: dict[str, Any] = {}
        for parameter in tool.properties:
            values = walker.candidates(tool, parameter)
            likely = st.sampled_from(values) if values else st.text(max_size=8)
            if parameter in tool.required or data.draw(st.integers(0, 3)) == 0:
                arguments[parameter] = data.draw(GARBAGE if data.draw(st.integers(0, 7)) == 0 else likely)
        if data.draw(st.integers(0, 15)) == 0:
            arguments[data.draw(st.text(max_size=5))] = data.draw(GARBAGE)
        output = walker.call(tool.name, arguments)
        if not output.is_error:
            done.append((tool.name, arguments, output))
        else:
            assert not re.match(r"\w+(Error|Exception): ", orjson.loads(output.content)["error"]), output
    fresh = opened(name, seed)
    assert [asyncio.run(fresh.call(called, arguments)) for called, arguments, _ in done] == [o for *_, o in done]
