"""What every engine and every wrapper keeps to: its own answer for each caller, typed errors, clean cancellation."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace

import jsonschema_rs
import orjson
import pytest

from tests.doubles.engines import FunctionEngine, MemoryStore, echo, make_completion, make_request
from tests.doubles.loopback import Call, Reply, answer_body, error_body, loopback
from toolace_mt.config import EngineConfig, Prices
from toolace_mt.engines.base import CallKey, Completion, Engine, Message
from toolace_mt.engines.budgeted import Budgeted
from toolace_mt.engines.journaled import Journaled
from toolace_mt.engines.limited import Limited
from toolace_mt.engines.offline import OfflineEngine
from toolace_mt.engines.openai import open_openai
from toolace_mt.engines.recorded import RecordedEngine, record
from toolace_mt.engines.retried import Retried
from toolace_mt.engines.stack import open_engine
from toolace_mt.environments.builtin import open_builtin
from toolace_mt.errors import ToolaceError
from toolace_mt.operations.agents import (
    AGENT_ASSISTANT,
    AGENT_TOOL,
    AGENT_USER,
    AssistantInput,
    ToolInput,
    UserInput,
)
from toolace_mt.operations.initialize import TASK_INITIALIZATION, TaskInput
from toolace_mt.operations.verbalize import VERBALIZATION, VerbalizationInput
from toolace_mt.operations.verbalize_pieces import VERBALIZATION_REPLY, VERBALIZATION_REQUEST
from toolace_mt.runs.journal import RunStore
from toolace_mt.types import Action, Dialogue, EnvironmentRef, Observation, SubTask, Task, ToolCall, ToolResult

PRICES = Prices(prompt=1.0, completion=2.0)
TEXTS = [f"question {n}" for n in range(64)]
BAD = "bad question"


async def slow_echo(request):
    await asyncio.sleep(0.002 * (sum(request.messages[-1].content.encode()) % 5))
    if request.messages[-1].content == BAD:
        raise ToolaceError("a deliberate error")
    return echo(request)


def echo_over_http(call: Call) -> Reply:
    text = call.body["messages"][-1]["content"]
    if text == BAD:
        return Reply(error_body("context length"), status=400)
    return Reply(answer_body(text[::-1]), delay=0.001 * (len(call.body) % 3))


@asynccontextmanager
async def over_http(_) -> AsyncIterator[Engine]:
    config = EngineConfig(model="m", base_url="")
    async with loopback(echo_over_http) as server:
        config = EngineConfig(model="m", base_url=server.base_url)
        async with open_openai(config, in_flight=16) as engine:
            yield engine


@asynccontextmanager
async def from_recordings(folder) -> AsyncIterator[Engine]:
    for text in TEXTS:
        record(folder / "recorded", make_request(text), echo(make_request(text)))
    yield RecordedEngine(folder / "recorded")


@asynccontextmanager
async def from_a_run(folder) -> AsyncIterator[Engine]:
    async with RunStore(folder / "run") as store:
        yield Journaled(FunctionEngine(slow_echo), store)


@asynccontextmanager
async def whole_stack(folder) -> AsyncIterator[Engine]:
    async with (
        RunStore(folder / "run") as store,
        loopback(echo_over_http) as server,
        open_engine(
            EngineConfig(model="m", base_url=server.base_url, prices=PRICES),
            in_flight=16,
            store=store,
            budget_usd=1.0,
        ) as engine,
    ):
        yield engine


def wrapped(wrap: Callable[[Engine], Engine]):
    @asynccontextmanager
    async def opened(_) -> AsyncIterator[Engine]:
        yield wrap(FunctionEngine(slow_echo))

    return opened


ENGINES = {
    "openai": over_http,
    "recorded": from_recordings,
    "journaled": wrapped(lambda inner: Journaled(inner, MemoryStore())),
    "journaled-in-a-run": from_a_run,
    "retried": wrapped(lambda inner: Retried(inner, retries=2)),
    "budgeted": wrapped(lambda inner: Budgeted(inner, prices=PRICES, budget_usd=0.2)),
    "limited": wrapped(lambda inner: Limited(inner, in_flight=3)),
    "stack": whole_stack,
}


@pytest.fixture(params=ENGINES.values(), ids=ENGINES.keys())
def with_engine(request, tmp_path):
    """Runs a function of an open engine."""
    opened: Callable[..., AbstractAsyncContextManager[Engine]] = request.param

    def run(use):
        async def go():
            async with opened(tmp_path) as engine:
                return await use(engine)

        return asyncio.run(asyncio.wait_for(go(), 20))

    return run


def request_for(text, attempt=0):
    return make_request(text, key=CallKey(text, "step", attempt))


def test_it_completes(with_engine):
    completion = with_engine(lambda engine: engine.complete(request_for(TEXTS[0])))
    assert isinstance(completion, Completion)
    assert completion.text == TEXTS[0][::-1]
    assert completion.usage.calls == 1
    assert completion.usage.completion_tokens > 0


def test_each_of_many_callers_gets_its_own_answer(with_engine):
    async def all_at_once(engine):
        return await asyncio.gather(*(engine.complete(request_for(text)) for text in TEXTS))

    assert [c.text for c in with_engine(all_at_once)] == [text[::-1] for text in TEXTS]


def test_errors_are_typed(with_engine):
    async def ask_what_cannot_be(engine):
        with pytest.raises(ToolaceError) as caught:
            await engine.complete(request_for(BAD))
        assert str(caught.value)
        return await engine.complete(request_for(TEXTS[1]))

    assert with_engine(ask_what_cannot_be).text == TEXTS[1][::-1]


def test_cancelled_calls_leave_it_usable(with_engine):
    async def cancel_half(engine):
        calls = [asyncio.create_task(engine.complete(request_for(text))) for text in TEXTS]
        await asyncio.sleep(0.001)
        for call in calls[::2]:
            call.cancel()
        results = await asyncio.gather(*calls, return_exceptions=True)
        again = await asyncio.gather(*(engine.complete(request_for(text, attempt=1)) for text in TEXTS))
        return results, again

    results, again = with_engine(cancel_half)
    assert [c.text for c in again] == [text[::-1] for text in TEXTS]
    assert [r.text for r in results[1::2]] == [text[::-1] for text in TEXTS[1::2]]
    assert all(isinstance(r, (asyncio.CancelledError, Completion)) for r in results)


def test_a_completion_survives_being_stored():
    completion = make_completion("caf\u00e9 \U0001f600 \x00")
    assert Completion.model_validate_json(completion.model_dump_json()) == completion


# The offline engine answers operations, not echoes.


def task_request(seed: int):
    steps = tuple(1 + (seed + n) % 3 for n in range(2))
    _, user = TASK_INITIALIZATION.render(TaskInput(open_builtin(EnvironmentRef(name="shop", seed=seed)).tools, steps))
    return make_request(user, operation=TASK_INITIALIZATION.name, schema=TASK_INITIALIZATION.schema, seed=seed)


def test_the_offline_engine_gives_each_of_many_callers_its_own_answer():
    engine, requests = OfflineEngine(open_builtin), [task_request(seed) for seed in range(16)]

    async def together():
        return await asyncio.gather(*map(engine.complete, requests))

    answers = asyncio.run(together())
    assert answers == [asyncio.run(engine.complete(request)) for request in requests]
    assert len({answer.text for answer in answers}) > 8
    for answer in answers:
        jsonschema_rs.validate(TASK_INITIALIZATION.schema, orjson.loads(answer.text))
        assert answer.usage.calls == 1
        assert answer.usage.completion_tokens > 0


def test_the_offline_engine_refuses_what_it_does_not_know():
    with pytest.raises(ToolaceError):
        asyncio.run(OfflineEngine(open_builtin).complete(make_request(operation="no_such_operation")))


def agent_requests():
    """One request of each agent of a simulation, on the tools of a shop."""
    tools = open_builtin(EnvironmentRef(name="shop", seed=1)).tools
    task = Task(subtasks=(SubTask(goal="Look up order 7.", tools=(tools[0].name,), steps=1),))
    said = Observation(text="Look up order 7.", subtask=0)
    called = Action(calls=(ToolCall(id="c", name=tools[0].name),), subtask=0)
    dialogue = Dialogue(id="d", tools=tools, task=task)
    inputs = {
        AGENT_USER: UserInput(dialogue, {}),
        AGENT_ASSISTANT: AssistantInput(dialogue.model_copy(update={"turns": (said,)})),
        AGENT_TOOL: ToolInput(dialogue.model_copy(update={"turns": (said, called)})),
    }
    for operation, given in inputs.items():
        system, user = operation.render(given)
        messages = (Message("system", system), Message("user", user))
        yield make_request(operation=operation.name, schema=operation.schema, messages=messages)


def requests_for_words():
    """One request of each kind for the words around a call that was run."""
    tools = open_builtin(EnvironmentRef(name="shop", seed=1)).tools
    result = ToolResult(call_id="c", name=tools[0].name, content='{"order_id": "OR-7"}')
    called = Action(calls=(ToolCall(id="c", name=tools[0].name),), subtask=0)
    turns = (Observation(subtask=0), called, Observation(results=(result,), subtask=0), Action(subtask=0))
    given = VerbalizationInput(Dialogue(id="d", tools=tools, turns=turns), {}, subtasks=(0,))
    for operation in (VERBALIZATION, VERBALIZATION_REQUEST, VERBALIZATION_REPLY):
        _, user = operation.render(given)
        yield make_request(user, operation=operation.name, schema=operation.schema)


@pytest.mark.parametrize("request_", [*agent_requests(), *requests_for_words()], ids=lambda request: request.operation)
def test_the_offline_engine_answers_in_the_form_that_is_asked_for(request_):
    answers = [asyncio.run(OfflineEngine(open_builtin).complete(request_)).text for _ in range(2)]
    assert answers[0] == answers[1]
    jsonschema_rs.validate(request_.schema, orjson.loads(answers[0]))


@pytest.mark.parametrize("request_", list(agent_requests()), ids=lambda request: request.operation)
def test_the_offline_engine_refuses_an_agent_without_its_document(request_):
    bare = replace(request_, messages=(Message("system", "Be kind."), request_.messages[1]))
    with pytest.raises(ToolaceError, match="cannot read this request"):
        asyncio.run(OfflineEngine(open_builtin).complete(bare))
