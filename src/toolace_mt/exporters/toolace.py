"""`toolace`: the form of the ToolACE dataset, calls as Python writes them.

A row is `{"id", "system", "conversations"}`; `from` is user, assistant or tool. `system` has the dialogue's system prompt, how
to call, and the functions as a JSON list. Calls are `[name(key="value", flag=True), other()]` with Python literals, which
`ast.parse` reads; results are a JSON list of `{"name", "results"}`.

Names that are not Python's are written so that they can be got back: a function's `get-user` is `get_x2d_user` here and in the
list of functions (`original_name` undoes it, in `dialogue.formats.python_names`); a parameter's goes into
`**{"from": "LHR"}`. Text beside calls cannot stand in this form: it is left out, and counted. Faulty calls are taken out.
Tools that are added on the way are told in the user's message that brings them.
"""

from __future__ import annotations

import keyword
from collections.abc import Sequence
from typing import Any

from toolace_mt.dialogue.formats.python_names import python_name
from toolace_mt.dialogue.turns import TurnKind, content_value, json_text, kind_of
from toolace_mt.exporters.schemas import functions
from toolace_mt.exporters.updates import announced
from toolace_mt.exporters.writing import Row
from toolace_mt.types import Action, Dialogue, Outcome, Tool, ToolCall, Turn

_FROM: dict[TurnKind, str] = {"user": "user", "calls": "assistant", "results": "tool", "reply": "assistant"}

_INSTRUCTION = (
    "You can call functions to do what the user asks for. Call as many as it takes; where none of them fits, or a value that"
    " one needs is missing, say so instead.\n"
    "Write calls in the form [func_name1(param1=value1, param2=value2), func_name2(param=value)], and nothing else beside"
    " them.\n"
    "These are the functions, in JSON:"
)


def row(outcome: Outcome, dialogue: Dialogue) -> Row:
    """The row of a dialogue that alternates."""
    turns = announced(dialogue, _tools_text).turns
    return {
        "id": outcome.id,
        "system": _system(dialogue),
        "conversations": [{"from": _FROM[kind_of(turn)], "value": _value(turn)} for turn in turns],
    }


def call_text(call: ToolCall) -> str:
    """A call as Python writes it."""
    proper = {k: v for k, v in call.arguments.items() if k.isidentifier() and not keyword.iskeyword(k)}
    others = {k: v for k, v in call.arguments.items() if k not in proper}
    parts = [f"{key}={literal(value)}" for key, value in proper.items()]
    parts += [f"**{literal(others)}"] if others else []
    return f"{python_name(call.name)}({', '.join(parts)})"


def literal(value: Any) -> str:
    """A JSON value as a Python literal; texts in double quotes."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{literal(k)}: {literal(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(literal(inner) for inner in value)}]"
    return json_text(value) if isinstance(value, str) else repr(value)


def _system(dialogue: Dialogue) -> str:
    parts = [dialogue.system] if dialogue.system else []
    if dialogue.all_tools:
        parts.append(f"{_INSTRUCTION}\n{_tools_text(dialogue.tools)}")
    return "\n\n".join(parts)


def _tools_text(tools: Sequence[Tool]) -> str:
    return json_text([{**function, "name": python_name(function["name"])} for function in functions(tools)])


def _value(turn: Turn) -> str:
    if isinstance(turn, Action):
        return f"[{', '.join(call_text(call) for call in turn.calls)}]" if turn.calls else turn.text
    if not turn.results:
        return turn.text
    return json_text([{"name": python_name(r.name), "results": content_value(r.content)} for r in turn.results])
