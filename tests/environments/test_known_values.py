"""What users of outside servers know."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from toolace_mt.environments.known_values import known_to, read_known
from toolace_mt.errors import InputError
from toolace_mt.types import Tool


def tool(name: str, **properties: Any) -> Tool:
    return Tool(name=name, parameters={"type": "object", "properties": properties})


TEXT = {"type": "string"}
READ = tool("read", path=TEXT, head={"type": "integer"}, paths={"type": "array", "items": TEXT})
STATUS = tool("status", repo_path=TEXT, pathology=TEXT)
LINKED = tool("linked", there={"$ref": "#/$defs/x"})


def known(tmp_path: Path, content: Any, *tools: Tool) -> dict[str, list[Any]]:
    file = tmp_path / "known.json"
    file.write_text(content if isinstance(content, str) else json.dumps(content))
    return read_known(str(file), tools or (READ, STATUS, LINKED))


def test_values_go_to_tools_that_have_the_parameter(tmp_path: Path) -> None:
    values = known(tmp_path, {"head": [3], "read.path": ["/a"], "repo_path": ["/r"], "there": [1, "x"]})
    assert known_to([READ], values) == {"head": [3], "read.path": ["/a"]}
    assert known_to([STATUS], values) == {"repo_path": ["/r"]}
    assert read_known(None, [READ]) == {}


def test_sets_of_arguments_go_to_their_tool(tmp_path: Path) -> None:
    values = known(tmp_path, {"read": [{"path": "/a", "head": 3}, {"path": "/b"}], "head": [1]})
    assert known_to([READ], values) == {"read": [{"path": "/a", "head": 3}, {"path": "/b"}], "head": [1]}
    assert known_to([STATUS], values) == {}


def test_folders_of_the_command_are_known_where_a_path_is_wanted() -> None:
    assert known_to([READ, STATUS], {}, ["/scratch", "/b"]) == {
        "path": ["/scratch", "/b"],
        "repo_path": ["/scratch", "/b"],
    }
    assert known_to([READ], {"path": ["/a.txt"]}, ["/scratch"]) == {"path": ["/a.txt"]}, (
        "what the user says comes first"
    )
    assert known_to([READ], {}, []) == {}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("{", "is not JSON"),
        ([], "must be an object"),
        ({"path": "x"}, "field path: must be a list of values, not 'x'"),
        ({"path": []}, "field path: must be a list"),
        ({"nothing": [1]}, "field nothing: no tool on an outside server has such a parameter"),
        ({"status.path": ["x"]}, "field status.path: no tool"),
        ({"read": ["/a"]}, "field read: is a tool, so write objects with arguments of it, not '/a'"),
        ({"read": [{"path": "/a"}, {}]}, "field read: is a tool"),
        ({"read": [{"patth": "/a"}]}, "field read: the tool has no parameter patth, but path, head, paths"),
        ({"read": [{"head": "x"}]}, "field read: head: 'x' does not fit the parameter's schema"),
        ({"head": [1, "many"]}, "field head: 'many' does not fit the parameter's schema"),
    ],
)
def test_wrong_files_are_refused_with_the_field(tmp_path: Path, content: Any, said: str) -> None:
    with pytest.raises(InputError, match=r"tools\.knows: .*known\.json: ") as refused:
        known(tmp_path, content)
    assert said in str(refused.value)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"none\.json: cannot be read"):
        read_known(str(tmp_path / "none.json"), [READ])
