"""Each kind of damage on a dialogue that gives a place for all of them, and on anything at all."""

from __future__ import annotations

import copy
import json
import random
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.doubles.strategies import dialogues, json_values
from toolace_mt.corruption.kinds import FAMILIES, KINDS, Kind, kinds_named
from toolace_mt.corruption.marking import shifted
from toolace_mt.corruption.rows import Row, corruptions
from toolace_mt.corruption.shapes import like_id, like_number
from toolace_mt.corruption.transcript import Transcript, nests_deeper, squeeze
from toolace_mt.dialogue.messages import from_messages, to_messages
from toolace_mt.errors import InputError

ADDS = {"orphan_result", "duplicated_message", "duplicated_result", "repeated_call", "call_loop", "needless_question"}
REMOVES = {"dropped_result", "dropped_reply", "dropped_calls", "claim_without_call", "call_as_text"}


def call(id_: str, name: str, **arguments: Any) -> Row:
    function = {"name": name, "arguments": json.dumps(arguments)}
    return {"id": id_, "type": "function", "function": function}


def tool(name: str, required: list[str], **properties: Row) -> Row:
    schema = {"type": "object", "properties": properties, "required": required}
    return {"type": "function", "function": {"name": name, "description": "", "parameters": schema}}


TEXT = {"type": "string"}
HOTELS = [
    {"hotel_id": "HT4821", "hotel_name": "Harbour View", "price": 180, "city": "Lisbon", "free_from": "2024-05-16"},
    {"hotel_id": "HT7730", "hotel_name": "Old Mill Inn", "price": 129.5, "city": "Lisbon", "free_from": "2024-05-17"},
    {"hotel_id": "HT1095", "hotel_name": "Garden House", "price": 240, "city": "Lisbon", "free_from": "2024-05-18"},
]
BOOKING = {
    "booking_id": "BK-90417",
    "status": "booked",
    "guest": {"first_name": "Paula", "last_name": "Berger"},
    "check_in": "2024-05-16 15:30",
}
ROW: Row = {
    "id": "lisbon",
    "source": "made for this test",
    "metadata": {"owner": "somebody"},
    "tools": [
        tool("find_hotels", ["city"], city=TEXT, max_price={"type": "integer"}, tags={"type": "array"}),
        tool("get_weather", ["city"], city=TEXT),
        tool(
            "book_room",
            ["hotel_id", "date", "room"],
            hotel_id=TEXT,
            date=TEXT,
            room={"type": "string", "enum": ["single", "double"]},
            breakfast={"type": "boolean"},
        ),
    ],
    "messages": [
        {"role": "system", "content": "You help with journeys."},
        {"role": "user", "content": "Find me a quiet hotel in Lisbon for 250 euros at most, and how is the weather?"},
        {
            "role": "assistant",
            "content": None,
            "tool_calls": [
                call("c1", "find_hotels", city="Lisbon", max_price=250, tags=["quiet"]),
                call("c2", "get_weather", city="Lisbon"),
            ],
        },
        {"role": "tool", "tool_call_id": "c1", "name": "find_hotels", "content": json.dumps(HOTELS)},
        {"role": "tool", "tool_call_id": "c2", "name": "get_weather", "content": '{"sky": "clear"}'},
        {
            "role": "assistant",
            "content": "I found 3 hotels. Harbour View costs $180 and Old Mill Inn $129.50, together $309.50.",
        },
        {"role": "user", "content": "A double room at the first one on 2024-05-16, with breakfast, please."},
        {
            "role": "assistant",
            "content": "",
            "tool_calls": [
                call("c3", "book_room", hotel_id="HT4821", date="2024-05-16", room="double", breakfast=True)
            ],
        },
        {"role": "tool", "tool_call_id": "c3", "name": "book_room", "content": json.dumps(BOOKING)},
        {
            "role": "assistant",
            "content": "Your room has been booked, Paula: BK-90417, from May 16th, 3:30 pm. Harbour View expects you.",
        },
        {"role": "user", "content": "Thank you, that is all for today."},
    ],
}


def corrupt(row: Row, kind: Kind, seed: int) -> Row | None:
    return next(corruptions(row, [kind], seed), None)


@pytest.mark.parametrize("name", KINDS)
def test_every_kind_finds_a_place(name: str) -> None:
    damaged = corrupt(ROW, KINDS[name], 1)
    assert damaged is not None
    record = damaged["metadata"]["corruption"]
    assert damaged["id"] == f"lisbon~{name}"
    assert (record["kind"], record["family"], record["seed"]) == (name, KINDS[name].family, 1)
    assert 0 <= record["message_index"] < len(damaged["messages"])
    assert damaged["metadata"]["owner"] == "somebody"
    assert damaged["source"] == ROW["source"]
    assert record["before"] != record["after"]


