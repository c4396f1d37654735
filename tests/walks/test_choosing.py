"""Arguments that fit together: out of listings, out of texts, and never names that nobody can know."""

from __future__ import annotations

import json
import random
from typing import Any

import pytest

from toolace_mt.types import JsonSchema, Tool
from toolace_mt.walks.choosing import Arguments, Chooser
from toolace_mt.walks.memory import Memory
from toolace_mt.walks.skills import Skill

TEXT: JsonSchema = {"type": "string"}
LISTING = "[DIR] drafts\n[FILE] plan.md\n[FILE] todo.txt"


def skill(name: str, properties: dict[str, JsonSchema], description: str = "", **others: Any) -> Skill:
    schema = {"type": "object", "properties": properties, "required": list(properties)}
    return Skill(Tool(name=name, description=description, parameters=schema, **others))


LIST = skill("list_directory", {"path": TEXT})
READ = skill("read_file", {"path": TEXT})
STATUS = skill("repo_status", {"repo_path": TEXT}, "Shows the status")
ENTITY: JsonSchema = {
    "type": "object",
    "properties": {"name": TEXT, "kind": TEXT},
    "required": ["name", "kind"],
}
PEOPLE: JsonSchema = {"type": "object", "properties": {"persons": {"type": "array", "items": ENTITY}}}
CREATE = skill("create_persons", {"persons": {"type": "array", "items": ENTITY}}, returns=PEOPLE)


def choose(
    memory: Memory, wanted: Skill, seed: int, named: frozenset[frozenset[str]] = frozenset()
) -> Arguments | None:
    return Chooser(memory, frozenset(), named, random.Random(seed)).arguments(wanted, seed % 3)


def all_of(memory: Memory, wanted: Skill, name: str, named: frozenset[frozenset[str]] = frozenset()) -> set[Any]:
    found = [choose(memory, wanted, seed, named) for seed in range(40)]
    return {json.dumps(each.values[name]) if each else None for each in found}


def memory_of_a_listing() -> Memory:
    memory = Memory({"path": ["/box"], "repo_path": ["/box"]})
    memory.note(LIST, {"path": "/box"}, LISTING)
    return memory


def test_files_are_read_and_folders_are_listed() -> None:
    memory = memory_of_a_listing()
    assert all_of(memory, READ, "path") == {'"/box/plan.md"', '"/box/todo.txt"'}
    assert all_of(memory, LIST, "path") <= {'"/box"', '"/box/drafts"'}


def test_no_file_is_read_before_one_is_known() -> None:
    assert all_of(Memory({"path": ["/box"]}), READ, "path") == {None}


def test_files_go_without_their_folder_where_that_is_an_argument_of_its_own() -> None:
    memory = Memory({"repo_path": ["/box"]})
    memory.note(STATUS, {"repo_path": "/box"}, "\tmodified:   src/a.py\n")
    add = skill("repo_add", {"repo_path": TEXT, "files": {"type": "array", "items": TEXT}})
    assert all_of(memory, add, "repo_path") == {'"/box"'}
    assert all_of(memory, add, "files") == {'["src/a.py"]'}


def test_what_was_moved_is_not_there_any_more() -> None:
    memory = memory_of_a_listing()
    move = skill("move_file", {"source": TEXT, "destination": TEXT}, "Move files and directories")
    assert all_of(memory, move, "source") == {'"/box/plan.md"', '"/box/todo.txt"', '"/box/drafts"'}
    memory.note(move, {"source": "/box/plan.md", "destination": "/box/drafts/plan.md"}, "done")
    assert all_of(memory, READ, "path") == {'"/box/todo.txt"'}


@pytest.mark.parametrize("nested", [True, False])
def test_a_text_is_changed_only_after_it_was_read(nested: bool) -> None:
    change = {"old_text": TEXT, "new_text": TEXT}
    items = {"type": "object", "properties": change, "required": list(change)}
    edit = skill("edit_file", {"path": TEXT, **({"edits": {"type": "array", "items": items}} if nested else change)})
    memory = memory_of_a_listing()
    assert choose(memory, edit, 0) is None
    memory.note(READ, {"path": "/box/plan.md"}, json.dumps({"content": "Bed 2: beans.\n"}))
    chosen = next(found for seed in range(40) if (found := choose(memory, edit, seed)))
    told = chosen.values["edits"][0] if nested else chosen.values
    assert chosen.values["path"] == "/box/plan.md"
    assert told["old_text"] == "Bed 2: beans."
    assert {value for _, value in chosen.said} >= {told["old_text"], told["new_text"]}


def test_names_of_things_are_taken_from_what_tells_them() -> None:
    named = CREATE.names
    assert named == {frozenset(("person", "name"))}
    rate = skill("rate_person", {"person_name": TEXT})
    memory = Memory({})
    assert all_of(memory, rate, "person_name", named) == {None}
    assert None not in all_of(memory, CREATE, "persons", named)
    memory.note(CREATE, {"persons": []}, '{"persons": [{"name": "Mira", "kind": "guest"}]}')
    assert all_of(memory, rate, "person_name", named) == {'"Mira"'}


def test_what_is_undone_was_there_as_it_is() -> None:
    drop = skill("delete_persons", {"persons": {"type": "array", "items": ENTITY}})
    memory = Memory({})
    assert all_of(memory, drop, "persons") == {None}
    shown = [{"name": "Mira", "kind": "guest"}, {"name": "Tomas", "kind": "host"}]
    memory.note(CREATE, {"persons": []}, json.dumps({"persons": shown}))
    taken = {entry["name"]: entry for each in all_of(memory, drop, "persons") for entry in json.loads(each)}
    assert list(taken.values()) in ([shown[0], shown[1]], [shown[1], shown[0]])


def test_hashes_go_where_versions_are_asked_for_and_nothing_is_made_up() -> None:
    show = skill("repo_show", {"repo_path": TEXT, "revision": TEXT})
    compare = skill("repo_diff", {"repo_path": TEXT, "target": TEXT}, "Shows differences between commits")
    memory = Memory({"repo_path": ["/box"]})
    assert choose(memory, show, 0) is None
    memory.note(STATUS, {"repo_path": "/box"}, "Commit: '3f2a9c1d77'\n")
    assert all_of(memory, show, "revision") == all_of(memory, compare, "target") == {'"3f2a9c1d77"'}
