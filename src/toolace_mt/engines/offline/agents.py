"""The agents of a simulation: the user says its goals one by one, the assistant follows the plan behind what it hears, and
the tools that do not run give made-up results.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from toolace_mt.engines.offline.acting import stage_at
from toolace_mt.engines.offline.overhearing import plan_behind, request_for
from toolace_mt.engines.offline.planning import Planner
from toolace_mt.engines.offline.reading import Call, Result, Scene, Turn, exchanges
from toolace_mt.engines.offline.replying import reply
from toolace_mt.engines.offline.skills import Skill
from toolace_mt.engines.offline.voices import named_style, voice_of
from toolace_mt.engines.offline.walking import Step
from toolace_mt.schema.names import singular, words
from toolace_mt.types import SubTask

_CANNOT = "I'm afraid I can't do that for you here."
_MOST_TOOLS = 3
_WORDS_IN_COMMON = 2


async def write_user(scene: Scene, _: Planner) -> dict[str, Any]:
    """The answer of `agent_user`: the next goal in words, or that there is none."""
    place = sum(turn.kind == "user" for turn in scene.turns)
    last = len(scene.task) - 1
    if place > last:
        return {"subtask": last, "content": "", "done": True}
    first, goal = scene.task[0].goal, scene.task[place].goal
    voice = voice_of(named_style(scene))
    content = request_for(first, goal, voice, int(scene.context["refused"]), later=place > 0)
    return {"subtask": place, "content": content, "done": place == last}


async def write_turn(scene: Scene, planner: Planner) -> dict[str, Any]:
    """The answer of `agent_assistant`: the next calls of the plan behind the messages; after the last, a reply."""
    start = max((turn.index for turn in scene.turns if turn.kind == "user"), default=0)
    made = _made_since(scene.turns, start)
    step = await _next_step(scene, planner, start, made)
    if step:
        return {"tool_calls": [{"name": call.name, "arguments": call.arguments} for call, _ in step]}
    done = [pair for each in made for pair in each if pair[0].name in scene.skills]
    return {"content": reply(scene.skills, done, scene.rng("reply")) if done else _CANNOT}


def _made_since(turns: Sequence[Turn], start: int) -> list[Step]:
    """The steps after turn `start`, with their results."""
    steps = [exchanges(turns, turn.index, turn.index + 1) for turn in turns[start:] if turn.kind == "calls"]
    return [[(call, result) for call, result in step if result is not None] for step in steps]


async def _next_step(scene: Scene, planner: Planner, start: int, made: Sequence[Step]) -> Step:
    """The calls that come next; none where all is done."""
    plan = await plan_behind(scene, planner)
    if plan is None:
        return await _improvised(scene, planner, start, made)
    steps = plan[-1].steps
    as_planned = all(map(_is_same, made, steps))
    if not as_planned and len(made) < len(steps):
        return await _improvised(scene, planner, start, made)
    return steps[len(made)] if len(made) < len(steps) else []


def _is_same(made: Step, planned: Step) -> bool:
    return [_key(*pair) for pair in made] == [_key(*pair) for pair in planned]


def _key(call: Call, result: Result) -> tuple[bytes, str, bool]:
    return call.key, result.text, result.is_error


async def _improvised(scene: Scene, planner: Planner, start: int, made: Sequence[Step]) -> Step:
    """A call of the next tool that the last message speaks of, as far as its words tell; none where all were called."""
    text = scene.turns[start].text if scene.turns else ""
    called = {call.name for step in made for call, _ in step}
    for skill in _spoken_of(text, list(scene.skills.values())):
        if skill.name in called:
            continue
        wanted = SubTask(goal=text, tools=(skill.name,), steps=1)
        if steps := await planner.improvise(scene.with_task([wanted]), 0):
            return steps[0]
    return []


def _spoken_of(text: str, skills: Sequence[Skill]) -> list[Skill]:
    """The tools whose names a message speaks of, the likeliest first."""
    heard = {singular(word) for word in words(text)}
    common = {skill.name: _name_words(skill) & heard for skill in skills}
    fitting = [
        skill for skill in skills if len(common[skill.name]) >= min(_WORDS_IN_COMMON, len(_name_words(skill))) > 0
    ]
    return sorted(fitting, key=lambda skill: -len(common[skill.name]))[:_MOST_TOOLS]


def _name_words(skill: Skill) -> set[str]:
    return {singular(word) for word in words(skill.name) if len(word) > 2}


async def write_results(scene: Scene, planner: Planner) -> dict[str, Any]:
    """The answer of `agent_tool`: what the last calls give."""
    calls = scene.turns[-1].calls if scene.turns else ()
    stage = await stage_at(scene, planner.open_environment, scene.turns[:-1])
    results = [await stage.run(call) for call in calls]
    return {"results": [{"content": result.content, "is_error": result.is_error} for result in results]}
