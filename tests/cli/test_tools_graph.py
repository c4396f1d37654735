from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from toolace_mt.cli import group as main

ID = {"type": "string"}


def entry(name: str, asks: tuple[str, ...] = (), gives: dict[str, object] | None = None) -> dict[str, object]:
    parameters = {"type": "object", "properties": dict.fromkeys(asks, ID), "required": list(asks)}
    returns = {"type": "object", "properties": gives} if gives else None
    return {"name": name, "parameters": parameters, **({"returns": returns} if returns else {})}


TOOLS = [
    entry("list_orders", (), {"orders": {"type": "array", "items": {"properties": {"id": ID}}}}),
    entry("place_order", ("coupon_code",), {"order_id": ID}),
    entry("get_order", ("order_id",), {"order_id": ID}),
]


@pytest.fixture
def source(tmp_path: Path) -> str:
    (tmp_path / "tools.jsonl").write_text("\n".join(map(json.dumps, TOOLS)))
    return str(tmp_path / "tools.jsonl")


def said(*arguments: str) -> str:
    result = CliRunner().invoke(main, ["tools", *arguments], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.stdout


def test_text(source: str) -> None:
    assert said("graph", source).splitlines() == [
        "get_order  order_id <- list_orders orders[].id, place_order order_id",
        "",
        "nothing feeds these tools:",
        "  list_orders",
        "  place_order",
        "",
        "no tool gives these ids, so the user must:",
        "  place_order  coupon_code",
    ]


def test_limit(source: str) -> None:
    assert "get_order  order_id <- list_orders orders[].id (and 1 more)" in said("graph", source, "--limit", "1")


def test_json(source: str) -> None:
    link = {"source": "list_orders", "field": "orders[].id", "target": "get_order", "parameter": "order_id"}
    assert json.loads(said("graph", source, "--format", "json")) == {
        "tools": ["list_orders", "place_order", "get_order"],
        "links": [link, {**link, "source": "place_order", "field": "order_id"}],
        "starting": ["list_orders", "place_order"],
        "unfed": [{"tool": "place_order", "parameter": "coupon_code"}],
    }


def test_dot(source: str) -> None:
    shown = said("graph", source, "--format", "dot")
    assert shown.startswith("digraph tools {")
    assert '  "list_orders" -> "get_order" [label="orders[].id → order_id"];' in shown
    assert '  "place_order" -> "get_order" [label="order_id"];' in shown
    assert shown.endswith("}\n")


def test_mermaid(source: str) -> None:
    assert said("graph", source, "--format", "mermaid").splitlines() == [
        "flowchart LR",
        '  t0["list_orders"]',
        '  t1["place_order"]',
        '  t2["get_order"]',
        '  t0 -->|"orders[].id → order_id"| t2',
        '  t1 -->|"order_id"| t2',
    ]


def test_no_links(tmp_path: Path) -> None:
    (tmp_path / "tools.json").write_text(json.dumps([entry("dance")]))
    assert said("graph", str(tmp_path / "tools.json")).startswith("no tool feeds another\n")


@pytest.mark.parametrize("form", ["text", "dot", "mermaid"])
def test_names_of_strangers_stay_in_their_place(tmp_path: Path, form: str) -> None:
    evil = 'order_"]\n-->\x1b[31m<b>\\id'
    tools = [entry("give", (), {evil: ID}), entry("take", (evil,))]
    (tmp_path / "tools.json").write_text(json.dumps(tools))
    shown = said("graph", str(tmp_path / "tools.json"), "--format", form)
    assert "\x1b" not in shown
    assert len([line for line in shown.splitlines() if "31m" in line]) == 1
    if form == "mermaid":
        assert "<b>" not in shown
        assert all(line.count('"') in (0, 2) for line in shown.splitlines())


def test_many_tools_are_linked_with_few_lines(tmp_path: Path) -> None:
    """All of 3,000 tools ask for one thing and give it: nine million links, of which two for each are shown."""
    tools = [entry(f"tool_{n}", ("order_id",), {"order_id": ID}) for n in range(3000)]
    (tmp_path / "tools.jsonl").write_text("\n".join(map(json.dumps, tools)))
    shown = json.loads(said("graph", str(tmp_path / "tools.jsonl"), "--format", "json", "--limit", "2"))
    assert len(shown["links"]) == 6000
    text = said("graph", str(tmp_path / "tools.jsonl"), "--limit", "2")
    assert "(and 2,997 more)" in text


def test_a_long_list_is_cut(tmp_path: Path) -> None:
    (tmp_path / "tools.jsonl").write_text("\n".join(json.dumps(entry(f"dance_{n}")) for n in range(50)))
    shown = said("graph", str(tmp_path / "tools.jsonl"))
    assert "... and 10 more" in shown


def test_the_word_graph_is_taken_only_where_it_comes_first(
    source: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert set(json.loads(said(source, "--json"))) == {"tools", "mended", "refused"}
    monkeypatch.chdir(tmp_path)
    (tmp_path / "graph").write_text(Path(source).read_text())
    assert "3 tools read" in said("./graph")
    assert CliRunner().invoke(main, ["tools", "graph"]).exit_code == 2, "a graph of nothing"
