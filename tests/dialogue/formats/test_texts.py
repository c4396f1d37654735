"""Calls and tools inside texts: literals, brackets, tags, announcements."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.doubles.strategies import json_values, objects
from toolace_mt.dialogue.formats.bracket_calls import look_like_calls, read_bracket_calls
from toolace_mt.dialogue.formats.literals import Unreadable, read_literal_only
from toolace_mt.dialogue.formats.row import read_recorded
from toolace_mt.dialogue.formats.told_tools import tools_in_json, tools_in_tags
from toolace_mt.exporters.toolace import call_text
from toolace_mt.types import ToolCall


@given(json_values)
def test_literals_of_python_and_json(value: Any) -> None:
    assert read_literal_only(json.dumps(value)) == value
    assert read_literal_only(repr(value)) == value


@pytest.mark.parametrize("digits", [309, 1000, 5000])
def test_whole_numbers_that_no_float_holds_are_unreadable(digits: int) -> None:
    with pytest.raises(Unreadable):
        read_literal_only("9" * digits)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1" + "0" * 30, 1e30),
        ("{'a': True, \"b\": null,}", {"a": True, "b": None}),
        ("(1, -2.5e3, [])", [1, -2500.0, []]),
        (r"'it\'s \x41\u00e9\d'", r"it's Aé\d"),
        ("{1: 2, None: 3}", {"1": 2, "null": 3}),
        ('"a\nb"', "a\nb"),
    ],
)
def test_odd_literals(text: str, value: Any) -> None:
    assert read_literal_only(text) == value


NO_LITERALS = [
    "",
    "[",
    "]",
    "[1",
    "[1 2]",
    "[,]",
    "{1}",
    "{'a'}",
    "{'a':}",
    "{'a': 1 'b'}",
    "'a",
    "a",
    "1 2",
    "1e999",
    "1x",
]


@pytest.mark.parametrize("text", [*NO_LITERALS, "{[]: 1}", "[1}", "f(1)", "9" * 5000, "[" * 5000])
def test_what_is_no_literal(text: str) -> None:
    with pytest.raises(Unreadable):
        read_literal_only(text)


@settings(deadline=None)
@given(st.lists(st.tuples(st.from_regex(r"[A-Za-z0-9_-]{1,12}", fullmatch=True), objects), min_size=1, max_size=3))
def test_calls_in_brackets_are_read_back(made: list[tuple[str, dict[str, Any]]]) -> None:
    calls = [ToolCall(id=str(n), name=name, arguments=arguments) for n, (name, arguments) in enumerate(made)]
    text = f"[{', '.join(map(call_text, calls))}]"
    assert look_like_calls(text)
    assert [(c.name, c.arguments) for c in read_bracket_calls(text)] == made


@pytest.mark.parametrize(
    ("text", "calls"),
    [
        ("[ Market Trends API ( a = 1 ) ]", [("Market Trends API", {"a": 1})]),
        (
            "[v1.get-user(user-id='a', x.y=true), /api/b()]",
            [("v1.get-user", {"user-id": "a", "x.y": True}), ("/api/b", {})],
        ),
        ('[获取天气(城市="上海", n=[{"a": (1, 2)}])]', [("获取天气", {"城市": "上海", "n": [{"a": [1, 2]}]})]),
        ("[Weather (v2)(a=1)]", [("Weather (v2)", {"a": 1})]),
        ('[f(a="x), g(b=1)]")]', [("f", {"a": "x), g(b=1)]"})]),
    ],
)
def test_real_names_and_values(text: str, calls: list[tuple[str, dict[str, Any]]]) -> None:
    assert look_like_calls(text)
    assert [(c.name, c.arguments) for c in read_bracket_calls(text, ("Weather (v2)",))] == calls


@pytest.mark.parametrize(
    "text", ['[f("x")]', "[f(a=b)]", "[f(a=1]", "[f(a=1) g()]", "[f(a=1)]]", "[f(**3)]", "[f(a=1 b=2)]"]
)
def test_calls_that_cannot_be_read(text: str) -> None:
    with pytest.raises(Unreadable):
        read_bracket_calls(text)


def test_calls_that_cannot_be_read_are_told_and_words_are_not() -> None:
    def told(text: str) -> list[tuple[int | None, str]]:
        turns = [{"from": "user", "value": "Hi"}, {"from": "assistant", "value": text}]
        read = read_recorded({"conversations": turns, "system": '[{"name": "f"}]'}, 1, form="toolace")
        assert read.dialogue.turns[1].text == text
        return [(u.message_index, u.severity) for u in read.unread]

    assert told('[f("x")]') == [(1, "error")]
    assert told("[g(a=b)]") == [(1, "error")]
    assert told("[as I said (twice)]") == []


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        ('<tool_call>\n{"name": "f"', "never closed"),
        ("<tool_call>\n{oops}\n</tool_call>", "not valid JSON"),
        ('<tool_call>\n{"arguments": {}}\n</tool_call>', "no `name`"),
        ('<tool_call>\n{"name": "f", "arguments": "{"}\n</tool_call>', "not valid JSON"),
    ],
)
def test_broken_tags_are_told(value: str, problem: str) -> None:
    turns = [{"from": "human", "value": "Hi"}, {"from": "gpt", "value": value}]
    unread = read_recorded({"conversations": turns}, 1, form="hermes").unread
    assert unread[0].message_index == 1
    assert problem in unread[0].detail


def test_text_beside_calls_in_tags() -> None:
    value = 'I look.\n<tool_call>\n{"name": "f", "arguments": "{\\"a\\": 1}"}\n</tool_call>\nThen I tell.'
    turn = read_recorded({"conversations": [{"from": "gpt", "value": value}]}, 1).dialogue.turns[0]
    assert (turn.text, turn.calls[0].arguments) == ("I look.\nThen I tell.", {"a": 1})  # type: ignore[union-attr]


def test_results_may_come_from_the_user_in_tags() -> None:
    turns = [
        {"role": "user", "content": "Hi"},
        {"role": "assistant", "content": '<tool_call>\n{"name": "f", "arguments": {}}\n</tool_call>'},
        {"role": "user", "content": "<tool_response>\n3 degrees\n</tool_response>"},
    ]
    read = read_recorded({"messages": turns}, 1)
    assert read.form == "hermes"
    assert [r.content for r in read.dialogue.turns[2].results] == ["3 degrees"]  # type: ignore[union-attr]


def test_half_characters_in_tools_are_none() -> None:
    assert tools_in_tags('<tools>[{"name": "\\ud800"}]</tools>') is None


def test_tools_in_tags_and_in_json() -> None:
    told = tools_in_tags('Signatures <tools> here: <tools>\n{"name": "f"}\n{"name": "g"}\n</tools> End.')
    assert told is not None
    assert [t.name for t in told.known.tools] == ["f", "g"]
    told = tools_in_json('Use [x] and [{"no": 1}]:\n[{"name": "f"}]. End.')
    assert told is not None
    assert ([t.name for t in told.known.tools], told.text) == (["f"], 'Use [x] and [{"no": 1}]:\n. End.')
    assert tools_in_tags("<tools> none") is None
    assert tools_in_json("none [{") is None


HOSTILE = [
    "[{" * 50_000,
    "<tools>" * 50_000,
    "[a(b=" * 50_000 + ")]",
    "[a" + " (" * 50_000 + ")]",
    "<tool_call>" * 50_000,
    "[f(a='" + "\\" * 100_000 + ")]",
    "[" + "a" * 100_000 + "(" * 9 + ")]",
    "<tool_call>{" + '"a":{' * 50_000,
    "\n\n" * 50_000,
]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
@pytest.mark.parametrize("form", ["sharegpt", "hermes", "toolace", None])
def test_hostile_texts_take_no_time(text: str, form: Any) -> None:
    turns = [{"from": speaker, "value": text} for speaker in ("system", "user", "assistant", "tool", "function_call")]
    started = time.process_time()
    read_recorded({"conversations": turns, "system": text, "tools": text}, 1, form=form)
    assert time.process_time() - started < 20  # no measure of speed: what is quadratic takes minutes
