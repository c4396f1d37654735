"""One dialogue from its number to its outcome: task and skeleton, then the way that all dialogues take."""

from __future__ import annotations

from dataclasses import dataclass

from toolace_mt.stages.beginning import Ingredients
from toolace_mt.stages.execute import initialize_executed
from toolace_mt.stages.execution import replay
from toolace_mt.stages.initialize import initialize_plan, initialize_task, initialize_trajectory
from toolace_mt.stages.pieces import initialize_pieces
from toolace_mt.stages.scope import Scope
from toolace_mt.stages.work import Work, refine_and_verify
from toolace_mt.types import Outcome


@dataclass(frozen=True)
class Recipe(Ingredients):
    """The paper's method: a skeleton, refined and verified."""

    async def make(self, number: int) -> Outcome:
        """Make dialogue `number` (from 0). A dialogue that fails is an outcome; only a RunStopped is raised."""
        return await self.prepare(number, self._make)

    async def _make(self, scope: Scope, work: Work) -> None:
        await self._initialize(scope, work)
        await refine_and_verify(scope, work)

    async def _initialize(self, scope: Scope, work: Work) -> None:
        """Stage 1; `work` holds what was reached, whatever happens."""
        skeleton = await initialize_executed(scope, work.dialogue) if self.executes else None
        if skeleton is not None:
            work.skeleton, work.dialogue = "executed", skeleton
            return
        await (_write_side_by_side if self.config.run.decoding == "parallel" else _write_in_turn)(scope, work)
        state = (await replay(scope.open_environment, work.dialogue)).state
        work.dialogue = work.dialogue.model_copy(update={"state": state})


async def _write_in_turn(scope: Scope, work: Work) -> None:
    """The task, then one sub-trajectory after another, as the paper does it."""
    task = await initialize_task(scope, work.dialogue.tools)
    work.dialogue = work.dialogue.model_copy(update={"task": task})
    work.dialogue = await initialize_trajectory(scope, work.dialogue)


async def _write_side_by_side(scope: Scope, work: Work) -> None:
    """The task with the values that its sub-tasks share, then all sub-trajectories at the same time."""
    task, shared = await initialize_plan(scope, work.dialogue.tools)
    work.dialogue = work.dialogue.model_copy(update={"task": task})
    work.dialogue = await initialize_pieces(scope, work.dialogue, shared)
