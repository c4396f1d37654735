"""One dialogue from its number to its outcome: task, skeleton, refinement, verification."""

from __future__ import annotations

import traceback
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from toolace_mt.ask import Asker
from toolace_mt.config import Config
from toolace_mt.engines.base import Engine
from toolace_mt.environments.base import Environment, OpenFor
from toolace_mt.errors import DialogueFailed, InputError, RunStopped
from toolace_mt.operations.base import World
from toolace_mt.stages.execute import initialize_executed
from toolace_mt.stages.execution import replay
from toolace_mt.stages.initialize import initialize_task, initialize_trajectory
from toolace_mt.stages.refine import Refined, refine
from toolace_mt.stages.scope import Scope
from toolace_mt.stages.verify import verify
from toolace_mt.tools.pool import ToolPool
from toolace_mt.types import Dialogue, EnvironmentRef, Finding, Outcome, Skeleton, Task, Tool

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
        dialogue_id = f"{number:06d}"
        asker = Asker(self.engine, self.config.engine, dialogue_id, self.config.run.seed)
        work = _Work(Refined(Dialogue(id=dialogue_id, tools=self._candidates(asker)), (), 0, ()))
        findings: Sequence[Finding] = ()
        environment: Environment | None = None
        status = "failed"
        try:
            environment, ref = self._open(asker, work.dialogue)
            findings = await self._fill(work, self._scope(asker, environment, ref))
            status = "rejected" if any(f.severity == "error" for f in findings) else "accepted"
        except DialogueFailed as failure:
            findings = (Finding(rule=failure.rule, detail=str(failure)),)
        except (RunStopped, InputError):
            raise
        except Exception as bug:  # a fault of ours on one odd answer must not end a run of days
            findings = (Finding(rule="internal-error", detail=_where(bug)),)
        finally:
            if environment is not None:
                await environment.close()
        return _outcome(number, status, work, findings, asker)

    async def _fill(self, work: _Work, scope: Scope) -> Sequence[Finding]:
        """Take a dialogue through the stages; `work` holds what was reached, whatever happens."""
        work.dialogue = _in_world(work.dialogue, scope.world)
        skeleton = await initialize_executed(scope, work.dialogue) if self._executes else None
        if skeleton is not None:
            work.skeleton, work.dialogue = "executed", skeleton
        else:
            task = await initialize_task(scope, work.dialogue.tools)
            work.dialogue = work.dialogue.model_copy(update={"task": task})
            work.dialogue = await initialize_trajectory(scope, work.dialogue)
            state = (await replay(scope.open_environment, work.dialogue)).state
            work.dialogue = work.dialogue.model_copy(update={"state": state})
        if self.config.refine.enabled:
            work.refined = await refine(scope, work.dialogue)
        return await verify(scope, work.dialogue) if self.config.verify.enabled else ()

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


class _Work:
    """What has become of one dialogue so far."""

    def __init__(self, refined: Refined) -> None:
        self.refined = refined
        self.skeleton: Skeleton = "llm"

    @property
    def dialogue(self) -> Dialogue:
        """The dialogue as it is now."""
        return self.refined.dialogue

    @dialogue.setter
    def dialogue(self, dialogue: Dialogue) -> None:
        self.refined = replace(self.refined, dialogue=dialogue)


def _where(bug: Exception) -> str:
    frame = traceback.extract_tb(bug.__traceback__)[-1]
    return f"{type(bug).__name__}: {bug} ({Path(frame.filename).name}:{frame.lineno}); please report this"


def _in_world(dialogue: Dialogue, world: World | None) -> Dialogue:
    """`dialogue` in its world: the assistant is told what day it is there and its policy, as deployed assistants are."""
    if world is None:
        return dialogue
    told = [f"Today's date is {world.brief['today']}."] if "today" in world.brief else []
    told += [str(world.brief[POLICY])] if POLICY in world.brief else []
    return dialogue.model_copy(update={"environment": world.ref, "system": "\n\n".join(told)})


def _outcome(number: int, status: str, work: _Work, findings: Sequence[Finding], asker: Asker) -> Outcome:
    refined = work.refined
    return Outcome(
        id=refined.dialogue.id,
        number=number,
        status=status,  # pyright: ignore[reportArgumentType]
        skeleton=work.skeleton,
        dialogue=refined.dialogue,
        edits=refined.edits,
        findings=tuple(findings),
        passes=refined.passes,
        injections=refined.injections,
        usage=asker.usage,
    )
