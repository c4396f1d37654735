from __future__ import annotations

import json
from typing import Any

import orjson
import pytest
from hypothesis import given, settings

from tests.doubles.strategies import dialogues
from tests.doubles.trips import trip
from toolace_mt.dialogue.messages import NotADialogue, from_messages, message_index, message_starts, to_messages
from toolace_mt.types import Dialogue, Observation


@settings(max_examples=60, deadline=None)
@given(dialogues())
def test_messages_and_back_lose_nothing(dialogue: Dialogue) -> None:
    messages, tools, extras = orjson.loads(orjson.dumps(tuple(to_messages(dialogue))))

    assert from_messages(messages, tools, extras, id=dialogue.id) == dialogue


@settings(max_examples=60, deadline=None)
@given(dialogues())
def test_back_and_forth_gives_the_same_messages(dialogue: Dialogue) -> None:
    messages, tools, extras = to_messages(dialogue)

    assert to_messages(from_messages(messages, tools, extras)) == (messages, tools, extras)


def test_messages_have_openai_form() -> None:
    messages, tools, extras = to_messages(trip())

    assert [m["role"] for m in messages[:4]] == ["system", "user", "assistant", "tool"]
    assert messages[2] == {
        "role": "assistant",
        "content": None,
        "tool_calls": [
            {
                "id": "c1",
                "type": "function",
                "function": {
                    "name": "search_flights",
                    "arguments": '{"origin":"LHR","destination":"JFK","date":"2025-05-02"}',
                },
            }
        ],
    }
    assert messages[3]["tool_call_id"] == "c1"
    assert messages[6]["content"] == "I took the wrong id, and correct it."
    assert [t["function"]["name"] for t in tools] == ["search_flights", "book_flight", "send-receipt"]
    assert extras["tools_added"] == [{"message_index": 11, "names": ["send-receipt"]}]
    assert extras["faulty_calls"] == [{"message_index": 4, "tool_call_id": "c2"}]
    assert extras["error_results"] == [{"message_index": 5, "tool_call_id": "c2"}]
    assert extras["simulated_results"] == [{"message_index": 14, "tool_call_id": "c5"}]
    assert extras["subtasks"] == [{"subtask": 0, "start": 1, "end": 9}, {"subtask": 1, "start": 9, "end": 16}]


def test_messages_of_results_and_calls_are_found() -> None:
    dialogue = trip()

    assert len(to_messages(dialogue).messages) == message_starts(dialogue)[-1]
    assert message_index(dialogue, 0) == 1
    assert message_index(dialogue, 11, "c5") == 12
    assert message_index(dialogue, 12, "c5") == 14
    assert message_index(dialogue, 99) is None


def test_others_dialogues_are_read() -> None:
    messages = [
        {"role": "developer", "content": "Be kind."},
        {"role": "user", "content": [{"type": "text", "text": "What is "}, {"type": "text", "text": "on?"}]},
        {"role": "assistant", "tool_calls": [{"id": "0", "function": {"name": "look", "arguments": {"at": 1}}}]},
        {"role": "tool", "tool_call_id": "0", "content": "much"},
        {"role": "user", "content": "And?"},
    ]
    dialogue = from_messages(messages, [{"name": "look", "parameters": {"type": "object"}, "strict": True}])

    assert dialogue.system == "Be kind."
    assert dialogue.turns[0].text == "What is on?"
    assert dialogue.calls[0].arguments == {"at": 1}
    assert isinstance(dialogue.turns[2], Observation)
    assert dialogue.turns[2].results[0].name == "look"
    assert [tool.name for tool in dialogue.tools] == ["look"]


def _asking(arguments: Any) -> list[dict[str, Any]]:
    call = {"id": "0", "type": "function", "function": {"name": "look", "arguments": arguments}}
    return [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": None, "tool_calls": [call]}]


@pytest.mark.parametrize(
    ("messages", "index"),
    [
        ("hello", None),
        ({"role": "user"}, None),
        ([3], 0),
        ([{"content": "no role"}], 0),
        ([{"role": ["user"], "content": ""}], 0),
        ([{"role": "user", "content": {"text": "a"}}], 0),
        ([{"role": "user", "content": "a", "tool_calls": [{}]}], 0),
        ([{"role": "user", "content": "a"}, {"role": "assistant", "tool_calls": "x"}], 1),
        ([{"role": "user", "content": "a"}, {"role": "assistant", "tool_calls": [None]}], 1),
        (_asking("{"), 1),
        (_asking("[]"), 1),
        (_asking({1: 2}), 1),
    ],
)
def test_what_is_no_dialogue_is_said_with_its_message(messages: Any, index: int | None) -> None:
    with pytest.raises(NotADialogue) as refusal:
        from_messages(messages)

    assert refusal.value.message_index == index
    assert index is None or f"messages[{index}]" in str(refusal.value)


@pytest.mark.parametrize(
    ("tools", "extras", "about"),
    [
        ("x", None, "tools"),
        ([3], None, "tools[0]"),
        ([{"type": "function", "function": {"description": "nameless"}}], None, "tools[0]: name"),
        ([{"name": "f", "parameters": "x"}], None, "tools[0]: parameters"),
        ([], {"faulty_calls": 3}, "metadata: faulty_calls"),
        ([{"name": "f"}], {"tools_added": [{"message_index": 0, "names": ["g"]}]}, "names g"),
        ([], {"tools_added": [{"message_index": 0, "names": ["g", "h"]}]}, "names g, h"),
    ],
)
def test_broken_tools_and_extras_are_said(tools: Any, extras: Any, about: str) -> None:
    with pytest.raises(NotADialogue) as refusal:
        from_messages([{"role": "user", "content": "a"}], tools, extras)

    assert about in str(refusal.value)


def test_numbers_beyond_64_bits_are_written() -> None:
    huge = 10**30
    turns = trip().turns
    dialogue = trip().model_copy(update={"turns": turns})
    dialogue.turns[1].calls[0].arguments["n"] = huge  # type: ignore[union-attr]

    written = to_messages(dialogue).messages[2]["tool_calls"][0]["function"]["arguments"]

    assert json.loads(written)["n"] == huge
