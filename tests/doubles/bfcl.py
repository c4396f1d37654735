"""BFCL's multi-turn tests as dialogues: user messages, gold calls, and what running them gave."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import orjson

Row = dict[str, Any]

# What BFCL itself has the user say when functions come in: there is no message of his in the test.
_MORE_FUNCTIONS = "I have updated some more functions you can choose from. What about now?"


def dialogue_row(test: Row, pool: Iterable[Row], *, replies: bool, parallel: bool) -> Row:
    """A row in OpenAI's form. Gold has no replies: `replies` writes one after each turn, without any value in it.

    parallel: the calls of a turn are made at once, and not one after the other. pool: the rows of BFCL's tools.
    """
    messages: list[Row] = []
    for number, turn in enumerate(test["turns"]):
        texts = turn["user"] or [_MORE_FUNCTIONS]
        messages.append({"role": "user", "content": "\n".join(texts)})
        made = list(zip(turn["calls"], turn["results"], strict=True))
        for step, group in enumerate([made] if parallel and made else [[one] for one in made]):
            messages += _exchange(group, f"call_{number}_{step}")
        if replies:
            messages.append({"role": "assistant", "content": "That is done." if made else "I need to know more first."})
    tools = [
        {"type": "function", "function": tool["function"]}
        for tool in pool
        if tool["x_api_class"] in test["involved_classes"]
        and tool["function"]["name"] not in (test["excluded_function"] or ())
    ]
    return {"id": test["id"], "messages": messages, "tools": tools}


def _exchange(group: list[tuple[Row, str]], prefix: str) -> list[Row]:
    calls, results = [], []
    for place, (call, result) in enumerate(group):
        call_id = f"{prefix}_{place}"
        function = {"name": call["name"], "arguments": orjson.dumps(call["arguments"]).decode()}
        calls.append({"id": call_id, "type": "function", "function": function})
        results.append({"role": "tool", "tool_call_id": call_id, "name": call["name"], "content": result})
    return [{"role": "assistant", "content": None, "tool_calls": calls}, *results]
