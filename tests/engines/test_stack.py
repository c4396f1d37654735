"""The wrappers together, in their order."""

from __future__ import annotations

import asyncio

import pytest

from tests.doubles.engines import FunctionEngine, MemoryStore, make_completion, make_request, scripted
from tests.doubles.loopback import Reply, answer_body, error_body, loopback
from toolace_mt.config import EngineConfig, Prices
from toolace_mt.engines.stack import open_engine
from toolace_mt.errors import (
    AuthenticationFailed,
    BudgetExhausted,
    EngineUnavailable,
    InputError,
    ProviderError,
    RequestRefused,
)
from toolace_mt.runs.journal import RunStore
from toolace_mt.runs.records import UNANSWERED, open_records

PRICES = Prices(prompt=1.0, completion=1.0)


def test_replaying_is_free_and_every_attempt_is_charged():
    async def go():
        store = MemoryStore()
        config = EngineConfig(prices=PRICES, retries=1)
        inner = scripted(ProviderError("late", kind="timeout"), make_completion())
        request = make_request()
        for _ in range(3):
            async with open_engine(config, in_flight=2, store=store, local=inner, budget_usd=0.0025) as engine:
                assert (await engine.complete(request)).usage.usd > 0
        assert len(inner.requests) == 2
        # The timed-out attempt took its highest cost out of the budget: a second call no longer fits.
        inner = scripted(ProviderError("late", kind="timeout"))
        async with open_engine(config, in_flight=2, store=store, local=inner, budget_usd=0.0015) as engine:
            with pytest.raises(BudgetExhausted):
                await engine.complete(make_request(step="other"))

    asyncio.run(go())


def test_a_stack_over_a_server():
    def answer(call):
        if call.number == 0:
            return Reply(error_body("slow"), status=429, headers={"retry-after-ms": "1"})
        if "hopeless" in call.body["messages"][-1]["content"]:
            return Reply(error_body("context length"), status=400)
        return Reply(answer_body())

    async def go():
        async with loopback(answer) as server:
            config = EngineConfig(model="m", base_url=server.base_url, prices=PRICES)
            async with open_engine(config, in_flight=8, store=MemoryStore()) as engine:
                completion = await engine.complete(make_request())
                with pytest.raises(RequestRefused, match="context length"):
                    await engine.complete(make_request("hopeless", step="other"))
                return completion

    completion = asyncio.run(go())
    assert completion.usage.usd == pytest.approx(15e-6)


def test_a_budget_holds_across_sittings_though_answers_are_lost(tmp_path):
    config = EngineConfig(prices=PRICES, retries=0)
    inner = scripted(ProviderError("late", kind="timeout"))

    async def sit():
        async with RunStore(tmp_path) as store:
            spent = store.records.total_usage().usd
            async with open_engine(
                config, in_flight=2, store=store, local=inner, budget_usd=0.0035, spent_usd=spent
            ) as engine:
                await engine.complete(make_request())

    for stop in (EngineUnavailable, EngineUnavailable, EngineUnavailable, BudgetExhausted, BudgetExhausted):
        with pytest.raises(stop):
            asyncio.run(sit())
    assert len(inner.requests) == 3
    with open_records(tmp_path) as records:
        assert records.total_usage().calls == 0
        assert 0.003 < records.usage()[UNANSWERED].usd <= 0.0035


def test_a_server_that_takes_no_limit_is_budgeted_for_longer_answers():
    def answer(call):
        if "max_tokens" in call.body:
            return Reply(error_body("max_tokens is not supported"), status=400)
        return Reply(answer_body())

    async def go():
        async with loopback(answer) as server:
            config = EngineConfig(model="m", base_url=server.base_url, prices=PRICES)
            async with open_engine(config, in_flight=1, budget_usd=0.017) as engine:
                for n in range(100):
                    await engine.complete(make_request(step=str(n)))

    with pytest.raises(BudgetExhausted, match=r"0\.0165 USD are set aside"):
        asyncio.run(go())


def test_a_dead_key_said_with_400_stops_the_run_at_the_first_request():
    async def go():
        async with loopback(lambda _: Reply(error_body("API key not valid. Please pass one."), status=400)) as server:
            async with open_engine(EngineConfig(model="m", base_url=server.base_url), in_flight=1) as engine:
                with pytest.raises(AuthenticationFailed, match="OPENAI_API_KEY"):
                    await engine.complete(make_request())
            return len(server.calls)

    assert asyncio.run(go()) == 1


def test_nobody_listening_is_said_soon():
    async def go():
        config = EngineConfig(model="m", base_url="http://127.0.0.1:9/v1")
        async with open_engine(config, in_flight=8) as engine:
            with pytest.raises(EngineUnavailable, match=r"http://127\.0\.0\.1:9/v1.* cannot be reached"):
                await engine.complete(make_request())

    asyncio.run(asyncio.wait_for(go(), 3))


def test_someone_must_write():
    async def go():
        async with open_engine(EngineConfig(), in_flight=1):
            pass

    with pytest.raises(InputError, match="--model"):
        asyncio.run(go())


def test_requests_in_flight_are_limited():
    flying = most = 0

    async def answer(_):
        nonlocal flying, most
        flying += 1
        most = max(most, flying)
        await asyncio.sleep(0)
        flying -= 1
        return make_completion()

    async def go():
        async with open_engine(EngineConfig(), in_flight=3, local=FunctionEngine(answer)) as engine:
            await asyncio.gather(*(engine.complete(make_request(step=str(n))) for n in range(20)))

    asyncio.run(go())
    assert most == 3


def test_what_is_under_way_when_the_budget_ends_a_run_is_kept_and_paid_for_once():
    async def go():
        store, asked = MemoryStore(), []

        class Slow:
            async def complete(self, request):
                asked.append(request.key.step)
                await asyncio.sleep(0.05)
                return make_completion()

        config = EngineConfig(prices=PRICES, max_tokens=100)
        notes: list[str] = []

        async def sitting(budget_usd: float) -> None:
            async with open_engine(
                config, in_flight=4, store=store, local=Slow(), budget_usd=budget_usd, notify=notes.append
            ) as engine:
                waiting = asyncio.create_task(engine.complete(make_request(step="first")))
                await asyncio.sleep(0.01)
                waiting.cancel()  # as the driver does with all dialogues when one of them stops the run
                raise BudgetExhausted("too little is left")

        with pytest.raises(BudgetExhausted):
            await sitting(1.0)
        async with open_engine(config, in_flight=4, store=store, local=Slow(), budget_usd=1.0) as engine:
            await engine.complete(make_request(step="first"))
        assert asked == ["first"]
        assert notes == ["the budget is reached; waiting for 1 answers that are under way"]

    asyncio.run(go())
