"""Running calls: in the dialogue's world where their tools can run there, else with made-up results that hold together."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Any

from toolace_mt.dialogue.turns import content_value
from toolace_mt.engines.offline.fabricating import fabricate
from toolace_mt.engines.offline.reading import Call, Result, Scene, Turn
from toolace_mt.engines.offline.skills import Skill
from toolace_mt.environments.base import Environment, OpenEnvironment
from toolace_mt.errors import InputError
from toolace_mt.types import Tool


class Stage:
    """The state of a dialogue's world at one moment: calls run on it, and change it."""

    def __init__(self, scene: Scene, environment: Environment | None) -> None:
        # In the order of their names: dialogues whose tools are shown in another order share their plans.
        self._skills: Mapping[str, Skill] = dict(sorted(scene.skills.items()))
        self._seed = scene.lasting
        self._environment = environment
        self._runs = frozenset(tool.name for tool in environment.tools) if environment else frozenset[str]()

    @property
    def world_tools(self) -> list[Tool]:
        """All tools that the world has, also those which the dialogue does not offer."""
        return list(self._environment.tools) if self._environment else []

    @property
    def brief(self) -> dict[str, Any]:
        """What the user of the world knows; nothing where there is no world."""
        return self._environment.brief if self._environment else {}

    def runs(self, name: str) -> bool:
        """Whether the tool really runs."""
        return name in self._runs

    @property
    def playable(self) -> list[Skill]:
        """The skills to plan with: those that really run, where any do."""
        running = [skill for name, skill in self._skills.items() if self.runs(name)]
        return running or self.all

    @property
    def spare(self) -> list[Skill]:
        """The skills that are left out of `playable`: they would be played with made-up results."""
        return [skill for skill in self.all if skill not in self.playable]

    @property
    def all(self) -> list[Skill]:
        """All skills of the dialogue."""
        return list(self._skills.values())

    async def run(self, call: Call) -> Result:
        """The result of a call: the world's, or a made-up one, the same for the same call of a dialogue."""
        if self.runs(call.name) and self._environment is not None:
            output = await self._environment.call(call.name, call.arguments)
            return Result(name=call.name, content=content_value(output.content), is_error=output.is_error)
        skill = self._skills.get(call.name)
        if skill is None:
            return Result(name=call.name, content={"error": f"Unknown tool: {call.name}."}, is_error=True)
        rng = random.Random(f"{self._seed}/{call.key!r}")
        return Result(name=call.name, content=fabricate(skill, call.arguments, rng))

    async def replay(self, turns: Iterable[Turn]) -> None:
        """Bring the world to the state after `turns`. Calls that failed changed nothing, so they are left out."""
        shown = list(turns)
        for action, observation in pairwise(shown):
            if action.kind != "calls" or observation.kind != "results":
                continue
            for position, call in enumerate(action.calls):
                failed = position < len(observation.results) and observation.results[position].is_error
                if self.runs(call.name) and not failed:
                    await self.run(call)


def open_stage(scene: Scene, open_environment: OpenEnvironment | None) -> Stage:
    """The world of a scene in its first state; one that cannot be opened here is played with made-up results.

    So is one outside: each of its calls is made once, by the stage that builds the dialogue, and never to try things out.
    """
    environment = None
    if scene.world is not None and open_environment is not None:
        try:
            environment = open_environment(scene.world)
        except InputError:
            environment = None
    return Stage(scene, environment if environment is not None and environment.repeatable else None)


async def stage_at(scene: Scene, open_environment: OpenEnvironment | None, turns: Sequence[Turn]) -> Stage:
    """The world of a scene after `turns`."""
    stage = open_stage(scene, open_environment)
    await stage.replay(turns)
    return stage


def values_in(content: Any, path: str = "") -> Iterable[tuple[str, Any]]:
    """(path, value) of every scalar in a result; list places are numbers: `flights.0.flight_id`."""
    if isinstance(content, dict):
        for name, inner in content.items():
            yield from values_in(inner, f"{path}.{name}" if path else str(name))
    elif isinstance(content, list):
        for place, inner in enumerate(content):
            yield from values_in(inner, f"{path}.{place}" if path else str(place))
    elif content is not None:
        yield path, content
