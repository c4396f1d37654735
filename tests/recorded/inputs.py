"""The typed input of an operation, read back from the context of a recorded request."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from itertools import count
from typing import Any

from toolace_mt.config import EXPERTS
from toolace_mt.dialogue.turns import content_text
from toolace_mt.operations.agents import (
    AGENT_ASSISTANT,
    AGENT_TOOL,
    AGENT_USER,
    AgentOperation,
    AssistantInput,
    ToolInput,
    UserInput,
)
from toolace_mt.operations.base import Operation, World, read_instruction
from toolace_mt.operations.initialize import TASK_INITIALIZATION, TRAJECTORY_INITIALIZATION, TaskInput, TrajectoryInput
from toolace_mt.operations.inject import INJECTIONS, InjectionInput
from toolace_mt.operations.plan import (
    PLAN_INITIALIZATION,
    SUBTRAJECTORY_INITIALIZATION,
    SharedValue,
    SubtrajectoryInput,
)
from toolace_mt.operations.reasonability import JUDGE, MASK_FILL, FillInput, JudgeInput
from toolace_mt.operations.repair import REPAIR, RepairInput
from toolace_mt.operations.verbalize import VERBALIZATION, UserValue, VerbalizationInput, user_turns
from toolace_mt.operations.verbalize_pieces import VERBALIZATION_REPLY, VERBALIZATION_REQUEST
from toolace_mt.operations.verify import ExpertInput, expert
from toolace_mt.types import (
    Action,
    Dialogue,
    EnvironmentRef,
    Observation,
    SubTask,
    Task,
    Tool,
    ToolCall,
    ToolResult,
    Turn,
)

OPERATIONS: dict[str, Operation[Any, Any]] = {
    operation.name: operation
    for operation in (
        TASK_INITIALIZATION,
        TRAJECTORY_INITIALIZATION,
        PLAN_INITIALIZATION,
        SUBTRAJECTORY_INITIALIZATION,
        *INJECTIONS.values(),
        VERBALIZATION,
        VERBALIZATION_REQUEST,
        VERBALIZATION_REPLY,
        MASK_FILL,
        JUDGE,
        REPAIR,
        AGENT_USER,
        AGENT_ASSISTANT,
        AGENT_TOOL,
        *map(expert, EXPERTS),
    )
}


def asked(operation: str) -> str:
    """A digest of what a model is told for `operation`."""
    known = OPERATIONS[operation]
    if isinstance(known, AgentOperation):
        return digest(read_instruction(operation) + known.tail)
    return digest(read_instruction("preamble") + read_instruction(operation))


def digest(text: str) -> str:
    """16 hexadecimal characters."""
    return hashlib.blake2b(text.encode(), digest_size=8).hexdigest()


def input_of(operation: str, context: dict[str, Any], tools: Mapping[str, Tool], names: list[str]) -> Any:
    """The input that renders to `context`, with the tools called `names`."""
    world = _world(context)
    all_tools = tuple(tools[name] for name in names)
    if operation in ("task_initialization", "plan_initialization"):
        return TaskInput(all_tools, tuple(w["steps"] for w in context["subtasks_wanted"]), world)
    if operation.startswith("verbalization"):
        return _verbalization(context, all_tools, world)
    if operation == "subtrajectory_initialization":
        bare = Dialogue(id="recorded", tools=all_tools, task=_task(context))
        shared = tuple(map(SharedValue.model_validate, context["shared_values"]))
        return SubtrajectoryInput(bare, context["subtask_to_write"], shared, world)
    if operation.startswith("agent_"):
        return _agent(operation, context, all_tools, world)
    dialogue = _dialogue(context, all_tools)
    if operation == "trajectory_initialization":
        return TrajectoryInput(dialogue, context["subtask_to_write"], world)
    if operation.startswith("inject_"):
        return _injection(context["injection"], dialogue, world)
    if operation == "mask_fill":
        return FillInput(dialogue, tuple(context["masked_turns"]), world)
    if operation == "repair":
        problems = {
            turn: tuple(p["problem"] for p in context["problems"] if p["turn"] == turn)
            for turn in context["masked_turns"]
        }
        return RepairInput(dialogue, problems, world)
    if operation == "judge":
        other = {t["turn"]: _Turns(dialogue).read(t["B"]) for t in context["dialogue"] if "B" in t}
        return JudgeInput(dialogue, other, world)
    return ExpertInput(dialogue, world)


def _agent(operation: str, context: dict[str, Any], tools: tuple[Tool, ...], world: World | None) -> Any:
    goals = (SubTask(goal=each["goal"], tools=(), steps=1) for each in context.get("task", ()))
    empty = Dialogue(id="recorded", tools=tools, task=Task(subtasks=tuple(goals)), system=context.get("policy", ""))
    reader = _Turns(empty)
    turns = (reader.read(each).model_copy(update={"subtask": each.get("subtask")}) for each in context["dialogue"])
    dialogue = empty.model_copy(update={"turns": tuple(turns)})
    if operation == AGENT_USER.name:
        return UserInput(dialogue, context.get("world", {}))
    return AssistantInput(dialogue, world) if operation == AGENT_ASSISTANT.name else ToolInput(dialogue, world)


def _world(context: dict[str, Any]) -> World | None:
    if "seed" not in context.get("world", {}):
        return None
    brief = {key: value for key, value in context["world"].items() if key not in ("name", "seed")}
    return World(EnvironmentRef(name=context["world"]["name"], seed=context["world"]["seed"]), brief)


def _dialogue(context: dict[str, Any], tools: tuple[Tool, ...]) -> Dialogue:
    shown = context["dialogue"]
    added = {name for turn in shown for name in turn.get("tools_added", ())}
    empty = Dialogue(id="recorded", tools=tools, task=_task(context), system=context.get("system", ""))
    reader = _Turns(empty)
    turns = tuple(reader.read(turn.get("A", turn)) for turn in shown)
    return empty.model_copy(update={"tools": tuple(t for t in tools if t.name not in added), "turns": turns})


def _task(context: dict[str, Any]) -> Task | None:
    """The task; None for a dialogue that was recorded elsewhere."""
    if "task" not in context:
        return None
    subtasks = (SubTask(goal=s["goal"], tools=tuple(s["tools"]), steps=s["steps"]) for s in context["task"])
    return Task(subtasks=tuple(subtasks))


class _Turns:
    """Reads turns as a model sees them; masked ones get stand-ins of the same kind."""

    def __init__(self, dialogue: Dialogue) -> None:
        self.tools = {tool.name: tool for tool in dialogue.all_tools}
        self.ids = (f"id{number}" for number in count())
        self.open: tuple[ToolCall, ...] = ()

    def read(self, shown: dict[str, Any]) -> Turn:
        text = shown.get("content", "")
        if shown["role"] == "assistant":
            calls = shown.get("tool_calls") or [
                {"name": n or "no such tool", "arguments": {}} for n in shown.get("calls_to", ())
            ]
            self.open = tuple(ToolCall(id=next(self.ids), name=c["name"], arguments=c["arguments"]) for c in calls)
            return Action(text=text, calls=self.open)
        if shown["role"] == "user":
            added = tuple(self.tools[name] for name in shown.get("tools_added", ()))
            return Observation(text=text or " ".join(map(str, shown.get("must_state", ()))), tools_added=added)
        results = shown.get("results") or [{"name": n, "content": {}} for n in shown.get("results_of", ())]
        return Observation(
            results=tuple(
                ToolResult(
                    call_id=self.open[i].id if i < len(self.open) else next(self.ids),
                    name=r["name"],
                    content=content_text(r["content"]),
                    is_error=r.get("is_error", False),
                )
                for i, r in enumerate(results)
            )
        )


def _verbalization(context: dict[str, Any], tools: tuple[Tool, ...], world: World | None) -> VerbalizationInput:
    reader = _Turns(Dialogue(id="recorded", tools=tools))
    turns: list[Turn] = []
    said: dict[int, list[UserValue]] = {}
    for shown in context["dialogue"]:
        if not shown.get("masked"):
            turns.append(reader.read(shown))
            continue
        turns.append((Observation if shown["role"] == "user" else Action)(subtask=shown["subtask"]))
        exact = [UserValue("", "id", value) for value in shown.get("must_state", ())]
        plain = [UserValue(t, v["parameter"], v["value"]) for v in shown.get("must_convey", ()) for t in v["tools"]]
        said[shown["turn"]] = [*exact, *plain]
    dialogue = Dialogue(id="recorded", tools=tools, turns=tuple(turns))
    wanted = tuple(context["subtasks_to_word"])
    every = wanted == tuple(range(len(user_turns(dialogue))))
    return VerbalizationInput(dialogue, said, world, None if every else wanted)


def _injection(injection: dict[str, Any], dialogue: Dialogue, world: World | None) -> InjectionInput:
    index = injection["masked_turn"]
    original = _Turns(dialogue).read(injection["original"])
    details = {key: injection[key] for key in ("withhold", "missing_tool") if key in injection}
    turns = (*dialogue.turns[:index], original, *dialogue.turns[index + 1 :])
    whole = dialogue.model_copy(update={"turns": turns})
    return InjectionInput(whole, index, injection["kind"], injection["sub_kind"], details, world)
