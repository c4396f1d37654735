"""Reading what others wrote: one OpenAI message, a list of tools, the extras; or saying what is wrong with it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NoReturn

import orjson
from pydantic import ValidationError

from toolace_mt.dialogue.extras import Extras
from toolace_mt.types import Tool


class NotADialogue(ValueError):
    """What was given cannot be read as a dialogue. message_index: the message at fault, None where it is none of them."""

    def __init__(self, problem: str, message_index: int | None = None) -> None:
        super().__init__(problem if message_index is None else f"messages[{message_index}]: {problem}")
        self.message_index = message_index


def read_message(index: int, message: Any) -> dict[str, Any]:
    """A message with its known fields only, each of its type, and its index. `developer` is `system`'s newer name.

    Raises NotADialogue.
    """
    if not isinstance(message, dict):
        raise NotADialogue("is not an object", index)
    role = "system" if message.get("role") == "developer" else message.get("role")
    if role not in ("system", "user", "assistant", "tool"):
        raise NotADialogue(f"has the role {role!r}; known are system, user, assistant and tool", index)
    if role == "system" and index:
        raise NotADialogue("is a system message; only the first message can be one", index)
    calls = message.get("tool_calls") or []
    if not isinstance(calls, list) or (calls and role != "assistant"):
        raise NotADialogue("has `tool_calls` that are no list, or that no assistant makes", index)
    row = {"index": index, "role": role, "content": _read_content(message.get("content"), index), "tool_calls": calls}
    if role == "tool":
        row |= {"tool_call_id": message.get("tool_call_id"), "name": message.get("name")}
        if not isinstance(row["tool_call_id"], str) or not isinstance(row["name"], str | None):
            raise NotADialogue("is a result without a `tool_call_id`, or with a `name` that is no text", index)
    return row


def _read_content(content: Any, index: int) -> str:
    """Text, nothing, or a list of text parts."""
    if content is None or isinstance(content, str):
        return content or ""
    if isinstance(content, list) and all(isinstance(p, dict) and isinstance(p.get("text"), str) for p in content):
        return "".join(part["text"] for part in content)
    raise NotADialogue("has `content` that is no text", index)


def read_arguments(arguments: Any, index: int, where: str) -> dict[str, Any]:
    """A JSON string as OpenAI has it, or the object itself as many datasets do. Raises NotADialogue."""
    if isinstance(arguments, str):
        try:
            arguments = orjson.loads(arguments)
        except orjson.JSONDecodeError as error:
            raise NotADialogue(f"{where}: `arguments` is not valid JSON ({error})", index) from None
    if not isinstance(arguments, dict):
        raise NotADialogue(f"{where}: `arguments` is not an object", index)
    return arguments


def read_extras(extras: Any) -> Extras:
    """The extras that a row's metadata holds; none for None. Raises NotADialogue."""
    if extras is None:
        return Extras()
    try:
        return Extras.model_validate(extras)
    except ValidationError as error:
        refuse("metadata", error)


def read_tools(tools: Any, extras: Extras) -> list[Tool]:
    """Tools from OpenAI's form, or from bare function objects. Raises NotADialogue."""
    if tools is not None and not isinstance(tools, list | tuple):
        raise NotADialogue("`tools` is not a list")
    details = {d.index: d.model_dump(exclude={"index"}) for d in extras.tool_details}
    entries: list[Any] = list(tools or ())
    read: list[Tool] = []
    for index, entry in enumerate(entries):
        function = entry.get("function", entry) if isinstance(entry, dict) else entry
        if not isinstance(function, dict):
            raise NotADialogue(f"tools[{index}] is not a function")
        fields = {k: function[k] for k in ("name", "description", "parameters") if function.get(k) is not None}
        try:
            read.append(Tool.model_validate({**fields, **details.get(index, {})}))
        except ValidationError as error:
            refuse(f"tools[{index}]", error)
    return read


def split_off_added(tools: Sequence[Tool], extras: Extras) -> dict[int, tuple[Tool, ...]]:
    """Message index to the tools added there: the last ones of `tools`, in order. Raises NotADialogue."""
    position = len(tools) - sum(len(entry.names) for entry in extras.tools_added)
    added: dict[int, tuple[Tool, ...]] = {}
    for entry in extras.tools_added:
        there = tuple(tools[max(position, 0) : position + len(entry.names)])
        if position < 0 or tuple(tool.name for tool in there) != entry.names:
            raise NotADialogue(f"`tools_added` names {', '.join(entry.names)}, which are not the last of `tools`")
        added[entry.message_index] = there
        position += len(entry.names)
    return added


def refuse(what: str, error: ValidationError, index: int | None = None) -> NoReturn:
    """Raise NotADialogue with the first thing that pydantic found in `what`."""
    first = error.errors(include_input=False)[0]
    where = ".".join(str(part) for part in first["loc"])
    raise NotADialogue(f"{what}: {where}: {first['msg']}", index) from None
