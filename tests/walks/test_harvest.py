"""What later calls can go on with, out of JSON and out of plain text."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from toolace_mt.walks.harvest import FILE, HASH, ITEM, harvest


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
    assert values(listing, FILE, path="/box") == ["/box/notes.txt", "/box/drafts", "/box/plan.md"]
    assert values(json.dumps({"content": listing}), FILE, path="/box") == [
        "/box/notes.txt",
        "/box/drafts",
        "/box/plan.md",
    ]
    assert "/srv/data/a.csv" in values("Allowed: /srv/data/a.csv and /srv/data", FILE)


def test_plain_text_gives_hashes_fields_and_items() -> None:
    log = "Commit: '3f2a9c1d77'\nAuthor: mira\n"
    assert values(log, HASH) == ["3f2a9c1d77"]
    assert values(log, "author") == ["mira"]
    assert values("* main\n  feature/rain\n", ITEM) == ["main", "feature/rain"]


@given(st.text(max_size=300) | st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists).map(str))
def test_nothing_that_a_tool_answers_breaks_it(content: str) -> None:
    assert len(harvest(content, {"path": "/x"})) <= 200
