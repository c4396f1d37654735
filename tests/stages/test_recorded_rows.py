"""Rows of anybody's file on their way through mending and repair: what is in them stays, and what was lost rejects them."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from toolace_mt.config import Config, VerifyConfig
from toolace_mt.dialogue.formats import read_recorded
from toolace_mt.engines.offline import OfflineEngine
from toolace_mt.environments.builtin import open_builtin
from toolace_mt.stages.recorded import RecordedRecipe, Row, take
from toolace_mt.stages.work import Work
from toolace_mt.types import Finding, Observation, Outcome

TOOL = {
    "type": "function",
    "function": {
        "name": "get_weather",
        "description": "The weather in a city.",
        "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
    },
}
UNREADABLE = [{"type": "text", "text": "Thanks. And in this city please:"}, {"foo": "Bergen"}]


def user(content: Any) -> dict[str, Any]:
    return {"role": "user", "content": content}


def reply(content: str) -> dict[str, Any]:
    return {"role": "assistant", "content": content}


def calls(**cities: str) -> dict[str, Any]:
    """Calls by id and city."""
    made = [(i, {"name": "get_weather", "arguments": json.dumps({"city": city})}) for i, city in cities.items()]
    return {"role": "assistant", "tool_calls": [{"id": i, "type": "function", "function": f} for i, f in made]}


def result(id_: str, content: Any) -> dict[str, Any]:
    return {"role": "tool", "tool_call_id": id_, "content": json.dumps(content)}


def row(*messages: dict[str, Any]) -> Row:
    return Row("r", 1, read_recorded({"id": "r", "messages": [*messages], "tools": [TOOL]}, 1))


def taken(*messages: dict[str, Any]) -> Work:
    work = take(row(*messages), 0)
    assert isinstance(work, Work)
    return work


def refined(config: Config, *messages: dict[str, Any]) -> Outcome:
    return asyncio.run(
        RecordedRecipe(config, OfflineEngine(open_builtin), lambda _: row(*messages), lambda _: open_builtin).make(0)
    )


OSLO = (user("What is the weather in Oslo?"), calls(c1="Oslo"), result("c1", {"temp": 7}))


@pytest.mark.parametrize(
    ("messages", "places"),
    [
        ((*OSLO, user(UNREADABLE), reply("Seven degrees.")), [4]),
        ((*OSLO, reply("Seven."), user(UNREADABLE), user("Quick!"), reply("Seven degrees.")), [4]),
        ((OSLO[0], OSLO[1], user(UNREADABLE), OSLO[2], reply("Seven degrees.")), [4]),
        ((*OSLO, reply("Seven degrees."), user(UNREADABLE)), [None]),
    ],
)
def test_what_could_not_be_read_is_told_of_its_turn_wherever_that_goes(messages: Any, places: list[int | None]) -> None:
    found = [(f.turn, f.rule) for f in taken(*messages).lost if f.rule == "unreadable"]
    assert found == [(place, "unreadable") for place in places]


@pytest.mark.parametrize("messages", [(*OSLO, user("And now?"), reply("Still 7.")), (*OSLO[:2], reply("It is mild."))])
def test_a_gap_rejects_the_row_also_where_nothing_is_verified(messages: Any) -> None:
    outcome = refined(Config(verify=VerifyConfig(enabled=False)), *messages)
    assert outcome.status == "rejected"
    assert [f.rule for f in outcome.findings] in (["alternation"], ["pairing"])


def test_a_result_beside_one_that_is_missing_is_kept_as_it_is() -> None:
    asked = user("What is the weather in Oslo and in Bergen?")
    told = {"temp": -31, "station": "Blindern"}
    outcome = refined(Config(), asked, calls(c1="Oslo", c2="Bergen"), result("c1", told), reply("It is cold in Oslo."))
    assert outcome.dialogue is not None
    answered = outcome.dialogue.turns[2]
    assert isinstance(answered, Observation)
    assert outcome.repairs, [f.detail for f in outcome.findings]
    assert json.loads(answered.results[0].content) == told
    assert answered.results[1].content


def test_a_row_that_lost_a_result_is_not_worked_on() -> None:
    stray = result("c9", {"temp": 12})
    outcome = refined(Config(verify=VerifyConfig(experts=())), *OSLO, stray, reply("7 in Oslo, and 12 in Bergen."))
    assert outcome.status == "rejected"
    assert Finding(rule="pairing", call_id="c9", detail=outcome.findings[0].detail) == outcome.findings[0]
    assert outcome.usage.calls == 0
