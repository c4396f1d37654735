"""A dialogue that somebody else wrote: what could be read of it, and what could not."""

from __future__ import annotations

from typing import Any, Literal, NamedTuple, get_args

from toolace_mt.types import Dialogue, Severity

Form = Literal["openai", "sharegpt", "hermes", "toolace", "xlam"]
FORMS: tuple[Form, ...] = get_args(Form)


class NotADialogue(ValueError):
    """What was given cannot be read as a dialogue. message_index: the message at fault, None where it is none of them."""

    def __init__(self, problem: str, message_index: int | None = None) -> None:
        super().__init__(problem if message_index is None else f"messages[{message_index}]: {problem}")
        self.message_index = message_index


class Unread(NamedTuple):
    """A part of a row that could not be taken as it is; an `error` where something is lost to the reader.

    message_index: place in the row's own list of messages, None where it is in none of them.
    """

    message_index: int | None
    call_id: str | None
    detail: str
    severity: Severity = "error"


class Recorded(NamedTuple):
    """One row of a file.

    sources: for each turn, the places in the row's own list of messages that it was read from: one, or one for each result.
    metadata: that of the row, {} where it has none.
    """

    id: str
    dialogue: Dialogue
    sources: tuple[tuple[int, ...], ...]
    unread: tuple[Unread, ...]
    form: Form
    metadata: dict[str, Any]

    def message_index(self, turn: int | None, call_id: str | None = None) -> int | None:
        """The message that something about `turn`, or about the result of `call_id` in it, is in."""
        if turn is None or not 0 <= turn < len(self.sources):
            return None
        places = self.sources[turn]
        results = getattr(self.dialogue.turns[turn], "results", ())
        if call_id is not None and len(results) == len(places):
            return next((place for place, r in zip(places, results, strict=True) if r.call_id == call_id), places[0])
        return places[0]
