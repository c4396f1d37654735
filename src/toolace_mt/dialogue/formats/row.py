"""A row of anybody's file as a dialogue, with what of it could not be read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple, cast

import orjson

from toolace_mt.dialogue.formats.arguments import kind_of_json
from toolace_mt.dialogue.formats.assemble import assemble
from toolace_mt.dialogue.formats.detect import form_of
from toolace_mt.dialogue.formats.hermes import read_hermes
from toolace_mt.dialogue.formats.marks import Marks, read_marks
from toolace_mt.dialogue.formats.openai import read_openai
from toolace_mt.dialogue.formats.padding import without_padding
from toolace_mt.dialogue.formats.said import Said
from toolace_mt.dialogue.formats.sharegpt import read_sharegpt
from toolace_mt.dialogue.formats.tau import task_id
from toolace_mt.dialogue.formats.told_tools import Told, tools_in_json, tools_in_tags
from toolace_mt.dialogue.formats.toolace import read_toolace
from toolace_mt.dialogue.formats.tools import Known, read_tools
from toolace_mt.dialogue.formats.turns import role_of, value_of
from toolace_mt.dialogue.formats.xlam import is_xlam, read_xlam, xlam_messages, xlam_tools
from toolace_mt.dialogue.recorded import Form, NotADialogue, Recorded, Unread
from toolace_mt.types import Tool

_SHAPE = 'a line is {"id", "messages": [...], "tools": [...]}, or has `conversations`, `traj`, or `query` and `answers`'
MESSAGES = ("messages", "conversations", "traj")


# What rows of other forms have in the place of messages, what they are, and what to do.
_OTHER_FORMS: dict[str, str] = {
    "chat": "Glaive's text of a whole chat; take its version as ShareGPT (glaive-function-calling-v2-sharegpt)",
    "input": "a request to OpenAI's Responses API; write its items as chat messages",
    "response": "a log of a request and its response; write the request's messages and the response's one as `messages`",
    "completion": "a prompt and a completion; write both together as `messages`",
    "chosen": "a preference; write the chosen messages as `messages`",
    "contents": "Gemini's form; write its contents as chat messages",
    "text": "a text of a whole chat; write its messages one by one as `messages`",
}


class _Told(NamedTuple):
    """The messages that remain to be read, the system prompt beside them, and the tools."""

    messages: Sequence[Any]
    system: str
    known: Known


def read_recorded(row: Any, number: int, *, form: Form | None = None, tools: Sequence[Tool] = ()) -> Recorded:
    """The dialogue of a row, at line `number` (its id, where it has none); what of it cannot be read is told beside it.

    form: how calls are written; found out where it is not given. tools: those of rows that bring none.
    Raises NotADialogue where there is nothing to read: the row is no object, or has no list of messages.
    """
    messages, form = messages_of(row, form)
    row = cast("dict[str, Any]", row)
    unread: list[Unread] = []
    metadata = row.get("metadata")
    metadata = cast("dict[str, Any]", metadata) if isinstance(metadata, dict) else {}
    told = _tools_of(row, messages, form, metadata if is_our_own(metadata) else {}, tools)
    unread += [Unread(None, None, problem) for problem in told.known.problems]
    said = _said(told, form, unread)
    if any([call.has_nulls for each in said for call in each.calls]):  # noqa: C419 - a list is faster here
        said = without_padding(said, told.known.tools, unread)
    marks = _marks(metadata, told.known, unread) if is_our_own(metadata) and form == "openai" else None
    dialogue, sources = assemble(id_of(row) or str(number), said, told.known.tools, unread, told.system, marks)
    return Recorded(dialogue.id, dialogue, sources, tuple(unread), form, metadata)


def is_our_own(metadata: dict[str, Any]) -> bool:
    """Whether toolace-mt wrote the row; in those of others, the same words may mean something else."""
    generator = metadata.get("generator")
    return isinstance(generator, dict) and generator.get("name") == "toolace-mt"


def messages_of(row: Any, form: Form | None) -> tuple[Sequence[Any], Form]:
    """The row's messages, and their form: `form`, or what they are found to be. Raises NotADialogue."""
    if not isinstance(row, dict):
        raise NotADialogue(f"field messages: is missing in {kind_of_json(row)}; {_SHAPE}")
    found = next((key for key in MESSAGES if row.get(key) is not None), None)
    if form == "xlam" or (form is None and found is None and is_xlam(cast("dict[str, Any]", row))):
        return xlam_messages(cast("dict[str, Any]", row)), "xlam"
    if found is None:
        raise NotADialogue(f"field messages: is missing; {_looks_like(cast('dict[str, Any]', row)) or _SHAPE}")
    messages = _listed(row[found])
    if not isinstance(messages, list | tuple):
        raise NotADialogue(f"`{found}` is not a list but {kind_of_json(messages)}")
    messages = cast("Sequence[Any]", messages)
    return messages, form or form_of(messages)


