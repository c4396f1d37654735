"""What a format leaves out of what was kept of a file's rows (`types.Kept`), by name."""

from __future__ import annotations

from collections.abc import Iterator

from toolace_mt.dialogue.kept import fields_of, is_refusal_field
from toolace_mt.types import Action, Dialogue, Observation, Outcome, ToolCall, ToolResult, Turn


def fields_left(outcome: Outcome, dialogue: Dialogue, *, of_messages: bool) -> set[str]:
    """The fields that a row without weights has no place for. of_messages: whether it has none for other fields of messages."""
    names: set[str] = set()
    for said in _said(dialogue):
        fields = fields_of(said)
        if isinstance(said, Action) and is_refusal_field(said):  # its words are there
            del fields["refusal"]
        if fields.get("weight") == 0:
            names.add("weight")
        if of_messages:
            names |= {f"{name} (call)" for name in fields} if isinstance(said, ToolCall) else fields.keys() - {"weight"}
    origin = outcome.origin
    if origin is not None:
        names |= origin.system.fields.keys() - {"role"} if origin.system and dialogue.system else set()
        for beside in origin.tools.values():
            inner = beside.get("function", {})
            names |= {f"{name} (tool)" for name in (*inner, *(beside.keys() - {"function"}))}
    return names


def untrained_weights(dialogue: Dialogue) -> int:
    """The number of the assistant's messages that the file keeps out of the loss."""
    return sum(isinstance(turn, Action) and fields_of(turn).get("weight") == 0 for turn in dialogue.turns)


def _said(dialogue: Dialogue) -> Iterator[Turn | ToolCall | ToolResult]:
    for turn in dialogue.turns:
        yield turn
        if isinstance(turn, Observation):
            yield from turn.results
        else:
            yield from turn.calls
