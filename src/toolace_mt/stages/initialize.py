"""Stage 1, coarse-grained initialization: a task, then its trajectory, one sub-task after another (paper, 3.1)."""

from __future__ import annotations

import random
from collections.abc import Sequence

from toolace_mt.ask import Unacceptable
from toolace_mt.operations.initialize import TASK_INITIALIZATION, TRAJECTORY_INITIALIZATION, TaskDraft, TaskInput
from toolace_mt.operations.plan import PLAN_INITIALIZATION, SharedValue
from toolace_mt.operations.reasonability import MASK_FILL, FillInput, FillsDraft
from toolace_mt.stages.repair import errors_of
from toolace_mt.stages.scope import Scope
from toolace_mt.stages.subtrajectory import Subtrajectory
from toolace_mt.types import Action, Dialogue, SubTask, Task, Tool


async def initialize_task(scope: Scope, tools: tuple[Tool, ...]) -> Task:
    """A task over `tools`. How many sub-tasks and steps it has is drawn from the configured ranges beforehand."""
    return _task(await scope.asker.ask(TASK_INITIALIZATION, _wanted(scope, tools), "init/task"))


async def initialize_plan(scope: Scope, tools: tuple[Tool, ...]) -> tuple[Task, tuple[SharedValue, ...]]:
    """As `initialize_task`, with the values that the sub-tasks share, so that they can be written at the same time."""
    draft = await scope.asker.ask(PLAN_INITIALIZATION, _wanted(scope, tools), "init/plan")
    return _task(draft), tuple(draft.shared_values)


def _wanted(scope: Scope, tools: tuple[Tool, ...]) -> TaskInput:
    rng = scope.asker.rng("task")
    steps = draw_steps(scope, rng)
    shown = min(scope.config.initialize.examples_shown, len(scope.examples))
    return TaskInput(tools, steps, scope.world, tuple(rng.sample(list(scope.examples), shown)))


def _task(draft: TaskDraft) -> Task:
    return Task(
        subtasks=tuple(SubTask(goal=s.goal.strip(), tools=tuple(s.tools), steps=s.steps) for s in draft.subtasks)
    )


def draw_steps(scope: Scope, rng: random.Random) -> tuple[int, ...]:
    """How many tool-calling steps each sub-task is to have."""
    knobs = scope.config.initialize
    count = scope.lot.subtasks or rng.randint(knobs.subtasks_min, knobs.subtasks_max)
    return scope.lot.steps[:count] or tuple(rng.randint(knobs.steps_min, knobs.steps_max) for _ in range(count))


async def initialize_trajectory(scope: Scope, dialogue: Dialogue) -> Dialogue:
    """The skeleton: the sub-trajectories of the dialogue's task, each written with those before it in view."""
    assert dialogue.task is not None
    for subtask in range(len(dialogue.task.subtasks)):
        dialogue = await _add_subtrajectory(scope, dialogue, subtask)
    return dialogue


async def _add_subtrajectory(scope: Scope, dialogue: Dialogue, subtask: int) -> Dialogue:
    new = Subtrajectory(scope, dialogue, subtask)
    grounded = await scope.asker.ask_for(TRAJECTORY_INITIALIZATION, new.given, new.step, new.settle, new.mend)
    longer = dialogue.model_copy(update={"turns": (*dialogue.turns, *grounded.turns)})
    return await _rewrite_last_reply(scope, longer, new.step) if grounded.changed else longer


async def _rewrite_last_reply(scope: Scope, dialogue: Dialogue, step: str) -> Dialogue:
    """Write the last reply anew: it was written for results that the tools did not give.

    Where no answer can be used, the old one stays, unless the rules see an error in it.
    """
    last = len(dialogue.turns) - 1

    async def accept(draft: FillsDraft) -> Dialogue:
        reply = Action(text=draft.fills[0].content.strip(), subtask=dialogue.turns[last].subtask)
        new = dialogue.model_copy(update={"turns": (*dialogue.turns[:-1], reply)})
        if errors := _errors_at(scope, new, last):
            raise Unacceptable(errors)
        return new

    async def keep(_: Sequence[FillsDraft]) -> Dialogue:
        if errors := _errors_at(scope, dialogue, last):
            raise Unacceptable(errors)
        return dialogue

    return await scope.asker.ask_for(
        MASK_FILL, FillInput(dialogue, (last,), scope.world), f"{step}/reply", accept, keep
    )


def _errors_at(scope: Scope, dialogue: Dialogue, turn: int) -> list[str]:
    found = errors_of(scope.check(dialogue, skip=("unserved-subtask",)))
    return [finding.detail for finding in found if finding.turn == turn]
