"""What was answered is never asked again, and never mistaken."""

from __future__ import annotations

import asyncio

import pytest

from tests.doubles.engines import FunctionEngine, MemoryStore, echo, make_completion, make_request, scripted
from toolace_mt.engines.base import Message
from toolace_mt.engines.journaled import Journaled
from toolace_mt.engines.outbox import Outbox, Posted
from toolace_mt.errors import JournalMismatch, RequestRefused, StorageFailed


def test_a_second_asking_is_answered_from_the_store():
    store, inner = MemoryStore(), FunctionEngine(echo)
    first = asyncio.run(Journaled(inner, store).complete(make_request("abc")))
    again = asyncio.run(Journaled(inner, store).complete(make_request("abc")))
    assert first == again
    assert first.text == "cba"
    assert len(inner.requests) == 1


def test_keys_tell_calls_apart():
    store, inner = MemoryStore(), FunctionEngine(echo)
    engine = Journaled(inner, store)
    for step, attempt in (("a", 0), ("a", 1), ("b", 0)):
        asyncio.run(engine.complete(make_request(step=step, attempt=attempt)))
    assert len(inner.requests) == 3


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"model": "other"}, "model"),
        ({"messages": (Message("user", "other"),)}, "messages"),
        ({"schema": {"type": "array"}}, "schema"),
        ({"temperature": 0.1}, "parameters"),
        ({"seed": 8}, "parameters"),
        ({"extra": {"top_k": 1}}, "parameters"),
        ({"max_tokens": None, "model": "other"}, "model and parameters"),
    ],
)
def test_an_answer_to_another_request_is_a_mismatch(change, named):
    store, inner = MemoryStore(), FunctionEngine(echo)
    asyncio.run(Journaled(inner, store).complete(make_request()))
    with pytest.raises(JournalMismatch, match=f"dialogue d0, step plan, attempt 0: .* another {named}[.]"):
        asyncio.run(Journaled(inner, store).complete(make_request(**change)))
    assert len(inner.requests) == 1


def test_failures_are_not_kept():
    store = MemoryStore()
    engine = Journaled(scripted(RequestRefused("no"), make_completion()), store)
    with pytest.raises(RequestRefused):
        asyncio.run(engine.complete(make_request()))
    assert asyncio.run(engine.complete(make_request())) == make_completion()


def test_an_answer_that_cannot_be_stored_is_not_given():
    class FullStore(MemoryStore):
        async def put(self, key, operation, fingerprint, completion):
            raise StorageFailed("full")

    with pytest.raises(StorageFailed):
        asyncio.run(Journaled(FunctionEngine(echo), FullStore()).complete(make_request()))


def test_the_answer_waits_for_the_store():
    async def go():
        stored = asyncio.Event()

        class SlowStore(MemoryStore):
            async def put(self, key, operation, fingerprint, completion):
                await stored.wait()

        call = asyncio.create_task(Journaled(FunctionEngine(echo), SlowStore()).complete(make_request()))
        for _ in range(10):
            await asyncio.sleep(0)
        assert not call.done()
        stored.set()
        await call

    asyncio.run(go())


def test_a_request_that_json_cannot_hold_fails_its_dialogue_only():
    with pytest.raises(RequestRefused):
        asyncio.run(Journaled(FunctionEngine(echo), MemoryStore()).complete(make_request("\ud800")))


def test_a_request_that_nobody_waits_for_any_more_is_answered_and_kept():
    async def go():
        store, may_answer = MemoryStore(), asyncio.Event()

        class Slow:
            async def complete(self, request):
                await may_answer.wait()
                return make_completion()

        engine = Journaled(Slow(), store)
        waiting = asyncio.create_task(engine.complete(make_request()))
        await asyncio.sleep(0.01)
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
        assert engine.under_way == 1
        may_answer.set()
        await engine.finish()
        assert engine.under_way == 0
        asked_again = FunctionEngine(echo)
        assert await Journaled(asked_again, store).complete(make_request()) == make_completion()
        assert asked_again.requests == []

    asyncio.run(go())


