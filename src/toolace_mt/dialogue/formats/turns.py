"""The turns of conversations: `{"from", "value"}` or `{"role", "content"}`, whoever names their speakers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Literal, NamedTuple

from toolace_mt.dialogue.formats.arguments import kind_of_json
from toolace_mt.dialogue.recorded import Unread

Role = Literal["system", "user", "assistant", "calls", "tool"]

_ROLES: dict[str, Role] = {
    **dict.fromkeys(("system", "developer"), "system"),
    **dict.fromkeys(("human", "user"), "user"),
    **dict.fromkeys(("gpt", "assistant", "model", "bot", "chatgpt"), "assistant"),
    **dict.fromkeys(("function_call", "function-call", "tool_call", "tool_calls"), "calls"),
    **dict.fromkeys(("observation", "tool", "function", "ipython", "environment"), "tool"),
    **dict.fromkeys(("function_response", "function-response", "tool_response", "tool_responses"), "tool"),
}


class Spoken(NamedTuple):
    """A turn: its place in the row's list, who speaks, and the value."""

    place: int
    role: Role
    value: Any


def role_of(turn: Any) -> Any:
    """What a turn calls its speaker."""
    return turn.get("from", turn.get("role")) if isinstance(turn, dict) else None


def value_of(turn: Any) -> Any:
    """What a turn says."""
    return turn.get("value", turn.get("content")) if isinstance(turn, dict) else None


def read_turns(turns: Sequence[Any], unread: list[Unread]) -> Iterator[Spoken]:
    """The turns whose speakers are known; the others are told in `unread`."""
    for place, turn in enumerate(turns):
        named = role_of(turn)
        role = _ROLES.get(named.lower()) if isinstance(named, str) else None
        if role is not None:
            yield Spoken(place, role, value_of(turn))
        elif not isinstance(turn, dict):
            unread.append(Unread(place, None, f"the turn is no object but {kind_of_json(turn)}"))
        else:
            shown = repr(named[:40]) if isinstance(named, str) else f"({kind_of_json(named)})"
            detail = f"the speaker {shown} is not known; write human, gpt, function_call or observation"
            unread.append(Unread(place, None, detail))


def without_thinking(text: str) -> str:
    """`text` without a block of `<think>` at its beginning: what a model thinks is not said."""
    if "<think>" not in text[:64]:
        return text
    before, _, after = text.partition("<think>")
    if before.strip() or "</think>" not in after:
        return text
    return after.partition("</think>")[2].lstrip("\n")


def thinking_of(text: str) -> str:
    """What `without_thinking` takes out of `text`."""
    if without_thinking(text) == text:
        return ""
    return text.partition("<think>")[2].partition("</think>")[0].strip()
