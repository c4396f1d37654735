"""Stage 1 by execution: the calls are made first, on tools that run; the words around them come after, from a model.

What calls and results are is then true by construction, before a token is paid for. The paper lets a model write both, and
about half of what its rules reject are parameters that the model made up.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from toolace_mt.dialogue.grounding import leaves
from toolace_mt.dialogue.turns import call_ids
from toolace_mt.environments.base import Environment
from toolace_mt.errors import WalkTooShort
from toolace_mt.operations.verbalize import UserValue, VerbalizationInput, user_turns
from toolace_mt.stages.initialize import draw_steps
from toolace_mt.stages.scope import Scope
from toolace_mt.stages.wording import find_words, find_words_side_by_side
from toolace_mt.types import Action, Dialogue, Observation, SubTask, Task, Tool, ToolCall, ToolResult, Turn
from toolace_mt.walks.walking import MadeCall, Step, Walker

_WALKS = 4


@dataclass(frozen=True)
class Walked:
    """The steps of each sub-task, and the world as they leave it."""

    subtasks: tuple[tuple[Step, ...], ...]
    world: Environment


async def initialize_executed(scope: Scope, dialogue: Dialogue) -> Dialogue | None:
    """The skeleton of `dialogue`, whose calls were run; None where its tools do not run, or give too little.

    Raises WalkTooShort where an outside server gives too little: what was done there cannot be taken back.
    """
    if scope.world is None:
        return None
    runnable = [tool for tool in dialogue.tools if tool.environment == scope.world.ref.name]
    walked = await _walk(scope, runnable)
    if walked is None:
        return None
    bare = _bare_dialogue(dialogue, walked)
    said = {turn: _said(subtask) for turn, subtask in zip(user_turns(bare), walked.subtasks, strict=True)}
    given = VerbalizationInput(bare, said, scope.world)
    parallel = scope.config.run.decoding == "parallel"
    return await (find_words_side_by_side(scope, given) if parallel else find_words(scope, given))


async def _walk(scope: Scope, tools: Sequence[Tool]) -> Walked | None:
    """A walk of the drawn size; where no try gives all of it, the longest that is still within the configured ranges."""
    assert scope.world is not None
    open_world = partial(scope.open_environment, scope.world.ref)
    best: list[tuple[Step, ...]] = []
    subtasks: list[tuple[Step, ...]] = []
    world = open_world()
    async with world.alone():
        for attempt in range(_WALKS if world.repeatable else 1):
            rng = scope.asker.rng(f"init/walk/{attempt}")
            steps = draw_steps(scope, rng)
            walker = Walker(open_world, tools, rng, scope.config.initialize.parallel)
            subtasks = [tuple(await walker.walk(count, place)) for place, count in enumerate(steps)]
            if tuple(map(len, subtasks)) == steps:
                return Walked(tuple(subtasks), walker.world)
            if len(usable := _within_ranges(scope, subtasks)) > len(best):
                best, world = usable, walker.world
    if not best and not world.repeatable:
        raise WalkTooShort(f"too few calls to {world.name} succeed: {_told(subtasks)}")
    return Walked(tuple(best), world) if best else None


def _told(subtasks: Sequence[Sequence[Step]]) -> str:
    return f"the sub-tasks came to {', '.join(str(len(subtask)) for subtask in subtasks)} steps"


def _within_ranges(scope: Scope, subtasks: Sequence[tuple[Step, ...]]) -> list[tuple[Step, ...]]:
    """The sub-tasks up to the first that is too short; none where these are too few.

    Nothing is left out of the middle: every call that was made is part of the dialogue.
    """
    knobs = scope.config.initialize
    enough = 0
    while enough < len(subtasks) and len(subtasks[enough]) >= knobs.steps_min:
        enough += 1
    left = any(subtask for subtask in subtasks[enough:])
    return [] if left or enough < knobs.subtasks_min else list(subtasks[:enough])


def _bare_dialogue(dialogue: Dialogue, walked: Walked) -> Dialogue:
    """The calls and results of a walk as turns, with nothing said around them yet."""
    ids = call_ids(f"{dialogue.id}/init/walk")
    turns: list[Turn] = []
    for number, subtask in enumerate(walked.subtasks):
        turns.append(Observation(subtask=number))
        for step in subtask:
            calls = tuple(ToolCall(id=next(ids), name=made.name, arguments=made.arguments) for made in step)
            turns.append(Action(calls=calls, subtask=number))
            turns.append(Observation(results=tuple(map(_result, calls, step)), subtask=number))
        turns.append(Action(subtask=number))
    task = Task(subtasks=tuple(SubTask(goal="", tools=_names(s), steps=len(s)) for s in walked.subtasks))
    return dialogue.model_copy(update={"turns": tuple(turns), "task": task, "state": walked.world.state()})


def _result(call: ToolCall, made: MadeCall) -> ToolResult:
    return ToolResult(call_id=call.id, name=call.name, content=made.output.content)


def _names(subtask: Sequence[Step]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(made.name for step in subtask for made in step))


def _said(subtask: Sequence[Step]) -> tuple[UserValue, ...]:
    """What the user message of a sub-task has to bring, each value once."""
    values = (
        UserValue(made.name, name, part)
        for step in subtask
        for made in step
        for name, value in made.said
        for part in (leaves(value) if isinstance(value, list | dict) else (value,))
    )
    return tuple({(value.tool, value.parameter, repr(value.value)): value for value in values}.values())
