"""One dialogue from its number to its outcome: task, skeleton, refinement, verification."""

from __future__ import annotations

import traceback
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from toolace_mt.ask import Asker
from toolace_mt.config import Config
from toolace_mt.engines.base import Engine
from toolace_mt.environments.base import OpenEnvironment, OpenFor
from toolace_mt.errors import DialogueFailed, InputError, RunStopped
from toolace_mt.operations.base import World
from toolace_mt.stages.initialize import initialize_task, initialize_trajectory
from toolace_mt.stages.refine import Refined, refine
from toolace_mt.stages.scope import Scope
from toolace_mt.stages.verify import verify
from toolace_mt.tools.pool import ToolPool
from toolace_mt.types import Dialogue, EnvironmentRef, Finding, Outcome, Task, Tool


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
        dialogue_id = f"{number:06d}"
        asker = Asker(self.engine, self.config.engine, dialogue_id, self.config.run.seed)
        dialogue = Dialogue(id=dialogue_id, tools=self._candidates(asker))
        refined = Refined(dialogue, (), 0, ())
        try:
            scope = self._scope(asker, dialogue, self.open_for(dialogue_id))
            dialogue = _in_world(dialogue, scope.world)
            task = await initialize_task(scope, dialogue.tools)
            dialogue = dialogue.model_copy(update={"task": task})
            refined = Refined(await initialize_trajectory(scope, dialogue), (), 0, ())
            if self.config.refine.enabled:
                refined = await refine(scope, refined.dialogue)
            findings = await verify(scope, refined.dialogue) if self.config.verify.enabled else ()
        except DialogueFailed as failure:
            findings = (Finding(rule=failure.rule, detail=str(failure)),)
            return _outcome(number, "failed", refined, findings, asker)
        except (RunStopped, InputError):
            raise
        except Exception as bug:  # a fault of ours on one odd answer must not end a run of days
            findings = (Finding(rule="internal-error", detail=_where(bug)),)
            return _outcome(number, "failed", refined, findings, asker)
        rejected = any(f.severity == "error" for f in findings)
        return _outcome(number, "rejected" if rejected else "accepted", refined, findings, asker)

    def _candidates(self, asker: Asker) -> tuple[Tool, ...]:
        knobs = self.config.tools
        rng = asker.rng("tools")
        size = rng.randint(knobs.candidates_min, knobs.candidates_max)
        return self.pool.sample(rng, size, min(knobs.distractors, size - 1))

    def _scope(self, asker: Asker, dialogue: Dialogue, open_environment: OpenEnvironment) -> Scope:
        name = next((t.environment for t in dialogue.tools if t.environment), None)
        world = None
        if name is not None:
            ref = EnvironmentRef(name=name, seed=asker.rng("environment").getrandbits(31))
            world = World(ref, open_environment(ref).brief)
        return Scope(asker, self.config, open_environment, world, self.examples)


def _where(bug: Exception) -> str:
    frame = traceback.extract_tb(bug.__traceback__)[-1]
    return f"{type(bug).__name__}: {bug} ({Path(frame.filename).name}:{frame.lineno}); please report this"


def _in_world(dialogue: Dialogue, world: World | None) -> Dialogue:
    """`dialogue` in its world: the assistant is told what day it is there, as deployed assistants are."""
    if world is None:
        return dialogue
    system = f"Today's date is {world.brief['today']}." if "today" in world.brief else ""
    return dialogue.model_copy(update={"environment": world.ref, "system": system})


def _outcome(number: int, status: str, refined: Refined, findings: Sequence[Finding], asker: Asker) -> Outcome:
    dialogue = refined.dialogue
    return Outcome(
        id=dialogue.id,
        number=number,
        status=status,  # pyright: ignore[reportArgumentType]
        dialogue=dialogue,
        edits=refined.edits,
        findings=tuple(findings),
        passes=refined.passes,
        injections=refined.injections,
        usage=asker.usage,
    )
