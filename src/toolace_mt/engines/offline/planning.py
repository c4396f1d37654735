"""The plan of a dialogue: a walk for each sub-task, and the goal that says it.

A plan is a function of what the requests of a dialogue share (tools, world, number of steps) and a small salt. The request
for a trajectory shows only the goals, so the plan behind them is found again by trying the salts; goals that no salt gives
(another model wrote them) get a walk that takes up the values that they mention.
"""

from __future__ import annotations

import random
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field

from toolace_mt.engines.offline.acting import open_stage, stage_at
from toolace_mt.engines.offline.composing import clauses
from toolace_mt.engines.offline.conversation import Context, Exchange
from toolace_mt.engines.offline.language import ordinal
from toolace_mt.engines.offline.learning import learned
from toolace_mt.engines.offline.memory import Memory
from toolace_mt.engines.offline.reading import Scene, exchanges
from toolace_mt.engines.offline.speaking import goal
from toolace_mt.engines.offline.walking import Step, Walker
from toolace_mt.environments.base import OpenEnvironment

SALTS = 16
_KEPT_PLANS = 512


@dataclass
class PlannedSubTask:
    """A sub-task: its goal, and its calls with their results, step by step."""

    goal: str
    steps: list[Step]

    @property
    def tools(self) -> list[str]:
        """The tools called, each once, in order."""
        return list(dict.fromkeys(call.name for step in self.steps for call, _ in step))


@dataclass
class Planner:
    """Makes plans, and keeps the last ones: a plan is needed again by every request of its dialogue.

    Goals that no plan gives (of executed skeletons, or of another model) are remembered as well.
    """

    open_environment: OpenEnvironment | None
    _plans: OrderedDict[tuple[str, int], list[PlannedSubTask]] = field(
        default_factory=OrderedDict[tuple[str, int], list[PlannedSubTask]]
    )
    _foreign: OrderedDict[tuple[str, tuple[str, ...]], None] = field(
        default_factory=OrderedDict[tuple[str, tuple[str, ...]], None]
    )

    async def plan(self, scene: Scene, steps: Sequence[int], salt: int) -> list[PlannedSubTask]:
        """The plan for `steps`, one number for each sub-task; shorter where the tools give no more."""
        key = (scene.lasting, salt)
        if key in self._plans:
            self._plans.move_to_end(key)
            return self._plans[key]
        made = await self._make(scene, steps, salt, ())
        self._plans[key] = made
        if len(self._plans) > _KEPT_PLANS:
            self._plans.popitem(last=False)
        return made

    async def _make(self, scene: Scene, steps: Sequence[int], salt: int, goals: Sequence[str]) -> list[PlannedSubTask]:
        """The plan; where `goals` are given, it is given up at the first sub-task that comes out differently."""
        rng = random.Random(f"{scene.lasting}/{salt}")
        stage = open_stage(scene, self.open_environment)
        memory = Memory(await learned(scene, stage, lambda: open_stage(scene, self.open_environment)))
        walker = Walker(stage, memory, rng)
        made: list[PlannedSubTask] = []
        before: list[Exchange] = []
        for place, count in enumerate(steps):
            walked = await walker.walk(count, place)
            flat: list[Exchange] = [pair for step in walked for pair in step]
            context = Context(scene.skills, before=before)
            said = told_apart(goal(clauses(walked, context, rng), rng), [each.goal for each in made])
            made.append(PlannedSubTask(said, walked))
            before += flat
            if goals and made[-1].goal != goals[place]:
                return made
        return made

    async def find(self, scene: Scene) -> list[PlannedSubTask] | None:
        """The plan that the scene's task was written from; None where none of this engine's plans gives it."""
        goals = [subtask.goal for subtask in scene.task]
        if (foreign := (scene.lasting, tuple(goals))) in self._foreign:
            return None
        for salt in sorted(range(SALTS), key=lambda s: (scene.lasting, s) not in self._plans):
            made = self._plans.get((scene.lasting, salt))
            if made is None:
                made = await self._make(scene, [subtask.steps for subtask in scene.task], salt, goals)
            if [subtask.goal for subtask in made] == goals:
                self._plans[scene.lasting, salt] = made
                return made
        self._foreign[foreign] = None
        if len(self._foreign) > _KEPT_PLANS:
            self._foreign.popitem(last=False)
        return None

    async def improvise(self, scene: Scene, number: int) -> list[Step]:
        """A walk for sub-task `number` of a foreign task, which goes on from the dialogue so far."""
        subtask = scene.task[number]
        stage = await stage_at(scene, self.open_environment, scene.turns)
        only = [scene.skills[name] for name in subtask.tools if name in scene.skills]
        best: list[Step] = []
        for attempt in range(4):
            rng = scene.rng("improvise", number, attempt)
            if attempt:
                stage = await stage_at(scene, self.open_environment, scene.turns)
            memory = Memory(scene.brief.get("knows") or {}, wanted=subtask.goal, subtask=-1)
            for call, result in exchanges(scene.turns, 0):
                if result is not None and not result.is_error and call.name in scene.skills:
                    memory.note(scene.skills[call.name], call, result)
            walked = await Walker(stage, memory, rng).walk(subtask.steps, number, only)
            called = {call.name for step in walked for call, _ in step}
            if len(walked) == subtask.steps and set(subtask.tools) <= called:
                return walked
            best = max(best, walked, key=len)
        return best


def told_apart(said: str, before: Sequence[str]) -> str:
    """A goal that is none of those `before`: the second `Ping the server.` is to ping it once more."""
    count, fresh = 1, said
    while fresh.lower() in {each.lower() for each in before}:
        fresh = f"{said.rstrip('.')} {'once more' if count == 1 else f'for the {ordinal(count)} time'}."
        count += 1
    return fresh
