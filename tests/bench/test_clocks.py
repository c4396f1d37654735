"""Depth, predecessors, and what is written down of calls, on recipes whose shape is known."""

from __future__ import annotations

import asyncio
import json
from types import SimpleNamespace

import pytest

from tests.doubles.engines import FunctionEngine, echo, make_request
from toolace_mt.bench.answers import Answers
from toolace_mt.bench.clocks import TimedCall, served_pass, unit_pass
from toolace_mt.bench.trace import predecessors, write_trace
from toolace_mt.engines.base import CallKey
from toolace_mt.runs.serving.model import ServerProfile
from toolace_mt.runs.serving.tokens import TokenCounter
from toolace_mt.types import Outcome


class Shaped:
    """A recipe: `plan` first, then two branches side by side, one of two calls and one of one, then `end`."""

    def __init__(self, engine):
        self.engine = engine

    async def call(self, number, step):
        request = make_request(f"dialogue {number}, " + "the same words again and again, " * 20 + step)
        key = CallKey(f"{number:06d}", step, 0)
        return await self.engine.complete(
            type(request)(key, "echo", "offline", request.messages, request.schema, request.seed)
        )

    async def make(self, number):
        await self.call(number, "plan")

        async def branch(*steps):
            for step in steps:
                await self.call(number, step)

        await asyncio.gather(branch("left/1", "left/2"), branch("right"))
        await self.call(number, "end")
        return Outcome(id=f"{number:06d}", number=number, status="accepted" if number else "rejected")


@pytest.fixture
def answers():
    return Answers(FunctionEngine(echo), TokenCounter(exact=False), "json_object", "json_schema")


def test_depth_is_the_longest_chain_of_calls(answers):
    unit = unit_pass(Shaped, answers, 3, at_once=2)
    assert unit.durations == [4, 4, 4]
    assert len(unit.calls) == 15
    assert unit.seconds == 8  # three dialogues, two at a time
    assert [outcome.number for outcome in unit.outcomes] == [0, 1, 2]


def test_calls_wait_for_those_that_ended_before_them(answers):
    calls = list(unit_pass(Shaped, answers, 1, at_once=1).calls)
    found = {key.step: sorted(k.step for k in waited) for key, waited in predecessors(calls).items()}
    assert found == {
        "plan": [],
        "left/1": ["plan"],
        "right": ["plan"],
        "left/2": ["left/1", "right"],
        "end": ["left/2"],
    }


def test_every_answer_is_worked_out_once_and_is_the_same_on_every_clock(answers):
    unit = unit_pass(Shaped, answers, 2, at_once=2)
    served = served_pass(Shaped, answers, ServerProfile(base=1, output=0.1, saturation=2), 2, at_once=2)
    assert len(answers._engine.requests) == len(unit.calls) == len(served.calls) == 10
    assert not answers.differing
    assert served.busy < served.seconds


def test_a_hosted_api_is_sent_the_schema_in_words_and_an_own_server_none(answers):
    (_, *_) = calls = unit_pass(Shaped, answers, 1, at_once=1).calls
    assert all(call.answer.hosted.tokens > call.answer.own.tokens for call in calls)
    first = Answers(FunctionEngine(echo), TokenCounter(exact=False), "json_schema", "json_schema")
    (call, *_) = unit_pass(Shaped, first, 1, at_once=1).calls
    assert call.answer.hosted.blocks[0] != call.answer.own.blocks[0], "OpenAI puts a schema before all messages"


def test_requests_that_differ_between_clocks_are_counted(answers):
    words = iter(["one", "another"])

    def fickle(engine):
        shaped = Shaped(engine)
        word = next(words)

        async def make(number):
            await engine.complete(make_request(word))
            return Outcome(id="0", number=number, status="accepted")

        shaped.make = make
        return shaped

    unit_pass(fickle, answers, 1, 1)
    unit_pass(fickle, answers, 1, 1)
    assert answers.differing == 1


def test_what_consecutive_requests_share_is_counted_in_characters(answers):
    calls = unit_pass(Shaped, answers, 1, at_once=1).calls
    assert next(call.shared for call in calls) == 0
    assert all(call.shared > 600 for call in calls[1:])
    assert all(call.shared < call.characters for call in calls)


def test_a_request_is_compared_with_the_earlier_one_that_begins_most_alike(answers):
    def going_back(engine):
        async def make(number):
            for words in ("the first, and more of it", "another", "the first, and more"):
                await engine.complete(make_request(words))
            return Outcome(id="0", number=number, status="accepted")

        return SimpleNamespace(make=make)

    _, other, back = unit_pass(going_back, answers, 1, at_once=1).calls
    assert back.shared >= other.shared + len("the first, and more")


def test_what_a_call_waits_for_is_an_upper_bound():
    def timed(step, begun):
        return TimedCall(CallKey("0", step, 0), "op", begun, begun + 1, None, 0)

    calls = [timed("a/1", 0.0), timed("a/2", 1.0), timed("b/1", 0.0), timed("b/2", 1.0)]
    found = {key.step: [k.step for k in waited] for key, waited in predecessors(calls).items()}
    assert found["a/2"] == found["b/2"] == ["a/1", "b/1"]


def test_a_trace_tells_prompts_and_what_waits_for_what(answers, tmp_path):
    unit = unit_pass(Shaped, answers, 2, at_once=2)
    served = served_pass(Shaped, answers, ServerProfile(base=1, cache=16, saturation=2), 2, at_once=1)
    write_trace({"mas": (unit, served)}, tmp_path / "t.jsonl")
    head, *lines = map(json.loads, (tmp_path / "t.jsonl").read_text().splitlines())
    assert head == {"method": "mas", "attempted": 2, "accepted": ["000001"]}
    assert [line["number"] for line in lines] == list(range(10))
    end = next(line for line in lines if line["step"] == "end")
    assert [lines[number]["step"] for number in end["after"]] == ["left/2"]
    for line in lines[1:]:
        assert line["prefix_of"] is None or line["prefix_of"] < line["number"]
    same_dialogue = [line for line in lines if line["dialogue"] == "000000"][1:]
    assert all(line["prefix_of"] is not None and line["prefix_tokens"] >= 128 for line in same_dialogue)
    assert any(line["cached_tokens"] for line in lines)


def test_an_error_that_stops_a_run_comes_out(answers):
    def broken(engine):
        async def make(number):
            raise RuntimeError("stop")

        return SimpleNamespace(make=make)

    with pytest.raises(RuntimeError, match="stop"):
        unit_pass(broken, answers, 3, at_once=2)
