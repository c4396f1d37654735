"""One sub-trajectory from what a model wrote to turns that stand: its calls run, its errors mended (paper, 3.1).

A draft that still has problems when no re-ask is left is not lost where its form is right: alternation, results that belong
to their calls, the planned number of steps. It is repaired as a dialogue whose tools do not run, so that what it shows as
results is what its calls are to give. Then its calls run, and one that really fails is written anew, with what the tools
answer in view.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from toolace_mt.ask import Unacceptable
from toolace_mt.config import Config
from toolace_mt.dialogue.turns import build_turns, call_ids
from toolace_mt.errors import ToolStateLost
from toolace_mt.operations.initialize import TrajectoryInput, TurnsDraft, can_be_mended
from toolace_mt.operations.reasonability import FillsDraft
from toolace_mt.operations.repair import REPAIR, RepairInput
from toolace_mt.stages.execution import CallFails, Grounded, ground
from toolace_mt.stages.refilling import fill_in
from toolace_mt.stages.repair import errors_of, repair
from toolace_mt.stages.scope import Scope
from toolace_mt.types import Dialogue, Finding, Turn

_PLAN = "unserved-subtask"


class _Failing(NamedTuple):
    """Turns of which a call really fails, and how."""

    turns: tuple[Turn, ...]
    failure: CallFails


@dataclass(frozen=True)
class Subtrajectory:
    """The turns of sub-task `subtask`, while they are made. dialogue: the sub-tasks before it.

    again: whether it is written a second time, after a try in which the sub-tasks before it were not in view.
    """

    scope: Scope
    dialogue: Dialogue
    subtask: int
    again: bool = False

    @property
    def step(self) -> str:
        """The step of the request that writes it, with which those that mend it begin."""
        return f"init/subtask-{self.subtask}{'/again' if self.again else ''}"

    @property
    def given(self) -> TrajectoryInput:
        """What the model is given to write it."""
        return TrajectoryInput(self.dialogue, self.subtask, self.scope.world)

    async def settle(self, draft: TurnsDraft) -> Grounded:
        """The turns of a draft that passed its checks, with real results. Raises Unacceptable, or ToolStateLost."""
        return await self._run(self._turns(draft))

    async def mend(self, drafts: Sequence[TurnsDraft]) -> Grounded:
        """The best of drafts that could not be used, repaired. Raises as `settle`, and NoUsableAnswer."""
        usable = [self._turns(draft) for draft in drafts if can_be_mended(self.given, draft)]
        if not usable or not self.scope.config.repair.enabled:
            raise Unacceptable([])
        best = min(usable, key=lambda turns: len(errors_of(self._findings(turns))))
        made = await self._try(await self._repaired(best))
        while isinstance(made, _Failing):  # each time a later call
            made = await self._with_another_call(made)
        unserved = [f for f in self.scope.check(self._longer(made.turns)) if f.rule == _PLAN and f.turn is not None]
        if unserved:
            _refuse(made, [f.detail for f in unserved])
        return made

    def _turns(self, draft: TurnsDraft) -> tuple[Turn, ...]:
        return build_turns(draft.turns, self.subtask, call_ids(f"{self.dialogue.id}/{self.step}"))

    def _longer(self, turns: Sequence[Turn]) -> Dialogue:
        return self.dialogue.model_copy(update={"turns": (*self.dialogue.turns, *turns)})

    def _written(self, turns: Sequence[Turn]) -> Dialogue:
        """The dialogue with `turns` as if no tool ran, so that what is written as results stands for now."""
        return self._longer(turns).model_copy(update={"environment": None, "state": None})

    def _findings(self, turns: Sequence[Turn]) -> list[Finding]:
        return self.scope.check(self._written(turns), skip=(_PLAN,))

    async def _run(self, turns: tuple[Turn, ...]) -> Grounded:
        grounded = await ground(self.scope.open_environment, self.dialogue, turns)
        first = len(self.dialogue.turns)
        last = first + len(turns) - 1
        errors = errors_of(self.scope.check(self._longer(grounded.turns), skip=(_PLAN,)))
        # An earlier reply that is still to be written anew is no fault of these turns.
        errors = [f for f in errors if f.turn is None or f.turn >= first]
        if grounded.changed:  # then the last reply is written anew
            errors = [f for f in errors if f.turn != last]
        if errors:
            _refuse(grounded, [f"turns[{(f.turn or first) - first}]: {f.detail}" for f in errors])
        return grounded

    async def _repaired(self, turns: tuple[Turn, ...]) -> tuple[Turn, ...]:
        """`turns` without the errors that the rules see in them."""
        findings = self._findings(turns)
        if not errors_of(findings):
            return turns
        scope = replace(self.scope, config=by_rules_alone(self.scope.config))
        done = await repair(scope, self._written(turns), findings, step=f"{self.step}/repair")
        first = len(self.dialogue.turns)
        errors = [f.detail for f in errors_of(done.findings)]
        if (
            errors
            or len(done.dialogue.turns) != first + len(turns)
            or done.dialogue.turns[:first] != self.dialogue.turns
        ):
            raise Unacceptable(errors)
        return done.dialogue.turns[first:]

    async def _try(self, turns: tuple[Turn, ...]) -> Grounded | _Failing:
        try:
            return await self._run(turns)
        except CallFails as failure:
            return _Failing(turns, failure)

    async def _with_another_call(self, failing: _Failing) -> Grounded | _Failing:
        """The turns with the calls of the failing one written anew, so that they succeed."""
        first, place = len(self.dialogue.turns), failing.failure.turn
        written = self._written(failing.turns)

        async def accept(draft: FillsDraft) -> Grounded | _Failing:
            turns = fill_in(written, draft.fills).turns[first:]
            made = await self._try(turns)
            if isinstance(made, _Failing) and made.failure.turn <= place:
                raise made.failure
            return made

        given = RepairInput(written, {first + place: tuple(failing.failure.problems)}, self.scope.world)
        return await self.scope.asker.ask_for(REPAIR, given, f"{self.step}/call-{place}", accept)


def _refuse(grounded: Grounded, problems: list[str]) -> None:
    """Raises Unacceptable, or ToolStateLost where the calls of what is refused have changed an outside server."""
    if grounded.lasting:
        raise ToolStateLost(f"{problems[0]}, after calls that changed the server")
    raise Unacceptable(problems)


def by_rules_alone(config: Config) -> Config:
    """The rules and no expert: the dialogue goes on, so that its later sub-tasks are not missed yet."""
    skipped = (*config.verify.skip_rules, _PLAN)
    verify = config.verify.model_copy(update={"experts": (), "skip_rules": skipped})
    return config.model_copy(update={"verify": verify})
