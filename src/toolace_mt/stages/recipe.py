"""One dialogue from its number to its outcome: task and skeleton, then the way that all dialogues take."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from toolace_mt.ask import Asker
from toolace_mt.config import Config
from toolace_mt.engines.base import Engine
from toolace_mt.environments.base import Environment, OpenFor
from toolace_mt.operations.base import World
from toolace_mt.stages.execute import initialize_executed
from toolace_mt.stages.execution import replay
from toolace_mt.stages.initialize import initialize_task, initialize_trajectory
from toolace_mt.stages.scope import Scope
from toolace_mt.stages.work import Work, refine_and_verify, see_through
from toolace_mt.tools.pool import ToolPool
from toolace_mt.types import Dialogue, EnvironmentRef, Outcome, Task, Tool

POLICY = "assistant_policy"
"""What a world's brief calls the rules that its assistant is given, and that its tools enforce."""


@dataclass(frozen=True)
class Recipe:
    """What all dialogues of a run are made from."""

    config: Config
    engine: Engine
    pool: ToolPool
    open_for: OpenFor
    examples: Sequence[Task] = ()

    async def make(self, number: int) -> Outcome:
        """Make dialogue `number` (from 0). A dialogue that fails is an outcome; only a RunStopped is raised."""
        asker = Asker(self.engine, self.config.engine, f"{number:06d}", self.config.run.seed)
        work = Work(number, Dialogue(id=asker.dialogue_id, tools=self._candidates(asker)))
        environment: Environment | None = None

        async def steps() -> None:
            nonlocal environment
            environment, ref = self._open(asker, work.dialogue)
            scope = self._scope(asker, environment, ref)
            await self._initialize(work, scope)
            await refine_and_verify(scope, work)

        try:
            return await see_through(work, asker, steps)
        finally:
            if environment is not None:
                await environment.close()

    async def _initialize(self, work: Work, scope: Scope) -> None:
        """Stage 1; `work` holds what was reached, whatever happens."""
        work.dialogue = _in_world(work.dialogue, scope.world)
        skeleton = await initialize_executed(scope, work.dialogue) if self._executes else None
        if skeleton is not None:
            work.skeleton, work.dialogue = "executed", skeleton
            return
        task = await initialize_task(scope, work.dialogue.tools)
        work.dialogue = work.dialogue.model_copy(update={"task": task})
        work.dialogue = await initialize_trajectory(scope, work.dialogue)
        state = (await replay(scope.open_environment, work.dialogue)).state
        work.dialogue = work.dialogue.model_copy(update={"state": state})

    def _candidates(self, asker: Asker) -> tuple[Tool, ...]:
        knobs = self.config.tools
        rng = asker.rng("tools")
        size = rng.randint(knobs.candidates_min, knobs.candidates_max)
        tools = self.pool.sample(rng, size, min(knobs.distractors, size - 1))
        return self.pool.with_producers(rng, tools, knobs.candidates_max) if self._executes else tools

    @property
    def _executes(self) -> bool:
        return self.config.run.skeleton == "executed"

    def _open(self, asker: Asker, dialogue: Dialogue) -> tuple[Environment | None, EnvironmentRef | None]:
        """The dialogue's environment, where its tools run."""
        name = next((t.environment for t in dialogue.tools if t.environment), None)
        if name is None:
            return None, None
        ref = EnvironmentRef(name=name, seed=asker.rng("environment").getrandbits(31))
        return self.open_for(dialogue.id)(ref), ref

    def _scope(self, asker: Asker, environment: Environment | None, ref: EnvironmentRef | None) -> Scope:
        open_environment = self.open_for(asker.dialogue_id)
        if environment is None or ref is None:
            return Scope(asker, self.config, open_environment, None, self.examples)
        world = World(ref, environment.brief)
        return Scope(asker, self.config, open_environment, world, self.examples, environment.repeatable)


def _in_world(dialogue: Dialogue, world: World | None) -> Dialogue:
    """`dialogue` in its world: the assistant is told what day it is there and its policy, as deployed assistants are."""
    if world is None:
        return dialogue
    told = [f"Today's date is {world.brief['today']}."] if "today" in world.brief else []
    told += [str(world.brief[POLICY])] if POLICY in world.brief else []
    return dialogue.model_copy(update={"environment": world.ref, "system": "\n\n".join(told)})
