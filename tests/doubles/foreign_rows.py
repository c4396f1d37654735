"""One dialogue in each form that others write: two calls made together, then a reply."""

from __future__ import annotations

import json
from typing import Any

Row = dict[str, Any]

WEATHER = {
    "name": "get_weather",
    "description": "The weather of a city.",
    "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
}
CALLS = [("get_weather", {"city": "Oslo"}), ("get_weather", {"city": "Ålesund", "days": 2})]
RESULTS = ['{"celsius":3}', "rain"]
ASKED = "What is the weather in Oslo and Ålesund?"
TOLD = "3 degrees in Oslo, and rain in Ålesund."


def openai() -> Row:
    calls = [
        {"id": f"c{n}", "type": "function", "function": {"name": name, "arguments": json.dumps(arguments)}}
        for n, (name, arguments) in enumerate(CALLS)
    ]
    return {
        "id": "o",
        "messages": [
            {"role": "system", "content": "Be brief."},
            {"role": "user", "content": ASKED},
            {"role": "assistant", "content": None, "tool_calls": calls},
            *({"role": "tool", "tool_call_id": f"c{n}", "content": text} for n, text in enumerate(RESULTS)),
            {"role": "assistant", "content": TOLD},
        ],
        "tools": [{"type": "function", "function": WEATHER}],
    }


def sharegpt() -> Row:
    together = json.dumps([{"name": name, "arguments": arguments} for name, arguments in CALLS])
    results = [{"name": "get_weather", "content": {"celsius": 3}}, {"name": "get_weather", "content": "rain"}]
    return {
        "system": "Be brief.",
        "conversations": [
            {"from": "human", "value": ASKED},
            {"from": "function_call", "value": together},
            {"from": "observation", "value": json.dumps(results)},
            {"from": "gpt", "value": TOLD},
        ],
        "tools": json.dumps([WEATHER]),
    }


def hermes() -> Row:
    tags = [f"<tool_call>\n{ {'name': name, 'arguments': arguments} }\n</tool_call>" for name, arguments in CALLS]
    contents = [{"celsius": 3}, "rain"]
    results = [
        f"<tool_response>\n{json.dumps({'name': 'get_weather', 'content': content})}\n</tool_response>"
        for content in contents
    ]
    system = (
        f"Be brief. Signatures are within <tools></tools> tags.\n<tools>\n{json.dumps(WEATHER)}\n</tools>\nCall them."
    )
    return {
        "conversations": [
            {"from": "system", "value": system},
            {"from": "human", "value": ASKED},
            {"from": "gpt", "value": "<think>\nTwo cities.\n</think>\n" + "\n".join(tags)},
            {"from": "tool", "value": "\n".join(results)},
            {"from": "gpt", "value": TOLD},
        ]
    }


def toolace() -> Row:
    function = {**WEATHER, "name": "Get Weather v2.0", "required": None}
    function["parameters"] = {
        "type": "dict",
        "properties": {"city": {"type": "string"}, "days": {"type": "float"}},
        "required": ["city"],
    }
    results = [
        {"name": "Get Weather v2.0", "results": {"celsius": 3}},
        {"name": "Get Weather v2.0", "results": "rain"},
    ]
    return {
        "system": f"Be brief. Here is a list of functions [in JSON] that you can invoke:\n{json.dumps([function])}.\nGo on.",
        "conversations": [
            {"from": "user", "value": ASKED},
            {
                "from": "assistant",
                "value": "[Get Weather v2.0(city=\"Oslo\"), Get Weather v2.0(city='Ålesund', days=2)]",
            },
            {"from": "tool", "value": json.dumps(results)},
            {"from": "assistant", "value": TOLD},
        ],
    }


def xlam() -> Row:
    """The query and its calls; nobody ran them, so this form has neither results nor a reply."""
    parameters = {
        "city": {"description": "Where.", "type": "str"},
        "days": {"description": "How many.", "type": "int, optional", "default": 1},
    }
    answers = [{"name": name, "arguments": arguments} for name, arguments in CALLS]
    return {"id": 17, "query": ASKED, "answers": answers, "tools": [{**WEATHER, "parameters": parameters}]}


FORMS = {"openai": openai, "sharegpt": sharegpt, "hermes": hermes, "toolace": toolace}
