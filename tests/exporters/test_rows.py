"""Each format is read back by other means, and holds the same calls, texts and results."""

from __future__ import annotations

import ast
import json
import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.doubles.strategies import dialogues, json_values, names
from tests.doubles.trips import outcome, result, trip, with_turn
from toolace_mt.dialogue.formats.python_names import original_name, python_name
from toolace_mt.dialogue.formats.told_tools import ANNOUNCEMENT
from toolace_mt.dialogue.messages import from_messages
from toolace_mt.dialogue.turns import kind_of
from toolace_mt.exporters import hermes, messages, sharegpt, toolace, trl
from toolace_mt.exporters.faulty import without_faulty
from toolace_mt.exporters.schemas import functions
from toolace_mt.exporters.toolace import literal
from toolace_mt.types import Action, Dialogue, Finding, Tool

Call = tuple[str, dict[str, Any]]
TAG = re.compile(r"<(tool_call|tool_response|tools)>\n(.*?)\n</\1>", re.DOTALL)


def calls_of(dialogue: Dialogue) -> list[list[Call]]:
    return [[(c.name, c.arguments) for c in t.calls] for t in dialogue.turns if isinstance(t, Action) and t.calls]


def from_python(text: str) -> list[Call]:
    """Calls from ToolACE's form, by Python's own parser."""
    tree = ast.parse(text, mode="eval").body
    assert isinstance(tree, ast.List)
    found: list[Call] = []
    for call in tree.elts:
        assert isinstance(call, ast.Call)
        arguments: dict[str, Any] = {}
        for word in call.keywords:
            value = ast.literal_eval(word.value)
            arguments |= value if word.arg is None else {word.arg: value}
        found.append((original_name(ast.unparse(call.func)), arguments))
    return found


class TestMessages:
    @settings(max_examples=40, deadline=None)
    @given(dialogues())
    def test_the_archive_loses_nothing(self, dialogue: Dialogue) -> None:
        row = json.loads(json.dumps(messages.row(outcome(dialogue, edits=()), dialogue)))

        assert from_messages(row["messages"], row["tools"], row["metadata"], id=row["id"]) == dialogue

    def test_metadata_tells_how_the_dialogue_came_about(self) -> None:
        finding = Finding(rule="ungrounded-id", turn=11, call_id="c5", detail="made up")
        row = messages.row(outcome(status="rejected", findings=(finding,)), trip())

        assert list(row) == ["id", "messages", "tools", "metadata"]
        metadata = row["metadata"]
        assert metadata["status"] == "rejected"
        assert metadata["injections"] == [{"kind": "error_simulation", "sub_kind": "wrong_argument"}]
        assert metadata["passes"] == 1
        assert metadata["faulty_messages"] == [4]
        assert metadata["environment"] == {"name": "travel", "seed": 11}
        assert [s["goal"] for s in metadata["task"]["subtasks"]] == ["Book a flight.", "Send the receipt."]
        assert metadata["findings"][0]["message_index"] == 12
        assert metadata["findings"][0]["tool_call_id"] == "c5"
        assert not {"usage", "edits"} & set(metadata)

    def test_faulty_messages_are_masked(self) -> None:
        masked = messages.mask_faulty(messages.row(outcome(), trip()))["messages"]

        assert [i for i, m in enumerate(masked) if m.get("weight") == 0] == [4, 10]
        assert "tools_added" in str(messages.row(outcome(), trip())["metadata"])
        assert all(m["role"] == "assistant" for m in masked if "weight" in m)

    def test_a_reply_for_lack_of_a_tool_that_the_row_lists_is_not_trained(self) -> None:
        row = messages.row(outcome(), trip())

        assert row["metadata"]["untrained_messages"] == [10]
        assert row["messages"][10]["weight"] == 0
        added = {mark["message_index"] for mark in row["metadata"]["tools_added"]}
        assert row["metadata"]["untrained_messages"][0] + 1 in added

    def test_every_called_tool_is_listed(self) -> None:
        row = messages.row(outcome(), trip())

        listed = {t["function"]["name"] for t in row["tools"]}
        called = {c["function"]["name"] for m in row["messages"] for c in m.get("tool_calls", ())}
        assert called <= listed


class TestTrl:
    def test_arguments_are_objects_and_tools_a_string(self) -> None:
        row = trl.row(outcome(), trip())

        spoken = [m["tool_calls"] for m in row["messages"] if "tool_calls" in m]
        assert [[(c["function"]["name"], c["function"]["arguments"]) for c in cs] for cs in spoken] == calls_of(trip())
        assert [t["function"]["name"] for t in json.loads(row["tools"])] == ["search_flights", "book_flight"]
        assert all(isinstance(m["content"], str) for m in row["messages"])

    def test_roles_and_results_stay(self) -> None:
        row = trl.row(outcome(), trip())

        assert [m["role"] for m in row["messages"]][-5:] == ["user", "assistant", "tool", "tool", "assistant"]
        assert row["messages"][-3]["tool_call_id"] == "c4"


