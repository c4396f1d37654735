"""Task initialization: plan a walk for each sub-task, and say what it is for."""

from __future__ import annotations

from typing import Any

from toolace_mt.engines.offline.planning import SALTS, PlannedSubTask, Planner
from toolace_mt.engines.offline.reading import Scene


async def write_task(scene: Scene, planner: Planner) -> dict[str, Any]:
    """The answer of `task_initialization`: of a few plans, the first that has all steps and no goal twice."""
    steps = [int(wanted["steps"]) for wanted in scene.context["subtasks_wanted"]]
    salts = list(range(SALTS))
    scene.rng("salt").shuffle(salts)
    plan: list[PlannedSubTask] = []
    for salt in salts[:12]:
        plan = await planner.plan(scene, steps, salt)
        if _is_whole(plan, steps):
            break
    return {
        "subtasks": [
            {"goal": each.goal, "tools": each.tools, "steps": wanted} for each, wanted in zip(plan, steps, strict=True)
        ]
    }


def _is_whole(plan: list[PlannedSubTask], steps: list[int]) -> bool:
    lengths = [len(each.steps) for each in plan]
    return lengths == steps and len({each.goal.lower() for each in plan}) == len(plan)
