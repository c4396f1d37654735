"""Calls on outside servers: each made once at most, whatever happens between."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from contextlib import AbstractAsyncContextManager
from typing import Any

import pytest

from toolace_mt.engines.base import CallKey
from toolace_mt.environments.base import ToolOutput
from toolace_mt.environments.journaled import JournaledEnvironment
from toolace_mt.errors import DialogueFailed, JournalMismatch, StorageFailed, ToolCallInterrupted
from toolace_mt.types import Tool


class Outside:
    """Answers with the number of calls it got, and takes its time."""

    name = "outside"
    repeatable = False
    shared = True
    tools = (Tool(name="do"),)
    brief = {"knows": {"x": [1]}}

    def __init__(self, lock: asyncio.Lock, seconds: float = 0) -> None:
        self.lock = lock
        self.seconds = seconds
        self.only_reads = False
        self.made: list[dict[str, Any]] = []
        self.broken = False
        self.starts = 0

    async def ready(self) -> None:
        assert self.lock.locked() or self.only_reads, "the server is not ours"
        self.starts += 1
        if self.broken:
            raise StorageFailed("cannot be started")

    def takes_turns(self, name: str) -> bool:
        return not self.only_reads

    async def call(self, name: str, arguments: dict[str, Any]) -> ToolOutput:
        assert self.starts > len(self.made)
        self.made.append(arguments)
        await asyncio.sleep(self.seconds)
        return ToolOutput(str(len(self.made)), name == "fail")

    def state(self) -> None:
        return None

    def alone(self) -> AbstractAsyncContextManager[None]:
        return self.lock

    async def close(self) -> None:
        self.made.append({"closed": True})


class Journal:
    """In memory; the rows outlive the environments."""

    def __init__(self) -> None:
        self.rows: dict[CallKey, tuple[str, ToolOutput | None]] = {}

    async def get_tool_output(self, key: CallKey) -> tuple[str, ToolOutput | None] | None:
        return self.rows.get(key)

    async def begin_tool_call(self, key: CallKey, fingerprint: str) -> None:
        assert key not in self.rows
        self.rows[key] = (fingerprint, None)

    async def put_tool_output(self, key: CallKey, output: ToolOutput) -> None:
        self.rows[key] = (self.rows[key][0], output)


def go(work: Coroutine[Any, Any, Any]) -> Any:
    return asyncio.run(asyncio.wait_for(work, 10))


def test_a_call_that_was_made_is_not_made_again() -> None:
    journal = Journal()

    async def first() -> None:
        outside = Outside(asyncio.Lock())
        environment = JournaledEnvironment(outside, journal, "d0")
        assert (environment.name, environment.repeatable, environment.tools) == ("outside", False, outside.tools)
        assert await environment.call("do", {"a": 1}) == ToolOutput("1", False)
        assert await environment.call("do", {"a": 1}) == ToolOutput("2", False), "the same arguments are another call"
        assert await environment.call("fail", {}) == ToolOutput("3", True)
        await environment.close()
        assert outside.made[-1] == {"closed": True}

    async def again() -> None:
        outside = Outside(asyncio.Lock())
        environment = JournaledEnvironment(outside, journal, "d0")
        async with environment.alone():
            assert await environment.call("do", {"a": 1}) == ToolOutput("1", False)
            assert await environment.call("do", {"a": 1}) == ToolOutput("2", False)
            assert await environment.call("fail", {}) == ToolOutput("3", True)
            assert (outside.made, outside.starts) == ([], 0), "nothing was started for what is known"
            assert await environment.call("do", {}) == ToolOutput("1", False)
        assert outside.made == [{}]
        assert await JournaledEnvironment(outside, journal, "d1").call("do", {}) == ToolOutput("2", False), (
            "another dialogue"
        )

    go(first())
    go(again())


def test_going_on_after_calls_of_an_earlier_sitting_is_told_once() -> None:
    journal = Journal()
    told: list[str] = []

    async def sitting(calls: int) -> None:
        environment = JournaledEnvironment(Outside(asyncio.Lock()), journal, "d0", lambda: told.append("goes on"))
        for _ in range(calls):
            await environment.call("do", {})

    go(sitting(2))
    go(sitting(2))
    assert told == [], "nothing, or all, was answered before"
    go(sitting(4))
    assert told == ["goes on"]


def test_another_call_at_its_place_is_a_mismatch() -> None:
    journal = Journal()

    async def work() -> None:
        outside = Outside(asyncio.Lock())
        await JournaledEnvironment(outside, journal, "d0").call("do", {"a": 1})
        for name, arguments in (("do", {"a": 2}), ("make", {"a": 1})):
            with pytest.raises(JournalMismatch, match=f"d0, tool/0: the journal holds another call than {name}"):
                await JournaledEnvironment(outside, journal, "d0").call(name, arguments)
        assert len(outside.made) == 1

    go(work())


def test_a_call_that_was_under_way_is_never_made_again() -> None:
    journal = Journal()

    async def killed() -> None:
        before = asyncio.all_tasks()
        environment = JournaledEnvironment(Outside(asyncio.Lock(), seconds=60), journal, "d0")
        call = asyncio.create_task(environment.call("do", {}))
        while not journal.rows:  # noqa: ASYNC110 - no event tells it
            await asyncio.sleep(0)
        for task in asyncio.all_tasks() - before:
            task.cancel()  # as at the end of the process
        await asyncio.wait({call})

    async def resumed() -> None:
        outside = Outside(asyncio.Lock())
        for _ in range(2):
            with pytest.raises(ToolCallInterrupted, match="do was under way on outside") as failure:
                await JournaledEnvironment(outside, journal, "d0").call("do", {})
            assert isinstance(failure.value, DialogueFailed)
            assert failure.value.rule == "interrupted-tool-call"
        assert outside.made == []

    go(killed())
    go(resumed())


def test_a_run_that_stops_hears_a_call_out() -> None:
    journal = Journal()

    async def work() -> None:
        environment = JournaledEnvironment(Outside(asyncio.Lock(), seconds=0.1), journal, "d0")
        call = asyncio.create_task(environment.call("do", {}))
        while not journal.rows:  # noqa: ASYNC110 - no event tells it
            await asyncio.sleep(0)
        call.cancel()
        await asyncio.wait({call})
        assert call.cancelled()

    go(work())
    assert [output for _, output in journal.rows.values()] == [ToolOutput("1", False)]


def test_what_keeps_a_call_from_being_made_leaves_no_trace() -> None:
    journal = Journal()

    async def work() -> None:
        lock = asyncio.Lock()
        outside = Outside(lock)
        outside.broken = True
        with pytest.raises(StorageFailed):
            await JournaledEnvironment(outside, journal, "d0").call("do", {})
        outside.broken = False
        assert not lock.locked()
        async with lock:
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.02):
                    await JournaledEnvironment(outside, journal, "d0").call("do", {})
        assert (await JournaledEnvironment(outside, journal, "d0").call("do", {"a": "\ud800"})).is_error
        assert (journal.rows, outside.made) == ({}, [])

    go(work())


def test_one_dialogue_may_hold_the_server_again_and_others_wait() -> None:
    async def work() -> None:
        outside = Outside(asyncio.Lock())
        one, other = (JournaledEnvironment(outside, Journal(), name) for name in ("d0", "d1"))
        async with one.alone():
            async with one.alone():
                await one.call("do", {"one": 1})
            waiting = asyncio.create_task(other.call("do", {"other": 1}))
            await asyncio.sleep(0.01)
            await one.call("do", {"one": 2})
        await waiting
        assert [*map(str, outside.made)] == ["{'one': 1}", "{'one': 2}", "{'other': 1}"]

    go(work())


def test_calls_that_take_no_turns_are_made_while_others_hold_the_server() -> None:
    async def work() -> None:
        outside = Outside(asyncio.Lock())
        outside.only_reads = True
        one, other = (JournaledEnvironment(outside, Journal(), name) for name in ("d0", "d1"))
        async with one.alone():
            await one.call("do", {"one": 1})
            await asyncio.wait_for(other.call("do", {"other": 1}), 5)
        assert outside.made == [{"one": 1}, {"other": 1}]

    go(work())
