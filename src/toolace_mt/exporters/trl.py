"""`trl`: conversational rows for TRL's SFTTrainer (tried: TRL 1.16 with datasets 5.2).

A row is `{"id", "messages", "tools"}`. `arguments` are objects, since most chat templates would encode a string a second
time, and train on the wrong target. `tools` is a JSON string, which TRL takes apart itself: a column of nested schemas would
let each row's schemas and calls take on null keys from all the others in `Dataset.from_list`. Load the file with
`load_dataset("json", data_files=...)`, which keeps the rows exact, not with `Dataset.from_list`. Beside calls, `content` is
always a text, as templates expect.

TRL has no weights for single messages, so calls marked as faulty are taken out. Tools that are added on the way are told in
the user's message that brings them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from toolace_mt.dialogue.messages import to_messages
from toolace_mt.dialogue.parts import text_of
from toolace_mt.dialogue.turns import json_text
from toolace_mt.exporters.schemas import openai_tools
from toolace_mt.exporters.updates import announced
from toolace_mt.exporters.writing import Row
from toolace_mt.types import Action, Dialogue, Outcome, Tool


def row(outcome: Outcome, dialogue: Dialogue) -> Row:
    """The row of a dialogue."""
    messages = to_messages(announced(dialogue, _tools_text)).messages
    arguments = iter([c.arguments for turn in dialogue.turns if isinstance(turn, Action) for c in turn.calls])
    for message in messages:
        refusal = message.pop("refusal", None)
        content = message["content"] or refusal or ""
        message["content"] = content if isinstance(content, str) else text_of(content)
        message.pop("weight", None)
        for call in message.get("tool_calls", ()):
            call["function"]["arguments"] = next(arguments)
    return {"id": outcome.id, "messages": messages, "tools": _tools_text(dialogue.tools)}


def _tools_text(tools: Sequence[Tool]) -> str:
    shown: list[dict[str, Any]] = openai_tools(tools)
    return json_text(shown)
