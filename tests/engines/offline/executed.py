"""Executed skeletons, made by random walks over tools that run: calls and results, and not a word around them."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

import orjson

from toolace_mt.dialogue.grounding import says, squeeze
from toolace_mt.dialogue.turns import content_value, kind_of
from toolace_mt.environments.base import Environment
from toolace_mt.operations.base import World
from toolace_mt.operations.verbalize import UserValue, VerbalizationInput
from toolace_mt.types import Action, Dialogue, Observation, SubTask, Task, Tool, ToolCall, ToolResult

Step = Sequence[tuple[str, dict[str, Any], Any]]


def unworded(tools: Sequence[Tool], subtasks: Sequence[Sequence[Step]], world: World | None = None) -> Dialogue:
    """A dialogue of the given calls and results. subtasks: steps, each of (tool, arguments, result) side by side."""
    turns: list[Observation | Action] = []
    for number, steps in enumerate(subtasks):
        turns.append(Observation(subtask=number))
        for step in steps:
            calls = tuple(ToolCall(id=f"c{len(turns)}x{i}", name=n, arguments=a) for i, (n, a, _) in enumerate(step))
            results = tuple(
                ToolResult(call_id=c.id, name=c.name, content=r if isinstance(r, str) else orjson.dumps(r).decode())
                for c, (_, _, r) in zip(calls, step, strict=True)
            )
            turns += [Action(calls=calls, subtask=number), Observation(results=results, subtask=number)]
        turns.append(Action(subtask=number))
    task = Task(
        subtasks=tuple(
            SubTask(goal="", tools=tuple({n for step in steps for n, _, _ in step}), steps=len(steps))
            for steps in subtasks
        )
    )
    return Dialogue(id="d", tools=tuple(tools), turns=tuple(turns), task=task, environment=world.ref if world else None)


def to_word(dialogue: Dialogue, world: World | None = None) -> VerbalizationInput:
    """The dialogue with the values that the user brings: those which no result before, and no earlier call, has."""
    said: dict[int, list[UserValue]] = {}
    known, user = "", 0
    for index, turn in enumerate(dialogue.turns):
        if kind_of(turn) == "user":
            user = index
        fresh = ""
        for call in turn.calls if isinstance(turn, Action) else ():
            for name, value in call.arguments.items():
                if not _is_given(known, value):
                    said.setdefault(user, []).append(UserValue(call.name, name, value))
            fresh += f" {orjson.dumps(call.arguments).decode()}"
        known += squeeze(fresh)
        if isinstance(turn, Observation):
            known += squeeze(" ".join(result.content for result in turn.results))
    return VerbalizationInput(dialogue, said, world)


def _is_given(known: str, value: Any) -> bool:
    if isinstance(value, bool) or value is None or (isinstance(value, int) and value < 100):
        return False
    return says(known, value if isinstance(value, str) else orjson.dumps(value).decode())


class Rambler:
    """Takes random walks: arguments from the brief, from defaults and enums, and from what results gave."""

    def __init__(self, environment: Environment, rng: random.Random, own: dict[str, list[Any]] | None = None) -> None:
        self.environment = environment
        self._rng = rng
        self._knows: dict[str, list[Any]] = {**environment.brief.get("knows", {}), **(own or {})}
        self._seen: dict[str, list[Any]] = {}

    async def walk(self, tools: Sequence[Tool], steps: int) -> list[Step]:
        """`steps` steps of calls that succeed, some with two calls side by side; fewer where chance finds no more."""
        made: list[Step] = []
        for _ in range(80):
            if len(made) == steps:
                break
            wanted = 2 if self._rng.random() < 0.25 else 1
            found = [each for _ in range(wanted) if (each := await self._call(self._rng.choice(list(tools))))]
            for _, _, content in found:
                self._remember("", content)
            if found:
                made.append(found)
        return made

    async def _call(self, tool: Tool) -> tuple[str, dict[str, Any], Any] | None:
        arguments: dict[str, Any] = {}
        for name, schema in tool.properties.items():
            options = schema.get("enum") or [
                *self._knows.get(f"{tool.name}.{name}", self._knows.get(name, [])),
                *self._seen.get(name, [])[-8:] * 2,
            ]
            if name in tool.required and not options:
                return None
            if options and (name in tool.required or self._rng.random() < 0.3):
                arguments[name] = self._rng.choice(options)
        output = await self.environment.call(tool.name, arguments)
        return None if output.is_error else (tool.name, arguments, content_value(output.content))

    def _remember(self, name: str, value: Any) -> None:
        if isinstance(value, dict):
            for key, inner in value.items():
                self._remember(str(key), inner)
        elif isinstance(value, list):
            for inner in value:
                self._remember(name, inner)
        elif value is not None:
            self._seen.setdefault(name, []).append(value)
