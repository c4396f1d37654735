"""Dialogues as OpenAI chat messages, and back, without loss.

What OpenAI's form has no place for goes into `extras`, which speaks of messages by their index: tools that are added on the
way, marks of faulty calls and of results, sub-tasks, and what is known of the tools beyond their schema.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import accumulate, groupby
from typing import Any, NamedTuple

from pydantic import ValidationError

from toolace_mt.dialogue.extras import Extras, extras_of
from toolace_mt.dialogue.foreign import (
    NotADialogue,
    read_arguments,
    read_extras,
    read_message,
    read_tools,
    refuse,
    split_off_added,
)
from toolace_mt.dialogue.turns import json_text
from toolace_mt.types import Action, Dialogue, Observation, Tool, ToolCall, ToolResult, Turn

__all__ = ["Converted", "NotADialogue", "from_messages", "message_index", "message_starts", "to_messages"]


class Converted(NamedTuple):
    """A dialogue in OpenAI's form. tools: every tool that is ever in force; those added on the way come last, in order."""

    messages: list[dict[str, Any]]
    tools: list[dict[str, Any]]
    extras: dict[str, Any]


def to_messages(dialogue: Dialogue) -> Converted:
    """The dialogue as OpenAI chat messages, its tools, and the rest; JSON values throughout.

    `content` is null beside calls without text, as OpenAI's own answers have it; `arguments` is a JSON string. A tool
    message also has the `name` of its tool, which chat templates ask for.
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

    Neither alternation nor pairing is asked for: rules judge these. Raises NotADialogue where `messages`, `tools` or
    `extras` cannot be read.
    """
    if not isinstance(messages, Sequence) or isinstance(messages, str):
        raise NotADialogue("`messages` is not a list")
    rest = read_extras(extras)
    known = read_tools(tools, rest)
    added = split_off_added(known, rest)
    read = [read_message(index, message) for index, message in enumerate(messages)]
    has_system = bool(read) and read[0]["role"] == "system"
    reader = _Reader(rest, added)
    return Dialogue(
        id=id,
        tools=tuple(known[: len(known) - sum(map(len, added.values()))]),
        turns=tuple(reader.turn(rows) for rows in _turns_of(read[has_system:])),
        system=read[0]["content"] if has_system else "",
        task=rest.task,
        environment=rest.environment,
    )


def _messages_of(turn: Turn) -> list[dict[str, Any]]:
    if isinstance(turn, Action):
        if not turn.calls:
            return [{"role": "assistant", "content": turn.text}]
        return [{"role": "assistant", "content": turn.text or None, "tool_calls": [_call_json(c) for c in turn.calls]}]
    results: list[dict[str, Any]] = [
        {"role": "tool", "tool_call_id": r.call_id, "name": r.name, "content": r.content} for r in turn.results
    ]
    return [*results, {"role": "user", "content": turn.text}] if turn.text or not results else results


def _size(turn: Turn) -> int:
    """The number of messages that a turn makes."""
    results = len(turn.results) if isinstance(turn, Observation) else 0
    return results + bool(turn.text) if results else 1


def _call_json(call: ToolCall) -> dict[str, Any]:
    return {
        "id": call.id,
        "type": "function",
        "function": {"name": call.name, "arguments": json_text(call.arguments)},
    }


class _Reader:
    """Reads turns from checked messages, with the marks that `extras` has for them."""

    def __init__(self, extras: Extras, added: dict[int, tuple[Tool, ...]]) -> None:
        self._added = added
        self._faulty = {(m.message_index, m.tool_call_id) for m in extras.faulty_calls}
        self._errors = {(m.message_index, m.tool_call_id) for m in extras.error_results}
        self._simulated = {(m.message_index, m.tool_call_id) for m in extras.simulated_results}
        self._spans = extras.subtasks
        self._calls: tuple[ToolCall, ...] = ()

    def turn(self, rows: list[dict[str, Any]]) -> Turn:
        """The turn that the messages `rows` make: one user or assistant message, or the results that stand together."""
        index: int = rows[0]["index"]
        try:
            return self._turn(index, rows)
        except ValidationError as error:  # keys of arguments that are no text
            refuse("message", error, index)

    def _turn(self, index: int, rows: list[dict[str, Any]]) -> Turn:
        subtask = next((s.subtask for s in self._spans if s.start <= index < s.end), None)
        if rows[0]["role"] == "assistant":
            self._calls = tuple(self._call(index, n, call) for n, call in enumerate(rows[0]["tool_calls"]))
            return Action(text=rows[0]["content"], calls=self._calls, subtask=subtask)
        added = self._added.get(index, ())
        if rows[0]["role"] == "user":
            return Observation(text=rows[0]["content"], tools_added=added, subtask=subtask)
        results = tuple(self._result(position, row) for position, row in enumerate(rows))
        return Observation(results=results, tools_added=added, subtask=subtask)

    def _call(self, index: int, position: int, call: Any) -> ToolCall:
        where = f"tool_calls[{position}]"
        function = call.get("function") if isinstance(call, dict) else None
        if not isinstance(function, dict) or not isinstance(function.get("name"), str):
            raise NotADialogue(f"{where} has no `function` with a `name`", index)
        if not isinstance(call.get("id"), str):
            raise NotADialogue(f"{where} has no `id`", index)
        arguments = read_arguments(function.get("arguments"), index, where)
        faulty = (index, call["id"]) in self._faulty
        return ToolCall(id=call["id"], name=function["name"], arguments=arguments, faulty=faulty)

    def _result(self, position: int, row: dict[str, Any]) -> ToolResult:
        """One result; without a `name` it has that of the call with its id, or at its place."""
        call_id, name = row["tool_call_id"], row["name"]
        if name is None:
            asked = [c for c in self._calls if c.id == call_id] or list(self._calls[position : position + 1])
            name = asked[0].name if asked else ""
        mark = (row["index"], call_id)
        return ToolResult(
            call_id=call_id,
            name=name,
            content=row["content"],
            is_error=mark in self._errors,
            simulated=mark in self._simulated,
        )


def _turns_of(rows: Sequence[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    """The messages of each turn: results that stand together make one."""
    for is_result, run in groupby(rows, key=lambda row: row["role"] == "tool"):
        if is_result:
            yield list(run)
        else:
            yield from ([row] for row in run)
