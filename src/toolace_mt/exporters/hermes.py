"""`hermes`: the Hermes function-calling form, as in NousResearch/hermes-function-calling-v1.

A row is `{"id", "conversations", "tools"}`; `from` is system, human, gpt or tool. The system turn has the dialogue's system
prompt, and the tools inside `<tools>`; a call is a JSON object inside `<tool_call>`, after the text beside it, if any; a result
is one inside `<tool_response>`. `tools` is the same list as a JSON string.

Faulty calls are taken out, since there are no weights for single turns. Tools that are added on the way are told in the
user's message that brings them.
"""

from __future__ import annotations

from collections.abc import Sequence

from toolace_mt.dialogue.turns import TurnKind, content_value, json_text, kind_of
from toolace_mt.exporters.schemas import openai_tools
from toolace_mt.exporters.updates import announced
from toolace_mt.exporters.writing import Row
from toolace_mt.types import Action, Dialogue, Outcome, Tool, Turn

_FROM: dict[TurnKind, str] = {"user": "human", "calls": "gpt", "results": "tool", "reply": "gpt"}

_BEFORE_TOOLS = (
    "You are an assistant that can call functions. Their signatures are given inside <tools></tools> XML tags. Call one or"
    " more of them where that helps with what the user wants. Do not make up values for their arguments."
)
_AFTER_TOOLS = (
    "For each call, give a JSON object with the name of the function and its arguments, inside <tool_call></tool_call> XML"
    ' tags:\n<tool_call>\n{"name": <name-of-the-function>, "arguments": <object-of-arguments>}\n</tool_call>'
)


def row(outcome: Outcome, dialogue: Dialogue) -> Row:
    """The row of a dialogue that alternates."""
    turns = announced(dialogue, _tools_block).turns
    spoken = [{"from": _FROM[kind_of(turn)], "value": _value(turn)} for turn in turns]
    system = _system(dialogue)
    return {
        "id": outcome.id,
        "conversations": [{"from": "system", "value": system}, *spoken] if system else spoken,
        "tools": json_text(openai_tools(dialogue.tools)),
    }


def _system(dialogue: Dialogue) -> str:
    parts = [dialogue.system] if dialogue.system else []
    if dialogue.all_tools:
        parts.append(f"{_BEFORE_TOOLS}\n{_tools_block(dialogue.tools)}\n{_AFTER_TOOLS}")
    return "\n\n".join(parts)


def _tools_block(tools: Sequence[Tool]) -> str:
    return f"<tools>\n{json_text(openai_tools(tools))}\n</tools>"


def _value(turn: Turn) -> str:
    if isinstance(turn, Action):
        calls = [_tagged("tool_call", {"name": call.name, "arguments": call.arguments}) for call in turn.calls]
        return "\n".join([turn.text, *calls] if turn.text else calls)
    results = [_tagged("tool_response", {"name": r.name, "content": content_value(r.content)}) for r in turn.results]
    return "\n".join(results) or turn.text


def _tagged(tag: str, value: dict[str, object]) -> str:
    return f"<{tag}>\n{json_text(value)}\n</{tag}>"
