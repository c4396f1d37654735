"""Anthropic's blocks: the content of a message is a list in which calls, results and thoughts stand beside texts.

The assistant's `tool_use` has `id`, `name` and `input`; the user's next message answers it with `tool_result`, and can go on to
speak beside it. Source: https://docs.anthropic.com/en/api/messages.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from toolace_mt.dialogue.formats.arguments import read_arguments
from toolace_mt.dialogue.formats.content import read_text, result_text
from toolace_mt.dialogue.formats.said import Said, SaidCall, SaidResult
from toolace_mt.dialogue.recorded import Unread

CALL, RESULT = "tool_use", "tool_result"
_THOUGHTS = ("thinking", "redacted_thinking")
_BLOCKS = frozenset({CALL, RESULT, *_THOUGHTS})


def has_blocks(content: Any) -> bool:
    """Whether something in `content` is more than words."""
    return isinstance(content, list) and any(kind_of(part) in _BLOCKS for part in cast("list[Any]", content))


def kind_of(part: Any) -> str | None:
    """The type of a part, if it is a block that is read here."""
    kind = cast("dict[str, Any]", part).get("type") if isinstance(part, dict) else None
    return kind if isinstance(kind, str) and kind in _BLOCKS else None


def without_blocks(content: Sequence[Any]) -> list[Any]:
    """The parts that are none: texts, images."""
    return [part for part in content if kind_of(part) is None]


def thought_in(content: Sequence[Any]) -> str:
    """What the blocks of thinking say."""
    thoughts = [part.get("thinking") for part in content if kind_of(part) == "thinking"]
    return "\n\n".join(thought for thought in thoughts if isinstance(thought, str) and thought)


def read_assistant(content: Sequence[Any], place: int, unread: list[Unread]) -> Said:
    """What the assistant says and calls."""
    text = read_text(without_blocks(content), place, unread)
    calls: list[SaidCall] = []
    for number, part in enumerate(content):
        if kind_of(part) == CALL:
            calls += _call(part, number, place, unread)
        elif kind_of(part) == RESULT:
            unread.append(Unread(place, None, f"content[{number}] is a `tool_result`; only a user's message has these"))
    return Said(place, "assistant", text, calls)


def read_user(content: Sequence[Any], place: int, unread: list[Unread]) -> list[Said]:
    """The results that the message brings, and what the user says beside them."""
    results: list[SaidResult] = []
    for number, part in enumerate(content):
        if kind_of(part) == RESULT:
            results.append(_result(part))
        elif kind_of(part) == CALL:
            unread.append(Unread(place, None, f"content[{number}] is a `tool_use`; only an assistant makes calls"))
    words = without_blocks(content)
    text = read_text(words, place, unread)
    said = [Said(place, "tool", results=results)] if results else []
    return [*said, Said(place, "user", text)] if text.strip() or not results else said


def _call(part: dict[str, Any], number: int, place: int, unread: list[Unread]) -> list[SaidCall]:
    name, call_id = part.get("name"), part.get("id")
    shown = call_id if isinstance(call_id, str) and call_id else None
    if not isinstance(name, str):
        unread.append(Unread(place, shown, f"content[{number}] is a `tool_use` without a `name`"))
        return []
    arguments, problem = read_arguments(part.get("input"))
    if problem is not None:
        detail = problem.detail.replace("`arguments`", "`input`")
        unread.append(Unread(place, shown, f"content[{number}] ({name[:64]}): {detail}", problem.severity))
    return [SaidCall(shown, name, arguments, None in arguments.values())]


def _result(part: dict[str, Any]) -> SaidResult:
    call_id = part.get("tool_use_id")
    shown = call_id if isinstance(call_id, str) and call_id else None
    return SaidResult(shown, None, result_text(part.get("content")), part.get("is_error") is True)