class TestShareGpt:
    def test_a_trainer_takes_it(self) -> None:
        row = sharegpt.row(outcome(), trip())

        places = [turn["from"] for turn in row["conversations"]]
        assert set(places[::2]) == {"human", "observation"}
        assert set(places[1::2]) == {"gpt", "function_call"}
        assert len(places) % 2 == 0
        assert row["system"] == trip().system
        assert all({"name", "description", "parameters"} == set(tool) for tool in json.loads(row["tools"]))

    def test_calls_are_json_and_nothing_else(self) -> None:
        values = [t["value"] for t in sharegpt.row(outcome(), trip())["conversations"] if t["from"] == "function_call"]

        parsed = [json.loads(value) for value in values]
        assert isinstance(parsed[0], dict)
        assert isinstance(parsed[-1], list)
        several = [one if isinstance(one, list) else [one] for one in parsed]
        assert [[(c["name"], c["arguments"]) for c in calls] for calls in several] == calls_of(trip())

    def test_results_are_their_own_text_or_a_list(self) -> None:
        values = [t["value"] for t in sharegpt.row(outcome(), trip())["conversations"] if t["from"] == "observation"]

        assert values[0] == '{"flights":[{"id":"FL-9001","price":412.5}]}'
        assert json.loads(values[-1]) == [
            {"name": "send-receipt", "content": "sent"},
            {"name": "search_flights", "content": {"flights": []}},
        ]


class TestHermes:
    def test_calls_and_results_are_read_from_their_tags(self) -> None:
        row = hermes.row(outcome(), trip())

        spoken = [TAG.findall(t["value"]) for t in row["conversations"] if t["from"] == "gpt"]
        calls = [[json.loads(body) for tag, body in found if tag == "tool_call"] for found in spoken if found]
        assert [[(c["name"], c["arguments"]) for c in turn] for turn in calls] == calls_of(trip())
        answered = [TAG.findall(t["value"]) for t in row["conversations"] if t["from"] == "tool"]
        assert json.loads(answered[0][0][1]) == {
            "name": "search_flights",
            "content": {"flights": [{"id": "FL-9001", "price": 412.5}]},
        }
        assert len(answered[-1]) == 2

    def test_text_beside_calls_comes_before_them(self) -> None:
        values = [t["value"] for t in hermes.row(outcome(), trip())["conversations"]]

        assert any(value.startswith("Both at once.\n<tool_call>\n") for value in values)

    def test_the_system_turn_has_prompt_and_tools(self) -> None:
        row = hermes.row(outcome(), trip())

        system = row["conversations"][0]
        assert system["from"] == "system"
        assert system["value"].startswith(trip().system)
        (listed,) = [
            json.loads(body) for tag, body in TAG.findall(system["value"]) if tag == "tools" and body[0] == "["
        ]
        assert listed == json.loads(row["tools"])

    def test_without_tools_and_prompt_there_is_no_system_turn(self) -> None:
        bare = Dialogue(id="x", tools=(), turns=(trip().turns[8], trip().turns[9]))

        assert [t["from"] for t in hermes.row(outcome(bare), bare)["conversations"]] == ["human", "gpt"]


class TestToolAce:
    def test_calls_are_read_by_python(self) -> None:
        row = toolace.row(outcome(), trip())

        assert list(row) == ["id", "system", "conversations"]
        kinds = [kind_of(turn) for turn in trip().turns]
        spoken = [t["value"] for t, kind in zip(row["conversations"], kinds, strict=True) if kind == "calls"]
        assert [from_python(value) for value in spoken] == calls_of(trip())
        assert spoken[0] == '[search_flights(origin="LHR", destination="JFK", date="2025-05-02")]'

    def test_results_are_a_list_with_names(self) -> None:
        row = toolace.row(outcome(), trip())

        last = json.loads([t["value"] for t in row["conversations"] if t["from"] == "tool"][-1])
        assert [original_name(r["name"]) for r in last] == ["send-receipt", "search_flights"]

    def test_the_functions_in_the_system_text_have_the_names_of_the_calls(self) -> None:
        system = toolace.row(outcome(), trip())["system"]

        assert system.startswith(trip().system)
        assert [f["name"] for f in json.loads(system.splitlines()[-1])] == ["search_flights", "book_flight"]

    @settings(deadline=None)
    @given(names | st.sampled_from(["from", "3d", "get-_x2d_user", "_x2d-", "a_x5f_", "get.user name"]))
    def test_names_can_be_got_back(self, name: str) -> None:
        written = python_name(name)

        assert original_name(written) == name
        ast.parse(f"{written}()")

    @settings(deadline=None)
    @given(st.dictionaries(names | st.sampled_from(["from", "filter[x]", ""]), json_values, max_size=4))
    def test_any_arguments_are_read_by_python(self, arguments: dict[str, Any]) -> None:
        dialogue = with_turn(trip(), 1, calls=(trip().calls[0].model_copy(update={"arguments": arguments}),))

        (read,) = from_python(toolace.row(outcome(), dialogue)["conversations"][1]["value"])
        assert read == ("search_flights", arguments)

    def test_literals(self) -> None:
        assert literal({"a": [True, None, 1.5, 'x"\n']}) == '{"a": [True, None, 1.5, "x\\"\\n"]}'


