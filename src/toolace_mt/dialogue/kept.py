"""What a file said beyond a dialogue's words (`Kept`): what of it still holds once a turn may have been written anew."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from typing import Any

import orjson

from toolace_mt.dialogue.parts import other_parts, text_of
from toolace_mt.dialogue.turns import json_text, kind_of
from toolace_mt.types import Action, Dialogue, Kept, Observation, ToolCall, ToolResult, Turn

# Who speaks, and whether it is trained on, stay so whatever the words are.
STANDING = ("name", "weight")


def words_of(said: Turn | ToolCall | ToolResult) -> str:
    """A digest of what is said: of a message, of a call, or of a result."""
    if isinstance(said, ToolResult):
        words: Any = said.content
    elif isinstance(said, ToolCall):
        words = [said.name, said.arguments]
    else:
        words = [said.text, *([c.name, c.arguments] for c in said.calls)] if isinstance(said, Action) else said.text
    try:
        text = json_text(words)
    except (RecursionError, ValueError, TypeError):  # nested too deep to be written: no dialogue keeps that
        return ""
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=6).hexdigest()


def fields_of(said: Turn | ToolCall | ToolResult) -> dict[str, Any]:
    """The fields that hold: all of them while the words are those that were read, then the standing ones only."""
    kept = said.kept
    if kept is None or not kept.fields:
        return {}
    same = kept.words == words_of(said)
    return {name: value for name, value in kept.fields.items() if same or name in STANDING}


def content_of(text: str, kept: Kept | None) -> str | list[Any]:
    """The text, or the parts that it stood in; parts that are no text stay beside a text that was written anew."""
    if kept is None or not isinstance(kept.content, list):
        return text
    if text in (text_of(kept.content), json_text(kept.content)):
        return kept.content
    others = other_parts(kept)
    return [{"type": "text", "text": text}, *others] if others else text


def arguments_of(call: ToolCall) -> str:
    """The arguments as text: that of the file while it says the same."""
    if call.kept is not None and isinstance(call.kept.content, str):
        try:
            if orjson.loads(call.kept.content) == call.arguments:
                return call.kept.content
        except orjson.JSONDecodeError:
            pass
    return json_text(call.arguments)


def is_refusal_field(turn: Turn) -> bool:
    """Whether the words of a reply stand in OpenAI's field `refusal`, and not in `content`."""
    return bool(turn.text) and fields_of(turn).get("refusal") == turn.text


def parts_beside_text(dialogue: Dialogue) -> Iterator[Any]:
    """All parts of a dialogue that are no text: nobody who writes turns can see them."""
    for turn in dialogue.turns:
        yield from other_parts(turn.kept)
        for result in turn.results if isinstance(turn, Observation) else ():
            yield from other_parts(result.kept)


def kept_of_joined(run: Sequence[Turn], text: str) -> Kept | None:
    """What is kept of turns that become one with this text: the first to have a field gives it; nothing excluded is trained."""
    if all(turn.kept is None for turn in run):
        return None
    fields: dict[str, Any] = {}
    for turn in reversed(run):
        fields |= turn.kept.fields if turn.kept else {}
    weights = [turn.kept.fields.get("weight") if turn.kept else None for turn in run]
    if 0 in weights:
        fields["weight"] = 0
    others = [part for turn in run for part in other_parts(turn.kept)]
    content = [{"type": "text", "text": text}, *others] if others else None
    return Kept(fields=fields, content=content)


def with_words(turn: Turn) -> Turn:
    """The turn with what is kept of it bound to the words that it has now."""
    if turn.kept is None:
        return turn
    return turn.model_copy(update={"kept": turn.kept.model_copy(update={"words": words_of(turn)})})


def handed_on(original: Turn, written: Sequence[Turn]) -> tuple[Turn, ...]:
    """The turns that were written in place of `original`: the one that says the same keeps all, else the last of its kind,
    that which stands for it, what does not depend on words.
    """
    if original.kept is None:
        return tuple(written)
    same = [i for i, turn in enumerate(written) if kind_of(turn) == kind_of(original)]
    place = next((i for i in same if words_of(written[i]) == words_of(original)), same[-1] if same else None)
    if place is None or written[place].kept is not None:
        return tuple(written)
    kept = written[place].model_copy(update={"kept": original.kept})
    return (*written[:place], kept, *written[place + 1 :])
