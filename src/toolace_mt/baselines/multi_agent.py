"""The baseline that the method is measured against: multi-agent simulation on the same tools, tasks and verification.

The paper compares with a simulation of user, assistant and tool agents (arXiv 2508.12685, section 4) and shows none of its
prompts; this one is written to be as good and as cheap as such a simulation can be. What it has not is what it stands for:
no refinement, and no repair, since a simulation is whole or is dropped.
"""

from __future__ import annotations

from dataclasses import dataclass

from toolace_mt.baselines.simulation import simulate
from toolace_mt.stages.beginning import Ingredients
from toolace_mt.stages.execution import replay
from toolace_mt.stages.initialize import initialize_task
from toolace_mt.stages.scope import Scope
from toolace_mt.stages.verify import verify
from toolace_mt.stages.work import Work
from toolace_mt.types import Action, Dialogue, Outcome, SubTask, Task


@dataclass(frozen=True)
class MultiAgent(Ingredients):
    """Multi-agent simulation: task, simulation, verification."""

    async def make(self, number: int) -> Outcome:
        """Make dialogue `number` (from 0). A dialogue that fails is an outcome; only a RunStopped is raised."""
        return await self.prepare(number, _make)


async def _make(scope: Scope, work: Work) -> None:
    work.skeleton = "simulated"
    task = await initialize_task(scope, work.dialogue.tools)
    work.dialogue = work.dialogue.model_copy(update={"task": task})
    async for reached in simulate(scope, work.dialogue):
        work.dialogue = reached
    work.dialogue = as_served(work.dialogue)
    state = (await replay(scope.open_environment, work.dialogue)).state
    work.dialogue = work.dialogue.model_copy(update={"state": state})
    if scope.config.verify.enabled:
        work.findings = await verify(scope, work.dialogue)


def as_served(dialogue: Dialogue) -> Dialogue:
    """`dialogue` with the tools and steps of each sub-task as they came about, where it has any.

    No agent is told the planned ones: what a sub-task needs is the assistant's to find, and a value that an earlier one
    has given is not looked up again. Whether the goal was reached is for verification to judge.
    """
    assert dialogue.task is not None
    served = (_served(dialogue, number, each) for number, each in enumerate(dialogue.task.subtasks))
    return dialogue.model_copy(update={"task": Task(subtasks=tuple(served))})


def _served(dialogue: Dialogue, number: int, planned: SubTask) -> SubTask:
    turns = (turn for turn in dialogue.turns if turn.subtask == number)
    steps = [turn.calls for turn in turns if isinstance(turn, Action) and turn.calls]
    failed = {r.call_id for turn in dialogue.turns if not isinstance(turn, Action) for r in turn.results if r.is_error}
    names = dict.fromkeys(call.name for calls in steps for call in calls if call.id not in failed)
    return planned.model_copy(update={"tools": tuple(names), "steps": len(steps)}) if names else planned
