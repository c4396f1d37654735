"""Walks over tools: which calls make a sensible sub-task that really succeeds.

Each call is run as soon as it is chosen, so that the next one can take values from its result.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from typing import Any

from toolace_mt.engines.offline.acting import Stage
from toolace_mt.engines.offline.choosing import Chooser
from toolace_mt.engines.offline.memory import Memory
from toolace_mt.engines.offline.reading import Call, Result
from toolace_mt.engines.offline.skills import Skill
from toolace_mt.schema.validate import argument_problems

Step = list[tuple[Call, Result]]
_TRIES = 5
_MOST_CHOICES = 14
_SIDE_BY_SIDE = 0.16


class Walker:
    """Makes the calls of one sub-task after another on one stage."""

    def __init__(self, stage: Stage, memory: Memory, rng: random.Random) -> None:
        self.rng = rng
        self._stage = stage
        self._memory = memory
        self._rng = rng
        self._chooser = Chooser(stage, memory, rng)

    async def walk(self, steps: int, subtask: int, only: Sequence[Skill] = ()) -> list[Step]:
        """`steps` steps of sub-task `subtask`: over all of `only`, in their order, or over whatever can be played.

        Where the tools give no more, calls are made a second time, and tools that do not really run help out. Where even
        that is not enough, anything goes: a call over and over, or one that the world refuses.
        """
        self._memory.begin(subtask)
        made: list[Step] = []
        pending = list(only)
        while len(made) < steps:
            step = await self._step(list(only) or self._stage.playable, pending, made, steps - len(made), again=False)
            if not step and not only:
                step = await self._step(self._stage.spare, [], made, steps - len(made), again=False)
            step = step or await self._step(list(only) or self._stage.all, [], made, steps - len(made), again=True)
            step = step or await self._anything(list(only) or self._stage.all)
            if not step:
                break
            made.append(step)
        return made

    async def _anything(self, tools: Sequence[Skill]) -> Step:
        """One call of any tool, better one that succeeds."""
        refused: Step = []
        for skill in tools:
            for attempt in range(_TRIES):
                arguments = self._chooser.arguments(skill, attempt, anything=True)
                if arguments is None or argument_problems(skill.tool, arguments):
                    continue
                call = Call(name=skill.name, arguments=arguments)
                result = await self._stage.run(call)
                if not result.is_error:
                    self._memory.note(skill, call, result)
                    return [(call, result)]
                refused = refused or [(call, result)]
        return refused

    async def _step(
        self, tools: Sequence[Skill], pending: list[Skill], made: list[Step], left: int, *, again: bool
    ) -> Step:
        """One call, or independent calls side by side: more of them where more tools are pending than steps are left."""
        crowded = len(pending) > left
        wanted = 1 + (len(pending) - left if crowded else int(self._rng.random() < _SIDE_BY_SIDE and not pending))
        step: Step = []
        for skill in self._order(tools, pending, made):
            if len(step) >= wanted:
                break
            if step and not crowded and (skill.wording.kind == "act" or skill.name == step[0][0].name):
                continue
            if (found := await self._attempt(skill, step, again=again)) is not None:
                step.append(found)
                if skill in pending:
                    pending.remove(skill)
        for call, result in step:
            self._memory.note(next(s for s in self._stage.all if s.name == call.name), call, result)
        return step

    async def _attempt(self, skill: Skill, beside: Step, *, again: bool) -> tuple[Call, Result] | None:
        """A call of the tool that succeeds, with values that it was not called with yet."""
        last = [call.key for call, _ in beside]
        runs = 0
        for attempt in range(_MOST_CHOICES):
            arguments = self._chooser.arguments(skill, attempt)
            if arguments is None:
                return None
            call = Call(name=skill.name, arguments=arguments)
            if call.key in last or not self._is_new(call, again=again) or argument_problems(skill.tool, arguments):
                continue
            runs += 1
            result = await self._stage.run(call)
            if not result.is_error and (again or not _is_empty(result.content)):
                return call, result
            if runs == _TRIES:
                break
        return None

    def _is_new(self, call: Call, *, again: bool) -> bool:
        """Whether the call was not made yet; again: a second time in the sub-task will do, but not at once."""
        if not again:
            return call.key not in self._memory.called
        here = self._memory.called_here
        return call.key not in here[-2:] and here.count(call.key) < 2

    def _order(self, tools: Sequence[Skill], pending: Sequence[Skill], made: Sequence[Step]) -> list[Skill]:
        """The tools, those first that make most sense now, by weighted chance; pending ones go before all."""
        last = {call.name for call, _ in made[-1]} if made else set[str]()
        here = [call.name for step in made for call, _ in step]
        follow = {name for skill in tools if skill.name in last for name in skill.follow_ups}
        given = {thing for skill in tools if skill.name in last for thing in skill.gives}

        def liking(skill: Skill) -> float:
            weight = 7.0 if skill.name in follow else 4.0 if given & set(skill.needs.values()) else 1.0
            weight *= 0.25 ** here.count(skill.name) * 0.6 ** self._memory.used.get(skill.name, 0)
            if skill.once and self._memory.used.get(skill.name):
                weight = 0.0
            if skill.name in last:
                weight *= 0.5
            if not skill.tool.required:
                weight *= 0.5 if not here else 0.2
            return weight

        rest = [skill for skill in tools if skill not in pending]
        return [*pending, *self._shuffled(rest, liking)]

    def _shuffled(self, tools: Sequence[Skill], weight: Callable[[Skill], float]) -> list[Skill]:
        keyed = [(self._rng.random() ** (1 / max(weight(skill), 1e-6)), skill) for skill in tools]
        return [skill for _, skill in sorted(keyed, key=lambda pair: -pair[0])]


def _is_empty(content: Any) -> bool:
    """Whether a search found nothing: true, but not worth a step."""
    lists = [v for v in content.values() if isinstance(v, list)] if isinstance(content, dict) else []
    return bool(lists) and not any(lists) and len(content) <= 2
