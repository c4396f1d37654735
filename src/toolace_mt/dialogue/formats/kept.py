"""What a row says beyond its dialogue: fields of the row, of messages, calls, results and tools, and parts that are no text.

Rules have no use for it, so `read_recorded` leaves it out, and only what goes on to be exported is read a second time here.
Nothing is said by a null.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple, cast

import orjson

from toolace_mt.dialogue.formats.blocks import has_blocks, thought_in, without_blocks
from toolace_mt.dialogue.formats.inside_texts import fields_left_out
from toolace_mt.dialogue.formats.repeated_keys import repeated_key
from toolace_mt.dialogue.formats.row import MESSAGES, messages_of, told_in
from toolace_mt.dialogue.formats.tau import OWN_CALLS, REQUESTOR
from toolace_mt.dialogue.formats.tools import FLAT, PARAMETERS, is_hosted
from toolace_mt.dialogue.formats.turns import role_of, thinking_of
from toolace_mt.dialogue.kept import words_of
from toolace_mt.dialogue.parts import text_of
from toolace_mt.dialogue.recorded import Form, Recorded
from toolace_mt.dialogue.turns import json_text
from toolace_mt.types import Action, Dialogue, Kept, Observation, Origin, ToolCall, ToolResult, Turn

_READ_OF_MESSAGE = frozenset({"role", "content", "tool_calls", "function_call"})
_READ_OF_RESULT = _READ_OF_MESSAGE | {"tool_call_id", "name"}
_READ_OF_TURN = frozenset({"role", "content", "from", "value"})
_READ_OF_CALL = frozenset({"id", "function", REQUESTOR})
_READ_OF_FUNCTION = frozenset({"name", "arguments"})
_READ_OF_TOOL = frozenset({"name", "description", *PARAMETERS})
_SYSTEMS = ("system", "developer")


class Keeping(NamedTuple):
    """A row's dialogue with all that is kept of its messages, what is kept of the row itself, and what cannot be."""

    recorded: Recorded
    origin: Origin
    lost: tuple[str, ...]


def keep(row: dict[str, Any], recorded: Recorded, line: int) -> Keeping:
    """What `row`, at `line`, says beyond the dialogue that was read of it."""
    messages, _ = messages_of(row, recorded.form)
    read = _xlam_turns if recorded.form == "xlam" else _turns
    dialogue = recorded.dialogue.model_copy(update={"turns": tuple(read(recorded, messages))})
    systems = [m for m in messages if role_of(m) in _SYSTEMS] if recorded.form != "xlam" else []
    origin = Origin(
        line=line,
        metadata=recorded.metadata,
        fields=_fields_of_row(row, recorded),
        tools=dict(_tools(_listed(row, messages, recorded.form), recorded.dialogue)),
        system=_system(systems[0], recorded) if systems else None,
    )
    return Keeping(recorded._replace(dialogue=dialogue), origin, tuple(_lost(row, messages, recorded, systems)))


def _first_of(row: dict[str, Any], names: Sequence[str]) -> tuple[str | None, Any]:
    """The first of `names` under which the row has something, and what it has there."""
    return next(((name, row[name]) for name in names if row.get(name)), (None, None))


def _listed(row: dict[str, Any], messages: Sequence[Any], form: Form) -> Any:
    """The row's tools as it lists them, or tells them in its system prompt."""
    listed = _first_of(row, ("tools", "functions"))[1]
    if listed or form not in ("hermes", "toolace"):
        return listed
    system = row.get("system")
    beside, first = told_in(messages, system if isinstance(system, str) else "", form)
    told = beside or first
    return told.listed if told else None


def _fields_of_row(row: dict[str, Any], recorded: Recorded) -> dict[str, Any]:
    read = {"query", "answers"} if recorded.form == "xlam" else set(MESSAGES)
    read |= {name for name in ("tools", "functions") if not row.get(name)}
    read.add(_first_of(row, ("tools", "functions"))[0] or "tools")
    read |= {"id"} if isinstance(row.get("id"), str | int | float | None) else set()
    read |= {"metadata"} if isinstance(row.get("metadata"), dict | None) else set()
    read |= {"system"} if isinstance(row.get("system"), str | None) else set()
    return {name: value for name, value in row.items() if name not in read}


def _tools(listed: Any, dialogue: Dialogue) -> Iterator[tuple[str, dict[str, Any]]]:
    """By name, the fields of a tool that a dialogue has no place for; those of its function under `function`."""
    known = {tool.name for tool in dialogue.all_tools}
    if isinstance(listed, str):
        try:
            listed = orjson.loads(listed)
        except orjson.JSONDecodeError:  # told by who reads the tools
            return
    for entry in cast("list[Any]", listed) if isinstance(listed, list) else ():
        inner = entry.get("function") if isinstance(entry, dict) else None
        function = cast("Any", inner) if isinstance(inner, dict) else entry
        name = cast("Any", function.get("name")) if isinstance(function, dict) else None
        if not isinstance(name, str) or name not in known:
            continue
        flat = set[str]() if not function.keys().isdisjoint(PARAMETERS) else {FLAT}
        beside = _beside(cast("dict[str, Any]", function), _READ_OF_TOOL | {"type"} | flat)
        outer = _beside(entry, {"type", "function"}) if isinstance(inner, dict) else {}
        if beside or outer:
            yield name, {**outer, **({"function": beside} if beside else {})}


def _system(message: dict[str, Any], recorded: Recorded) -> Kept | None:
    fields = _beside(message, _READ_OF_TURN)
    if message.get("role") == "developer":
        fields["role"] = "developer"
    content = message.get("content")
    parts = cast("list[Any]", content) if isinstance(content, list) else None
    if parts is not None and text_of(parts) != recorded.dialogue.system:
        parts = None
    return Kept(fields=fields, content=parts) if fields or parts else None


