"""Which form a row has, where nobody says it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from toolace_mt.dialogue.formats.bracket_calls import look_like_calls
from toolace_mt.dialogue.formats.turns import role_of, value_of, without_thinking
from toolace_mt.dialogue.recorded import Form

_TAG = "<tool_call>"
_NOT_OPENAI = frozenset({"human", "gpt", "function_call", "observation", "tool_call", "function_response"})
_SHAREGPT = _NOT_OPENAI - {"human", "gpt"}
_ASSISTANTS = frozenset({"assistant", "gpt", "model"})
_TOLD_IN_SYSTEM = 65_536


def form_of(messages: Sequence[Any]) -> Form:
    """The form of a row's messages: what tells most comes first, and plain words are OpenAI's or ShareGPT's by their keys."""
    roles: set[str] = set()
    for message in messages:
        if isinstance(message, dict):
            if message.get("tool_calls") or message.get("function_call"):
                return "openai"
            if isinstance(role := role_of(message), str):
                if role in _SHAREGPT:
                    return "sharegpt"
                roles.add(role)
    if told := _form_of_texts(messages):
        return told
    if any(isinstance(message, dict) and "from" in message for message in messages):
        return "toolace" if roles & {"user", "assistant"} else "sharegpt"
    return "sharegpt" if roles & _NOT_OPENAI else "openai"


def _form_of_texts(messages: Sequence[Any]) -> Form | None:
    """The form that calls inside texts have: in tags, or in brackets. A tag alone is a slip, and no form."""
    for role, text in _texts(messages):
        if role in _ASSISTANTS:
            place = text.find(_TAG)
            if place >= 0 and text[place + len(_TAG) : place + 64].lstrip()[:1] in ("{", "["):
                return "hermes"
            if look_like_calls(without_thinking(text).strip()):
                return "toolace"
        elif role in ("system", "tool") and _has_tags(text):
            return "hermes"
    return None


def _has_tags(text: str) -> bool:
    return "<tools>" in text[:_TOLD_IN_SYSTEM] or text.lstrip().startswith("<tool_response>")


def _texts(messages: Sequence[Any]) -> Iterator[tuple[str, str]]:
    for message in messages:
        role, text = role_of(message), value_of(message)
        if isinstance(role, str) and isinstance(text, str):
            yield role, text
