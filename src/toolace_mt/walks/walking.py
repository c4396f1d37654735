"""A walk: the calls of one sub-task after another, each run as soon as it is chosen, and kept where it succeeds."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from toolace_mt.dialogue.turns import content_value
from toolace_mt.environments.base import Environment, ToolOutput
from toolace_mt.errors import ToolStateLost
from toolace_mt.schema.names import singular
from toolace_mt.schema.validate import argument_problems
from toolace_mt.types import Tool
from toolace_mt.walks.choosing import Arguments, Chooser
from toolace_mt.walks.harvest import text_of
from toolace_mt.walks.memory import Memory, call_key
from toolace_mt.walks.skills import Skill, skill_of

_CHOICES, _CHOICES_FOR_IDS, _TRIES = 12, 2, 4
_TRIES_OF_A_STEP, _TRIES_OUTSIDE = 40, 12
# Of all steps, those that only look are about two thirds; of several calls, three are made now and then.
_LOOKING_STEPS, _THREE, _SAME_TOOL = 1.6, 0.25, 0.6
_MOST_REPEATS = 3
# Of one tool in one sub-task.
_MOST_LOOKS, _MOST_ACTS = 4, 3
_DENIED = re.compile(r"status|success|authenticated|logged|sent|done|ok", re.IGNORECASE)
_NOTHING = re.compile(r"no (?:\w+ ){0,3}(?:found|available)|not found|nothing ", re.IGNORECASE)
_REFUSED = re.compile(r"\A(?:error|failed|no changes)\b|^[^\s:]+: error\b", re.IGNORECASE | re.MULTILINE)
_LONGEST_RESULT = 4_000
_LONGEST_REST = 8


@dataclass(frozen=True)
class MadeCall:
    """A call that succeeded. said: (parameter, value) of what the user has to bring. linked: a result gave a value."""

    name: str
    arguments: dict[str, Any]
    output: ToolOutput
    said: tuple[tuple[str, Any], ...]
    linked: bool


Step = tuple[MadeCall, ...]


class Walker:
    """Makes the calls of one sub-task after another in one world.

    open_world: the world as it is before the walk; a repeatable one is opened anew to take back a call that succeeded, but
    shows nothing. parallel: the share of steps that make several independent calls, where that can be.
    """

    def __init__(
        self, open_world: Callable[[], Environment], tools: Sequence[Tool], rng: random.Random, parallel: float
    ) -> None:
        self.world = open_world()
        self._open_world = open_world
        self._rng = rng
        self._parallel = parallel
        self._memory = Memory(self.world.brief.get("knows") or {})
        self._skills = [skill_of(tool) for tool in tools]
        self._by_name = {skill.name: skill for skill in self._skills}
        self._by_thing: dict[str, list[Skill]] = {}
        for skill in self._skills:
            for thing in skill.gives:
                self._by_thing.setdefault(thing, []).append(skill)
        named = frozenset(thing for skill in self._skills for thing in skill.names)
        named |= {frozenset((singular(s.words[-1]), "name")) for s in self._skills if s.looks and len(s.words) > 1}
        self._chooser = Chooser(self._memory, frozenset(self._by_thing), named, rng, shared=self.world.shared)
        self._kept: list[tuple[str, dict[str, Any]]] = []
        self._barren: dict[str, tuple[int, int]] = {}

    async def walk(self, steps: int, subtask: int) -> list[Step]:
        """The steps of a sub-task, up to `steps`; fewer where the tools give no more."""
        self._memory.begin(subtask)
        goal = self._draw_goal()
        walked: list[Step] = []
        while len(walked) < steps:
            step = await self._step(goal, walked, steps, again=False) or await self._step(
                goal, walked, steps, again=True
            )
            if not step:
                break
            walked.append(step)
        return walked

    def _draw_goal(self) -> Skill:
        """What the sub-task is for: rather a tool that changes something, and that was not used yet."""
        memory = self._memory
        weights = [
            (1.0 if s.looks else 2.0) * 0.4 ** memory.used[s.name] * (0.01 if s.once and memory.used[s.name] else 1.0)
            for s in self._skills
        ]
        return self._rng.choices(self._skills, weights=weights)[0]

    async def _step(self, goal: Skill, walked: list[Step], steps: int, *, again: bool) -> Step:
        """One call, or independent calls side by side; empty where none succeeds."""
        tries = _Tries(_TRIES_OF_A_STEP if self.world.repeatable else _TRIES_OUTSIDE)
        wanted = self._draw_wanted()
        before = self.world.state() if wanted > 1 and self.world.repeatable else None
        made: list[MadeCall] = []
        for skill in self._order(goal, walked, steps):
            if self._rests(skill) or (not again and self._is_worn(skill)) or (made and not skill.looks):
                continue
            while len(made) < wanted:
                found = await self._attempt(skill, made, tries, again=again and not made)
                if found is None:
                    self._note_barren(skill, blame=not made and not again)
                    break
                only_looks = skill.looks if before is None else self.world.state() == before
                if made and not only_looks:
                    await self._take_back()
                    break
                made.append(found)
                wanted = wanted if only_looks else 1
                if self._rng.random() > _SAME_TOOL:
                    break
            if len(made) >= wanted:
                break
        for call in made:
            self._memory.note(self._by_name[call.name], call.arguments, call.output.content, call.said)
        return tuple(made)

    def _draw_wanted(self) -> int:
        """How many calls the step is to make: several where they only look, so that their order is no matter."""
        if self._rng.random() >= self._parallel * _LOOKING_STEPS:
            return 1
        return 2 + (self._rng.random() < _THREE)

    def _is_worn(self, skill: Skill) -> bool:
        """Whether the tool was used enough in this sub-task."""
        return self._memory.used_here[skill.name] >= (_MOST_LOOKS if skill.looks else _MOST_ACTS)

    def _note_barren(self, skill: Skill, *, blame: bool) -> None:
        if blame:
            self._barren[skill.name] = (self._barren.get(skill.name, (0, 0))[0] + 1, len(self._kept))

    def _rests(self, skill: Skill) -> bool:
        """Whether a tool that gave nothing is left alone for some calls: the longer, the oftener it gave nothing."""
        times, since = self._barren.get(skill.name, (0, 0))
        return times > 1 and len(self._kept) < since + min(2 ** (times - 1), _LONGEST_REST)

    async def _attempt(
        self, skill: Skill, beside: Sequence[MadeCall], tries: _Tries, *, again: bool
    ) -> MadeCall | None:
        """A call that succeeds and shows something, with values that were not tried yet."""
        memory = self._memory
        taken = {call_key(call.name, call.arguments) for call in beside}
        runs = 0
        reason = ""
        for attempt in range(_CHOICES):
            chosen = self._chooser.arguments(skill, attempt, last_resort=again)
            if chosen is None:
                if attempt < _CHOICES_FOR_IDS:
                    continue
                return None
            key = call_key(skill.name, chosen.values)
            if key in taken or key in memory.refused or not self._is_new(key, skill, again=again):
                continue
            if argument_problems(skill.tool, chosen.values):
                continue
            if not tries.take():
                return None
            output = await self._call(skill, chosen)
            if not output.is_error:
                self._kept.append((skill.name, chosen.values))
                if not self._is_poor(skill, output):
                    return MadeCall(skill.name, chosen.values, output, chosen.said, chosen.linked)
                await self._take_back()
            memory.refused.add(key)
            if chosen.guesses and not self.world.repeatable:
                memory.guessed.add(skill.name)  # there it takes a server's time
            runs += 1
            if runs == _TRIES or (output.is_error and output.content == reason):
                break  # the same answer to other values: they are not the reason
            reason = output.content
        return None

    async def _call(self, skill: Skill, chosen: Arguments) -> ToolOutput:
        """Raises ToolStateLost where an outside server may have been changed by what only looks like a failure."""
        output = await self.world.call(skill.name, chosen.values)
        if output.uncertain and not self._leaves_no_trace(skill):
            raise ToolStateLost(f"{skill.name} may have taken effect, though it answers {output.content}")
        return output

    def _leaves_no_trace(self, skill: Skill) -> bool:
        """Whether a call can be left out of the dialogue: it can be taken back, or changes nothing for sure."""
        return self.world.repeatable or skill.tool.read_only is True

    def _is_new(self, key: bytes, skill: Skill, *, again: bool) -> bool:
        """Whether the call was not made yet; again: a second look, not at once, will do."""
        if not again:
            return not self._memory.calls[key]
        latest = self._memory.latest
        return skill.looks and key not in latest and self._memory.calls[key] < _MOST_REPEATS

    def _is_poor(self, skill: Skill, output: ToolOutput) -> bool:
        """Whether a success is not worth a step; what an outside server did is part of the dialogue all the same."""
        refused = _is_refusal(output.content)
        poor = refused or _is_empty(output.content) or len(output.content) > _LONGEST_RESULT
        return poor and (refused or self._leaves_no_trace(skill))

    async def _take_back(self) -> None:
        """Make the last call unmade; one that changed nothing needs no more than to be forgotten."""
        self._kept.pop()
        if self.world.repeatable:
            self.world = self._open_world()
            for name, arguments in self._kept:
                await self.world.call(name, arguments)

    def _order(self, goal: Skill, walked: list[Step], steps: int) -> list[Skill]:
        """The skills, those first that make most sense now, by weighted chance."""
        memory = self._memory
        last = {call.name for call in walked[-1]} if walked else set[str]()
        given = {thing for s in self._skills if s.name in last for thing in s.gives}
        leads = {s.name for p in goal.parameters for s in self._by_thing.get(p.thing, ())}
        goal_done = bool(memory.used_here[goal.name])

        def liking(skill: Skill) -> float:
            asked = {p.thing for p in skill.parameters if p.required and p.thing}
            weight = 6.0 if asked & given else 1.0
            if not goal_done:
                weight *= 5.0 if skill is goal else 2.5 if skill.name in leads else 1.0
                weight *= 0.2 if skill is goal and asked and steps > 1 and not walked and leads - {goal.name} else 1.0
            weight *= 0.3 ** memory.used_here[skill.name] * 0.65 ** memory.used[skill.name]
            if skill.once:
                weight *= 0.001 if memory.used[skill.name] else 3.0
            if skill.undoes:
                weight *= 0.25
            if not skill.parameters and walked:
                weight *= 0.3
            return weight

        keyed = [(self._rng.random() ** (1 / max(liking(skill), 1e-6)), i) for i, skill in enumerate(self._skills)]
        return [self._skills[i] for _, i in sorted(keyed, reverse=True)]


@dataclass
class _Tries:
    """How many more calls a step may try."""

    left: int

    def take(self) -> bool:
        """Use one up; False where none is left."""
        self.left -= 1
        return self.left >= 0


def _is_empty(content: str) -> bool:
    """Whether a search found nothing: true, but not worth a step."""
    value = content_value(content)
    if isinstance(value, dict):
        lists = [v for v in value.values() if isinstance(v, list | dict)]
        if not value or (bool(lists) and not any(lists) and len(value) <= 2) or list(value.values()) in ([None], [""]):
            return True
    text = text_of(content).strip()
    is_heading = text.endswith(":") and "\n" not in text
    return not value or value in ("null", "[]") or is_heading or bool(_NOTHING.match(text))


def _is_refusal(content: str) -> bool:
    """Whether a tool says in its result, rather than by an error, that it did not do it."""
    if _REFUSED.search(text_of(content)):
        return True
    value = content_value(content)
    if not isinstance(value, dict):
        return False
    said = str(value.get("status", "")).lower()
    is_denied = len(value) == 1 and next(iter(value.values())) is False and _DENIED.search(next(iter(value)))
    return (
        bool(value.get("error") or is_denied) or value.get("success") is False or said in ("error", "failed", "failure")
    )
