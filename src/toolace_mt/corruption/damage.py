"""One damage to a transcript, and the few ways to make one; messages that are not damaged stay the same objects."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, TypeVar

from toolace_mt.corruption.transcript import Call, Transcript
from toolace_mt.dialogue.turns import json_text

Item = TypeVar("Item")
Path = tuple[str | int, ...]


class Damage(NamedTuple):
    """A damaged list of messages.

    message_index: the place in it where the damage can be seen; where messages were taken out, the one that misses them.
    before, after: what was there and what is there now; None where nothing is.
    """

    messages: list[Any]
    message_index: int
    before: Any
    after: Any
    call_id: str | None = None


Damaging = Callable[[Transcript, random.Random], Damage | None]
"""A kind of damage: a pure function; None where the dialogue gives no place for it."""


def shuffled(items: Sequence[Item], rng: random.Random) -> list[Item]:
    """All of `items`, in random order."""
    return rng.sample(items, len(items))


def with_message(transcript: Transcript, index: int, **fields: Any) -> list[Any]:
    """The messages with some fields of one replaced."""
    messages = list(transcript.messages)
    messages[index] = {**messages[index], **fields}
    return messages


def with_text(transcript: Transcript, index: int, text: str) -> list[Any]:
    """The messages with another text in one of them."""
    return with_message(transcript, index, content=text)


def with_function(transcript: Transcript, call: Call, **fields: Any) -> list[Any]:
    """The messages with the function's `name` or raw `arguments` of one call replaced."""
    raws = list(transcript.messages[call.message]["tool_calls"])
    raw = raws[call.position]
    raws[call.position] = {**raw, "function": {**raw["function"], **fields}}
    return with_message(transcript, call.message, tool_calls=raws)


def with_arguments(transcript: Transcript, call: Call, arguments: dict[str, Any]) -> list[Any]:
    """The messages with other arguments in one call, written as they were: as text with the same spacing, or as object."""
    was = transcript.messages[call.message]["tool_calls"][call.position]["function"]["arguments"]
    if not isinstance(was, str):
        return with_function(transcript, call, arguments=arguments)
    spaced = '": ' in was
    text = json.dumps(arguments, ensure_ascii="\\u" in was) if spaced else json_text(arguments)
    return with_function(transcript, call, arguments=text)


def argument_damage(transcript: Transcript, call: Call, path: Path, after: Any) -> Damage:
    """One value in the arguments of a call is another."""
    before, arguments = exchanged(call.arguments, path, after)
    return Damage(with_arguments(transcript, call, arguments), call.message, before, after, call.id)


def text_damage(transcript: Transcript, index: int, before: str, after: str) -> Damage:
    """A part of a message's text is another, everywhere in that message."""
    text = transcript.texts[index].replace(before, after)
    return Damage(with_text(transcript, index, text), index, before, after)


def exchanged(value: dict[str, Any], path: Path, after: Any) -> tuple[Any, dict[str, Any]]:
    """(what was at `path`, a copy of `value` with `after` there)."""
    top: Any = dict(value)
    there = top
    for part in path[:-1]:
        inner = there[part]
        there[part] = dict(inner) if isinstance(inner, dict) else list(inner)
        there = there[part]
    before = there[path[-1]]
    there[path[-1]] = after
    return before, top
