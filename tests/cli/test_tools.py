from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from toolace_mt.cli.tools import command
from toolace_mt.errors import InputError

DOCUMENTS = [
    {"name": "a.b", "description": "x", "parameters": {"type": "dict", "properties": {"n": {"type": "float"}}}},
    {"name": "c", "parameters": {"type": "object", "properties": {"\x1b[31m[red]": {}}}, "returns": {"type": "object"}},
    {"name": "broken", "parameters": "x"},
]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "tools.jsonl"
    path.write_text("\n".join(map(json.dumps, DOCUMENTS)))
    return path


def run(*arguments: str) -> str:
    result = CliRunner().invoke(command, list(arguments), catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


def test_what_is_shown(file: Path) -> None:
    said = run(str(file))
    assert "a_b" in said
    assert "2 tools read" in said
    assert "mended: type (2)" in said
    assert f"{file}:1: a_b parameters.n: type 'float' written as number" in said
    assert f"{file}:3: broken: parameters" in said
    assert "known" in said
    assert "\x1b" not in said
    assert "[red]" in said


def test_all_changes_only_when_asked(file: Path) -> None:
    document = {**DOCUMENTS[0], "parameters": {"properties": {f"p{i}": {"type": "float"} for i in range(9)}}}
    file.write_text(json.dumps(document))
    assert "p8: type" not in run(str(file))
    assert "6 more" in run(str(file))
    assert "p8: type" in run(str(file), "--verbose")


def test_tools_that_say_nothing_of_themselves(tmp_path: Path) -> None:
    file = tmp_path / "tools.json"
    file.write_text('[{"name": "mute", "description": " "}, {"name": "told", "description": "Tells."}]')
    shown = run(str(file))
    assert "without a description, so nobody knows what they are for: mute\n" in shown


def test_json(file: Path) -> None:
    said = json.loads(run(str(file), "builtin:shop", "--json"))
    assert set(said) == {"tools", "mended", "refused"}
    first = said["tools"][0]
    assert first["function"]["name"] == "a_b"
    assert (first["type"], first["source_name"], first["group"]) == ("function", "a.b", "a")
    assert any(tool.get("environment") == "shop" for tool in said["tools"])
    assert said["refused"][0]["name"] == "broken"
    assert {"tool", "where", "field", "kind", "done"} == set(said["mended"][0])


def test_bad_input_is_left_to_the_main_command(tmp_path: Path) -> None:
    with pytest.raises(InputError):
        CliRunner().invoke(command, [str(tmp_path / "absent.json")], catch_exceptions=False)
    assert CliRunner().invoke(command, []).exit_code == 2
