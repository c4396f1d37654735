"""Walks: calls that are really made, that succeed, and that go on from one another."""

from __future__ import annotations

import asyncio
import json
import random
from contextlib import AbstractAsyncContextManager, nullcontext
from typing import Any, ClassVar

import pytest

from toolace_mt.dialogue.turns import content_value
from toolace_mt.environments.base import Environment, ToolOutput
from toolace_mt.environments.builtin import BUILTIN, builtin_tools, open_builtin
from toolace_mt.environments.methods import ToolFailure, methods_of, tool
from toolace_mt.environments.objects import ObjectEnvironment
from toolace_mt.errors import ToolStateLost
from toolace_mt.schema.validate import argument_problems
from toolace_mt.types import EnvironmentRef, Tool
from toolace_mt.walks.skills import Skill
from toolace_mt.walks.walking import Step, Walker


async def walked(open_world: Any, tools: Any, steps: list[int], seed: int = 0, parallel: float = 0.25) -> Any:
    walker = Walker(open_world, tools, random.Random(seed), parallel)
    return [await walker.walk(count, place) for place, count in enumerate(steps)], walker.world


def made(subtasks: list[list[Step]]) -> list[Any]:
    return [call for subtask in subtasks for step in subtask for call in step]


def world(domain: str, seed: int) -> Environment:
    return open_builtin(EnvironmentRef(name=domain, seed=seed))


@pytest.mark.parametrize("domain", BUILTIN)
def test_every_call_is_true_to_its_schema_and_comes_out_again(domain: str) -> None:
    async def check(seed: int) -> int:
        tools = builtin_tools(domain)
        subtasks, left = await walked(lambda: world(domain, seed), tools, [2, 4, 3], seed)
        by_name = {each.name: each for each in tools}
        again = world(domain, seed)
        for call in made(subtasks):
            assert argument_problems(by_name[call.name], call.arguments) == []
            assert await again.call(call.name, call.arguments) == call.output
            assert not call.output.is_error
        assert again.state() == left.state() is not None
        return sum(len(subtask) for subtask in subtasks)

    assert sum(asyncio.run(check(seed)) for seed in range(8)) >= 8 * 9 * 0.95


@pytest.mark.parametrize("domain", BUILTIN)
def test_what_no_result_gave_is_for_the_user_to_say(domain: str) -> None:
    subtasks, _ = asyncio.run(walked(lambda: world(domain, 5), builtin_tools(domain), [3, 4, 4], 5))
    given = ""
    said: set[str] = set()
    for step in (step for subtask in subtasks for step in subtask):
        for call in step:
            said |= {str(value) for _, value in call.said}
            for value in call.arguments.values():
                if isinstance(value, str):
                    assert value in said or value in given, f"{call.name}: nobody gave {value!r}"
        given += " ".join(str(content_value(call.output.content)) for call in step)


def test_one_seed_gives_one_walk() -> None:
    once, other = (
        made(asyncio.run(walked(lambda: world("shop", 3), builtin_tools("shop"), [3, 5], 9))[0]) for _ in range(2)
    )
    assert once == other


def test_steps_go_on_from_earlier_results() -> None:
    async def share() -> float:
        steps = [
            step
            for seed in range(20)
            for subtask in (await walked(lambda s=seed: world("travel", s), builtin_tools("travel"), [4, 4], seed))[0]
            for step in subtask
        ]
        return sum(any(call.linked for call in step) for step in steps) / len(steps)

    assert asyncio.run(share()) > 1 / 3


@pytest.mark.parametrize(("parallel", "least", "most"), [(0.0, 0, 0), (1.0, 20, 200)])
def test_independent_calls_are_made_side_by_side(parallel: float, least: int, most: int) -> None:
    subtasks = [
        asyncio.run(walked(lambda s=seed: world("shop", s), builtin_tools("shop"), [5, 5], seed, parallel))[0]
        for seed in range(10)
    ]
    beside = [step for each in subtasks for subtask in each for step in subtask if len(step) > 1]
    assert least <= len(beside) <= most
    for step in beside:
        keys = [(call.name, json.dumps(call.arguments, sort_keys=True)) for call in step]
        assert len(set(keys)) == len(keys)


class Locker:
    """Opens with a code that only a look at the label gives; some calls succeed, but show nothing."""

    def __init__(self, seed: int = 0) -> None:
        self.code = f"KEY-{seed}77"
        self.opened = 0
        self.searched = 0

    @tool
    def read_label(self) -> dict[str, str]:
        """Read the label of the locker."""
        return {"locker_code": self.code}

    @tool
    def open_locker(self, locker_code: str) -> dict[str, int]:
        """Open the locker."""
        if locker_code != self.code:
            raise ToolFailure("wrong code")
        self.opened += 1
        return {"opened": self.opened}

    @tool
    def search_locker(self, thing: str) -> dict[str, list[str]]:
        """Search the locker."""
        self.searched += 1
        return {"found": []}


def open_locker_world() -> ObjectEnvironment:
    return ObjectEnvironment("locker", lambda: Locker(4), methods_of(Locker, "locker"))


def locker_tools() -> list[Tool]:
    return [method.tool for method in methods_of(Locker, "locker").values()]


