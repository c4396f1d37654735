"""What was said in a row, whatever its form: what the forms' readers give, and dialogues are made of."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal, NamedTuple

from toolace_mt.types import Tool

Speaker = Literal["system", "user", "assistant", "tool"]


class SaidCall(NamedTuple):
    """A call. id: as the row has it; None where the form has none, or it is no text.

    has_nulls: whether the arguments are an object of the row with nulls in it, as tables fill rows up.
    """

    id: str | None
    name: str
    arguments: dict[str, Any]
    has_nulls: bool = False


class SaidResult(NamedTuple):
    """What a tool gave. failed: whether the row itself marks it as an error."""

    call_id: str | None
    name: str | None
    content: str
    failed: bool = False


class Said(NamedTuple):
    """One message. place: its index in the row's list. added: the tools that its text announced."""

    place: int
    speaker: Speaker
    text: str = ""
    calls: Sequence[SaidCall] = ()
    results: Sequence[SaidResult] = ()
    added: tuple[Tool, ...] = ()
