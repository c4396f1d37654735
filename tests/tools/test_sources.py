from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from toolace_mt.errors import InputError
from toolace_mt.tools.documents import Document
from toolace_mt.tools.notes import LoadedTools
from toolace_mt.tools.sources import load_tools
from toolace_mt.types import Tool

Write = Callable[[str, str], Path]
A = {"name": "a", "description": "A.", "parameters": {"type": "object", "properties": {"x": {"type": "string"}}}}
B = {"type": "function", "function": {"name": "b", "description": "B."}}


def builtin(name: str | None) -> Sequence[Tool]:
    if name not in (None, "shop"):
        raise InputError(f"no environment {name}")
    return (Tool(name="buy", environment="shop"),)


def load(*sources: Path | str) -> LoadedTools:
    return load_tools([str(source) for source in sources], builtin)


def names(*sources: Path | str) -> list[str]:
    return [tool.name for tool in load(*sources).tools]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("t.json", json.dumps([A, B])),
        ("t.json", json.dumps([A, B], indent=2)),
        ("t.json", "\ufeff" + json.dumps([A, B])),
        ("t.json", json.dumps({"tools": [A, B]})),
        ("t.json", json.dumps({"note": {"tools": 3}, "functions": [A, B]})),
        ("t.json", json.dumps(A) + "\n\n" + json.dumps(B) + "\n"),
        ("t.jsonl", json.dumps(A) + "\r\n" + json.dumps(B)),
        ("t.jsonl", json.dumps([A]) + "\n" + json.dumps({"id": 1, "function": [B]})),
        ("t.unknown", json.dumps([A, B])),
        ("t.yaml", json.dumps([A, B])),
        ("t.yaml", "- name: a\n- name: b\n"),
        ("t.yml", "tools:\n- name: a\n- {name: b}\n"),
        ("t.yaml", "name: a\n---\nname: b\n"),
    ],
)
def test_forms_of_files(write: Write, name: str, text: str) -> None:
    assert names(write(name, text)) == ["a", "b"]


@pytest.mark.parametrize(
    ("name", "text"), [("t.json", json.dumps(B)), ("t.json", json.dumps(B, indent=1)), ("t.yaml", "name: b")]
)
def test_a_single_tool(write: Write, name: str, text: str) -> None:
    assert names(write(name, text)) == ["b"]


def test_several_sources_in_order(write: Write) -> None:
    assert names(write("1.json", json.dumps(B)), "builtin", write("2.json", json.dumps(A)), "builtin:shop") == [
        "b",
        "buy",
        "a",
    ]
    with pytest.raises(InputError, match="atlantis"):
        load("builtin:atlantis")


BROKEN = {"name": "c", "parameters": "x"}


@pytest.mark.parametrize(
    ("name", "text", "line"),
    [
        ("t.jsonl", f"{json.dumps(A)}\n\n{json.dumps(BROKEN)}\n", 3),
        ("t.json", f"[{json.dumps(A)},\n\n{json.dumps(BROKEN)}\n]", 3),
        ("t.json", f'\n{{"x": {{"tools": [1,\n2]}}, "tools":\n[{json.dumps(A)}, {json.dumps(BROKEN)}]}}', 4),
        ("t.json", f'{{"tools": [1],\n"x": 2, "tools":\n[{json.dumps(A)}, {json.dumps(BROKEN)}], "y": [3]}}', 3),
        ("t.yaml", "- name: a\n- parameters: x\n  name: c\n", 2),
        ("t.yaml", "x: 1\ntools:\n- name: a\n\n- name: c\n  parameters: 3", 5),
    ],
)
def test_places_are_told_by_line(write: Write, name: str, text: str, line: int) -> None:
    path = write(name, text)
    loaded = load(path)
    assert [tool.name for tool in loaded.tools] == ["a"]
    assert [(refusal.where, refusal.name) for refusal in loaded.refused] == [(f"{path}:{line}", "c")]


