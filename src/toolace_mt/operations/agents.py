"""The agents of a multi-agent simulation: user, assistant and tool, each of which writes its next message (the baseline).

Their requests are made for prompt caches. What stays the same through a dialogue is the system message: a JSON document
(tools first, which two agents share), then the instruction. The user message holds the dialogue alone, one turn a line, so
that each request of an agent repeats its last one up to a short tail.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from pydantic import Field, field_validator

from toolace_mt.dialogue.turns import CallDraft, Draft, ResultDraft, TurnDraft, json_text, kind_of, turn_json
from toolace_mt.operations.base import Instructions, Operation, World, instruction, render_context, tools_json
from toolace_mt.operations.checks import draft_problems, text_problems
from toolace_mt.types import Action, Dialogue, Observation, Turn, UserProfile

In = TypeVar("In")
Out = TypeVar("Out", bound=Draft)
HEADING = "The dialogue so far:"


@dataclass(frozen=True)
class AgentOperation(Operation[In, Out]):
    """One message of an agent. The context's `dialogue` is what grows. tail: the short text behind it."""

    tail: str = ""

    def render(
        self, given: In, texts: Instructions | None = None, profile: UserProfile | None = None
    ) -> tuple[str, str]:
        """(system, user) messages: what lasts and the instruction, then the dialogue; `texts` as for all operations."""
        context = self.context_for(given, profile)
        lines = [HEADING, *map(json_text, context.pop("dialogue"))]
        system = f"{render_context(context)}\n\n{instruction(self.name, texts)}"
        return system, "\n".join(lines) + f"\n\n{self.tail}"


class _Message(Draft):
    """Base of messages, in which null means that nothing is said."""

    content: str = ""

    @field_validator("content", mode="before")
    @classmethod
    def _null_is_nothing(cls, value: Any) -> Any:
        return "" if value is None else value


@dataclass(frozen=True)
class UserInput:
    """The dialogue so far, of which the user sees the words alone. brief: what the user knows of the world, where it runs."""

    dialogue: Dialogue
    brief: dict[str, Any]


class UserDraft(_Message):
    """The user's next message. subtask: what it is about. done: nothing is left to bring up after it."""

    subtask: int
    done: bool = False


@dataclass(frozen=True)
class AssistantInput:
    """The dialogue so far, which the assistant sees but for its task.

    world: of which it is told the name and the seed, and nothing that the user knows; the seed says nothing to a model, but
    the offline engine finds the user's plan by it. calls_max: calls at most in one turn.
    """

    dialogue: Dialogue
    world: World | None = None
    calls_max: int = 15


class AssistantDraft(_Message):
    """The assistant's next turn: calls, or a reply."""

    tool_calls: list[CallDraft] = Field(default_factory=list[CallDraft])

    @field_validator("tool_calls", mode="before")
    @classmethod
    def _null_is_none(cls, value: Any) -> Any:
        return [] if value is None else value

    @property
    def turn(self) -> TurnDraft:
        """The same as a turn of a trajectory."""
        return TurnDraft(role="assistant", content=self.content, tool_calls=self.tool_calls)


@dataclass(frozen=True)
class ToolInput:
    """The dialogue up to the calls to answer, which are its last turn. world: where other tools of the dialogue run."""

    dialogue: Dialogue
    world: World | None = None


class ResultsDraft(Draft):
    """What the calls give, one result for each, in their order."""

    results: list[ResultDraft]


def _user_context(given: UserInput) -> dict[str, Any]:
    dialogue = given.dialogue
    assert dialogue.task is not None
    context: dict[str, Any] = {"world": given.brief} if given.brief else {}
    context["task"] = [{"subtask": i, "goal": each.goal} for i, each in enumerate(dialogue.task.subtasks)]
    spoken = [turn for turn in dialogue.turns if kind_of(turn) in ("user", "reply")]
    context["dialogue"] = [
        {**line, "subtask": turn.subtask} if isinstance(turn, Observation) else line
        for line, turn in zip(_lines(spoken), spoken, strict=True)
    ]
    return context


def _assistant_context(given: AssistantInput) -> dict[str, Any]:
    context: dict[str, Any] = {"tools": tools_json(given.dialogue.tools)}
    if given.world:
        context["world"] = {"name": given.world.ref.name, "seed": given.world.ref.seed}
    if given.dialogue.system:
        context["policy"] = given.dialogue.system
    context["dialogue"] = _lines(given.dialogue.turns)
    return context


def _tool_context(given: ToolInput) -> dict[str, Any]:
    context: dict[str, Any] = {"tools": tools_json(given.dialogue.tools)}
    if given.world:
        context["world"] = {"name": given.world.ref.name, "seed": given.world.ref.seed, **given.world.brief}
    context["dialogue"] = _lines(given.dialogue.turns)
    return context


def _lines(turns: Sequence[Turn]) -> list[dict[str, Any]]:
    """Turns as agents see them: without numbers, which none of them needs."""
    shown = [turn_json(0, turn) for turn in turns]
    return [{key: value for key, value in turn.items() if key != "turn"} for turn in shown]


def _user_problems(given: UserInput, draft: UserDraft) -> list[str]:
    task = given.dialogue.task
    count = len(task.subtasks) if task else 0
    if not 0 <= draft.subtask < count:
        return [f"there is no sub-task {draft.subtask}; they are 0 to {count - 1}"]
    said = bool(draft.content.strip())
    brought = brought_up(given.dialogue) | ({draft.subtask} if said else set())
    left = [number for number in range(count) if number not in brought]
    problems = text_problems([draft.content])
    if not said and not draft.done:
        problems.append("`content` is empty, but you are not done; write the next message")
    if draft.done and left:
        problems.append(f"you are not done: sub-task {left[0]} was not brought up yet")
    return problems


def brought_up(dialogue: Dialogue) -> set[int]:
    """The sub-tasks that user messages of a dialogue were about."""
    messages = (turn for turn in dialogue.turns if isinstance(turn, Observation) and turn.is_user)
    return {turn.subtask for turn in messages if turn.subtask is not None}


def _assistant_problems(given: AssistantInput, draft: AssistantDraft) -> list[str]:
    if not draft.tool_calls and not draft.content.strip():
        return ["it neither calls a tool nor says anything; give `tool_calls` or `content`"]
    if len(draft.tool_calls) > given.calls_max:
        return [f"it makes {len(draft.tool_calls)} calls at once; make at most {given.calls_max}, and the others later"]
    before = given.dialogue
    return draft_problems([draft.turn], before.tools, before, len(before.turns))


def _tool_problems(given: ToolInput, draft: ResultsDraft) -> list[str]:
    asked = given.dialogue.turns[-1]
    calls = len(asked.calls) if isinstance(asked, Action) else 0
    if len(draft.results) != calls:
        return [f"there are {len(draft.results)} results for {calls} calls; give one for each, in their order"]
    return []


AGENT_USER = AgentOperation(
    "agent_user", UserDraft, _user_context, _user_problems, tail="Write the user's next message."
)
AGENT_ASSISTANT = AgentOperation(
    "agent_assistant",
    AssistantDraft,
    _assistant_context,
    _assistant_problems,
    tail="Write the assistant's next turn.",
    knows_user=False,
)
AGENT_TOOL = AgentOperation(
    "agent_tool",
    ResultsDraft,
    _tool_context,
    _tool_problems,
    tail="Write the results of the last calls.",
    knows_user=False,
)