def _looks_like(row: dict[str, Any]) -> str | None:
    """What a row without messages is, where its fields tell, and how to make it one that is read."""
    return next((f"this looks like {what}" for key, what in _OTHER_FORMS.items() if row.get(key) is not None), None)


def _listed(messages: Any) -> Any:
    """The list that a text holds, as files have it that were tables once; all else as it is."""
    if not isinstance(messages, str) or not messages.lstrip().startswith("["):
        return messages
    try:
        return orjson.loads(messages)
    except orjson.JSONDecodeError:
        return messages


def id_of(row: dict[str, Any]) -> str | None:
    """The row's own id, if it has one; a row of tau-bench has its task and its trial."""
    named = row.get("id")
    return str(named) if isinstance(named, str | int | float) else task_id(row)


def _tools_of(
    row: dict[str, Any], messages: Sequence[Any], form: Form, ours: dict[str, Any], others: Sequence[Tool]
) -> _Told:
    """The tools that the row lists, or its system prompt tells; else those given for rows without any."""
    listed = row.get("tools") or row.get("functions")
    system = row.get("system")
    system = system if isinstance(system, str) else ""
    if form == "xlam":
        known = xlam_tools(listed)
    else:
        known = read_tools(listed, ours.get("tool_details"), exact=bool(ours)) if listed else Known()
    if form in ("hermes", "toolace"):
        told = _told_in_system(messages, system, form)
        messages, system = told.messages, told.system
        known = known if listed else told.known
    if not known.tools and not known.problems:
        known = Known(tuple(others))
    return _Told(messages, system, known)


def _told_in_system(messages: Sequence[Any], system: str, form: Form) -> _Told:
    """The tools told in the system prompt; there they are taken out."""
    beside, first = told_in(messages, system, form)
    if beside:
        return _Told(messages, beside.text, beside.known)
    if first:
        return _Told([{"role": "system", "content": first.text}, *messages[1:]], system, first.known)
    return _Told(messages, system, Known())


def told_in(messages: Sequence[Any], system: str, form: Form) -> tuple[Told | None, Told | None]:
    """The tools told in the system prompt beside the messages, or else in the first of them."""
    find = tools_in_tags if form == "hermes" else tools_in_json
    if told := find(system):
        return told, None
    first = messages[0] if messages else None
    text = value_of(first)
    return None, find(text) if role_of(first) == "system" and isinstance(text, str) else None


def _said(told: _Told, form: Form, unread: list[Unread]) -> list[Said]:
    if form == "openai":
        return read_openai(told.messages, unread)
    if form == "sharegpt":
        return read_sharegpt(told.messages, unread)
    if form == "hermes":
        return read_hermes(told.messages, unread)
    if form == "xlam":
        return read_xlam(told.messages, unread)
    return read_toolace(told.messages, [tool.name for tool in told.known.tools], unread)


def _marks(metadata: dict[str, Any], known: Known, unread: list[Unread]) -> Marks | None:
    try:
        return read_marks(metadata, known.tools)
    except NotADialogue as error:
        unread.append(Unread(None, None, str(error)))
        return None