def test_an_id_comes_from_the_tool_that_gives_it() -> None:
    for seed in range(10):
        subtasks, _ = asyncio.run(walked(open_locker_world, locker_tools(), [2], seed, 0.0))
        names = [call.name for call in made(subtasks)]
        assert "open_locker" not in names or names.index("read_label") < names.index("open_locker")


def test_a_success_that_shows_nothing_leaves_no_trace() -> None:
    for seed in range(10):
        subtasks, left = asyncio.run(walked(open_locker_world, locker_tools(), [2, 1], seed))
        assert "search_locker" not in [call.name for call in made(subtasks)]
        fresh = open_locker_world()
        for call in made(subtasks):
            asyncio.run(fresh.call(call.name, call.arguments))
        assert fresh.state() == left.state() is not None


def test_a_walk_that_runs_dry_ends() -> None:
    tools = [each for each in locker_tools() if each.name == "open_locker"]
    subtasks, _ = asyncio.run(walked(open_locker_world, tools, [3, 2], 1))
    assert made(subtasks) == []


@pytest.mark.parametrize("domain", BUILTIN)
def test_calls_side_by_side_give_the_same_in_any_order(domain: str) -> None:
    async def check(seed: int) -> int:
        subtasks, _ = await walked(lambda: world(domain, seed), builtin_tools(domain), [4, 5], seed, 1.0)
        again = world(domain, seed)
        count = 0
        for step in (step for subtask in subtasks for step in subtask):
            for call in reversed(step):
                assert await again.call(call.name, call.arguments) == call.output
            count += len(step) > 1
        return count

    assert sum(asyncio.run(check(seed)) for seed in range(6)) > 3


class Shelf:
    """An outside server: what it did stays done, and no tool says that it only looks."""

    name = "shelf"
    repeatable = False
    shared = True
    brief: ClassVar[dict[str, Any]] = {"knows": {"thing": ["cup", "mug", "bowl"]}}

    def __init__(self, uncertain: bool = False) -> None:
        self.done: list[tuple[str, dict[str, Any]]] = []
        self.uncertain = uncertain
        names = ("search_shelf", "put_on_shelf", "take_from_shelf")
        self.tools = tuple(
            Tool(
                name=name,
                parameters={"type": "object", "properties": {"thing": {"type": "string"}}, "required": ["thing"]},
                environment="shelf",
            )
            for name in names
        )

    async def call(self, name: str, arguments: dict[str, Any]) -> ToolOutput:
        if name == "take_from_shelf":
            return ToolOutput("no", is_error=True, uncertain=self.uncertain)
        self.done.append((name, arguments))
        return ToolOutput("[]" if name == "search_shelf" else '{"on_shelf":1}', is_error=False)

    def state(self) -> None:
        return None

    def alone(self) -> AbstractAsyncContextManager[None]:
        return nullcontext()

    async def close(self) -> None:
        pass


def test_all_that_an_outside_server_did_is_part_of_the_walk() -> None:
    for seed in range(8):
        shelf = Shelf()
        subtasks, _ = asyncio.run(walked(lambda s=shelf: s, shelf.tools, [3, 2], seed, 1.0))
        assert [(call.name, call.arguments) for call in made(subtasks)] == shelf.done


def test_a_failure_that_may_have_taken_effect_ends_the_walk_on_an_outside_server() -> None:
    shelf = Shelf(uncertain=True)
    with pytest.raises(ToolStateLost, match="take_from_shelf may have taken effect"):
        asyncio.run(walked(lambda: shelf, shelf.tools, [6] * 6))


class Desk:
    """Gives a code in one call that another takes under the same name."""

    def __init__(self) -> None:
        self.used = 0

    def make_badge(self, person: str) -> dict[str, str]:
        """Make a badge."""
        return {"badge": f"{person[:2].upper()}-4471"}

    def note_badge(self, badge: str) -> dict[str, int]:
        """Note a badge."""
        self.used += 1
        return {"used": self.used}

    def return_badge(self, badge: str) -> dict[str, int]:
        """Return a badge."""
        self.used += 1
        return {"used": self.used}


def test_what_a_result_gave_is_never_for_the_user_to_say() -> None:
    for seed in range(30):
        subtasks, _ = asyncio.run(
            walked(
                lambda: ObjectEnvironment("desk", Desk, methods_of(Desk, "desk")),
                [method.tool for method in methods_of(Desk, "desk").values()],
                [4, 4],
                seed,
            )
        )
        given: set[str] = set()
        for step in (step for subtask in subtasks for step in subtask):
            assert not given & {str(value) for call in step for _, value in call.said}
            given |= {str(content_value(call.output.content).get("badge")) for call in step}


@pytest.mark.parametrize(
    ("name", "looks"),
    [
        ("get_order", True),
        ("listOrders", True),
        ("git_status", True),
        ("posting_get_login_status", True),
        ("set_status", False),
        ("update_order_status", False),
        ("mark_as_read", False),
        ("log_expense", False),
        ("check_out_cart", False),
        ("check_balance", True),
        ("open_account", False),
    ],
)
def test_a_tool_that_changes_things_is_known_by_its_name(name: str, looks: bool) -> None:
    assert Skill(Tool(name=name)).looks is looks
    assert Skill(Tool(name=name, read_only=not looks)).looks is not looks
