"""Logs of tau-bench and tau2-bench as they write them."""

from __future__ import annotations

import copy
import gzip
import json
import time
from pathlib import Path
from typing import Any

import pytest

from toolace_mt.dialogue.formats import read_recorded
from toolace_mt.types import Action, Observation

Row = dict[str, Any]
REAL = Path(__file__).parents[4] / "shared" / "data" / "real"


def asking(role: str, *ids: str, content: str | None = None) -> Row:
    calls = [{"id": id_, "name": f"do_{id_}", "arguments": {"a": id_}, "requestor": role} for id_ in ids]
    return {"role": role, "content": content, "tool_calls": calls}


def result(id_: str, requestor: str = "assistant", *, error: bool = False) -> Row:
    return {"role": "tool", "id": id_, "content": f"done {id_}", "requestor": requestor, "error": error}


def says(role: str, text: str) -> Row:
    return {"role": role, "content": text, "tool_calls": None}


def test_calls_and_results_of_a_simulation() -> None:
    messages = [
        says("user", "Hi"),
        asking("assistant", "x", "y"),
        result("y", error=True),
        result("x"),
        says("assistant", "Done"),
    ]
    read = read_recorded({"id": "s", "messages": messages}, 1)

    _, calling, results, _ = read.dialogue.turns
    assert read.unread == ()
    assert isinstance(calling, Action)
    assert [(c.id, c.name, c.arguments) for c in calling.calls] == [
        ("x", "do_x", {"a": "x"}),
        ("y", "do_y", {"a": "y"}),
    ]
    assert isinstance(results, Observation)
    assert [(r.call_id, r.name, r.is_error) for r in results.results] == [("y", "do_y", True), ("x", "do_x", False)]


def test_what_the_user_calls_is_left_out_and_told_once() -> None:
    messages = [
        says("user", "No service"),
        says("assistant", "Toggle the airplane mode."),
        asking("user", "u1"),
        result("u1", "user"),
        asking("user", "u2", content="One moment"),
        result("u2", "user"),
        asking("user", "u3"),
        result("u3", "user", error=True),
    ]
    read = read_recorded({"messages": messages}, 1)

    assert [turn.text for turn in read.dialogue.turns] == ["No service", "Toggle the airplane mode.", "One moment"]
    assert read.sources == ((0,), (1,), (4,))
    assert read.dialogue.calls == ()
    assert [(u.message_index, u.severity) for u in read.unread] == [(2, "warning")]


def test_a_user_who_calls_without_saying_so_is_an_error() -> None:
    flat = {"id": "u", "name": "f", "arguments": {}}
    for calls in ([flat], [{**flat, "requestor": "assistant"}], [{**flat, "requestor": "user"}, flat], {"a": 1}):
        read = read_recorded({"messages": [{"role": "user", "content": "x", "tool_calls": calls}]}, 1)
        assert [u.severity for u in read.unread] == ["error"]
        assert read.dialogue.turns[0].text == "x"


def test_an_id_of_a_result_that_is_no_simulations_is_its_own() -> None:
    call = {"id": "c", "type": "function", "function": {"name": "f", "arguments": "{}"}}
    messages = [
        {"role": "assistant", "content": None, "tool_calls": [call]},
        {"role": "tool", "id": "m7", "content": "r"},
    ]
    results = read_recorded({"messages": messages}, 1).dialogue.turns[1]

    assert isinstance(results, Observation)
    assert results.results[0].call_id == "c"


@pytest.mark.parametrize(
    ("more", "name"),
    [
        ({"task_id": 3, "trial": 1}, "3-1"),
        ({"task_id": "a"}, "a"),
        ({"task_id": 3, "id": "own"}, "own"),
        ({"trial": 1}, "5"),
    ],
)
def test_rows_of_results(more: Row, name: str) -> None:
    row = {"reward": 1.0, "info": {}, "traj": [says("user", "Hi"), says("assistant", "Hello")], **more}
    read = read_recorded(row, 5)

    assert (read.id, read.form, len(read.dialogue.turns)) == (name, "openai", 2)


def test_many_calls_of_the_user_are_read_in_time() -> None:
    messages = [3, *(asking("user", "u") for _ in range(50_000))] * 2
    start = time.perf_counter()
    assert len(read_recorded({"messages": messages}, 1).unread) == 3
    assert time.perf_counter() - start < 5


def real_rows(name: str) -> list[Row]:
    file = REAL / name
    if not file.exists():
        pytest.skip(f"{file} is not here: it is real data that the project does not bring")
    with gzip.open(file, "rt") as lines:
        found = [json.loads(line) for line in lines]
    return found[:30]


def as_simulated(row: Row) -> Row:
    """The row as tau2 itself writes it."""
    row = copy.deepcopy(row)
    for message in row["messages"]:
        if message["role"] == "tool":
            message |= {"id": message.pop("tool_call_id"), "requestor": "assistant", "error": False}
            del message["name"]
        elif calls := message.get("tool_calls"):
            functions = [(call["id"], call["function"]) for call in calls]
            message["tool_calls"] = [
                {"id": id_, "name": f["name"], "arguments": json.loads(f["arguments"]), "requestor": "assistant"}
                for id_, f in functions
            ]
    return row


def test_real_dialogues_are_the_same_in_their_own_form() -> None:
    for row in real_rows("dialogues_tau2_sierra.jsonl.gz"):
        read, own = read_recorded(row, 1), read_recorded(as_simulated(row), 1)
        assert own.unread == ()
        assert own.dialogue.turns == read.dialogue.turns
    for row in real_rows("dialogues_tau_historical.jsonl.gz"):
        moved = {"traj": row["messages"], "task_id": row["task_id"], "trial": row["trial"]}
        assert read_recorded(moved, 1).dialogue.turns == read_recorded(row, 1).dialogue.turns
