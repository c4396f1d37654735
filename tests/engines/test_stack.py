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


class Slow:
    """Answers after a while."""

    def __init__(self, seconds: float = 0.05):
        self.asked: list[str] = []
        self.seconds = seconds

    async def complete(self, request):
        self.asked.append(request.key.step)
        await asyncio.sleep(self.seconds)
        return make_completion()


async def abandoned(engine, count: int) -> None:
    """Ask, and give up on all, as the driver does with its dialogues when the run stops."""
    waiting = [asyncio.create_task(engine.complete(make_request(step=str(n)))) for n in range(count)]
    await asyncio.sleep(0.01)
    for task in waiting:
        task.cancel()
    await asyncio.wait(waiting)


@pytest.mark.parametrize(
    ("end", "reason"),
    [
        (BudgetExhausted("too little is left"), ["too little is left"]),
        (AuthenticationFailed("the key is wrong"), ["the key is wrong"]),
        (asyncio.CancelledError(), []),
        (ZeroDivisionError(), []),
        (None, []),
    ],
)
def test_what_is_under_way_when_a_run_ends_is_kept_and_paid_for_once(end, reason):
    async def go():
        store, provider, notes = MemoryStore(), Slow(), []
        config = EngineConfig(prices=PRICES, max_tokens=100)

        async def sitting() -> None:
            async with open_engine(
                config, in_flight=4, store=store, local=provider, budget_usd=1.0, notify=notes.append
            ) as engine:
                await abandoned(engine, 2)
                if end is not None:
                    raise end

        await asyncio.gather(asyncio.create_task(sitting()), return_exceptions=True)
        async with open_engine(config, in_flight=4, store=store, local=provider, budget_usd=1.0) as engine:
            for n in range(2):
                assert (await engine.complete(make_request(step=str(n)))).usage.usd > 0
        assert (provider.asked, store.charged) == (["0", "1"], 0.0)
        assert notes[:-1] == reason
        assert notes[-1].startswith("waiting for 2 answers under way")
        assert notes[-1].endswith("another Ctrl-C gives them up")

    asyncio.run(go())


def test_the_waiting_at_the_end_can_be_given_up():
    async def go():
        store = MemoryStore()

        async def sitting() -> None:
            config = EngineConfig(prices=PRICES, max_tokens=100)
            async with open_engine(config, in_flight=4, store=store, local=Slow(60), budget_usd=1.0) as engine:
                await abandoned(engine, 2)

        running = asyncio.create_task(sitting())
        await asyncio.sleep(0.1)
        assert not running.done()
        assert store.charged == 0.0
        running.cancel()
        await asyncio.wait([running], timeout=2)
        assert running.cancelled()
        assert store.charged > 0.0002  # what the server has may be billed

    asyncio.run(go())


def test_what_waits_for_its_turn_when_a_run_ends_is_not_sent_and_not_charged():
    async def go():
        store, provider = MemoryStore(), Slow()
        config = EngineConfig(prices=PRICES, requests_per_minute=6)
        async with open_engine(config, in_flight=16, store=store, local=provider, budget_usd=5.0) as engine:
            await abandoned(engine, 16)
        assert (provider.asked, store.charged, len(store.kept)) == (["0"], 0.0, 1)

    asyncio.run(asyncio.wait_for(go(), 5))


def test_what_learns_from_another_request_when_a_run_ends_is_not_sent_and_not_charged():
    def answer(call):
        refused = call.structure != "text"
        return Reply(error_body("response_format is not supported"), status=400) if refused else Reply("{}", delay=0.4)

    async def go():
        store = MemoryStore()
        async with loopback(answer) as server:
            config = EngineConfig(model="m", base_url=server.base_url, prices=PRICES, retries=0)
            async with open_engine(config, in_flight=4, store=store, budget_usd=5.0) as engine:
                waiting = [asyncio.create_task(engine.complete(make_request(step=str(n)))) for n in range(4)]
                while not any(call.structure == "text" for call in server.calls):
                    server.called.clear()
                    await server.called.wait()
                for task in waiting:
                    task.cancel()
                await asyncio.wait(waiting)
            return store.charged, [call.structure for call in server.calls].count("text")

    charged, sent = asyncio.run(asyncio.wait_for(go(), 5))
    assert sent == 1
    assert charged < 0.03  # one answer of unknown length, that came back unreadable


def test_what_fails_after_a_run_has_ended_is_not_tried_again():
    async def go():
        async with loopback(lambda _: Reply(error_body("busy"), status=503, delay=0.1)) as server:
            config = EngineConfig(model="m", base_url=server.base_url, prices=PRICES)
            store, notes = MemoryStore(), []
            async with open_engine(config, in_flight=4, store=store, budget_usd=1.0, notify=notes.append) as engine:
                waiting = asyncio.create_task(engine.complete(make_request()))
                await server.called.wait()
                waiting.cancel()
                await asyncio.wait([waiting])
            return len(server.calls), store.charged, len(notes)

    assert asyncio.run(asyncio.wait_for(go(), 5)) == (1, 0.0, 1)
