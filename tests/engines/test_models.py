"""Several models behind one address: each its own dialect, its own prices, its own failures."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from tests.doubles.engines import FunctionEngine, make_completion, make_request
from tests.doubles.loopback import Call, Reply, answer_body, error_body, loopback
from toolace_mt.config import EngineConfig, ModelsConfig, Prices
from toolace_mt.engines.base import CallKey
from toolace_mt.engines.budgeted import Budgeted
from toolace_mt.engines.stack import open_engine
from toolace_mt.errors import AuthenticationFailed, EngineUnavailable, ProviderError, RequestRefused

CHEAP, DEAR = Prices(prompt=1, completion=1), Prices(prompt=100, completion=100)


def serve(answer: Any, *requests: Any, **config: Any) -> tuple[list[Any], list[Call]]:
    async def go() -> tuple[list[Any], list[Call]]:
        async with loopback(answer) as server:
            engine_config = EngineConfig(model="big", base_url=server.base_url, retries=1, **config)
            models = ModelsConfig(judge="small", prices={"small": CHEAP, "big": DEAR})
            async with open_engine(engine_config, in_flight=4, models=models) as engine:
                results = []
                for request in requests:
                    results += await asyncio.gather(engine.complete(request), return_exceptions=True)
                return results, server.calls

    return asyncio.run(go())


def test_what_one_model_does_not_take_is_still_sent_to_the_other() -> None:
    def answer(call: Call) -> Reply:
        if call.body["model"] == "small" and "temperature" in call.body:
            return Reply(error_body("Unsupported parameter: 'temperature'"), 400)
        return Reply(answer_body())

    asked = [make_request(model=name, step=f"{n}") for n, name in enumerate(("small", "big", "small", "big"))]
    results, calls = serve(answer, *asked)
    assert not [r for r in results if isinstance(r, Exception)]
    sent = [(call.body["model"], "temperature" in call.body) for call in calls]
    assert sent == [("small", True), ("small", False), ("big", True), ("small", False), ("big", True)]


def test_each_request_is_charged_by_its_own_model() -> None:
    results, _ = serve(lambda _: Reply(answer_body()), make_request(model="small"), make_request(model="big"))
    small, big = (result.usage.usd for result in results)
    assert big == pytest.approx(100 * small)
    assert small > 0


def test_a_model_without_prices_is_not_charged_another_ones() -> None:
    engine = Budgeted(FunctionEngine(lambda _: make_completion()), prices=DEAR, model_prices={"unknown": None})
    completion = asyncio.run(engine.complete(make_request(model="unknown")))
    assert completion.usage.usd == 0


def test_a_role_whose_model_there_is_not_stops_the_run_though_others_are_answered() -> None:
    def answer(call: Call) -> Reply:
        return Reply(answer_body()) if call.body["model"] == "big" else Reply(error_body("no such model"), 404)

    asked = [make_request(model="big", step="a"), make_request(model="small", step="b")]
    (good, bad), _ = serve(answer, *asked)
    assert good.text
    assert isinstance(bad, EngineUnavailable)
    assert "check --model" in str(bad)
    assert "models.judge (small)" in str(bad)


@pytest.mark.parametrize(
    ("status", "said", "stop"),
    [
        (401, "who are you", AuthenticationFailed),
        (403, "not allowed", AuthenticationFailed),
        (404, "no such model", EngineUnavailable),
        (400, "Invalid model name passed in model=small", EngineUnavailable),
        (400, "The model `small` does not exist", EngineUnavailable),
    ],
)
def test_a_roles_model_that_may_not_be_asked_stops_the_run_at_its_first_request(
    status: int, said: str, stop: type[Exception]
) -> None:
    def answer(call: Call) -> Reply:
        return Reply(answer_body()) if call.body["model"] == "big" else Reply(error_body(said), status)

    asked = [make_request(model=name, step=name) for name in ("big", "small", "big")]
    (_, failed, other), _ = serve(answer, *asked)
    assert type(failed) is stop
    assert said in str(failed)
    assert "models.judge (small)" in str(failed)
    assert other.text


@pytest.mark.parametrize("error", [(500, "broken"), (502, "bad gateway")])
def test_a_roles_model_that_fails_for_several_dialogues_in_a_row_stops_the_run(error: tuple[int, str]) -> None:
    """Whoever else is answered; but an answer of its own in between shows that it was the requests."""
    works = False

    async def answer(request: Any) -> Any:
        if request.model == "small" and not works:
            return ProviderError(error[1], kind="server", status=error[0])
        for _ in range(20):
            await asyncio.sleep(0)
        return make_completion()

    async def go() -> list[list[Any]]:
        nonlocal works
        models = ModelsConfig(judge="small")
        config = EngineConfig(retries=0)
        async with open_engine(config, in_flight=4, models=models, local=FunctionEngine(answer)) as engine:
            rows: list[list[Any]] = []
            for number in range(6):
                works = number == 2
                keys = {step: CallKey(f"d{number}", step, 0) for step in ("big", "small", "small again")}
                asked = [replace(make_request(model=step.split()[0]), key=key) for step, key in keys.items()]
                rows.append(await asyncio.gather(*map(engine.complete, asked), return_exceptions=True))
            return rows

    rows = asyncio.run(go())
    assert [type(row[1]) for row in rows[:2] + rows[3:]] == [RequestRefused] * 4 + [EngineUnavailable]
    assert [type(row[2]) for row in rows[:2] + rows[3:]] == [RequestRefused] * 4 + [EngineUnavailable]
    assert rows[2][1].text
    assert "3 dialogues in a row" in str(rows[5][1])
    assert "models.judge (small)" in str(rows[5][1])


def test_a_request_that_one_model_fails_on_costs_its_dialogue_where_another_model_is_answered() -> None:
    """Though it is the first that this model is asked."""

    async def answer(request: Any) -> Any:
        if request.model == "small":
            return ProviderError("broken", kind="server", status=500)
        for _ in range(20):
            await asyncio.sleep(0)
        return make_completion()

    async def go() -> list[Any]:
        config = EngineConfig(retries=0)
        models = ModelsConfig(judge="small")
        async with open_engine(config, in_flight=4, models=models, local=FunctionEngine(answer)) as engine:
            requests = [make_request(model=name, step=f"{n}") for n, name in enumerate(("big", "small", "big"))]
            return await asyncio.gather(*map(engine.complete, requests), return_exceptions=True)

    one, failed, other = asyncio.run(go())
    assert isinstance(failed, RequestRefused)
    assert "broken" in str(failed)
    assert one.text == other.text


def test_a_key_that_is_refused_for_every_model_stops_the_run() -> None:
    results, calls = serve(
        lambda _: Reply(error_body("not allowed"), 403), *(make_request(model=name) for name in ("small", "big"))
    )
    assert all(isinstance(result, AuthenticationFailed) for result in results)
    assert len(calls) == 2
