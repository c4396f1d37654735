"""How many at a time, and how many per minute."""

from __future__ import annotations

import asyncio

import pytest

from tests.doubles.engines import FunctionEngine, make_completion, make_request, scripted
from toolace_mt.engines.limited import Limited
from toolace_mt.errors import ProviderError


def test_no_more_than_allowed_are_in_flight():
    flying = most = 0

    async def answer(_):
        nonlocal flying, most
        flying += 1
        most = max(most, flying)
        await asyncio.sleep(0)
        flying -= 1
        return make_completion()

    async def go():
        engine = Limited(FunctionEngine(answer), in_flight=5)
        await asyncio.gather(*(engine.complete(make_request()) for _ in range(50)))

    asyncio.run(go())
    assert most == 5


def test_a_failed_or_cancelled_call_gives_its_place_free():
    async def go():
        engine = Limited(scripted(ProviderError("no", kind="server"), make_completion()), in_flight=1)
        with pytest.raises(ProviderError):
            await engine.complete(make_request())
        return await engine.complete(make_request())

    asyncio.run(asyncio.wait_for(go(), 5))


def test_a_rate_spaces_the_starts_evenly():
    now = 100.0
    starts = []

    async def sleep(seconds):
        nonlocal now
        now += seconds

    def answer(_):
        starts.append(now)
        return make_completion()

    engine = Limited(FunctionEngine(answer), in_flight=1, per_minute=120, clock=lambda: now, sleep=sleep)

    async def go():
        nonlocal now
        for _ in range(3):
            await engine.complete(make_request())
        now += 10
        for _ in range(2):
            await engine.complete(make_request())

    asyncio.run(go())
    assert starts == [100.0, 100.5, 101.0, 111.0, 111.5]  # a pause is no credit for a burst
