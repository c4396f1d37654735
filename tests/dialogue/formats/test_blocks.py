"""Anthropic's rows: blocks for calls, results and thoughts."""

from __future__ import annotations

from typing import Any

import pytest

from tests.doubles.foreign_rows import WEATHER
from toolace_mt.dialogue.formats import read_recorded
from toolace_mt.dialogue.formats.kept import keep
from toolace_mt.dialogue.messages import to_messages
from toolace_mt.rules.verdicts import judge

TOOL = {"name": "get_weather", "description": "w", "input_schema": WEATHER["parameters"]}
USE = {"type": "tool_use", "id": "t", "name": "get_weather", "input": {"city": "Rome"}}
RESULT = {"type": "tool_result", "tool_use_id": "t", "content": [{"type": "text", "text": "24 degrees"}]}
THOUGHT = {"type": "thinking", "thinking": "A look.", "signature": "s"}


def row(use: Any = USE, result: Any = RESULT, *beside: Any) -> dict[str, Any]:
    return {
        "id": "a",
        "tools": [TOOL],
        "messages": [
            {"role": "user", "content": "Weather in Rome?"},
            {"role": "assistant", "content": [THOUGHT, {"type": "text", "text": "A moment."}, use]},
            {"role": "user", "content": [result, *beside]},
            {"role": "assistant", "content": [{"type": "text", "text": "24 degrees in Rome."}]},
        ],
    }


def said(row: dict[str, Any]) -> list[str]:
    return [f.detail for f in judge(read_recorded(row, 1)).findings]


def test_blocks_are_calls_and_results() -> None:
    recorded = read_recorded(row(), 1)
    assert not said(row())
    assert [(c.id, c.name, c.arguments) for c in recorded.dialogue.calls] == [("t", "get_weather", {"city": "Rome"})]
    assert recorded.sources == ((0,), (1,), (2,), (3,))


def test_they_are_written_as_openai_has_them() -> None:
    recorded = read_recorded(row(), 1)
    messages = to_messages(keep(row(), recorded, 1).recorded.dialogue).messages
    assert messages[1]["content"] == [{"type": "text", "text": "A moment."}]
    assert messages[1]["reasoning_content"] == "A look."
    assert messages[1]["tool_calls"][0]["function"]["arguments"] == '{"city":"Rome"}'
    assert (messages[2]["role"], messages[2]["content"]) == ("tool", "24 degrees")
    assert "tool_use" not in str(messages)


@pytest.mark.parametrize(
    ("use", "detail"),
    [
        ({**USE, "name": "nothing"}, "there is no tool 'nothing'"),
        ({**USE, "input": {"town": "Rome"}}, "arguments.town: is not a parameter"),
        ({**USE, "input": "Rome"}, "`input` is not valid JSON"),
        ({**USE, "name": 3}, "`tool_use` without a `name`"),
        (RESULT, "only a user's message has these"),
    ],
)
def test_a_wrong_call_is_found(use: Any, detail: str) -> None:
    assert any(detail in each for each in said(row(use)))


def test_a_failed_result_is_one() -> None:
    turn = read_recorded(row(result={**RESULT, "is_error": True}), 1).dialogue.turns[2]
    assert turn.type == "observation"
    assert [r.is_error for r in turn.results] == [True]


def test_the_user_may_speak_beside_results() -> None:
    recorded = read_recorded(row(USE, RESULT, {"type": "text", "text": "And Oslo?"}), 1)
    assert [t.text for t in recorded.dialogue.turns] == [
        "Weather in Rome?",
        "A moment.",
        "",
        "And Oslo?",
        "24 degrees in Rome.",
    ]
    assert recorded.sources[2:4] == ((2,), (2,))
    kept = keep(row(USE, RESULT, {"type": "text", "text": "And Oslo?"}), recorded, 1).recorded.dialogue
    assert "tool_result" not in str(to_messages(kept).messages)


def test_in_other_forms_a_call_in_a_block_is_no_mere_loss() -> None:
    recorded = read_recorded(row(), 1, form="sharegpt")
    assert [(u.severity, u.message_index) for u in recorded.unread if "'tool_" in u.detail] == [
        ("error", 1),
        ("error", 2),
    ]
