"""Verbalization: goals, user messages and replies around calls that have been run."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from typing import Any

from toolace_mt.dialogue.grounding import mentions
from toolace_mt.dialogue.leftovers import leftovers
from toolace_mt.engines.offline.composing import clauses
from toolace_mt.engines.offline.conversation import Brought, Context, Exchange
from toolace_mt.engines.offline.language import join_list, perfect, sentence
from toolace_mt.engines.offline.planning import Planner, told_apart
from toolace_mt.engines.offline.reading import Scene, exchanges, steps_between, until_next_user
from toolace_mt.engines.offline.replying import reply
from toolace_mt.engines.offline.segments import quoted, say_value
from toolace_mt.engines.offline.speaking import goal, message
from toolace_mt.engines.offline.trajectories import opener_of, style_of
from toolace_mt.schema.names import name_in_words
from toolace_mt.types import SubTask

Steps = list[list[Exchange]]
_TRIES = 4


async def write_wording(scene: Scene, planner: Planner) -> dict[str, Any]:
    """The answer of `verbalization`. The goals come first: how this user writes depends on them all through the dialogue."""
    starts = _starts(scene)
    told = _with_goals(scene, starts, scene.rng)
    return {
        "subtasks": [
            {"subtask": number, **_request(told, starts, number), "reply": _reply(told, index)}
            for number, index in enumerate(starts)
        ]
    }


async def write_request(scene: Scene, planner: Planner) -> dict[str, Any]:
    """The answer of `verbalization_request`. Where the others are asked for, the goals of all sub-tasks are the same."""
    (number,) = scene.context["subtasks_to_word"]
    starts = _starts(scene)
    return _request(_with_goals(scene, starts, scene.dialogue_rng), starts, number)


async def write_reply(scene: Scene, planner: Planner) -> dict[str, Any]:
    """The answer of `verbalization_reply`."""
    (number,) = scene.context["subtasks_to_word"]
    return {"reply": _reply(scene, _starts(scene)[number])}


def _starts(scene: Scene) -> list[int]:
    """The turn of the message of each sub-task."""
    return [turn.index for turn in scene.turns if turn.kind == "user"]


def _steps(scene: Scene, index: int) -> Steps:
    """The steps of the sub-task whose message is at `index`."""
    return steps_between(scene.turns, index + 1, until_next_user(scene.turns, index))


def _with_goals(scene: Scene, starts: Sequence[int], rng_for: Callable[[str, int], random.Random]) -> Scene:
    """The scene with its task. rng_for: random numbers for the goal of the sub-task at a turn."""
    goals: list[str] = []
    for index in starts:
        goals.append(told_apart(_goal(scene, index, _steps(scene, index), rng_for("goal", index)), goals))
    return scene.with_task(_subtask(goal, _steps(scene, index)) for goal, index in zip(goals, starts, strict=True))


def _request(told: Scene, starts: Sequence[int], number: int) -> dict[str, Any]:
    index = starts[number]
    message = _message(told, index, _steps(told, index), later=number > 0)
    return {"goal": told.task[number].goal, "user": message}


def _subtask(goal: str, steps: Steps) -> SubTask:
    return SubTask(goal=goal, tools=tuple(dict.fromkeys(c.name for step in steps for c, _ in step)), steps=len(steps))


def _clauses(scene: Scene, index: int, steps: Steps, rng: random.Random) -> list[str]:
    before = exchanges(scene.turns, 0, index)
    parts = clauses(steps, Context(scene.skills, before=before, brought=Brought.of(scene.turns[index])), rng)
    return parts or ["go ahead with that"]


def _goal(scene: Scene, index: int, steps: Steps, rng: random.Random) -> str:
    return goal(_clauses(scene, index, steps, rng), rng)


def _message(scene: Scene, index: int, steps: Steps, *, later: bool) -> str:
    """What the user asks; values that got lost in the wording are added by the names of their parameters."""
    must = scene.turns[index].must_state
    rng = scene.rng("say", index)
    opener = opener_of(scene, [call.name for step in steps for call, _ in step], later=later)
    text = ""
    for _ in range(_TRIES):
        text = message(_clauses(scene, index, steps, rng), style_of(scene), rng, later=later, opener=opener)
        if all(mentions(text, value) for value in must):
            return text
    return " ".join([text, *(_said_apart(value, steps) for value in must if not mentions(text, value))])


def _said_apart(value: Any, steps: Sequence[Sequence[Exchange]]) -> str:
    given = ((n, v) for step in steps for call, _ in step for n, v in call.arguments.items())
    name = next((n for n, v in given if str(v) == str(value)), "")
    said = quoted(value) if isinstance(value, str) else say_value(value)
    return f"The {name_in_words(name)} is {said}." if name else f"Please use {said} for that."


def _reply(scene: Scene, index: int) -> str:
    end = until_next_user(scene.turns, index)
    pairs = [(call, result) for call, result in exchanges(scene.turns, index, end) if result is not None]
    text = reply(scene.skills, pairs, scene.rng("reply", index))
    if next(leftovers(text), None) is None:
        return text
    able = [scene.skills[call.name].wording.able for call, _ in pairs if call.name in scene.skills]
    return sentence(f"I've {join_list([perfect(each) for each in dict.fromkeys(able)])}") if able else "That's done."
