"""Stage 1, its pieces side by side: the plan holds the values that sub-tasks share, so that each can be written alone.

Once it is settled who finds out what, and which values go from one sub-task to another, the sub-trajectories depend on the
plan and not on each other.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from toolace_mt.dialogue.grounding import gives, mentions, squeeze
from toolace_mt.dialogue.turns import Draft, content_text
from toolace_mt.operations.base import Operation, World, shared_context
from toolace_mt.operations.checks import text_problems
from toolace_mt.operations.initialize import (
    TaskDraft,
    TaskInput,
    TrajectoryInput,
    TurnsDraft,
    task_context,
    task_problems,
    trajectory_problems,
)
from toolace_mt.types import Dialogue, Observation

_LONGEST_VALUE = 200


class SharedValue(Draft):
    """A value that more than one sub-task needs.

    given_by: the sub-task whose results give it, or "user" where the user knows it. used_by: the sub-tasks whose calls, or
    whose user message, need it; for a value of the user the first of them is the one that brings it up.
    """

    value: str | int | float
    meaning: str
    given_by: int | Literal["user"]
    used_by: list[int]

    def known_before(self, subtask: int) -> bool:
        """Whether `subtask` may use the value without saying it itself."""
        first = min(self.used_by) if self.given_by == "user" else self.given_by
        return first < subtask and subtask in self.used_by

    def brought_up_by(self, subtask: int) -> bool:
        """Whether the user has to say the value in `subtask`, so that later ones can use it."""
        return self.given_by == "user" and min(self.used_by) == subtask and len(set(self.used_by)) > 1


class PlanDraft(TaskDraft):
    """The answer of plan initialization."""

    shared_values: list[SharedValue]


def _plan_problems(given: TaskInput, draft: PlanDraft) -> list[str]:
    problems = task_problems(given, draft)
    known = range(len(given.steps))
    for i, shared in enumerate(draft.shared_values):
        problems += [f"shared_values[{i}] {problem}" for problem in _shared_problems(shared, known)]
    values = [str(shared.value) for shared in draft.shared_values]
    twice = sorted({value for value in values if values.count(value) > 1})
    return [*problems, *(f"the value {value!r} is in `shared_values` twice; list each value once" for value in twice)]


def _shared_problems(shared: SharedValue, subtasks: range) -> Iterator[str]:
    texts = [str(shared.value), shared.meaning]
    if not all(text.strip() for text in texts):
        yield "needs a `value` and a `meaning`"
    if len(str(shared.value)) > _LONGEST_VALUE:
        yield "is too long; share single values: an id, a name, a date, a number"
    yield from text_problems(texts)
    if not shared.used_by or not {*shared.used_by} <= {*subtasks}:
        yield f"`used_by` must have numbers of sub-tasks, from 0 to {subtasks[-1]}"
    elif shared.given_by != "user" and shared.given_by not in subtasks:
        yield f'`given_by` must be the number of a sub-task, from 0 to {subtasks[-1]}, or "user"'
    elif shared.given_by != "user" and min(shared.used_by) <= shared.given_by:
        yield f"`used_by` may have only sub-tasks after {shared.given_by}, whose results give the value"


@dataclass(frozen=True)
class SubtrajectoryInput:
    """The sub-task to write while the others are written too. dialogue: its task, and no turns yet. shared: of the plan."""

    dialogue: Dialogue
    subtask: int
    shared: tuple[SharedValue, ...] = ()
    world: World | None = None


def _subtrajectory_context(given: SubtrajectoryInput) -> dict[str, Any]:
    """All that the pieces of a dialogue have in common comes first."""
    context = shared_context(given.dialogue.tools, given.world, given.dialogue)
    context["shared_values"] = [shared.model_dump() for shared in given.shared]
    context["subtask_to_write"] = given.subtask
    return context


def _subtrajectory_problems(given: SubtrajectoryInput, draft: TurnsDraft) -> list[str]:
    known = " ".join(str(shared.value) for shared in given.shared if shared.known_before(given.subtask))
    # One message stands for the sub-tasks before: what they make known.
    before = given.dialogue.model_copy(update={"turns": (Observation(text=known),)})
    problems = trajectory_problems(TrajectoryInput(before, given.subtask, given.world), draft)
    return [*problems, *_missing(given, draft)]


def _missing(given: SubtrajectoryInput, draft: TurnsDraft) -> Iterator[str]:
    """Shared values that the other sub-tasks count on, and that these turns do not bring up."""
    said = squeeze(" ".join(turn.content for turn in draft.turns if turn.role == "user"))
    results = squeeze(" ".join(content_text(r.content) for turn in draft.turns for r in turn.results))
    for shared in given.shared:
        if shared.given_by == given.subtask and not gives(results, str(shared.value)):
            yield f"no result holds {shared.value!r} ({shared.meaning}), which later sub-tasks take from here"
        elif shared.brought_up_by(given.subtask) and not _says(said, draft, shared.value):
            yield f"the user message must state {shared.value!r} ({shared.meaning}), which later sub-tasks use too"


def _says(said: str, draft: TurnsDraft, value: str | int | float) -> bool:
    return gives(said, str(value)) or any(mentions(t.content, value) for t in draft.turns if t.role == "user")


PLAN_INITIALIZATION = Operation("plan_initialization", PlanDraft, task_context, _plan_problems)
SUBTRAJECTORY_INITIALIZATION = Operation(
    "subtrajectory_initialization", TurnsDraft, _subtrajectory_context, _subtrajectory_problems
)
