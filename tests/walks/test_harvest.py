"""What later calls can go on with, out of JSON and out of plain text."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from toolace_mt.walks.harvest import FILE, FOLDER, HASH, ITEM, harvest, records, text_of


def values(content: str, name: str, **arguments: Any) -> list[Any]:
    return [found.value for found in harvest(content, arguments) if found.name == name]


def test_fields_of_json_are_found_with_their_place() -> None:
    found = harvest(json.dumps({"orders": [{"order_id": "ORD-1", "total": 5.5}], "ok": True, "none": None}), {})
    assert [(f.name, f.path, f.value, f.in_list) for f in found] == [
        ("order_id", "orders[].order_id", "ORD-1", True),
        ("total", "orders[].total", 5.5, True),
    ]


def test_the_keys_of_like_entries_are_names_of_things() -> None:
    content = json.dumps({"devices": {"lamp-1": {"on": True}, "lamp-2": {"on": False}}})
    assert values(content, "devices") == ["lamp-1", "lamp-2"]


def test_a_listing_names_files_in_the_folder_that_was_asked_for() -> None:
    listing = "[FILE] notes.txt\n[DIR] drafts\n[FILE] plan.md"
    for content in (listing, json.dumps({"content": listing})):
        assert values(content, FILE, path="/box") == ["/box/notes.txt", "/box/plan.md"]
        assert values(content, FOLDER, path="/box") == ["/box/drafts"]
        assert [found.inside for found in harvest(content, {"path": "/box"})] == ["notes.txt", "drafts", "plan.md"]
    assert values("Allowed: /srv/data/a.csv and /srv/data", FILE) == ["/srv/data/a.csv"]
    assert values("Allowed: /srv/data/a.csv and /srv/data", FOLDER) == ["/srv/data"]


def test_a_tree_names_files_in_their_folders() -> None:
    tree = [{"name": "web", "type": "directory", "children": [{"name": "a.css", "type": "file"}]}]
    for content in (json.dumps(tree), json.dumps({"content": json.dumps(tree, indent=1)})):
        assert values(content, FILE, path="/box") == ["/box/web/a.css"]
        assert values(content, FOLDER, path="/box") == ["/box/web"]


def test_what_stands_in_a_file_names_nothing_beside_it() -> None:
    text = "See plan.md\n- drafts\nauthor: mira\nORD-1234"
    assert [found.value for found in harvest(text, {"path": "/box/readme.md"})] == ["ORD-1234"]


def test_a_diff_names_each_file_once_and_no_hashes_of_contents() -> None:
    diff = "diff --git a/src/x.py b/src/x.py\nindex 15b9f40..8402d9e 100644\n--- a/src/x.py\n+++ b/src/x.py\n+see y.py"
    found = harvest(diff, {"repo": "/r"})
    assert [(f.name, f.value, f.inside) for f in found] == [(FILE, "/r/src/x.py", "src/x.py")]


def test_a_word_and_a_quoted_name_are_a_field() -> None:
    assert values("Switched to branch 'feature/rain' now", "branch") == ["feature/rain"]


def test_indented_lines_are_items_only_where_all_is_a_list() -> None:
    assert values("def f():\n    pass\n  x = 1 + 1\nreturn it", ITEM) == []


def test_the_text_and_the_records_of_a_result() -> None:
    assert text_of("plain") == text_of('{"content": "plain"}') == "plain"
    assert text_of('{"content": "plain", "size": 5}') == text_of('["plain"]') == ""
    content = json.dumps({"people": [{"name": "Mira", "age": 5}, {"id": 1}], "first": {"a": 1, "b": 2}})
    assert list(records(content)) == [("people", {"name": "Mira", "age": 5})]


def test_plain_text_gives_hashes_fields_and_items() -> None:
    log = "Commit: '3f2a9c1d77'\nAuthor: mira\n"
    assert values(log, HASH) == ["3f2a9c1d77"]
    assert values(log, "author") == ["mira"]
    assert values("* main\n  feature/rain\n", ITEM) == ["main", "feature/rain"]


@given(st.text(max_size=300) | st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists).map(str))
def test_nothing_that_a_tool_answers_breaks_it(content: str) -> None:
    assert len(harvest(content, {"path": "/x"})) <= 200
