"""Rows of anybody's files: a sound one in OpenAI's form, and ways to spoil it."""

from __future__ import annotations

import copy
from typing import Any

import orjson

Row = dict[str, Any]

WEATHER = {
    "type": "function",
    "function": {
        "name": "get_weather",
        "description": "The weather of a city.",
        "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
    },
}


def sound(id: str | None = "a") -> Row:
    """A user asks for the weather, and is told what the tool says."""
    call = {"id": "c1", "type": "function", "function": {"name": "get_weather", "arguments": '{"city":"Oslo"}'}}
    messages: list[Row] = [
        {"role": "system", "content": "You help with the weather."},
        {"role": "user", "content": "What is the weather in Oslo?"},
        {"role": "assistant", "content": None, "tool_calls": [call]},
        {"role": "tool", "tool_call_id": "c1", "content": '{"celsius":3}'},
        {"role": "assistant", "content": "It is 3 degrees in Oslo."},
    ]
    row: Row = {"messages": messages, "tools": [copy.deepcopy(WEATHER)]}
    return row if id is None else {"id": id, **row}


def spoilt(id: str | None = "b", name: str = "get_wether") -> Row:
    """The same, but the call at messages[2] is to a tool that there is not."""
    row = copy.deepcopy(sound(id))
    row["messages"][2]["tool_calls"][0]["function"]["name"] = name
    return row


def lines(*rows: Any) -> bytes:
    """The rows as JSONL."""
    return b"".join(orjson.dumps(row) + b"\n" for row in rows)
