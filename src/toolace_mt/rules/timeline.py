"""A dialogue in order: the tools in force at each turn, and each call with what it gave."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from toolace_mt.types import Action, Dialogue, Observation, Tool, ToolCall, ToolResult, Turn


class Step(NamedTuple):
    """The turn at `at`, and the tools that can be called at it by their names."""

    at: int
    turn: Turn
    tools: dict[str, Tool]


class AnsweredCall(NamedTuple):
    """A call of turn `at`, and its result where there is one."""

    at: int
    call: ToolCall
    result: ToolResult | None

    @property
    def succeeded(self) -> bool:
        """Whether the call was meant well, and gave a result that is no error."""
        return self.result is not None and not self.result.is_error and not self.call.faulty


def steps(dialogue: Dialogue) -> Iterator[Step]:
    """The turns with the tools in force at each."""
    tools = {tool.name: tool for tool in dialogue.tools}
    for index, turn in enumerate(dialogue.turns):
        if isinstance(turn, Observation) and turn.tools_added:
            tools = tools | {tool.name: tool for tool in turn.tools_added}
        yield Step(index, turn, tools)


def answered_calls(dialogue: Dialogue) -> Iterator[AnsweredCall]:
    """All calls in order, each with the result that the next turn has at its place, or else under its id."""
    for index, turn in enumerate(dialogue.turns):
        if not isinstance(turn, Action) or not turn.calls:
            continue
        following = dialogue.turns[index + 1] if index + 1 < len(dialogue.turns) else None
        results = following.results if isinstance(following, Observation) else ()
        by_id = {result.call_id: result for result in reversed(results)}  # the first of those with one id
        for place, call in enumerate(turn.calls):
            in_place = place < len(results) and results[place].call_id == call.id
            yield AnsweredCall(index, call, results[place] if in_place else by_id.get(call.id))
