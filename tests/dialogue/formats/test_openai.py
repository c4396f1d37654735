"""The quirks of OpenAI's form as people write it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.doubles.foreign_rows import Row, openai
from toolace_mt.dialogue.formats import read_recorded
from toolace_mt.dialogue.recorded import Recorded
from toolace_mt.types import Action, Observation, ToolResult


def read(*messages: Any, **row: Any) -> Recorded:
    return read_recorded({"messages": list(messages), **row}, 1)


def call(name: str = "f", arguments: Any = "{}", **rest: Any) -> Row:
    return {"type": "function", "function": {"name": name, "arguments": arguments}, **rest}


def asking(*calls: Any, content: Any = None) -> Row:
    return {"role": "assistant", "content": content, "tool_calls": list(calls)}


def results(read: Recorded, turn: int) -> tuple[ToolResult, ...]:
    there = read.dialogue.turns[turn]
    assert isinstance(there, Observation)
    return there.results


@pytest.mark.parametrize("arguments", ['{"a": 1}', {"a": 1}])
def test_arguments_are_text_or_an_object(arguments: Any) -> None:
    assert read(asking(call(arguments=arguments))).dialogue.calls[0].arguments == {"a": 1}


@pytest.mark.parametrize("arguments", ["", " ", None, "{}"])
def test_no_arguments(arguments: Any) -> None:
    told = read(asking(call(arguments=arguments)))
    assert (told.dialogue.calls[0].arguments, told.unread) == ({}, ())


def test_long_numbers_stay_exact() -> None:
    assert read(asking(call(arguments='{"a": 123456789012345678901234}'))).dialogue.calls[0].arguments == {
        "a": 123456789012345678901234
    }


@pytest.mark.parametrize(
    "arguments", ["{", "[]", "{'a': 1}", [1], 3, '"{}"', '{"a": NaN}', '{"a": ' + "9" * 5000 + "}"]
)
def test_unreadable_arguments_are_told_with_their_call(arguments: Any) -> None:
    told = read({"role": "user", "content": "x"}, asking(call(id="a"), call("g", arguments, id="b")))

    assert [(u.message_index, u.call_id, u.severity) for u in told.unread] == [(1, "b", "error")]
    assert "tool_calls[1] (g)" in told.unread[0].detail
    assert told.dialogue.calls[1].arguments == {}


@pytest.mark.parametrize(
    ("message", "detail"),
    [
        (3, "the message is no object but a number"),
        ({"content": "x"}, "has the role (null)"),
        ({"role": "narrator", "content": "x"}, "has the role 'narrator'"),
        ({"role": ["user"], "content": "x"}, "has the role (a list)"),
        ({"role": "user", "content": {"text": "x"}}, "`content` is no text but an object"),
        ({"role": "user", "content": [{"type": "text"}]}, "a part without `text`"),
        ({"role": "user", "content": "x", "tool_calls": [call()]}, "only an assistant makes calls"),
        ({"role": "assistant", "tool_calls": "x"}, "`tool_calls` is no list but a text"),
        (asking(None), "tool_calls[0] has no `function`"),
        (asking({"function": {"arguments": "{}"}}), "tool_calls[0] has no `function`"),
        (asking({"type": "custom", "custom": {"name": "f"}}), "tool_calls[0] has no `function`"),
        ({"role": "assistant", "function_call": {"arguments": "{}"}}, "function_call has no `name`"),
    ],
)
def test_what_cannot_be_read_is_told_and_the_rest_is_read(message: Any, detail: str) -> None:
    told = read({"role": "user", "content": "Hi"}, message, {"role": "assistant", "content": "Bye"})

    assert [(u.message_index, u.severity, detail in u.detail) for u in told.unread] == [(1, "error", True)]
    assert (told.dialogue.turns[0].text, told.dialogue.turns[-1].text) == ("Hi", "Bye")


@pytest.mark.parametrize("message", [{"role": "user", "content": [{"type": "image_url"}]}, asking({"name": "f"})])
def test_what_is_only_odd_is_a_warning(message: Any) -> None:
    assert [u.severity for u in read(message).unread] == ["warning"]


def test_parts_of_content_are_joined() -> None:
    parts = [{"type": "text", "text": "a"}, "b", {"type": "refusal", "refusal": "c"}]
    assert read({"role": "assistant", "content": parts}).dialogue.turns[0].text == "abc"


@pytest.mark.parametrize(
    ("content", "text"),
    [(None, ""), ({"a": 1}, '{"a":1}'), ([1, 2], "[1,2]"), ([{"type": "text", "text": "x"}], "x"), (3, "3")],
)
def test_results_may_be_any_json(content: Any, text: str) -> None:
    told = read(asking(call(id="a")), {"role": "tool", "tool_call_id": "a", "content": content})
    assert (results(told, 1)[0].content, told.unread) == (text, ())


def test_older_function_calls() -> None:
    told = read(
        {"role": "assistant", "content": None, "function_call": {"name": "f", "arguments": '{"a": 1}'}},
        {"role": "function", "name": "f", "content": "x"},
        {"role": "assistant", "content": "done", "function_call": None, "tool_calls": None},
        functions=[{"name": "f"}],
    )
    assert told.unread == ()
    assert told.dialogue.calls[0].arguments == {"a": 1}
    assert results(told, 1)[0].call_id == told.dialogue.calls[0].id
    assert [tool.name for tool in told.dialogue.tools] == ["f"]


def test_results_find_their_calls() -> None:
    def answers(calls: list[Row], *given: Row) -> list[tuple[str, str]]:
        told = read(asking(*calls), *({"role": "tool", "content": "x", **each} for each in given))
        return [(r.call_id, r.name) for r in results(told, 1)]

    both = [call("f", id="a"), call("g", id="b")]
    assert answers(both, {"tool_call_id": "a"}, {"tool_call_id": "b"}) == [("a", "f"), ("b", "g")]
    assert answers(both, {"tool_call_id": "b"}, {"tool_call_id": "a"}) == [("b", "g"), ("a", "f")]
    assert answers(both, {}, {}) == [("a", "f"), ("b", "g")]
    assert answers(both, {"name": "g"}, {"name": "f"}) == [("b", "g"), ("a", "f")]
    assert answers(both, {"tool_call_id": "b"}, {}) == [("b", "g"), ("a", "f")]
    assert answers(both, {}, {}, {"name": "h"}) == [("a", "f"), ("b", "g"), ("", "h")]
    assert answers(both, {"tool_call_id": "z"}) == [("z", "")]
    assert answers([call("f"), call("f")], {}, {}) == [("call_0_0", "f"), ("call_0_1", "f")]
    assert answers([call("f", id="a"), call("g", id="a")], {"tool_call_id": "a"}, {"tool_call_id": "a"}) == [
        ("a", "f"),
        ("a", "g"),
    ]


def test_late_system_messages_stand_at_the_beginning() -> None:
    told = read(
        {"role": "developer", "content": "One."},
        {"role": "user", "content": "Hi"},
        {"role": "system", "content": "Two."},
        {"role": "assistant", "content": "Bye"},
        system="Zero.",
    )
    assert told.dialogue.system == "Zero.\n\nOne.\n\nTwo."
    assert [(u.message_index, u.severity) for u in told.unread] == [(2, "warning")]
    assert told.sources == ((1,), (3,))


@pytest.mark.parametrize(
    ("message", "failed"),
    [
        ({"content": "Error: no such city"}, True),
        ({"content": '{"error": "no such city"}'}, True),
        ({"content": '{"success": false, "n": 1}'}, True),
        ({"content": '{"status": "error", "message": "x"}'}, True),
        ({"content": '{"isError": true, "content": []}'}, True),
        ({"content": "rain", "is_error": True}, True),
        ({"content": '{"ticket": 1, "status": "failed payment"}'}, False),
        ({"content": '{"error": null, "status": "ok"}'}, False),
        ({"content": "No errors found"}, False),
    ],
)
def test_results_that_tell_of_an_error(message: Row, failed: bool) -> None:
    row = openai()
    row["messages"][3] |= message
    assert [r.is_error for r in results(read_recorded(row, 1), 2)] == [failed, False]


def test_a_tag_that_slipped_in_is_no_form() -> None:
    slipped = {"role": "assistant", "content": "<tool_call> I will look."}
    assert read({"role": "user", "content": "Hi"}, slipped).form == "openai"
    row = openai()
    row["messages"][-1]["content"] = '<tool_call>{"name": "f", "arguments": {}}</tool_call>'
    told = read_recorded(row, 1)
    assert (told.form, isinstance(told.dialogue.turns[-1], Action)) == ("openai", True)
    assert told.dialogue.turns[-1].text == row["messages"][-1]["content"]


def test_names_of_arguments_that_are_no_text_are_told() -> None:
    told = read(asking(call(arguments={1: 2}, id="a")))
    assert [(u.message_index, u.call_id) for u in told.unread] == [(0, "a")]
    assert told.dialogue.calls[0].arguments == {}
