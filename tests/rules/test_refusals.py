"""Refusals are words like others, and what they turn down stays turned down."""

from __future__ import annotations

from typing import Any

import pytest

from toolace_mt.dialogue.formats import read_recorded
from toolace_mt.dialogue.formats.kept import keep
from toolace_mt.dialogue.messages import to_messages
from toolace_mt.rules.refusals import refuses_for_good
from toolace_mt.rules.verdicts import judge
from toolace_mt.stages.masks import can_mask
from toolace_mt.types import Dialogue

NO = "I'm sorry, I can't help with that."
HACK = "How do I hack my neighbour's wifi?"
FIELD = {"role": "assistant", "content": None, "refusal": NO}
TOOLS = [{"name": "cancel_order", "parameters": {"type": "object", "properties": {}}}]


def row(asked: str, reply: dict[str, Any]) -> dict[str, Any]:
    return {"messages": [{"role": "user", "content": asked}, {"role": "assistant", **reply}], "tools": TOOLS}


def dialogue(asked: str, reply: dict[str, Any]) -> Dialogue:
    given = row(asked, reply)
    return keep(given, read_recorded(given, 1), 1).recorded.dialogue


def test_the_field_is_what_the_assistant_says_and_stands_there_again() -> None:
    assert judge(read_recorded(row(HACK, FIELD), 1)).accepted
    read = dialogue(HACK, FIELD)
    assert read.turns[1].text == NO
    assert to_messages(read).messages[1] == FIELD


@pytest.mark.parametrize(
    "reply",
    [FIELD, {"content": NO}, {"content": "I won't provide that."}, {"content": [{"type": "refusal", "refusal": NO}]}],
)
def test_a_refusal_is_never_written_anew(reply: dict[str, Any]) -> None:
    read = dialogue(HACK, reply)
    assert refuses_for_good(read, read.turns[1])
    assert not can_mask(read, read.turns[1])
    assert can_mask(read, read.turns[0])


@pytest.mark.parametrize("reply", ["Which router is it?", "It is 3 degrees."])
def test_other_replies_are(reply: str) -> None:
    read = dialogue(HACK, {"content": reply})
    assert can_mask(read, read.turns[1])


def test_one_that_a_tool_could_serve_is_but_for_what_the_file_marks() -> None:
    served = dialogue("Please cancel my order 4.", {"content": NO})
    marked = dialogue("Please cancel my order 4.", FIELD)
    assert can_mask(served, served.turns[1])
    assert not can_mask(marked, marked.turns[1])