@pytest.mark.parametrize("around", ["[{}]", '{{"tools": [{}]}}', '{{"x": {}, "tools": [{{"name": "c"}}]}}'])
def test_what_nests_too_deeply_for_its_line_to_be_told(write: Write, around: str) -> None:
    nested = "[" * 1000 + "]" * 1000
    path = write("t.json", "\n" + around.format(nested if "x" in around else f'{nested},\n {{"name": "c"}}'))
    loaded = load(path)
    assert [tool.name for tool in loaded.tools] == ["c"]
    assert [refusal.where for refusal in loaded.refused] == ([] if "x" in around else [f"{path}:1"])


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("t.json", "", "t.json: is empty"),
        ("t.yaml", "# nothing\n", "no tools found"),
        ("t.json", "[]", "no tools found"),
        ("t.json", '{"tools": []}', "no tools found"),
        ("t.json", "3", "t.json:1: holds a single value"),
        ("t.json", "[1, 2]", "no usable tool found: .*t.json:1"),
        ("t.json", '[{"name": "a"},\n {"name": ]', "t.json:2: is not valid JSON"),
        ("t.jsonl", '{"name": "a"}\n{"name": ', "t.jsonl:2: is not valid JSON"),
        ("t.json", "[NaN]", "t.json:1: is not valid JSON"),
        ("t.json", "[" * 5000, "t.json:1: is not valid JSON"),
        ("t.json", '[{"name": "\\ud800"}]', "t.json:1: is not valid JSON"),
        ("t.yaml", "- name: a\n- name: {\n", "t.yaml:.*: is not valid YAML"),
        ("t.yaml", "- !!python/object:os.system {}\n", "t.yaml:1: is not valid YAML"),
        ("t.yaml", "- {? [a]: b}\n", "t.yaml:1: is not valid YAML"),
        ("t.yaml", "a: &a [*a]\ntools: [*a]", "t.yaml"),
        ("t.yaml", "- name: a\n  x: 99999999999999999999999\n", "t.yaml: cannot be read as YAML"),
        ("t.yaml", "[" * 5000, "t.yaml"),
        ("t.json", '[{"name": "a"},\n{"description": "x"}]', "t.json:2: field name: a tool needs a name"),
        ("t.jsonl", '{"name": ""}', "t.jsonl:1: field name"),
    ],
)
def test_what_cannot_be_read(write: Write, name: str, text: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        load(write(name, text))


def test_other_files(tmp_path: Path) -> None:
    (tmp_path / "bytes.json").write_bytes(b"\xff\xfe[]")
    for path, said in (
        (tmp_path / "absent.json", "no such file"),
        (tmp_path, "folder"),
        (tmp_path / "bytes.json", "UTF-8"),
    ):
        with pytest.raises(InputError, match=said):
            load(path)
    with pytest.raises(InputError, match="cannot be read"):
        load("a\0b")


def test_no_source_at_all() -> None:
    with pytest.raises(InputError, match="no tools found"):
        load()


def test_yaml_text_stays_text(write: Write) -> None:
    text = "- name: a\n  parameters: {properties: {on: {enum: [yes, no, 12:30, 2024-01-01, 010]}, 1: {type: string}}}\n"
    (tool,) = load(write("t.yaml", text)).tools
    assert tool.properties == {"on": {"enum": ["yes", "no", "12:30", "2024-01-01", "010"]}, "1": {"type": "string"}}


def test_yaml_aliases_cannot_explode(write: Write) -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]" for i in range(1, 30)]
    with pytest.raises(InputError, match="aliases"):
        load(write("t.yaml", "\n".join(lines)))


def test_what_is_printed_can_be_read_back(write: Write) -> None:
    first = load(
        write("t.json", json.dumps([{**A, "name": "x.a", "returns": {"type": "object"}}, {**A, "name": "x_a"}]))
    )
    entries = [
        {**t.to_openai(), "group": t.group, "returns": t.returns, "source_name": t.source_name} for t in first.tools
    ]
    again = load(write("again.json", json.dumps({"tools": entries})))
    assert again.tools == first.tools
    assert again.mended == ()


def test_tools_at_hand() -> None:
    documents = [Document(f"row {i}", value) for i, value in enumerate([A, {"name": "x.y"}, 3])]
    loaded = load_tools([], builtin, documents=documents)
    assert [tool.name for tool in loaded.tools] == ["a", "x_y"]
    assert [refusal.where for refusal in loaded.refused] == ["row 2"]
    with pytest.raises(InputError, match="row 3: field name"):
        load_tools([], builtin, documents=[Document("row 3", {})])
