"""Real tool documents, as they come: each is loaded, merged with its like, or refused with a reason."""

from __future__ import annotations

import gzip
import json
import random
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema

from toolace_mt.schema.links import links
from toolace_mt.schema.validate import argument_problems, conforms
from toolace_mt.tools.documents import Document
from toolace_mt.tools.names import is_legal
from toolace_mt.tools.notes import LoadedTools
from toolace_mt.tools.pool import ToolPool
from toolace_mt.tools.sources import load_tools

Real = Callable[[str], Path]


def nothing(_: str | None) -> tuple[()]:
    return ()


def at_hand(documents: list[Any]) -> LoadedTools:
    return load_tools([], nothing, documents=[Document(f"tool {i}", value) for i, value in enumerate(documents)])


def test_bfcl_live(real: Real) -> None:
    path = real("toolpool_bfcl_live.jsonl")
    loaded = load_tools([str(path)], nothing)
    merged = [mend for mend in loaded.mended if mend.kind == "duplicate"]
    assert loaded.refused == ()
    assert len(loaded.tools) + len(merged) == 2044
    assert len(merged) < 20
    assert len({tool.name for tool in loaded.tools}) == len(loaded.tools)
    documents = [json.loads(line) for line in path.read_text().splitlines()]
    assert {tool.source_name or tool.name for tool in loaded.tools} == {document["name"] for document in documents}
    for tool in loaded.tools:
        assert is_legal(tool.name)
        for schema in tool.properties.values():
            assert "default" not in schema or conforms(schema, schema["default"])
    for tool in loaded.tools[::4]:  # a second opinion, which is slow
        jsonschema.Draft202012Validator.check_schema(tool.parameters)


def test_bfcl_live_changes_are_told(real: Real) -> None:
    """What differs from the document is among the changes, tool by tool."""
    path = real("toolpool_bfcl_live.jsonl")
    loaded = load_tools([str(path)], nothing)
    changed = {mend.where for mend in loaded.mended}
    for number, line in enumerate(path.read_text().splitlines(), 1):
        if f"{path}:{number}" not in changed:
            document = json.loads(line)
            (tool,) = (tool for tool in loaded.tools if tool.name == document["name"])
            assert (tool.description, tool.parameters) == (document["description"], document["parameters"])


def test_bfcl_multi_turn_and_its_gold_calls(real: Real) -> None:
    loaded = load_tools([str(real("toolpool_bfcl_multiturn.jsonl"))], nothing)
    assert (len(loaded.tools), loaded.refused) == (110, ())
    assert all(tool.group and tool.returns is not None for tool in loaded.tools)
    assert not any("Tool description" in tool.description for tool in loaded.tools)
    tools = {tool.name: tool for tool in loaded.tools}
    problems: Counter[bool] = Counter()
    with gzip.open(real("dialogues_bfcl_truth.jsonl.gz"), "rt") as lines:
        for line in lines:
            for call in (call for turn in json.loads(line)["turns"] for call in turn["calls"]):
                problems[bool(argument_problems(tools[call["name"]], call["arguments"]))] += 1
    assert problems[False] > 2500
    assert problems[True] / problems.total() < 0.005


def test_real_agents_break_no_schema(real: Real) -> None:
    for name in ("dialogues_tau_historical.jsonl.gz", "dialogues_tau2_sierra.jsonl.gz"):
        with gzip.open(real(name), "rt") as lines:
            for row in map(json.loads, lines):
                loaded = at_hand(row["tools"])
                assert (loaded.mended, loaded.refused) == ((), ())
                tools = {tool.name: tool for tool in loaded.tools}
                calls = (call["function"] for message in row["messages"] for call in message.get("tool_calls") or [])
                for call in calls:
                    if call["name"] in tools:
                        arguments = call["arguments"]
                        arguments = json.loads(arguments) if isinstance(arguments, str) else arguments
                        assert argument_problems(tools[call["name"]], arguments) == []


def test_real_violations_are_found(real: Real) -> None:
    for line in real("real_schema_violations.jsonl").read_text().splitlines():
        row = json.loads(line)
        (tool,) = at_hand([row["tool"]]).tools
        assert argument_problems(tool, row["arguments"]), row["errors"]


def test_real_links(real: Real) -> None:
    found = links(load_tools([str(real("toolpool_bfcl_multiturn.jsonl"))], nothing).tools)
    assert "create_ticket" in {source for source, _ in found.sources("close_ticket", "ticket_id")}
    assert "place_order" in {source for source, _ in found.sources("cancel_order", "order_id")}
    assert "get_symbol_by_name" in {source for source, _ in found.sources("get_stock_info", "symbol")}


def test_real_sets(real: Real) -> None:
    pool = ToolPool(load_tools([str(real("toolpool_bfcl_live.jsonl"))], nothing).tools)
    rng = random.Random(0)
    drawn: Counter[str] = Counter()
    for _ in range(12_000):
        chosen = pool.sample(rng, 6, 2)
        assert len(chosen) == 6
        assert len({tool.source_name or tool.name for tool in chosen}) == 6
        drawn.update(tool.name for tool in chosen)
    assert set(drawn) == {tool.name for tool in pool.tools}
