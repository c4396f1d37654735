"""`sharegpt`: LLaMA-Factory's ShareGPT form (tried: 0.9.5).

A row is `{"id", "conversations", "system", "tools"}`. `from` is human, function_call, observation or gpt; human and
observation stand on odd places, the others on even ones, or LLaMA-Factory skips the row with but a warning: dialogues that
do not alternate are left out here, and counted. `tools` is a JSON string.

A function_call's value is JSON: `{"name", "arguments"}`, and a list of these for calls made together. Nothing else can stand
there in every version and template, so text beside calls is left out, and counted. The observation is the result's own text;
of calls made together, a JSON list of `{"name", "content"}`, in their order.

dataset_info.json: `"formatting": "sharegpt", "columns": {"messages": "conversations", "system": "system", "tools": "tools"}`.

Faulty calls are taken out, since there are no weights for single turns. Tools that are added on the way are told in the
user's message that brings them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from toolace_mt.dialogue.turns import TurnKind, content_value, json_text, kind_of
from toolace_mt.exporters.schemas import functions
from toolace_mt.exporters.updates import announced
from toolace_mt.exporters.writing import Row
from toolace_mt.types import Action, Dialogue, Outcome, Tool, Turn

_FROM: dict[TurnKind, str] = {"user": "human", "calls": "function_call", "results": "observation", "reply": "gpt"}


def row(outcome: Outcome, dialogue: Dialogue) -> Row:
    """The row of a dialogue that alternates."""
    turns = announced(dialogue, _tools_text).turns
    return {
        "id": outcome.id,
        "conversations": [{"from": _FROM[kind_of(turn)], "value": _value(turn)} for turn in turns],
        "system": dialogue.system,
        "tools": _tools_text(dialogue.tools),
    }


def _value(turn: Turn) -> str:
    several: list[dict[str, Any]]
    if isinstance(turn, Action):
        several = [{"name": call.name, "arguments": call.arguments} for call in turn.calls]
    elif len(turn.results) == 1:
        return turn.results[0].content
    else:
        several = [{"name": result.name, "content": content_value(result.content)} for result in turn.results]
    if not several:
        return turn.text
    return json_text(several if len(several) > 1 else several[0])


def _tools_text(tools: Sequence[Tool]) -> str:
    return json_text(functions(tools))
