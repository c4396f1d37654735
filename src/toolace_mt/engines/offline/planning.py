"""The plan of a dialogue: a walk for each sub-task, and the goal that says it.

A plan is a function of what the requests of a dialogue share (tools, world), a small salt, and the number of steps of each
sub-task, of which a sub-task needs only those before it and its own. The request for a trajectory shows only the goals, so
the plan behind them is found again by trying the salts; goals that no salt gives (another model wrote them) get a walk that
takes up the values that they mention.
"""

from __future__ import annotations

import random
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson

from toolace_mt.engines.offline.acting import open_stage, stage_at
from toolace_mt.engines.offline.composing import clauses
from toolace_mt.engines.offline.conversation import Context
from toolace_mt.engines.offline.language import ordinal
from toolace_mt.engines.offline.learning import learned
from toolace_mt.engines.offline.memory import Memory
from toolace_mt.engines.offline.reading import Scene, exchanges
from toolace_mt.engines.offline.speaking import goal
from toolace_mt.engines.offline.walking import Step, Walker
from toolace_mt.environments.base import OpenEnvironment

_SALTS_IN_A_WORLD = 16
_SALTS = 32
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


def salts_of(scene: Scene) -> range:
    """The salts of a dialogue's plans: fewer where its world differs from that of all others anyway."""
    return range(_SALTS_IN_A_WORLD if scene.world else _SALTS)


class Plan:
    """A plan while it is made, one sub-task after another: each depends on its steps and on those before it alone."""

    def __init__(self, scene: Scene, salt: int, walker: Walker) -> None:
        self.made: list[PlannedSubTask] = []
        self._scene = scene
        self._salt = salt
        self._walker = walker
        self._steps: list[int] = []

    async def add(self, count: int) -> PlannedSubTask:
        """The next sub-task, of `count` steps, or fewer where the tools give no more."""
        self._steps.append(count)
        self._walker.rng.seed(f"{self._scene.lasting}/{self._salt}/{self._steps}")
        walked = await self._walker.walk(count, len(self.made))
        self.made.append(self._said(walked, self._walker.rng))
        return self.made[-1]

    def _said(self, walked: list[Step], rng: random.Random) -> PlannedSubTask:
        before = [pair for each in self.made for step in each.steps for pair in step]
        context = Context(self._scene.skills, before=before)
        said = told_apart(goal(clauses(walked, context, rng), rng), [each.goal for each in self.made])
        return PlannedSubTask(said, walked)


@dataclass
class Planner:
    """Makes plans, and keeps the last ones: a plan is needed again by every request of its dialogue.

    Goals that no plan gives (of executed skeletons, or of another model) are remembered as well.
    """

    open_environment: OpenEnvironment | None
    _plans: OrderedDict[tuple[str, int, tuple[int, ...]], list[PlannedSubTask]] = field(
        default_factory=OrderedDict[tuple[str, int, tuple[int, ...]], list[PlannedSubTask]]
    )
    _found: OrderedDict[tuple[str, tuple[int, ...], tuple[str, ...]], list[PlannedSubTask]] = field(
        default_factory=OrderedDict[tuple[str, tuple[int, ...], tuple[str, ...]], list[PlannedSubTask]]
    )
    _foreign: OrderedDict[tuple[str, tuple[str, ...]], None] = field(
        default_factory=OrderedDict[tuple[str, tuple[str, ...]], None]
    )

    _learned: OrderedDict[tuple[str, bytes], Mapping[str, Sequence[Any]]] = field(
        default_factory=OrderedDict[tuple[str, bytes], Mapping[str, Sequence[Any]]]
    )

    async def plan(self, scene: Scene, steps: Sequence[int], salt: int) -> list[PlannedSubTask]:
        """The plan for `steps`, one number for each sub-task; shorter where the tools give no more."""
        return self.keep(scene, salt, steps, await self.trial(scene, steps, salt))

    async def trial(self, scene: Scene, steps: Sequence[int], salt: int) -> list[PlannedSubTask]:
        """As `plan`, for a look at it: it is not kept, since a search through many would drive out those that are needed."""
        key = (scene.lasting, salt, tuple(steps))
        if key in self._plans:
            self._plans.move_to_end(key)
            return self._plans[key]
        plan = await self.begin(scene, salt)
        for count in steps:
            await plan.add(count)
        return plan.made

    async def begin(self, scene: Scene, salt: int) -> Plan:
        """The plan of a salt, with no sub-task in it yet."""
        stage = open_stage(scene, self.open_environment)
        key = (scene.lasting, orjson.dumps(scene.brief.get("knows")))
        knows = self._learned.get(key)
        if knows is None:
            knows = await learned(scene, stage, lambda: open_stage(scene, self.open_environment))
            self._learned[key] = knows
            if len(self._learned) > _KEPT_PLANS:
                self._learned.popitem(last=False)
        return Plan(scene, salt, Walker(stage, Memory(knows), random.Random()))

    def keep(self, scene: Scene, salt: int, steps: Sequence[int], made: list[PlannedSubTask]) -> list[PlannedSubTask]:
        """Keep a plan that was made for `steps`: it is likely to be needed again soon."""
        self._plans[scene.lasting, salt, tuple(steps)] = made
        if len(self._plans) > _KEPT_PLANS:
            self._plans.popitem(last=False)
        return made

    def kept(self, scene: Scene) -> list[tuple[int, tuple[int, ...], list[PlannedSubTask]]]:
        """(salt, steps, plan) of those that are kept for a dialogue, the lowest salt first, then the fewest steps."""
        keys = sorted((salt, steps) for lasting, salt, steps in self._plans if lasting == scene.lasting)
        return [(salt, steps, self._plans[scene.lasting, salt, steps]) for salt, steps in keys]

    async def find(self, scene: Scene) -> list[PlannedSubTask] | None:
        """The plan that the scene's task was written from; None where none of this engine's plans gives it."""
        goals = [subtask.goal for subtask in scene.task]
        steps = tuple(subtask.steps for subtask in scene.task)
        key = (scene.lasting, steps, tuple(goals))
        if key in self._found:
            return self._found[key]
        if self.is_foreign(scene, goals):
            return None
        for salt in salts_of(
            scene
        ):  # the first that fits, whatever is kept: nothing may depend on what was asked before
            made = self._plans.get((scene.lasting, salt, steps)) or await self._with_goals(scene, steps, salt, goals)
            if [subtask.goal for subtask in made] == goals:
                self._found[key] = made
                if len(self._found) > _KEPT_PLANS:
                    self._found.popitem(last=False)
                return made
        self.note_foreign(scene, goals)
        return None

    async def _with_goals(
        self, scene: Scene, steps: Sequence[int], salt: int, goals: Sequence[str]
    ) -> list[PlannedSubTask]:
        """The plan, given up at the first sub-task that comes out differently."""
        plan = await self.begin(scene, salt)
        for count, goal_wanted in zip(steps, goals, strict=True):
            if (await plan.add(count)).goal != goal_wanted:
                break
        return plan.made

    def is_foreign(self, scene: Scene, texts: Sequence[str]) -> bool:
        """Whether these goals or messages were looked for before, and no plan gives them."""
        return (scene.lasting, tuple(texts)) in self._foreign

    def note_foreign(self, scene: Scene, texts: Sequence[str]) -> None:
        """Remember that no plan gives these goals or messages."""
        self._foreign[scene.lasting, tuple(texts)] = None
        if len(self._foreign) > _KEPT_PLANS:
            self._foreign.popitem(last=False)

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
