"""Pieces of a dialogue that are written at the same time: each alone gives what all of them agree on."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import Any

import pytest

from tests.engines.offline.desk import PLAIN_TOOLS, Desk
from tests.engines.offline.test_verbalizing import executed
from toolace_mt.engines.offline import OfflineEngine
from toolace_mt.engines.offline.planning import PlannedSubTask
from toolace_mt.engines.offline.reading import Call, Result
from toolace_mt.engines.offline.sharing import shared_values
from toolace_mt.environments.builtin import BUILTIN, open_builtin
from toolace_mt.operations.base import World
from toolace_mt.operations.initialize import TaskInput
from toolace_mt.operations.plan import PLAN_INITIALIZATION, SUBTRAJECTORY_INITIALIZATION, PlanDraft, SubtrajectoryInput
from toolace_mt.operations.verbalize_pieces import VERBALIZATION_REPLY, VERBALIZATION_REQUEST
from toolace_mt.types import Dialogue, EnvironmentRef, SubTask, Task, Tool

STEPS = (2, 3, 2)


def world_of(name: str, seed: int) -> tuple[World, tuple[Tool, ...]]:
    ref = EnvironmentRef(name=name, seed=seed)
    environment = open_builtin(ref)
    tools = random.Random(seed).sample(list(environment.tools), min(10, len(environment.tools)))
    return World(ref, environment.brief), tuple(tools)


def calls_of(draft: object) -> list[tuple[str, object]]:
    return [(call.name, call.arguments) for turn in draft.turns for call in turn.tool_calls]  # type: ignore[attr-defined]


def piece(plan: PlanDraft, tools: tuple[Tool, ...], number: int, world: World | None) -> SubtrajectoryInput:
    subtasks = tuple(SubTask(goal=s.goal, tools=tuple(s.tools), steps=s.steps) for s in plan.subtasks)
    bare = Dialogue(id="d", tools=tools, task=Task(subtasks=subtasks), environment=world.ref if world else None)
    return SubtrajectoryInput(bare, number, tuple(plan.shared_values), world)


@pytest.mark.parametrize("name", sorted(BUILTIN))
@pytest.mark.parametrize("seed", range(4))
async def test_each_piece_alone_has_the_calls_of_one_walk_and_keeps_to_the_plan(
    desk: Desk, name: str, seed: int
) -> None:
    world, tools = world_of(name, seed)
    plan = await desk.ask(PLAN_INITIALIZATION, TaskInput(tools, STEPS, world), seed)
    environment = open_builtin(world.ref)
    for number in range(len(STEPS)):
        draft = await desk.ask(SUBTRAJECTORY_INITIALIZATION, piece(plan, tools, number, world), seed + number)
        results = [result.content for turn in draft.turns for result in turn.results]
        for (tool, arguments), written in zip(calls_of(draft), results, strict=True):
            output = await environment.call(tool, arguments)
            assert (output.is_error, output.content) == (False, written if isinstance(written, str) else output.content)


@pytest.mark.parametrize("seed", range(4))
async def test_tools_that_cannot_run_share_their_results_through_the_plan(desk: Desk, seed: int) -> None:
    plan = await desk.ask(PLAN_INITIALIZATION, TaskInput(PLAIN_TOOLS, STEPS, None), seed)
    for number in range(len(STEPS)):
        await desk.ask(SUBTRAJECTORY_INITIALIZATION, piece(plan, PLAIN_TOOLS, number, None), seed)


async def test_a_fresh_engine_gives_the_same_calls(desk: Desk) -> None:
    world, tools = world_of("travel", 3)
    plan = await desk.ask(PLAN_INITIALIZATION, TaskInput(tools, STEPS, world), 1)
    one = await desk.ask(SUBTRAJECTORY_INITIALIZATION, piece(plan, tools, 2, world), 5)
    desk.engine = OfflineEngine(open_builtin)
    other = await desk.ask(SUBTRAJECTORY_INITIALIZATION, piece(plan, tools, 2, world), 6)
    assert calls_of(one) == calls_of(other)


async def test_some_plan_takes_an_id_from_one_subtask_to_another(desk: Desk) -> None:
    given_by: set[object] = set()
    for name in sorted(BUILTIN):
        for seed in range(3):
            world, tools = world_of(name, seed)
            plan = await desk.ask(PLAN_INITIALIZATION, TaskInput(tools, STEPS, world), seed)
            given_by |= {shared.given_by for shared in plan.shared_values}
    assert {0, 1} <= given_by


def test_what_goes_from_one_subtask_to_another_is_shared_and_nothing_else() -> None:
    def subtask(arguments: dict[str, Any], content: Any) -> PlannedSubTask:
        return PlannedSubTask("", [[(Call(name="x", arguments=arguments), Result(name="x", content=content))]])

    plan = [
        subtask({"member_id": "LM178735", "city": "Porto"}, {"booking_id": "BK-48213"}),
        subtask({"member_id": "LM178735"}, {}),
        subtask({"booking_id": "BK-48213", "member_id": "LM178735", "city": "Porto", "note_id": "NT-55"}, {}),
    ]
    found = {shared["value"]: (shared["given_by"], shared["used_by"]) for shared in shared_values(plan)}
    assert found == {"LM178735": ("user", [0, 1, 2]), "BK-48213": (0, [2])}


@pytest.mark.parametrize("name", sorted(BUILTIN))
@pytest.mark.parametrize("seed", range(4))
async def test_words_of_one_subtask_fit_to_those_of_the_others(desk: Desk, name: str, seed: int) -> None:
    given = await executed(name, seed)
    goals: list[str] = []
    for number in given.to_word:
        alone = replace(given, subtasks=(number,))
        own = await desk.ask(VERBALIZATION_REQUEST, alone, seed + number)
        again = await desk.ask(VERBALIZATION_REQUEST, alone, seed + 100)
        assert again.goal == own.goal, "the others count on it"
        goals.append(own.goal.lower())
    assert len(set(goals)) == len(goals), "though each was written without the others, no two are alike"


@pytest.mark.parametrize("name", sorted(BUILTIN))
async def test_a_reply_alone_tells_what_its_own_subtask_gave(desk: Desk, name: str) -> None:
    given = await executed(name, 5)
    replies = [await desk.ask(VERBALIZATION_REPLY, replace(given, subtasks=(n,)), n) for n in given.to_word]
    assert all(draft.reply.strip() for draft in replies)
    assert len({draft.reply for draft in replies}) == len(replies)
