"""Paths and texts that no result gives as they are."""

from __future__ import annotations

import random
from typing import Any

import pytest

from toolace_mt.types import Tool
from toolace_mt.walks import inventing
from toolace_mt.walks.skills import Skill


def skill(name: str, *parameters: str, description: str = "") -> Skill:
    properties: dict[str, Any] = {parameter: {"type": "string"} for parameter in parameters}
    schema = {"type": "object", "properties": properties, "required": list(parameters)}
    return Skill(Tool(name=name, description=description, parameters=schema))


def test_a_new_file_is_a_text_in_a_known_folder() -> None:
    names = [inventing.new_path(skill("write_file", "path"), ["/box"], (), random.Random(seed)) for seed in range(30)]
    assert all(name.startswith("/box/") for name in names)
    assert sum(name.endswith((".txt", ".md")) for name in names) > 25
    assert "." not in inventing.new_path(skill("create_directory", "path"), [], (), random.Random(0))


def test_a_file_moves_to_another_folder_or_gets_another_name() -> None:
    moved = {inventing.moved_path("/box/a.md", ["/box", "/box/new"], random.Random(seed)) for seed in range(30)}
    assert "/box/new/a.md" in moved
    assert "/box/a.md" not in moved
    assert all(path.startswith("/box/") and path.endswith("a.md") for path in moved)


def test_a_new_name_is_not_taken_and_grows_no_prefixes() -> None:
    taken = {"/box/notes.md"}
    write = skill("write_file", "path")
    assert not taken & {inventing.new_path(write, ["/box"], taken, random.Random(seed)) for seed in range(30)}
    moved = {inventing.moved_path("/box/old-a.md", [], random.Random(seed)) for seed in range(20)}
    assert moved == {"/box/final-a.md", "/box/archived-a.md"}


def test_no_folder_moves_into_itself() -> None:
    for seed in range(20):
        moved = inventing.moved_path("/box/web", ["/box", "/box/web", "/box/web/css"], random.Random(seed))
        assert not moved.startswith("/box/web/")


def test_patterns_are_of_the_make_that_the_tool_wants() -> None:
    glob = skill("search", "pattern", description="Search with a glob-style pattern").parameters[0]
    plain = skill("search", "pattern").parameters[0]
    assert inventing.is_pattern(glob)
    assert inventing.pattern_for(glob, ["/box/plan.md"], random.Random(0)) == "**/*.md"
    assert inventing.pattern_for(plain, ["/box/plan.md"], random.Random(0)) == "plan"


@pytest.mark.parametrize("names", [["oldText", "newText"], ["old_str", "new_str"], ["search", "replace"]])
def test_a_change_names_a_line_that_stands_once_in_the_text(names: list[str]) -> None:
    text = "twice told\ntwice told\nCook for 30 minutes.\n"
    change = inventing.change_of(names, text, random.Random(1))
    assert change is not None
    assert change[names[0]] == "Cook for 30 minutes."
    assert change[names[1]] != change[names[0]]
    assert change[names[1]].startswith("Cook for ")


def test_where_nothing_can_be_changed_there_is_no_change() -> None:
    assert inventing.change_of(["oldText", "newText"], "a\nb\n", random.Random(0)) is None
    assert inventing.change_of(["text"], "Cook for 30 minutes.", random.Random(0)) is None
