"""Stage 1: the task, then its trajectory, sub-task by sub-task (paper, section 3.1)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pydantic import Field

from toolace_mt.dialogue.shape import shape_problems
from toolace_mt.dialogue.turns import Draft, TurnDraft, dialogue_json
from toolace_mt.operations.base import Operation, World, shared_context, task_json
from toolace_mt.operations.checks import draft_problems, text_problems
from toolace_mt.types import Dialogue, SubTask, Task, Tool


@dataclass(frozen=True)
class TaskInput:
    """steps: the number of tool-calling steps of each sub-task wanted. examples: tasks as few-shot material."""

    tools: tuple[Tool, ...]
    steps: tuple[int, ...]
    world: World | None = None
    examples: tuple[Task, ...] = ()


class SubTaskDraft(Draft):
    """A sub-task as a model writes it."""

    goal: str
    tools: list[str] = Field(min_length=1)
    steps: int


class TaskDraft(Draft):
    """The answer of task initialization."""

    subtasks: list[SubTaskDraft]


def task_context(given: TaskInput) -> dict[str, Any]:
    """What a model is shown to invent a task."""
    context = shared_context(given.tools, given.world)
    if given.examples:
        context["example_tasks"] = [{"subtasks": task_json(task)} for task in given.examples]
    context["subtasks_wanted"] = [{"subtask": i, "steps": steps} for i, steps in enumerate(given.steps)]
    return context


def task_problems(given: TaskInput, draft: TaskDraft) -> list[str]:
    """What is wrong with the sub-tasks of a draft, in words for the model."""
    if len(draft.subtasks) != len(given.steps):
        return [f"there are {len(draft.subtasks)} sub-tasks; write exactly {len(given.steps)}"]
    names = {tool.name for tool in given.tools}
    problems: list[str] = []
    for i, (subtask, steps) in enumerate(zip(draft.subtasks, given.steps, strict=True)):
        where = f"subtasks[{i}]"
        if subtask.steps != steps:
            problems.append(f"{where}: steps is {subtask.steps}, but {steps} was asked for")
        if len(set(subtask.tools)) < len(subtask.tools):
            problems.append(f"{where}: a tool is listed twice; list each tool once")
        if not subtask.goal.strip():
            problems.append(f"{where}: goal is empty")
        unknown = [name for name in subtask.tools if name not in names]
        problems += [f"{where}: there is no tool {name!r}" for name in unknown]
        problems += [f"{where}: goal {p}" for p in text_problems([subtask.goal])]
    goals = [" ".join(s.goal.lower().split()) for s in draft.subtasks]
    if len(set(goals)) < len(goals):
        problems.append("two sub-tasks have the same goal; make each one different")
    return problems


@dataclass(frozen=True)
class TrajectoryInput:
    """The dialogue so far (its task is set), and which sub-task comes next."""

    dialogue: Dialogue
    subtask: int
    world: World | None = None


class TurnsDraft(Draft):
    """New turns, in order."""

    turns: list[TurnDraft]


def _trajectory_context(given: TrajectoryInput) -> dict[str, Any]:
    context = shared_context(given.dialogue.tools, given.world, given.dialogue)
    context["dialogue"] = dialogue_json(given.dialogue)
    context["subtask_to_write"] = given.subtask
    return context


def trajectory_problems(given: TrajectoryInput, draft: TurnsDraft) -> list[str]:
    """What is wrong with the turns of a sub-task that follow on from the dialogue so far, in words for the model."""
    problems = shape_problems(draft.turns, ("user",), ("reply",))
    if problems:
        return problems
    before = given.dialogue
    uncalled = [f"the tool {name} of this sub-task is never called" for name in _uncalled(given, draft)]
    return (
        _plan_problems(given, draft) + uncalled + draft_problems(draft.turns, before.tools, before, len(before.turns))
    )


def _plan_problems(given: TrajectoryInput, draft: TurnsDraft) -> list[str]:
    problems: list[str] = []
    kinds = [turn.kind for turn in draft.turns]
    if kinds.count("user") > 1:
        problems.append("there is more than one user message; the first must hold all that the calls need")
    steps = _subtask(given).steps
    if kinds.count("calls") != steps:
        problems.append(
            f"there are {kinds.count('calls')} assistant turns with tool_calls; this sub-task has exactly {steps}"
        )
    return problems


def _subtask(given: TrajectoryInput) -> SubTask:
    assert given.dialogue.task is not None
    return given.dialogue.task.subtasks[given.subtask]


def _uncalled(given: TrajectoryInput, draft: TurnsDraft) -> list[str]:
    called = {call.name for turn in draft.turns for call in turn.tool_calls}
    return [name for name in _subtask(given).tools if name not in called]


def can_be_mended(given: TrajectoryInput, draft: TurnsDraft) -> bool:
    """Whether all that is wrong with `draft` is what single turns say and call; calls of tools that do not exist may stand
    where a planned tool is missing.
    """
    if shape_problems(draft.turns, ("user",), ("reply",)) or _plan_problems(given, draft):
        return False
    known = {tool.name for tool in given.dialogue.tools}
    misnamed = sum(call.name not in known for turn in draft.turns for call in turn.tool_calls)
    return len(_uncalled(given, draft)) <= misnamed


TASK_INITIALIZATION = Operation("task_initialization", TaskDraft, task_context, task_problems)
TRAJECTORY_INITIALIZATION = Operation("trajectory_initialization", TurnsDraft, _trajectory_context, trajectory_problems)