def text_of(row: dict[str, Any]) -> list[str]:
    """The texts of a row in their order, its list of tools and its system text first."""
    rest = row.get("conversations") or row["messages"]
    return [row.get("tools", ""), row.get("system", ""), *(t.get("value") or t.get("content") for t in rest)]


@pytest.mark.parametrize("format_", [trl, sharegpt, hermes, toolace])
def test_no_tool_shows_before_it_is_added(format_: Any) -> None:
    texts = text_of(format_.row(outcome(), trip()))

    announced = [i for i, text in enumerate(texts) if ANNOUNCEMENT in text]
    assert len(announced) == 1
    assert texts[announced[0]].startswith("You can now.")
    assert "receipt" in texts[announced[0]].split(ANNOUNCEMENT)[1]
    for text in texts[: announced[0]]:
        assert "send-receipt" not in text
        assert "send_x2d_receipt" not in text


def test_tools_that_come_with_results_are_told_there() -> None:
    added = trip().turns[10].tools_added  # type: ignore[union-attr]
    dialogue = with_turn(with_turn(trip(), 10, tools_added=()), 6, tools_added=added)

    texts = text_of(trl.row(outcome(), dialogue))

    (there,) = [text for text in texts if ANNOUNCEMENT in text]
    assert there.startswith('{"booking":"BK-48213","seats":1}')


def test_tools_without_properties_get_empty_ones() -> None:
    assert functions([Tool(name="f", parameters={"type": "object"})])[0]["parameters"] == {
        "type": "object",
        "properties": {},
        "additionalProperties": True,  # it took any arguments before, and goes on to
    }


class TestWithoutFaulty:
    def test_the_mistake_its_error_and_the_apology_go(self) -> None:
        mended = without_faulty(trip())

        assert len(mended.turns) == len(trip().turns) - 2
        assert [c.id for c in mended.calls] == ["c1", "c3", "c4", "c5"]
        assert mended.turns[3].text == ""
        assert mended.turns[9].text == "Both at once."
        assert "no such flight" not in str(mended.turns)

    def test_nothing_changes_without_mistakes(self) -> None:
        sound = without_faulty(trip())

        assert without_faulty(sound) == sound

    def test_a_good_call_beside_a_faulty_one_stays_unless_made_again(self) -> None:
        dialogue = trip()
        faulty, search = dialogue.turns[3].calls[0], dialogue.turns[1].calls[0]  # type: ignore[union-attr]
        beside = search.model_copy(update={"id": "c9"})
        dialogue = with_turn(dialogue, 3, calls=(faulty, beside))
        dialogue = with_turn(
            dialogue,
            4,
            results=(*dialogue.turns[4].results, result("c9", "search_flights", "{}")),  # type: ignore[union-attr]
        )

        kept = without_faulty(dialogue)
        assert [c.id for c in kept.turns[3].calls] == ["c9"]  # type: ignore[union-attr]
        assert [r.call_id for r in kept.turns[4].results] == ["c9"]  # type: ignore[union-attr]
        again = with_turn(dialogue, 5, calls=(*dialogue.turns[5].calls, search))  # type: ignore[union-attr]
        assert "c9" not in [c.id for c in without_faulty(again).calls]

    def test_tools_added_with_the_error_are_added_before(self) -> None:
        added = trip().turns[10].tools_added  # type: ignore[union-attr]
        dialogue = with_turn(with_turn(trip(), 10, tools_added=()), 4, tools_added=added)

        assert without_faulty(dialogue).turns[2].tools_added == added  # type: ignore[union-attr]

    def test_a_mistake_that_is_never_mended(self) -> None:
        turns = (*trip().turns[:5], trip().turns[7], *trip().turns[8:])
        mended = without_faulty(trip().model_copy(update={"turns": turns}))

        assert [kind_of(t) for t in mended.turns[:4]] == ["user", "calls", "results", "reply"]
        assert mended.turns[7].text == "Both at once.", "only the text of the calls next to the mistake goes"
