from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

from toolace_mt.ask import read_answer
from toolace_mt.dialogue.turns import CallDraft, build_turns, call_ids, pair_results
from toolace_mt.engines.base import CallKey, Completion, Message, Request
from toolace_mt.engines.offline import OfflineEngine
from toolace_mt.environments.builtin import open_builtin
from toolace_mt.operations.agents import AGENT_TOOL, ToolInput
from toolace_mt.operations.base import Operation, World
from toolace_mt.operations.initialize import TASK_INITIALIZATION, TRAJECTORY_INITIALIZATION, TaskInput, TrajectoryInput
from toolace_mt.types import Action, Dialogue, EnvironmentRef, Observation, SubTask, Task, Tool, ToolCall


class Desk:
    """Puts operations to an offline engine as `ask` does, and insists that the answer passes the operation's check."""

    def __init__(self) -> None:
        self.engine = OfflineEngine(open_builtin)

    async def complete(self, operation: Operation[Any, Any], given: Any, seed: int = 0) -> Completion:
        system, user = operation.render(given)
        request = Request(
            key=CallKey("d", "s", 0),
            operation=operation.name,
            model="offline",
            messages=(Message("system", system), Message("user", user)),
            schema=operation.schema,
            seed=seed,
        )
        return await self.engine.complete(request)

    async def ask(self, operation: Operation[Any, Any], given: Any, seed: int = 0) -> Any:
        answer, problems = read_answer(operation.output, await self.complete(operation, given, seed))
        assert answer is not None, problems
        assert operation.check(given, answer) == []
        return answer

    async def skeleton(self, tools: Sequence[Tool], world: World | None, steps: tuple[int, ...], seed: int) -> Dialogue:
        draft = await self.ask(TASK_INITIALIZATION, TaskInput(tuple(tools), steps, world), seed)
        subtasks = tuple(SubTask(goal=s.goal, tools=tuple(s.tools), steps=s.steps) for s in draft.subtasks)
        dialogue = Dialogue(
            id="d", tools=tuple(tools), task=Task(subtasks=subtasks), environment=world.ref if world else None
        )
        for number in range(len(subtasks)):
            answer = await self.ask(TRAJECTORY_INITIALIZATION, TrajectoryInput(dialogue, number, world), seed + number)
            turns = build_turns(answer.turns, number, call_ids(f"d/{number}"))
            dialogue = dialogue.model_copy(update={"turns": (*dialogue.turns, *turns)})
        return dialogue

    async def answered(self, dialogue: Dialogue, calls: Sequence[CallDraft]) -> Dialogue:
        """`dialogue` with calls of the assistant, and what the tool agent gives for them."""
        made = tuple(ToolCall(id=f"c{n}", name=c.name, arguments=c.arguments) for n, c in enumerate(calls))
        asked = dialogue.model_copy(update={"turns": (*dialogue.turns, Action(calls=made))})
        draft = await self.ask(AGENT_TOOL, ToolInput(asked))
        results = Observation(results=pair_results(made, draft.results))
        return asked.model_copy(update={"turns": (*asked.turns, results)})

    async def builtin(self, name: str, seed: int, steps: tuple[int, ...] = (2, 3)) -> tuple[Dialogue, World]:
        environment = open_builtin(EnvironmentRef(name=name, seed=seed))
        world = World(EnvironmentRef(name=name, seed=seed), environment.brief)
        tools = random.Random(seed).sample(list(environment.tools), 10)
        return await self.skeleton(tools, world, steps, seed), world


WEATHER = Tool(
    name="get_weather",
    description="Retrieve the current weather for a specified city.",
    parameters={
        "type": "object",
        "properties": {"city": {"type": "string", "description": "The city, e.g. 'Austin, TX'."}},
        "required": ["city"],
    },
)
OPEN_TICKET = Tool(
    name="create_ticket",
    description="Create a ticket in the system and queue it.",
    parameters={
        "type": "object",
        "properties": {"title": {"type": "string", "description": "Title of the ticket."}},
        "required": ["title"],
    },
    returns={"type": "object", "properties": {"ticket_id": {"type": "integer"}, "status": {"type": "string"}}},
)
CLOSE_TICKET = Tool(
    name="close_ticket",
    description="Close a ticket.",
    parameters={
        "type": "object",
        "properties": {"ticket_id": {"type": "integer", "description": "ID of the ticket to be closed."}},
        "required": ["ticket_id"],
    },
)
PLAIN_TOOLS = (WEATHER, OPEN_TICKET, CLOSE_TICKET)
