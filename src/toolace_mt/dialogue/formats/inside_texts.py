"""Calls and results that stand as JSON inside a text: what they say beside what is read of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, cast

from toolace_mt.dialogue.formats.hermes import CALL, RESPONSE, pieces
from toolace_mt.dialogue.formats.literals import Unreadable
from toolace_mt.dialogue.formats.named_calls import ARGUMENTS, CONTENTS, read_value
from toolace_mt.dialogue.formats.turns import read_turns, without_thinking
from toolace_mt.dialogue.formats.xlam import ANSWERS
from toolace_mt.dialogue.recorded import Form

_READ_OF_CALL = frozenset({"name", "id", "type", "function", *ARGUMENTS})
_READ_OF_RESULT = frozenset({"name", "tool_call_id", *CONTENTS})
_LONGEST_NAME = 40


def fields_left_out(messages: Sequence[Any], form: Form) -> set[str]:
    """The names of the fields of calls and results, told in texts, that no dialogue has a place for."""
    names: set[str] = set()
    for read, value in _values(messages, form):
        for each in cast("list[Any]", value) if isinstance(value, list) else [value]:
            if isinstance(each, dict) and ("name" in each or "function" in each):
                names |= {str(name)[:_LONGEST_NAME] for name in cast("dict[Any, Any]", each).keys() - read}
    return names


def _values(messages: Sequence[Any], form: Form) -> Iterator[tuple[frozenset[str], Any]]:
    for read, told in _told(messages, form):
        try:
            yield read, read_value(told) if isinstance(told, str) else told
        except Unreadable:  # told by who reads the row
            continue


def _told(messages: Sequence[Any], form: Form) -> Iterator[tuple[frozenset[str], Any]]:
    """What fields are read of each, and the calls or results as the row has them."""
    if form == "xlam":
        yield _READ_OF_CALL, messages[ANSWERS]
    for spoken in read_turns(messages, []) if form in ("sharegpt", "hermes") else ():
        value = spoken.value
        if form == "sharegpt" and spoken.role == "calls":
            yield _READ_OF_CALL, without_thinking(value) if isinstance(value, str) else value
        elif form == "hermes" and isinstance(value, str) and spoken.role != "system":
            for tag, read in ((CALL, _READ_OF_CALL), (RESPONSE, _READ_OF_RESULT)):
                for inside, piece in pieces(value, tag):
                    if inside:
                        yield read, piece.removesuffix(f"</{tag}>").strip()