def _turns(recorded: Recorded, messages: Sequence[Any]) -> Iterator[Turn]:
    for turn, places in zip(recorded.dialogue.turns, recorded.sources, strict=True):
        said = [cast("dict[str, Any]", messages[place]) for place in places]
        if isinstance(turn, Observation) and turn.results:
            new = tuple(_result(r, m, recorded.form) for r, m in zip(turn.results, said, strict=True))
            yield turn if new == turn.results else turn.model_copy(update={"results": new})
            continue
        yield _message(turn, said[0], recorded.form)


def _xlam_turns(recorded: Recorded, _: Sequence[Any]) -> Iterable[Turn]:
    return recorded.dialogue.turns


def _result(result: ToolResult, message: dict[str, Any], form: Form) -> ToolResult:
    fields = _beside(message, _READ_OF_RESULT if form == "openai" else _READ_OF_TURN)
    content = message.get("content", message.get("value"))
    if has_blocks(content):  # the user's: the fields are those of what is said beside
        return result
    kept = _kept(result, fields, content if _is_parts(content) else None)
    return result if kept is None else result.model_copy(update={"kept": kept})


def _message(turn: Turn, message: dict[str, Any], form: Form) -> Turn:
    fields = _beside(message, _READ_OF_MESSAGE if form == "openai" else _READ_OF_TURN)
    content = message.get("content", message.get("value"))
    thought = _thought(content) if isinstance(turn, Action) else ""
    if thought:
        fields.setdefault("reasoning_content", thought)
    if thought or has_blocks(content):
        content = _beside_blocks(content)
    if form == "openai" and isinstance(turn, Action) and turn.calls:
        asked = cast("Any", message.get("tool_calls"))
        if isinstance(asked, list) and len(cast("list[Any]", asked)) == len(turn.calls):
            turn = turn.model_copy(update={"calls": tuple(map(_call, turn.calls, cast("list[Any]", asked)))})
    kept = _kept(turn, fields, cast("list[Any]", content) if isinstance(content, list) else None)
    return turn if kept is None else turn.model_copy(update={"kept": kept})


def _thought(content: Any) -> str:
    """What the assistant thinks before it speaks, in tags or in blocks."""
    if isinstance(content, str):
        return thinking_of(content) if "<think>" in content else ""
    if not isinstance(content, list):
        return ""
    return thought_in(cast("list[Any]", content)) or thinking_of(text_of(without_blocks(cast("list[Any]", content))))


def _beside_blocks(content: Any) -> list[Any] | None:
    """The parts that are kept as they are: none where a thought was taken out of their text."""
    if not isinstance(content, list):
        return None
    parts = without_blocks(cast("list[Any]", content))
    return parts if parts and not thinking_of(text_of(parts)) else None


def _call(call: ToolCall, said: dict[str, Any]) -> ToolCall:
    inner = said.get("function")
    function = cast("dict[str, Any]", inner) if isinstance(inner, dict) else said
    fields = _beside(said, _READ_OF_CALL if function is not said else _READ_OF_CALL | _READ_OF_FUNCTION)
    if fields.get("type") == "function":
        del fields["type"]
    if function is not said and (beside := _beside(function, _READ_OF_FUNCTION)):
        fields["function"] = beside
    text = function.get("arguments")
    written = text if isinstance(text, str) and text.strip() and text != json_text(call.arguments) else None
    if written is not None and repeated_key(written, call.arguments):
        written = None  # it is told, and goes
    kept = _kept(call, fields, written)
    return call if kept is None else call.model_copy(update={"kept": kept})


def _kept(said: Turn | ToolCall | ToolResult, fields: dict[str, Any], content: list[Any] | str | None) -> Kept | None:
    if not fields and not content:
        return None
    return Kept(fields=fields, content=content, words=words_of(said) if fields else "")


def _beside(said: dict[str, Any], read: Iterable[str]) -> dict[str, Any]:
    return {name: value for name, value in said.items() if name not in read and value is not None}


def _is_parts(content: Any) -> bool:
    """A list of parts, and not the list that a tool gave."""
    return isinstance(content, list) and any(
        isinstance(part, dict) and isinstance(part.get("type"), str) for part in cast("list[Any]", content)
    )


def _lost(
    row: dict[str, Any], messages: Sequence[Any], recorded: Recorded, systems: Sequence[dict[str, Any]]
) -> Iterator[str]:
    """What cannot be written again as it was."""
    if sum(bool(system.get("content", system.get("value"))) for system in systems) + bool(row.get("system")) > 1:
        yield "several system messages become one, at the beginning"
    elif systems and role_of(messages[0]) not in _SYSTEMS:
        yield "the system message in the middle comes to the beginning"
    if any(problem.detail == OWN_CALLS for problem in recorded.unread):
        yield "calls that the user makes, and their results, are left out"
    found = next((name for name in MESSAGES if row.get(name) is not None), None)
    for name in MESSAGES if recorded.form != "xlam" else ():
        if name != found and row.get(name) is not None:
            yield f"`{name}` is left out: the dialogue is taken from `{found}`"
    listed = _listed(row, messages, recorded.form)
    if isinstance(listed, list) and any(map(is_hosted, cast("list[Any]", listed))):
        yield "tools that are no functions, but services of a model's host, are left out"
    for name in sorted(fields_left_out(messages, recorded.form)):
        yield f"the field `{name}` of calls or results inside texts is left out"