def test_requests_under_way_can_be_given_up():
    async def go():
        class Silent:
            async def complete(self, request):
                await asyncio.Event().wait()

        engine = Journaled(Silent(), MemoryStore())
        waiting = asyncio.create_task(engine.complete(make_request()))
        await asyncio.sleep(0.01)
        await engine.give_up()
        assert engine.under_way == 0
        with pytest.raises(asyncio.CancelledError):
            await waiting

    asyncio.run(go())


class Slow:
    """Answers when it is let."""

    def __init__(self):
        self.asked, self.may_answer = [], asyncio.Event()

    async def complete(self, request):
        self.asked.append(request.key)
        await self.may_answer.wait()
        return make_completion()


def test_who_asks_what_is_under_way_shares_its_answer():
    async def go():
        inner, store = Slow(), MemoryStore()
        outbox = Outbox()
        engine = Journaled(Posted(inner, outbox), store, outbox)
        first, second, third = (asyncio.create_task(engine.complete(make_request())) for _ in range(3))
        await asyncio.sleep(0.01)
        first.cancel()  # who gives up does not take the answer from the others
        await asyncio.gather(first, return_exceptions=True)
        with pytest.raises(JournalMismatch, match="another model"):
            await engine.complete(make_request(model="other"))
        inner.may_answer.set()
        assert await asyncio.gather(second, third) == [make_completion()] * 2
        assert (len(inner.asked), engine.under_way) == (1, 0)

    asyncio.run(asyncio.wait_for(go(), 5))


def test_what_nobody_waits_for_and_did_not_go_out_is_not_sent():
    async def go():
        inner, store, outbox, may_go = Slow(), MemoryStore(), Outbox(), asyncio.Event()

        class Queue:
            async def complete(self, request):
                if request.key.step == "late":
                    await may_go.wait()
                return await Posted(inner, outbox).complete(request)

        engine = Journaled(Queue(), store, outbox)
        waiting = [asyncio.create_task(engine.complete(make_request(step=step))) for step in ("early", "late")]
        await asyncio.sleep(0.01)
        for task in waiting:
            task.cancel()
        await asyncio.wait(waiting)
        may_go.set()
        inner.may_answer.set()
        await engine.finish()
        assert [key.step for key in inner.asked] == [key.step for key in store.kept] == ["early"]
        late = await engine.complete(make_request(step="late"))  # asked once more, it goes out
        assert late == make_completion()

    asyncio.run(go())


def test_giving_up_does_not_lose_an_answer_that_has_come():
    async def go():
        may_store = asyncio.Event()

        class SlowStore(MemoryStore):
            async def put(self, key, operation, fingerprint, completion):
                await may_store.wait()
                await super().put(key, operation, fingerprint, completion)

        store = SlowStore()
        engine = Journaled(FunctionEngine(echo), store, Outbox())
        waiting = asyncio.create_task(engine.complete(make_request()))
        await asyncio.sleep(0.01)
        waiting.cancel()
        giving_up = asyncio.create_task(engine.give_up())
        await asyncio.sleep(0.01)
        may_store.set()
        await giving_up
        assert list(store.kept) == [make_request().key]

    asyncio.run(go())


def test_what_is_just_ending_is_asked_anew():
    async def go():
        store, outbox, asked = MemoryStore(), Outbox(), []

        class Lingering:
            async def complete(self, request):
                asked.append(request.key)
                try:
                    await asyncio.sleep(0.02)
                except asyncio.CancelledError:
                    await asyncio.sleep(0.05)  # as it takes to store a charge
                    raise
                return make_completion()

        engine = Journaled(Lingering(), store, outbox)
        waiting = asyncio.create_task(engine.complete(make_request()))
        await asyncio.sleep(0.01)
        waiting.cancel()
        await asyncio.wait([waiting])
        assert await engine.complete(make_request()) == make_completion()
        assert len(asked) == 2

    asyncio.run(asyncio.wait_for(go(), 5))