@pytest.mark.parametrize("name", KINDS)
def test_one_damage_and_the_rest_is_as_it_was(name: str) -> None:
    for seed in range(8):
        damaged = corrupt(ROW, KINDS[name], seed)
        assert damaged is not None
        before, after = ROW["messages"], damaged["messages"]
        kept = [message for message in before if any(message is other for other in after)]
        if name in ADDS:
            assert kept == before
            assert len(after) > len(before)
        elif name in REMOVES:
            assert len(after) < len(before)
            assert len(before) - len(kept) <= 3
        else:
            changed = 2 if name in {"swapped_results", "crossed_results", "repeated_call_id"} else 1
            assert len(after) == len(before)
            assert len(before) - len(kept) <= changed or name == "swapped_results"
            assert sum(a != b for a, b in zip(after, before, strict=True)) == changed
            assert damaged["tools"] is ROW["tools"]


@pytest.mark.parametrize("name", KINDS)
def test_the_seed_decides_and_the_row_stays_as_it_is(name: str) -> None:
    row = copy.deepcopy(ROW)
    first = orjson.dumps(corrupt(row, KINDS[name], 5))
    assert row == ROW
    assert orjson.dumps(corrupt(copy.deepcopy(ROW), KINDS[name], 5)) == first


@pytest.mark.parametrize("name", [k.name for k in KINDS.values() if k.family == "replies" and k.name != "swapped_name"])
def test_a_changed_value_is_nowhere_else(name: str) -> None:
    for seed in range(20):
        damaged = corrupt(ROW, KINDS[name], seed)
        assert damaged is not None
        record = damaged["metadata"]["corruption"]
        assert squeeze(record["after"]) not in Transcript(ROW).everything
        assert record["after"] in damaged["messages"][record["message_index"]]["content"]
        assert record["before"] not in damaged["messages"][record["message_index"]]["content"]


@pytest.mark.parametrize("name", ["invented_id", "counted_up_id", "zeroed_id"])
def test_an_invented_id_is_nowhere_else_and_only_in_its_call(name: str) -> None:
    for seed in range(20):
        damaged = corrupt(ROW, KINDS[name], seed)
        assert damaged is not None
        record = damaged["metadata"]["corruption"]
        assert record["before"] == "HT4821"
        assert squeeze(record["after"]) not in Transcript(ROW).everything
        assert Transcript(damaged).everything.count(squeeze(record["after"])) == 1


def test_an_invented_id_looks_like_the_other() -> None:
    rng = random.Random(3)
    for value in ("#W9502127", "credit_card_5634230", "4XGCCM", "BK-90417", "8310926033"):
        for _ in range(50):
            made = like_id(value, rng)
            assert made != value
            assert [sign.isdigit() or sign.isalpha() for sign in made] == [s.isdigit() or s.isalpha() for s in value]
    assert all(like_id("HAT030", rng).startswith("HAT") for _ in range(20))
    assert all(like_number("1,203.50", rng)[1] == "," for _ in range(20))


@pytest.mark.parametrize(
    ("name", "broken"),
    [
        ("missing_required", {"city", "hotel_id", "date", "room"}),
        ("outside_enum", {"room"}),
        ("number_as_text", {"max_price"}),
        ("boolean_as_text", {"breakfast"}),
        ("list_as_text", {"tags"}),
    ],
)
def test_schema_damage_is_in_the_right_argument(name: str, broken: set[str]) -> None:
    damaged = corrupt(ROW, KINDS[name], 2)
    assert damaged is not None
    was = [c.arguments for c in Transcript(ROW).calls]
    now = [c.arguments for c in Transcript(damaged).calls]
    differing = [k for a, b in zip(was, now, strict=True) for k in a if a.get(k) != b.get(k)]
    assert len(differing) == 1
    assert set(differing) <= broken


def test_claims_need_a_call_that_could_have_done_it() -> None:
    damaged = corrupt(ROW, KINDS["claim_without_call"], 0)
    assert damaged is not None
    assert "book_room" not in orjson.dumps(damaged["messages"]).decode()
    assert "has been booked" in orjson.dumps(damaged["messages"]).decode()
    asking = {**ROW, "messages": [*ROW["messages"][:9], {"role": "assistant", "content": "Would you like more?"}]}
    assert corrupt(asking, KINDS["claim_without_call"], 0) is None
    assert corrupt(asking, KINDS["error_as_success"], 0) is None


def test_names_of_kinds_and_families() -> None:
    assert [kind.name for kind in kinds_named("dropped_reply, untidy")] == [
        "dropped_reply",
        "repeated_call_id",
        "double_encoded_arguments",
    ]
    assert len(kinds_named(None)) == len(KINDS)
    assert {kind.family for kind in KINDS.values()} == set(FAMILIES)
    assert all(kind.what.endswith(".") and kind.seen for kind in KINDS.values())
    with pytest.raises(InputError, match="'dropped' is no kind"):
        kinds_named("dropped")
    with pytest.raises(InputError, match="names nothing"):
        kinds_named(" ,")


