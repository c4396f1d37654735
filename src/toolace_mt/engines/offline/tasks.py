"""Task initialization: plan a walk for each sub-task, and say what it is for."""

from __future__ import annotations

from typing import Any

from toolace_mt.engines.offline.planning import PlannedSubTask, Planner, salts_of
from toolace_mt.engines.offline.reading import Scene
from toolace_mt.engines.offline.sharing import shared_values


async def write_task(scene: Scene, planner: Planner) -> dict[str, Any]:
    """The answer of `task_initialization`."""
    return {"subtasks": _subtasks(scene, await _plan(scene, planner))}


async def write_plan(scene: Scene, planner: Planner) -> dict[str, Any]:
    """The answer of `plan_initialization`: the same task, with the ids that its sub-tasks share."""
    plan = await _plan(scene, planner)
    return {"subtasks": _subtasks(scene, plan), "shared_values": shared_values(plan)}


async def _plan(scene: Scene, planner: Planner) -> list[PlannedSubTask]:
    """Of a few plans, the first that has all steps and no goal twice."""
    steps = _steps(scene)
    salts = list(salts_of(scene))
    scene.rng("salt").shuffle(salts)
    plan: list[PlannedSubTask] = []
    for salt in salts[:12]:
        plan = await planner.plan(scene, steps, salt)
        if _is_whole(plan, steps):
            break
    return plan


def _steps(scene: Scene) -> list[int]:
    return [int(wanted["steps"]) for wanted in scene.context["subtasks_wanted"]]


def _subtasks(scene: Scene, plan: list[PlannedSubTask]) -> list[dict[str, Any]]:
    return [
        {"goal": each.goal, "tools": each.tools, "steps": wanted}
        for each, wanted in zip(plan, _steps(scene), strict=True)
    ]


def _is_whole(plan: list[PlannedSubTask], steps: list[int]) -> bool:
    lengths = [len(each.steps) for each in plan]
    return lengths == steps and len({each.goal.lower() for each in plan}) == len(plan)
