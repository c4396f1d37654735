"""Ids that the user knows from before the dialogue: where no tool of the dialogue gives them, the world itself is asked.

The look-ups run on a copy of the world that is thrown away, and only tools that look at things run there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import orjson

from toolace_mt.engines.offline.acting import Stage, values_in
from toolace_mt.engines.offline.reading import Call, Scene
from toolace_mt.engines.offline.skills import Skill, skill_of
from toolace_mt.schema.validate import argument_problems
from toolace_mt.types import Tool

_MOST_IDS = 6
_ROUNDS = 2


async def learned(scene: Scene, stage: Stage, fresh: Callable[[], Stage]) -> Mapping[str, Sequence[Any]]:
    """What the brief says that the user knows, and ids for those tools which could never be called otherwise.

    fresh: opens a copy of the world to look things up in; called only where something is lacking. Where the scene has no
    brief (the assistant of a simulation is not told), the world's own is taken: the same plan has to come of it.
    """
    knows: dict[str, Sequence[Any]] = dict((scene.brief or stage.brief).get("knows") or {})
    seen = dict(knows)  # also what only leads to what is lacking: the restaurant whose tables are looked up
    for _ in range(_ROUNDS):
        lacking = _lacking(stage, knows)
        if not lacking:
            break
        copy = fresh()
        for skill in map(_skill, copy.world_tools):
            if skill.wording.kind == "look":
                found = await _look(skill, copy, seen)
                for name in dict.fromkeys(n for n, _ in found):
                    values = list(dict.fromkeys(v for n, v in found if n == name))[:_MOST_IDS]
                    seen.setdefault(name, values)
                    if name in lacking:
                        knows.setdefault(name, values)
    return knows


def _lacking(stage: Stage, knows: Mapping[str, Sequence[Any]]) -> set[str]:
    """Required ids that neither the user knows nor a tool of the dialogue gives; one that needs it itself gives nothing."""
    given = {
        name
        for skill in stage.playable
        for name in (path.rsplit(".", 1)[-1] for path in skill.gives.values())
        if name not in skill.tool.required
    }
    return {
        name
        for skill in stage.playable
        if stage.runs(skill.name)
        for name in skill.tool.required
        if name in skill.ids and name not in given and name not in knows and f"{skill.name}.{name}" not in knows
    }


def _skill(tool: Tool) -> Skill:
    return skill_of(orjson.dumps(tool.model_dump(include={"name", "description", "parameters", "returns"})))


async def _look(skill: Skill, copy: Stage, knows: Mapping[str, Sequence[Any]]) -> list[tuple[str, Any]]:
    """(name, value) of what a look-up shows; nothing where it needs more than the user knows."""
    options = {n: knows.get(f"{skill.name}.{n}") or knows.get(n) for n in skill.tool.required}
    if not all(options.values()):
        return []
    call = Call(name=skill.name, arguments={n: values[0] for n, values in options.items() if values})
    if argument_problems(skill.tool, call.arguments):
        return []
    result = await copy.run(call)
    shown = () if result.is_error else values_in(result.content)
    return [(path.rsplit(".", 1)[-1], value) for path, value in shown if isinstance(value, str | int)]
