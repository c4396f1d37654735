"""xLAM's rows: a query, the calls that answer it, tools with flat maps of parameters."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.doubles.foreign_rows import xlam
from tests.doubles.strategies import json_values
from toolace_mt.dialogue.formats import read_recorded
from toolace_mt.dialogue.recorded import NotADialogue
from toolace_mt.types import Action, Observation, Tool

QUERY = "What is the weather in Oslo and Ålesund?"


def tool_of(**parameters: Any) -> Tool:
    row = {"query": "x", "answers": [], "tools": [{"name": "f", "description": "", "parameters": parameters}]}
    return read_recorded(row, 1).dialogue.tools[0]


@pytest.mark.parametrize("written", [json.dumps, lambda value: value])
def test_query_and_answers_are_a_request_and_its_calls(written: Any) -> None:
    row = xlam()
    read = read_recorded({**row, "answers": written(row["answers"]), "tools": written(row["tools"])}, 1)

    asked, calling = read.dialogue.turns
    assert (read.id, read.form, read.unread, read.sources) == ("17", "xlam", (), ((0,), (1,)))
    assert isinstance(asked, Observation)
    assert isinstance(calling, Action)
    assert asked.text == QUERY
    assert [(c.name, c.arguments) for c in calling.calls] == [
        ("get_weather", {"city": "Oslo"}),
        ("get_weather", {"city": "Ålesund", "days": 2}),
    ]
    assert read.dialogue.tools[0].parameters == {
        "type": "object",
        "properties": {
            "city": {"type": "string", "description": "Where."},
            "days": {"type": "integer", "description": "How many.", "default": 1},
        },
        "required": ["city"],
    }


def test_a_default_makes_a_parameter_optional() -> None:
    tool = tool_of(a={"type": "str"}, b={"type": "int", "default": 3}, c={"type": "int", "default": ""}, d="List[str]")

    assert tool.required == ("a", "d")
    assert tool.properties == {
        "a": {"type": "string"},
        "b": {"type": "integer", "default": 3},
        "c": {"type": "integer"},
        "d": {"type": "array", "items": {"type": "string"}},
    }


def test_a_parameter_may_be_called_type() -> None:
    assert tool_of(type={"type": "str"}, properties={"type": "int"}).required == ("type", "properties")


def test_tools_that_have_a_schema_keep_it() -> None:
    schema = {"type": "object", "properties": {"a": {"type": "string"}}, "required": ["a"]}
    assert tool_of(**schema).parameters == schema


def test_a_query_that_no_tool_fits_has_no_answer() -> None:
    read = read_recorded({"query": "x", "answers": "[]", "tools": "[]"}, 1)
    assert (len(read.dialogue.turns), read.unread) == (1, ())


def test_messages_count_more_than_a_query_beside_them() -> None:
    row = {**xlam(), "messages": [{"role": "user", "content": "Hello"}]}
    assert read_recorded(row, 1).form == "openai"
    assert read_recorded(row, 1, form="xlam").dialogue.turns[0].text == QUERY


@pytest.mark.parametrize("row", [{"answers": []}, {"query": "x"}, {"query": None, "answers": []}, {"messages": []}])
def test_rows_without_query_or_answers_say_what_is_missing(row: Any) -> None:
    with pytest.raises(NotADialogue, match=r"field (query|answers): is missing"):
        read_recorded(row, 1, form="xlam")


@pytest.mark.parametrize(
    ("answers", "told"),
    [
        ("[", "not valid JSON"),
        (["Oslo"], "no `name`"),
        ([{"name": "f", "arguments": "{"}], "the call of f"),
        ("", "JSON"),
    ],
)
def test_answers_that_are_no_calls_are_told(answers: Any, told: str) -> None:
    read = read_recorded({"query": "x", "answers": answers}, 1)
    assert [(u.message_index, u.severity) for u in read.unread] == [(1, "error")]
    assert told in read.unread[0].detail


@pytest.mark.parametrize("tools", ["[", {"name": "f"}, [3], [{"name": 3}], [{"function": 3}]])
def test_tools_that_cannot_be_read_are_told(tools: Any) -> None:
    assert "tools" in read_recorded({"query": "x", "answers": [], "tools": tools}, 1).unread[0].detail


parameters = st.dictionaries(st.sampled_from(["a", "type", "default"]), json_values | st.just("List[str"))


@given(
    json_values,
    json_values,
    json_values | st.lists(st.fixed_dictionaries({"name": st.text(), "parameters": parameters})),
)
def test_no_row_breaks_the_reader(query: Any, answers: Any, tools: Any) -> None:
    try:
        read_recorded({"query": query, "answers": answers, "tools": tools}, 1)
    except NotADialogue:
        assert query is None or answers is None
