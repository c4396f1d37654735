"""Mistakes that are put into calls."""

from __future__ import annotations

import asyncio
import json

import pytest

from tests.doubles.engines import FunctionEngine, make_request
from toolace_mt.bench.slips import Slipping
from toolace_mt.engines.base import Completion

CALL = {"name": "cancel_order", "arguments": {"order_id": "ORD-1042", "notify": True}}
WRITTEN = {"turns": [{"tool_calls": [CALL]}, {"content": "Done."}, {"tool_calls": [{**CALL, "faulty": True}]}]}


def answers(rate, answer, count=1):
    engine = Slipping(FunctionEngine(lambda _: Completion(text=json.dumps(answer))), rate)

    async def go():
        return [(await engine.complete(make_request(f"request {n}"))).text for n in range(count)]

    return [json.loads(text) for text in asyncio.run(go())]


def test_a_call_gets_a_made_up_id_and_nothing_else_is_touched():
    (answer,) = answers(1.0, WRITTEN)
    arguments = answer["turns"][0]["tool_calls"][0]["arguments"]
    assert arguments["order_id"] != "ORD-1042"
    assert arguments["order_id"].startswith("ORD-")
    assert arguments["notify"] is True
    assert answer["turns"][1:] == WRITTEN["turns"][1:], "deliberate mistakes and texts stay"


def test_the_same_request_has_the_same_slip_and_the_rate_is_kept():
    assert answers(0.3, WRITTEN, 50) == answers(0.3, WRITTEN, 50)
    slipped = sum(answer != WRITTEN for answer in answers(0.3, WRITTEN, 300))
    assert 60 <= slipped <= 120


@pytest.mark.parametrize(
    "answer",
    [{"verdict": "good"}, {"turns": [{"tool_calls": [{"name": "now", "arguments": {}}]}]}, {"arguments": "nothing"}],
)
def test_where_nothing_is_called_nothing_slips(answer):
    assert answers(1.0, answer) == [answer]
    assert answers(0.0, WRITTEN) == [WRITTEN]


@pytest.mark.parametrize(("value", "kind"), [(5, int), (2.5, float), (False, bool), ("Paris", str)])
def test_values_of_every_kind_change_and_keep_their_type(value, kind):
    (answer,) = answers(1.0, {"name": "f", "arguments": {"x": value}})
    assert answer["arguments"]["x"] != value
    assert type(answer["arguments"]["x"]) is kind
