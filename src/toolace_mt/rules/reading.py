"""A dialogue as the rules read it: what several of them need is worked out once, and only where one asks for it."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from functools import cached_property
from itertools import accumulate
from typing import Any, NamedTuple

from toolace_mt.dialogue.grounding import gives, squeeze, turn_texts
from toolace_mt.dialogue.turns import TurnKind, content_value, kind_of
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


class Reading:
    """One dialogue, and what is worked out about it. Rules take it and change nothing."""

    def __init__(self, dialogue: Dialogue) -> None:
        self.dialogue = dialogue

    @property
    def turns(self) -> tuple[Turn, ...]:
        """The turns of the dialogue."""
        return self.dialogue.turns

    @property
    def recorded(self) -> bool:
        """Whether it was recorded, and not planned: nobody can say which sub-tasks it has, nor that it is whole."""
        return self.dialogue.task is None

    @cached_property
    def kinds(self) -> tuple[TurnKind, ...]:
        """The kind of each turn."""
        return tuple([kind_of(turn) for turn in self.turns])

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        """The turns with the tools in force at each; the same dict until tools are added."""
        return tuple(_steps(self.dialogue))

    @cached_property
    def answered(self) -> tuple[AnsweredCall, ...]:
        """All calls in order, each with the result that the next turn has at its place, or else under its id."""
        return tuple(_answered(self.turns))

    @cached_property
    def values(self) -> tuple[tuple[Any, ...], ...]:
        """For each turn, its results as JSON values, or as texts where they are none."""
        return tuple(
            tuple(content_value(r.content) for r in turn.results) if isinstance(turn, Observation) else ()
            for turn in self.turns
        )

    @cached_property
    def last_user(self) -> tuple[int, ...]:
        """For each turn, the last user message at or before it; -1 where there is none."""
        heard = (index if kind == "user" else -1 for index, kind in enumerate(self.kinds))
        return tuple(accumulate(heard, max))

    @cached_property
    def _squeezed(self) -> tuple[str, tuple[int, ...]]:
        """The system prompt and all turns as one squeezed text, and its length before each turn (and after the last)."""
        parts = [squeeze(self.dialogue.system)]
        parts += [squeeze("\n".join(turn_texts(turn))) for turn in self.turns]
        ends = tuple(accumulate(map(len, parts)))
        return "".join(parts), ends

    def heard(self, upto: int) -> str:
        """The system prompt and the turns before `upto`, squeezed."""
        text, ends = self._squeezed
        return text[: ends[upto]]

    def heard_from(self, value: str) -> int | None:
        """The turn whose text first holds a squeezed `value`; -1 for the system prompt, None where it is nowhere."""
        text, ends = self._squeezed
        place = text.find(value)
        return None if place < 0 else bisect_left(ends, place + len(value)) - 1

    def mentioned(self, value: str, upto: int) -> bool:
        """Whether the system prompt, a turn before `upto`, or a tool in force there gives `value`."""
        return gives(self.heard(upto), value) or gives(self._declared(self.steps[upto].tools), value)

    def _declared(self, tools: dict[str, Tool]) -> str:
        known = self._tool_texts.get(id(tools))
        if known is None:
            known = squeeze(" ".join(f"{tool.description} {tool.parameters}" for tool in tools.values()))
            self._tool_texts[id(tools)] = known
        return known

    @cached_property
    def _tool_texts(self) -> dict[int, str]:
        """What each set of tools says, squeezed; by the identity of the dict, which `steps` keeps."""
        return {}


def _steps(dialogue: Dialogue) -> Iterator[Step]:
    tools = {tool.name: tool for tool in dialogue.tools}
    for index, turn in enumerate(dialogue.turns):
        if isinstance(turn, Observation) and turn.tools_added:
            tools = tools | {tool.name: tool for tool in turn.tools_added}
        yield Step(index, turn, tools)


def _answered(turns: tuple[Turn, ...]) -> Iterator[AnsweredCall]:
    for index, turn in enumerate(turns):
        if not isinstance(turn, Action) or not turn.calls:
            continue
        following = turns[index + 1] if index + 1 < len(turns) else None
        results = following.results if isinstance(following, Observation) else ()
        by_id = {result.call_id: result for result in reversed(results)}  # the first of those with one id
        for place, call in enumerate(turn.calls):
            in_place = place < len(results) and results[place].call_id == call.id
            yield AnsweredCall(index, call, results[place] if in_place else by_id.get(call.id))
