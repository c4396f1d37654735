"""What all ways of making a dialogue begin with: candidate tools, their world, the scope; and the outcome they end in."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

from toolace_mt.ask import Asker
from toolace_mt.config import Config
from toolace_mt.engines.base import Engine
from toolace_mt.environments.base import Environment, OpenFor
from toolace_mt.operations.base import Instructions, World
from toolace_mt.stages.scope import Scope
from toolace_mt.stages.variety import NOBODY, Lot, Users, Variety
from toolace_mt.stages.work import Work, see_through
from toolace_mt.tools.pool import ToolPool
from toolace_mt.types import Dialogue, EnvironmentRef, Outcome, Task, Tool

POLICY = "assistant_policy"
"""What a world's brief calls the rules that its assistant is given, and that its tools enforce."""

Making = Callable[[Scope, Work], Awaitable[None]]
"""Makes the dialogue of a work, which holds what was reached, whatever happens."""


@dataclass(frozen=True)
class Ingredients:
    """What all dialogues of a run are made from, by whichever method. texts: of instructions; None for the built-in ones."""

    config: Config
    engine: Engine
    pool: ToolPool
    open_for: OpenFor
    examples: Sequence[Task] = ()
    users: Users = NOBODY
    texts: Instructions | None = None

    @property
    def executes(self) -> bool:
        """Whether the calls of the skeleton are made by the tools themselves."""
        return self.config.run.skeleton == "executed"

    async def prepare(self, number: int, make: Making) -> Outcome:
        """The outcome of `make` on dialogue `number` (from 0), whose tools and world are drawn from its number alone.

        A dialogue that fails is an outcome; only a RunStopped or an InputError is raised.
        """
        lot = self._variety.lot(number)
        knobs = self.config
        asker = Asker(
            self.engine,
            knobs.engine,
            f"{number:06d}",
            knobs.run.seed,
            models=knobs.models,
            profile=lot.profile,
            texts=self.texts,
        )
        work = Work(
            number,
            Dialogue(id=asker.dialogue_id, tools=self._candidates(asker, number)),
            planned=tuple(lot.injections),
            profile=lot.profile,
        )
        environment: Environment | None = None

        async def steps() -> None:
            nonlocal environment
            environment, ref = self._open(asker, work.dialogue)
            scope = self._scope(asker, environment, ref, lot)
            work.dialogue = _in_world(work.dialogue, scope.world)
            await make(scope, work)

        try:
            return await see_through(work, asker, steps)
        finally:
            if environment is not None:
                await environment.close()

    @cached_property
    def _variety(self) -> Variety:
        return Variety(self.config, self.users)

    def _candidates(self, asker: Asker, number: int) -> tuple[Tool, ...]:
        knobs = self.config.tools
        rng = asker.rng("tools")
        size = rng.randint(knobs.candidates_min, knobs.candidates_max)
        even = self.config.diversity.tools == "even"
        seed_tool = self.pool.in_turn(number, self.config.run.seed) if even else None
        tools = self.pool.sample(rng, size, min(knobs.distractors, size - 1), seed_tool)
        return self.pool.with_producers(rng, tools, knobs.candidates_max) if self.executes else tools

    def _open(self, asker: Asker, dialogue: Dialogue) -> tuple[Environment | None, EnvironmentRef | None]:
        """The dialogue's environment, where its tools run."""
        name = next((t.environment for t in dialogue.tools if t.environment), None)
        if name is None:
            return None, None
        ref = EnvironmentRef(name=name, seed=asker.rng("environment").getrandbits(31))
        return self.open_for(dialogue.id)(ref), ref

    def _scope(self, asker: Asker, environment: Environment | None, ref: EnvironmentRef | None, lot: Lot) -> Scope:
        open_environment = self.open_for(asker.dialogue_id)
        config = self._variety.config_for(lot)
        if environment is None or ref is None:
            return Scope(asker, config, open_environment, None, self.examples, lot=lot)
        world = World(ref, environment.brief)
        return Scope(asker, config, open_environment, world, self.examples, environment.repeatable, lot)


def _in_world(dialogue: Dialogue, world: World | None) -> Dialogue:
    """`dialogue` in its world: the assistant is told what day it is there and its policy, as deployed assistants are."""
    if world is None:
        return dialogue
    told = [f"Today's date is {world.brief['today']}."] if "today" in world.brief else []
    told += [str(world.brief[POLICY])] if POLICY in world.brief else []
    return dialogue.model_copy(update={"environment": world.ref, "system": "\n\n".join(told)})
