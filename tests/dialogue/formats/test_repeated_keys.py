"""Keys that are said twice are found wherever they are, and nowhere else."""

from __future__ import annotations

import json
from typing import Any

import orjson
import pytest
from hypothesis import given

from tests.doubles.strategies import objects
from toolace_mt.dialogue.formats import read_recorded
from toolace_mt.dialogue.formats.repeated_keys import repeated_key


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('{"a":1,"a":2}', ("a", True)),
        ('{"a":1,"a":1}', ("a", False)),
        ('{"a":1,"a":true}', ("a", True)),
        ('{"a":1, "a" :2}', ("a", True)),
        ('{"a":1,"\\u0061":2}', ("a", True)),
        ('{"a":{"b":[{"c":1,"c":2}]}}', ("c", True)),
        ('{"a":1,"a":1,"b":1,"b":2}', ("b", True)),
        ('{"a":{},"a":{"b":1}}', ("a", True)),
        ('[{"a":1,"a":2}]', ("a", True)),
    ],
)
def test_a_key_that_is_there_twice(text: str, found: Any) -> None:
    assert repeated_key(text, orjson.loads(text)) == found


@given(objects)
def test_no_key_of_what_was_written_properly(value: dict[str, Any]) -> None:
    for text in (json.dumps(value), json.dumps(value, separators=(" , ", " : "), ensure_ascii=False)):
        assert repeated_key(text, value) is None


@given(objects.filter(bool), objects)
def test_a_key_put_in_again_is_always_found(value: dict[str, Any], other: dict[str, Any]) -> None:
    key = next(iter(value))
    text = f"{json.dumps(value)[:-1]}, {json.dumps(key)}: {json.dumps(other)}}}"
    assert repeated_key(text, json.loads(text)) == (key, repr(value[key]) != repr(other))


@pytest.mark.parametrize("text", ["{'a': 1, 'a': 2}", '{"a":' * 5000])
def test_what_is_no_json_says_nothing(text: str) -> None:
    assert repeated_key(text, {}) is None


@pytest.mark.parametrize(("second", "severity"), [(2, "error"), (1, "warning")])
@pytest.mark.parametrize("form", ["openai", "sharegpt", "hermes"])
def test_it_is_told_of_the_call(form: str, second: int, severity: str) -> None:
    arguments = f'{{"a": 1, "a": {second}}}'
    call = f'{{"name": "f", "arguments": {arguments}}}'
    messages: dict[str, Any] = {
        "openai": {"role": "assistant", "tool_calls": [{"id": "c", "function": {"name": "f", "arguments": arguments}}]},
        "sharegpt": {"from": "function_call", "value": call},
        "hermes": {"from": "gpt", "value": f"<tool_call>{call}</tool_call>"},
    }
    read = read_recorded({"messages": [messages[form]]}, 1)
    assert [(u.message_index, u.severity) for u in read.unread] == [(0, severity)]
    assert "'a' is there more than once" in read.unread[0].detail
    assert read.dialogue.calls[0].arguments == {"a": second}
