from __future__ import annotations

import asyncio
import datetime as dt
import itertools
import signal
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import BaseModel

from toolace_mt.environments.base import ToolOutput
from toolace_mt.environments.methods import ToolFailure
from toolace_mt.environments.objects import ObjectEnvironment, open_object
from toolace_mt.errors import InputError


class Entry(BaseModel):
    day: dt.date


class Till:
    def __init__(self, seed: int = 0) -> None:
        self.coins: dict[str, int] = {"euro": seed}
        self.log: list[str] = []

    @property
    def brief(self) -> dict[str, Any]:
        return {"coins": sum(self.coins.values())}

    def put(self, coin: str, count: int) -> dict[str, int]:
        """Put coins into the till."""
        self.coins[coin] = self.coins.get(coin, 0) + count
        self.log.append(coin)
        if count < 0:
            raise ToolFailure("Count must not be negative.")
        if coin == "button":
            raise KeyError(coin)
        return self.coins

    async def wait(self) -> list[str]:
        """Wait for the till."""
        await asyncio.sleep(0)
        return self.log

    def say(self) -> str:
        """Say something."""
        return "ünïcode\n"

    def entry(self) -> Entry:
        """Give an entry."""
        return Entry(day=dt.date(2026, 5, 1))

    def spoil(self) -> object:
        """Change the till, then give what JSON cannot hold."""
        self.log.append("spoilt")
        return object()


class Locked:
    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.uses = 0

    def use(self, times: int) -> int:
        """Use it."""
        self.uses += times
        if times < 0:
            raise ToolFailure("Not backwards.")
        return self.uses


class Empty:
    x = 1


class Broken:
    def __init__(self, needed: int) -> None: ...

    def use(self) -> None:
        """Use it."""


def call(environment: ObjectEnvironment, name: str, **arguments: Any) -> ToolOutput:
    return asyncio.run(environment.call(name, arguments))


def test_results_are_compact_json_or_the_text_itself() -> None:
    till = open_object("till", Till, 3)
    assert call(till, "put", coin="cent", count=2) == ToolOutput('{"euro":3,"cent":2}', False)
    assert call(till, "wait") == ToolOutput('["cent"]', False)
    assert call(till, "say") == ToolOutput("ünïcode\n", False)
    assert call(till, "entry") == ToolOutput('{"day":"2026-05-01"}', False)


@pytest.mark.parametrize(
    ("name", "arguments", "told"),
    [
        ("put", {"coin": "cent", "count": -1}, '{"error":"Count must not be negative."}'),
        ("put", {"coin": "button", "count": 1}, '{"error":"KeyError: \'button\'"}'),
        ("put", {"coin": "cent"}, '{"error":"Invalid arguments: \'count\' is missing."}'),
        ("spoil", {}, '{"error":"'),
        ("take", {}, '{"error":"Unknown tool: take. Available tools: put, wait, say, entry, spoil."}'),
    ],
)
def test_a_failed_call_is_an_error_and_changes_nothing(name: str, arguments: dict[str, Any], told: str) -> None:
    till = open_object("till", Till, 3)
    call(till, "put", coin="cent", count=2)
    output = call(till, name, **arguments)
    assert output.is_error
    assert output.content.startswith(told)
    assert call(till, "wait").content == '["cent"]'
    assert call(till, "put", coin="cent", count=0).content == '{"euro":3,"cent":2}'


def test_the_brief_is_that_of_the_start() -> None:
    till = open_object("till", Till, 3)
    call(till, "put", coin="cent", count=2)
    assert till.brief == {"coins": 3}
    assert open_object("plain", Plain, 0).brief == {}


def test_what_cannot_be_copied_is_built_again_and_brought_to_where_it_was() -> None:
    locked = open_object("mine", Locked, 0)
    assert [call(locked, "use", times=n).content for n in (3, 4)] == ["3", "7"]
    assert call(locked, "use", times=-2).is_error
    assert call(locked, "use", times=1).content == "8"


class Plain:
    def use(self) -> None:
        """Use it."""


@pytest.mark.parametrize(
    ("cls", "told"), [(Empty, "has no public methods"), (Broken, "Broken cannot be built: TypeError")]
)
def test_a_class_that_cannot_be_opened_is_named(cls: type, told: str) -> None:
    with pytest.raises(InputError, match=r"^mine: ") as refusal:
        open_object("mine", cls, 0)
    assert told in str(refusal.value)


class Pinboard:
    """Its default list is one object for all calls, as Python has it."""

    def __init__(self) -> None:
        self.pins: list[list[str]] = []

    def pin(self, text: str, tags: list[str] = []) -> dict[str, int]:  # noqa: B006
        """Pin a text."""
        self.pins.append(tags)
        return {"pin_id": len(self.pins)}

    def tag(self, pin_id: int, name: str) -> dict[str, list[str]]:
        """Tag a pin."""
        self.pins[pin_id - 1].append(name)
        return {"tags": self.pins[pin_id - 1]}


def test_a_default_that_a_tool_changes_reaches_no_other_dialogue() -> None:
    async def story(environment: ObjectEnvironment) -> list[tuple[str, bool]]:
        await environment.call("pin", {"text": "a"})
        refused = await environment.call("tag", {"pin_id": 1, "name": "urgent"})
        await environment.call("pin", {"text": "b", "tags": []})
        return [refused, await environment.call("tag", {"pin_id": 2, "name": "later"})]

    for _ in range(2):
        refused, fine = asyncio.run(story(open_object("pinboard", Pinboard, 0)))
        assert "default of tags of pin" in refused[0]
        assert refused[1]
        assert fine == ('{"tags":["later"]}', False, False)
    assert Pinboard.pin.__defaults__ == ([],)


class Stuck:
    """Loops for ever, and catches what it can."""

    def __init__(self) -> None:
        self.turns = 0

    def wait(self) -> str:
        """Wait."""
        while True:
            try:
                self.turns = 1
                time.sleep(0.01)
            except Exception:
                pass

    async def spin(self) -> str:
        """Spin."""
        while True:
            self.turns = 2

    def count(self) -> Iterator[int]:
        """Count."""
        return itertools.count()

    def answer(self) -> int:
        """Answer."""
        return self.turns


def test_what_has_no_end_is_no_result() -> None:
    output = asyncio.run(open_object("stuck", Stuck, 0).call("count", {}))
    assert output == ('{"error":"The tool gave a count, which may have no end: return a list."}', True, False)


@pytest.mark.parametrize("name", ["wait", "spin"])
def test_a_tool_that_never_ends_has_failed_and_changed_nothing(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("toolace_mt.environments.objects.LONGEST_CALL", 0.2)
    environment = open_object("stuck", Stuck, 0)
    assert asyncio.run(environment.call(name, {})) == (
        '{"error":"The tool gave no answer within 0.2 seconds."}',
        True,
        False,
    )
    assert asyncio.run(environment.call("answer", {})) == ("0", False, False)
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)
