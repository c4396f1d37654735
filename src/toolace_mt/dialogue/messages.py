"""Dialogues as OpenAI chat messages, and back, without loss.

What OpenAI's form has no place for goes into `extras`, which speaks of messages by their index: tools that are added on the
way, marks of faulty calls and of results, sub-tasks, and what is known of the tools beyond their schema.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import accumulate
from typing import Any, NamedTuple, cast

from toolace_mt.dialogue.extras import extras_of
from toolace_mt.dialogue.formats.assemble import assemble
from toolace_mt.dialogue.formats.marks import read_marks
from toolace_mt.dialogue.formats.openai import read_openai
from toolace_mt.dialogue.formats.tools import read_tools
from toolace_mt.dialogue.kept import arguments_of, content_of, fields_of, is_refusal_field
from toolace_mt.dialogue.recorded import NotADialogue, Unread
from toolace_mt.types import Action, Dialogue, Observation, ToolCall, ToolResult, Turn

__all__ = [
    "Converted",
    "NotADialogue",
    "from_messages",
    "message_index",
    "message_starts",
    "raise_unread",
    "to_messages",
]


class Converted(NamedTuple):
    """A dialogue in OpenAI's form. tools: every tool that is ever in force; those added on the way come last, in order."""

    messages: list[dict[str, Any]]
    tools: list[dict[str, Any]]
    extras: dict[str, Any]


def to_messages(dialogue: Dialogue) -> Converted:
    """The dialogue as OpenAI chat messages, its tools, and the rest; JSON values throughout.

    `content` is null beside calls without text, as OpenAI's own answers have it; `arguments` is a JSON string. A tool
    message also has the `name` of its tool, which chat templates ask for. What was kept of a file's messages is there again.
    """
    messages: list[dict[str, Any]] = [{"role": "system", "content": dialogue.system}] if dialogue.system else []
    for turn in dialogue.turns:
        messages += _messages_of(turn)
    tools = [tool.to_openai() for tool in dialogue.all_tools]
    return Converted(messages, tools, extras_of(dialogue, message_starts(dialogue)).model_dump(mode="json"))


def message_starts(dialogue: Dialogue) -> list[int]:
    """Index of the first message of each turn, and one more: the number of messages."""
    first = 1 if dialogue.system else 0
    return list(accumulate((_size(turn) for turn in dialogue.turns), initial=first))


def message_index(dialogue: Dialogue, turn: int, call_id: str | None = None) -> int | None:
    """The message in which something about `turn`, or about a call or result in it, is; None where there is no such turn."""
    if not 0 <= turn < len(dialogue.turns):
        return None
    start, there = message_starts(dialogue)[turn], dialogue.turns[turn]
    results = there.results if isinstance(there, Observation) else ()
    return start + next((i for i, result in enumerate(results) if result.call_id == call_id), 0)


def from_messages(messages: Any, tools: Any = (), extras: Any = None, *, id: str = "") -> Dialogue:
    """The dialogue that OpenAI messages tell; `to_messages` the other way round.

    Neither alternation nor pairing is asked for: rules judge these. Raises NotADialogue where a part of `messages`, `tools` or
    `extras` cannot be read.
    """
    if not isinstance(messages, list | tuple):
        raise NotADialogue("`messages` is not a list")
    details = cast("dict[str, Any]", extras).get("tool_details") if isinstance(extras, dict) else None
    known = read_tools(tools, details, exact=True)
    if known.problems:
        raise NotADialogue(known.problems[0])
    marks = None if extras is None else read_marks(extras, known.tools)
    unread: list[Unread] = []
    said = read_openai(cast("Sequence[Any]", messages), unread)
    dialogue, _ = assemble(id, said, known.tools, unread, marks=marks)
    raise_unread(unread)
    return dialogue


def raise_unread(unread: Iterable[Unread]) -> None:
    """Raise NotADialogue for the first part that could not be read, if there is one."""
    for each in unread:
        if each.severity == "error":
            raise NotADialogue(each.detail, each.message_index)


def _messages_of(turn: Turn) -> list[dict[str, Any]]:
    content = content_of(turn.text, turn.kept)
    if isinstance(turn, Action):
        if not turn.calls:
            words = None if is_refusal_field(turn) else content
            return [_message(turn, role="assistant", content=words)]
        return [
            _message(turn, role="assistant", content=content or None, tool_calls=[_call_json(c) for c in turn.calls])
        ]
    results = [
        _message(r, role="tool", tool_call_id=r.call_id, name=r.name, content=content_of(r.content, r.kept))
        for r in turn.results
    ]
    return [*results, _message(turn, role="user", content=content)] if turn.text or not results else results


def _message(said: Turn | ToolResult, **message: Any) -> dict[str, Any]:
    """The message, and what is kept of it beside."""
    return message | {name: value for name, value in fields_of(said).items() if name not in message}


def _size(turn: Turn) -> int:
    """The number of messages that a turn makes."""
    results = len(turn.results) if isinstance(turn, Observation) else 0
    return results + bool(turn.text) if results else 1


def _call_json(call: ToolCall) -> dict[str, Any]:
    beside = fields_of(call)
    function = {"name": call.name, "arguments": arguments_of(call)}
    inner = beside.pop("function", None)
    if isinstance(inner, dict):
        function = cast("dict[str, Any]", inner) | function
    return beside | {"id": call.id, "type": beside.get("type", "function"), "function": function}
