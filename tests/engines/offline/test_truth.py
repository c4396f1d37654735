"""Replies and values that must stay true: what is cancelled, what a switch turns around, what a calculation gave."""

from __future__ import annotations

import random
from typing import Any

import pytest

from tests.engines.offline.desk import Desk
from toolace_mt.engines.offline.agreeing import agreeing, is_understood, turns_around
from toolace_mt.engines.offline.followups import facts
from toolace_mt.engines.offline.reading import Call, Result
from toolace_mt.engines.offline.replying import reply_sentence
from toolace_mt.engines.offline.skills import Skill
from toolace_mt.environments.builtin import open_builtin
from toolace_mt.operations.base import World
from toolace_mt.operations.initialize import TASK_INITIALIZATION, TaskInput
from toolace_mt.types import EnvironmentRef, Tool


def tool(name: str, description: str, **properties: Any) -> Tool:
    parameters = {"type": "object", "properties": properties, "required": list(properties)}
    return Tool(name=name, description=description, parameters=parameters)


LOCK = tool("lock_doors", "Locks the doors of the car.", unlock={"type": "boolean"})
POWER = tool("power", "Raise a number to a power.", base={"type": "number"}, exponent={"type": "number"})
PING = tool("ping", "Ping the server.")


def said(used: Tool, arguments: dict[str, Any], content: Any, seed: int = 0) -> str:
    result = Result(name=used.name, content=content, is_error=False)
    return reply_sentence(Skill(used), Call(name=used.name, arguments=arguments), result, random.Random(seed))


def builtin(domain: str, name: str) -> Tool:
    return next(t for t in open_builtin(EnvironmentRef(name=domain, seed=1)).tools if t.name == name)


@pytest.mark.parametrize("seed", range(6))
def test_a_cancelled_booking_is_not_counted_as_one(seed: int) -> None:
    bookings = [{"booking_id": "BK-1", "status": "cancelled"}, {"booking_id": "BK-2", "status": "confirmed"}]
    text = said(builtin("travel", "list_trips"), {}, {"bookings": bookings, "reservations": []}, seed)
    assert "one flight booking (BK-2)" in text
    assert "BK-1 is cancelled" in text


@pytest.mark.parametrize("seed", range(4))
def test_all_items_of_an_order_are_named(seed: int) -> None:
    items = [{"product_name": "Desk Lamp", "quantity": 2}, {"product_name": "Wool Blanket", "quantity": 1}]
    content = {"order_id": "ORD-1", "status": "shipped", "placed_on": "2026-03-01", "items": items, "total_usd": 90.0}
    assert "2x the Desk Lamp and the Wool Blanket" in said(
        builtin("shop", "get_order"), {"order_id": "ORD-1"}, content, seed
    )


def test_a_reply_claims_no_verb_that_a_switch_turns_around() -> None:
    assert "locked" not in said(LOCK, {"unlock": True}, {"remaining": 3})
    assert said(LOCK, {"unlock": False}, {}).startswith("I've locked the doors")


def test_values_that_agree_with_the_verb_are_preferred() -> None:
    start = tool("startEngine", "Starts the engine.", ignitionMode={"type": "string"})
    cruise = tool("setCruiseControl", "Sets the cruise control.", activate={"type": "boolean"})
    assert agreeing(start, "ignitionMode", ["STOP", "START"]) == ["START"]
    assert turns_around(cruise, "activate", False)
    assert is_understood(LOCK, "unlock", False)
    assert not is_understood(LOCK, "siren", False)


def test_a_calculation_says_its_result() -> None:
    assert said(POWER, {"base": 12, "exponent": 4}, {"result": 20736.0}) == "12 to the power of 4 is 20736."


def test_only_what_is_unique_is_asked_again() -> None:
    def found(user: str, number: str) -> tuple[Call, Result]:
        return Call(name="find", arguments={"user": user}), Result(
            name="find", content={"user_id": number, "last_updated": "2026-01-01"}, is_error=False
        )

    assert [name for name, _ in facts([found("ana", "U1")])] == ["user_id"]
    assert facts([found("ana", "U1"), found("ben", "U2")]) == []


async def test_goals_of_a_tool_without_parameters_differ(desk: Desk) -> None:
    draft = await desk.ask(TASK_INITIALIZATION, TaskInput((PING,), (1, 2, 1), None), 1)
    assert len({subtask.goal for subtask in draft.subtasks}) == 3


@pytest.mark.parametrize(
    ("domain", "name"), [("files", "read_document"), ("travel", "book_flight"), ("shop", "get_product")]
)
async def test_tools_whose_ids_nothing_gives_still_get_tasks(desk: Desk, domain: str, name: str) -> None:
    world = World(EnvironmentRef(name=domain, seed=1), open_builtin(EnvironmentRef(name=domain, seed=1)).brief)
    dialogue = await desk.skeleton([builtin(domain, name)], world, (1,), 1)
    assert dialogue.calls[0].name == name
