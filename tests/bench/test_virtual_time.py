"""The clock that jumps."""

from __future__ import annotations

import asyncio
import time

import pytest

from toolace_mt.bench.virtual_time import run_virtually


def test_hours_pass_at_once_and_in_order():
    order = []

    async def wait(seconds):
        await asyncio.sleep(seconds)
        order.append(asyncio.get_running_loop().time())

    async def go():
        await asyncio.gather(wait(7200), wait(3600), wait(3600.5))
        return asyncio.get_running_loop().time()

    begun = time.monotonic()
    assert run_virtually(go()) == pytest.approx(7200)
    assert order == pytest.approx([3600, 3600.5, 7200])
    assert time.monotonic() - begun < 5


@pytest.mark.parametrize("late", [2.0**24, 5e7 + 0.1, 1e10])
def test_a_clock_that_has_run_for_long_still_runs(late):
    async def go():
        loop = asyncio.get_running_loop()
        loop._virtual.now = late
        select, looks = loop._virtual.select, iter(range(100))

        def counted(timeout=None):
            if next(looks, None) is None:
                raise RecursionError("the timer never comes")
            return select(timeout)

        loop._virtual.select = counted
        await asyncio.sleep(0.3)
        loop._virtual.select = select
        return loop.time()

    assert run_virtually(go()) == pytest.approx(late + 0.3)


def test_work_takes_no_time():
    async def go():
        time.sleep(0.01)  # noqa: ASYNC251 - work that takes real time
        await asyncio.sleep(0)
        return asyncio.get_running_loop().time()

    assert run_virtually(go()) == 0


def test_what_is_really_waited_for_is_waited_for():
    async def go():
        return await asyncio.to_thread(lambda: "answer")

    assert run_virtually(go()) == "answer"


def test_errors_come_out():
    async def go():
        await asyncio.sleep(1)
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        run_virtually(go())
