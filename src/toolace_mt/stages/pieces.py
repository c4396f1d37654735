"""Stage 1 with its pieces side by side: a plan with the values that sub-tasks share, then all sub-trajectories at once.

The plan makes the pieces independent of each other (paper, 3.1, with the conditional independence that section 3 assumes). They
are settled in order: calls run, planned ids give way to real ones, the rules see the dialogue as far as it goes. A piece that
does not fit is mended, or written again with the sub-tasks before it in view, as in the paper's own order.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial

from toolace_mt.ask import Unacceptable
from toolace_mt.dialogue.real_ids import with_real_ids
from toolace_mt.errors import NoUsableAnswer
from toolace_mt.operations.initialize import TRAJECTORY_INITIALIZATION, TurnsDraft
from toolace_mt.operations.plan import SUBTRAJECTORY_INITIALIZATION, SharedValue, SubtrajectoryInput
from toolace_mt.operations.reasonability import MASK_FILL, FillInput, FillsDraft, replace_turns
from toolace_mt.stages.execution import Grounded
from toolace_mt.stages.repair import errors_of, repair
from toolace_mt.stages.scope import Scope
from toolace_mt.stages.side_by_side import settled_in_turn
from toolace_mt.stages.subtrajectory import Subtrajectory, by_rules_alone
from toolace_mt.types import Action, Dialogue, Task, Turn

_PLAN = ("unserved-subtask",)


@dataclass(frozen=True)
class _Joined:
    """The dialogue as far as it is settled.

    real: planned ids, and those that the tools gave instead. stale: turns of replies that were written for other results.
    """

    dialogue: Dialogue
    real: Mapping[str | int, str | int]
    stale: tuple[int, ...] = ()


Before = Callable[[], Awaitable[_Joined]]


async def initialize_pieces(scope: Scope, dialogue: Dialogue, shared: Sequence[SharedValue]) -> Dialogue:
    """The skeleton of `dialogue`, whose task is set and whose turns are not: a request for each sub-task, all at once.

    shared: the values that the plan of the task shares out. Raises a DialogueFailed or a RunStopped.
    """
    assert dialogue.task is not None
    subtasks = range(len(dialogue.task.subtasks))
    pieces = (partial(_write, scope, dialogue, tuple(shared), subtask) for subtask in subtasks)
    joined = await settled_in_turn(_Joined(dialogue, {}), *pieces)
    whole = (await _with_true_replies(scope, joined, "init/replies")).dialogue
    errors = errors_of(scope.check(whole, skip=_PLAN))
    if not errors or not scope.config.repair.enabled:
        return whole
    by_rules = replace(scope, config=by_rules_alone(scope.config))
    return (await repair(by_rules, whole, errors, step="init/repair")).dialogue


async def _write(
    scope: Scope, bare: Dialogue, shared: tuple[SharedValue, ...], subtask: int, before: Before
) -> _Joined:
    return await _Piece(scope, bare, shared, subtask, before).write()


@dataclass(frozen=True)
class _Piece:
    """One sub-trajectory. bare: the dialogue with its task alone. before: gives the sub-tasks before it, once they stand."""

    scope: Scope
    bare: Dialogue
    shared: tuple[SharedValue, ...]
    subtask: int
    before: Before

    @property
    def step(self) -> str:
        return f"init/subtask-{self.subtask}"

    async def write(self) -> _Joined:
        """The sub-trajectory behind those before it. It is asked for at once, and settled when they are."""
        given = SubtrajectoryInput(self.bare, self.subtask, self.shared, self.scope.world)
        ask = self.scope.asker.ask_for
        return await ask(SUBTRAJECTORY_INITIALIZATION, given, self.step, self._settle, self._mend)

    async def _settle(self, draft: TurnsDraft) -> _Joined:
        joined = await self.before()
        draft = _with_real_ids(draft, joined)
        try:
            return self._add(joined, await Subtrajectory(self.scope, joined.dialogue, self.subtask).settle(draft))
        except Unacceptable:
            return await self._another_way(joined, [draft])

    async def _mend(self, drafts: Sequence[TurnsDraft]) -> _Joined:
        joined = await self.before()
        return await self._another_way(joined, [_with_real_ids(draft, joined) for draft in drafts])

    async def _another_way(self, joined: _Joined, drafts: Sequence[TurnsDraft]) -> _Joined:
        """The drafts mended, or the sub-task written again; either has the sub-tasks before it in view, as they stand."""
        joined = await _with_true_replies(self.scope, joined, f"{self.step}/replies")
        first = Subtrajectory(self.scope, joined.dialogue, self.subtask)
        with suppress(Unacceptable, NoUsableAnswer):
            return self._add(joined, await first.mend(drafts))
        again = replace(first, again=True)
        ask = self.scope.asker.ask_for
        return self._add(
            joined, await ask(TRAJECTORY_INITIALIZATION, again.given, again.step, again.settle, again.mend)
        )

    def _add(self, joined: _Joined, new: Grounded) -> _Joined:
        """Ids that the tools gave instead of planned ones go into the goals, which name what is known by then, too.

        All of them into the goals as planned: what a tool gave for one may be what the plan has for another.
        """
        turns = (*joined.dialogue.turns, *new.turns)
        planned = {shared.value for shared in self.shared if shared.given_by == self.subtask}
        found = {old: value for old, value in new.real_values.items() if old in planned}
        real = {**joined.real, **found}
        stale = (*joined.stale, len(turns) - 1) if new.changed else joined.stale
        assert self.bare.task is not None
        task = Task.model_validate(with_real_ids(self.bare.task.model_dump(mode="json"), real))
        return _Joined(joined.dialogue.model_copy(update={"turns": turns, "task": task}), real, stale)


def _with_real_ids(draft: TurnsDraft, joined: _Joined) -> TurnsDraft:
    return (
        TurnsDraft.model_validate(with_real_ids(draft.model_dump(mode="json"), joined.real)) if joined.real else draft
    )


async def _with_true_replies(scope: Scope, joined: _Joined, step: str) -> _Joined:
    """`joined` with its stale replies written anew, in one request that shows none of them.

    Where no answer can be used, the old ones stay, unless the rules see an error in one.
    """
    if not joined.stale:
        return joined

    def checked(dialogue: Dialogue) -> _Joined:
        errors = [f for f in errors_of(scope.check(dialogue, skip=_PLAN)) if f.turn in joined.stale]
        if errors:
            raise Unacceptable([f"turn {f.turn}: {f.detail}" for f in errors])
        return _Joined(dialogue, joined.real)

    async def accept(draft: FillsDraft) -> _Joined:
        old = joined.dialogue.turns
        new: dict[int, Turn] = {
            fill.turn: Action(text=fill.content.strip(), subtask=old[fill.turn].subtask) for fill in draft.fills
        }
        return checked(replace_turns(joined.dialogue, new))

    async def keep(_: Sequence[FillsDraft]) -> _Joined:
        return checked(joined.dialogue)

    given = FillInput(joined.dialogue, joined.stale, scope.world)
    return await scope.asker.ask_for(MASK_FILL, given, step, accept, keep)
