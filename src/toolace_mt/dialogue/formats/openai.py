"""OpenAI's messages: `tool_calls` and tool messages; also the older `function_call` with messages of the role `function`.

Calls and results can stand in the content itself, as Anthropic has them (`blocks`). What the assistant thinks is left out.
Tools that a user's message or a result announces, as our rows for TRL do, come into force there.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, cast

from toolace_mt.dialogue.formats import blocks
from toolace_mt.dialogue.formats.arguments import kind_of_json, read_arguments
from toolace_mt.dialogue.formats.content import read_text, result_text
from toolace_mt.dialogue.formats.said import Said, SaidCall, SaidResult, Speaker
from toolace_mt.dialogue.formats.tau import REQUESTOR, are_users_own, leave_out, tell_once
from toolace_mt.dialogue.formats.told_tools import announced_tools
from toolace_mt.dialogue.formats.turns import without_thinking
from toolace_mt.dialogue.recorded import Unread

# `developer` is `system`'s newer name, `function` the older one of `tool`, `ipython` that of Llama.
_SPEAKERS: dict[Any, Speaker] = {
    "system": "system",
    "developer": "system",
    "user": "user",
    "assistant": "assistant",
    "tool": "tool",
    "function": "tool",
    "ipython": "tool",
}


def read_openai(messages: Sequence[Any], unread: list[Unread]) -> list[Said]:
    """What the messages say. What cannot be read is left out, and told in `unread`."""
    said: list[Said] = []
    for place, message in enumerate(messages):
        read = _read(place, message, unread)
        if isinstance(read, Said):
            said.append(read)
        elif read is not None:
            said += read
    if unread:
        tell_once(unread)
    return said


def _read(place: int, message: Any, unread: list[Unread]) -> Said | list[Said] | None:
    if not isinstance(message, dict):
        unread.append(Unread(place, None, f"the message is no object but {kind_of_json(message)}"))
        return None
    role = message.get("role")
    speaker = _SPEAKERS.get(role) if isinstance(role, str) else None
    if speaker is None:
        unread.append(Unread(place, None, f"has the role {_named(role)}; known are {', '.join(_SPEAKERS)}"))
        return None
    asked, content = message.get("tool_calls"), message.get("content")
    if asked and speaker != "assistant":
        if speaker == "user" and are_users_own(asked):
            return _users_own_calls(place, content, unread)
        unread.append(
            Unread(place, None, f"a message of the role {role} has `tool_calls`; only an assistant makes calls")
        )
    if speaker == "tool":
        if message.get(REQUESTOR) == "user":
            return leave_out(place, unread)
        return _result_said(place, _result(message, content))
    if not isinstance(content, str) and blocks.has_blocks(content):
        parts = cast("list[Any]", content)
        if speaker == "user":
            return blocks.read_user(parts, place, unread)
        if speaker == "assistant" and not asked:
            return blocks.read_assistant(parts, place, unread)
    text = content if isinstance(content, str) else read_text(content, place, unread)
    if speaker == "assistant":
        return _acted(place, message, text, unread)
    if speaker == "user":
        text, added = announced_tools(text)
        return Said(place, speaker, text, added=added)
    return Said(place, speaker, text)


def _acted(place: int, message: dict[str, Any], text: str, unread: list[Unread]) -> Said:
    """What the assistant says and calls. What it thinks is not said; a refusal, in a field of its own, is."""
    if "<think>" in text:
        text = without_thinking(text)
    asked = message.get("tool_calls")
    if asked or message.get("function_call"):
        return Said(place, "assistant", text, _calls(place, message, asked, unread))
    if not text and isinstance(refusal := message.get("refusal"), str):
        text = refusal
    return Said(place, "assistant", text)


def _result_said(place: int, result: SaidResult) -> Said:
    text, added = announced_tools(result.content)
    return Said(place, "tool", results=(result._replace(content=text) if added else result,), added=added)


def _users_own_calls(place: int, content: Any, unread: list[Unread]) -> Said | None:
    """What the user says beside them, if anything."""
    leave_out(place, unread)
    text = read_text(content, place, unread)
    return Said(place, "user", text) if text.strip() else None


def _named(role: Any) -> str:
    return repr(role[:40]) if isinstance(role, str) else f"({kind_of_json(role)})"


def _calls(place: int, message: dict[str, Any], asked: Any, unread: list[Unread]) -> list[SaidCall]:
    listed = cast("list[Any]", asked) if isinstance(asked, list) else []
    if asked and not isinstance(asked, list):
        unread.append(Unread(place, None, f"`tool_calls` is no list but {kind_of_json(asked)}"))
    calls = [call for n, each in enumerate(listed) if (call := _call(place, n, each, unread)) is not None]
    if older := message.get("function_call"):
        calls += _named_calls(place, "function_call", None, older, unread)
    return calls


def _call(place: int, number: int, call: Any, unread: list[Unread]) -> SaidCall | None:
    function = call.get("function") if isinstance(call, dict) else None
    if isinstance(function, dict) and isinstance(name := function.get("name"), str):  # nearly always
        call_id = call.get("id")
        written = function.get("arguments")
        arguments, problem = read_arguments(written)
        if problem is not None:
            shown = call_id if isinstance(call_id, str) else None
            unread.append(
                Unread(place, shown, f"tool_calls[{number}] ({name[:64]}): {problem.detail}", problem.severity)
            )
        padded = written is arguments and None in arguments.values()
        return SaidCall(call_id if isinstance(call_id, str) and call_id else None, name, arguments, padded)
    return _odd_call(place, number, call, unread)


def _odd_call(place: int, number: int, call: Any, unread: list[Unread]) -> SaidCall | None:
    """A call without `function` still says all where name and arguments stand in the call itself."""
    where = f"tool_calls[{number}]"
    call_id = call.get("id") if isinstance(call, dict) else None
    shown = call_id if isinstance(call_id, str) else None
    if isinstance(call, dict) and "function" not in call and isinstance(call.get("name"), str):
        if REQUESTOR not in call:
            unread.append(Unread(place, shown, f"{where} has its `name` outside of `function`", "warning"))
        return next(_named_calls(place, where, shown, call, unread), None)
    unread.append(Unread(place, shown, f"{where} has no `function` with a `name`"))
    return None


def _named_calls(place: int, where: str, call_id: str | None, said: Any, unread: list[Unread]) -> Iterator[SaidCall]:
    """The call that an object of `name` and `arguments` is, if it is one."""
    name = said.get("name") if isinstance(said, dict) else None
    if not isinstance(name, str):
        unread.append(Unread(place, call_id, f"{where} has no `name`"))
        return
    written = said.get("arguments")
    arguments, problem = read_arguments(written)
    if problem is not None:
        unread.append(Unread(place, call_id, f"{where} ({name[:64]}): {problem.detail}", problem.severity))
    yield SaidCall(call_id or None, name, arguments, written is arguments and None in arguments.values())


def _result(message: dict[str, Any], content: Any) -> SaidResult:
    call_id, name = message.get("tool_call_id"), message.get("name")
    if call_id is None and REQUESTOR in message:
        call_id = message.get("id")
    failed = message.get("is_error") is True or message.get("error") is True or message.get("status") == "error"
    return SaidResult(
        call_id if isinstance(call_id, str) and call_id else None,
        name if isinstance(name, str) and name else None,
        content if isinstance(content, str) else result_text(content),
        failed,
    )