def test_marks_of_our_own_rows_move_with_their_messages() -> None:
    a, b, c = {"n": 1}, {"n": 2}, {"n": 3}
    ours = {"generator": {"name": "toolace-mt"}, "subtasks": [{"subtask": 0, "start": 1, "end": 3}]}
    ours |= {"error_results": [{"message_index": 2, "tool_call_id": "x"}], "faulty_messages": [2], "passes": 1}
    moved = shifted(ours, [a, b, c], [a, c])
    assert moved["subtasks"] == [{"subtask": 0, "start": 1, "end": 2}]
    assert moved["error_results"] == [{"message_index": 1, "tool_call_id": "x"}]
    assert moved["faulty_messages"] == [1]
    assert shifted(ours, [a, b, c], [a, {"n": 9}, b, c])["faulty_messages"] == [3]
    others = {key: value for key, value in ours.items() if key != "generator"}
    assert shifted(others, [a, b, c], [a, c]) is others


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(dialogue=dialogues(), seed=st.integers(0, 3))
def test_any_dialogue_is_damaged_or_left(dialogue: Any, seed: int) -> None:
    messages, tools, extras = to_messages(dialogue)
    row = {"id": dialogue.id, "messages": messages, "tools": tools, "metadata": extras}
    row["metadata"]["generator"] = {"name": "toolace-mt"}
    before = copy.deepcopy(row)
    for damaged in corruptions(row, KINDS.values(), seed):
        assert damaged["messages"] != messages
        assert damaged["metadata"]["corruption"]["before"] != damaged["metadata"]["corruption"]["after"]
    assert row == before
    again = from_messages(row["messages"], row["tools"], extras, id=dialogue.id)
    assert again.turns == dialogue.turns


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    messages=json_values
    | st.lists(
        json_values
        | st.fixed_dictionaries(
            {"role": st.sampled_from(["user", "assistant", "tool", "x"]), "content": json_values},
            optional={"tool_calls": json_values | st.lists(json_values), "tool_call_id": json_values},
        ),
        max_size=6,
    ),
    tools=json_values,
)
def test_junk_is_no_place_and_no_error(messages: Any, tools: Any) -> None:
    row = {"id": "junk", "messages": messages, "tools": tools, "metadata": messages}
    for damaged in corruptions(row, KINDS.values(), 0):
        assert damaged["messages"] != messages


@pytest.mark.parametrize("value", [None, 5, True, "text", [], {}])
def test_what_holds_nothing_nests_no_deeper(value: Any) -> None:
    assert not nests_deeper(value, 3)


def test_deep_nesting_is_left_alone() -> None:
    deep: Any = "x"
    for _ in range(5_000):
        deep = [deep]
    assert nests_deeper(deep, 100)
    assert list(corruptions({"id": "deep", "messages": [deep]}, KINDS.values(), 0)) == []
    arguments = "[" * 900 + "]" * 900
    asking = {"role": "assistant", "tool_calls": [call("c", "f")]}
    asking["tool_calls"][0]["function"]["arguments"] = f'{{"a": {arguments}}}'
    answered = {"id": "d", "messages": [asking, {"role": "tool", "tool_call_id": "c", "content": arguments}]}
    assert list(corruptions(answered, KINDS.values(), 0)) == []


def test_arguments_as_objects_stay_objects_and_stay_whole() -> None:
    row = copy.deepcopy(ROW)
    for message in row["messages"]:
        for made in message.get("tool_calls", ()):
            made["function"]["arguments"] = json.loads(made["function"]["arguments"])
    whole = copy.deepcopy(row)
    damaged = list(corruptions(row, KINDS.values(), 4))
    assert row == whole
    assert len(damaged) == len(KINDS)
    changed = next(d for d in damaged if d["metadata"]["corruption"]["kind"] == "invented_id")
    assert isinstance(changed["messages"][7]["tool_calls"][0]["function"]["arguments"], dict)


def test_a_slip_never_gives_another_number_of_the_dialogue() -> None:
    prices = [number for number in range(10, 100) if number not in {24, 47, 81, 96}]
    row = {
        "id": "crowded",
        "messages": [
            {"role": "user", "content": "What does it cost?"},
            {"role": "assistant", "content": None, "tool_calls": [call("c1", "prices")]},
            {"role": "tool", "tool_call_id": "c1", "content": json.dumps({"prices": prices})},
            {"role": "assistant", "content": "It costs $46."},
        ],
    }
    made = [corrupt(row, KINDS["changed_amount"], seed) for seed in range(60)]
    told = {d["metadata"]["corruption"]["after"] for d in made if d is not None}
    assert told
    assert not told & {str(price) for price in prices}


def test_each_seed_and_each_row_has_its_own_damage() -> None:
    made = [corrupt({**ROW, "id": n}, KINDS["invented_id"], seed) for n in range(4) for seed in range(4)]
    assert len({d["metadata"]["corruption"]["after"] for d in made if d is not None}) > 10
