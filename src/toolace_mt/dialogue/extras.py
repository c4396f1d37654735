"""What a dialogue holds beyond OpenAI's messages and tools, spoken of by message index."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from pydantic import BaseModel, ConfigDict

from toolace_mt.types import Action, Dialogue, EnvironmentRef, JsonSchema, Task, Tool


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class Mark(_Part):
    """One call, or one result."""

    message_index: int
    tool_call_id: str


class ToolsAdded(_Part):
    """The tools that the observation beginning with this message adds."""

    message_index: int
    names: tuple[str, ...]


class Span(_Part):
    """Messages `start` to before `end` belong to a sub-task."""

    subtask: int
    start: int
    end: int


class ToolDetails(_Part):
    """What is known of the tool at `index` of `tools` beyond OpenAI's fields."""

    index: int
    group: str = ""
    returns: JsonSchema | None = None
    source_name: str | None = None
    environment: str | None = None


class Extras(_Part):
    """What a dialogue holds beyond OpenAI's messages and tools. Unknown keys are ignored: metadata carries more."""

    tools_added: tuple[ToolsAdded, ...] = ()
    faulty_calls: tuple[Mark, ...] = ()
    error_results: tuple[Mark, ...] = ()
    simulated_results: tuple[Mark, ...] = ()
    subtasks: tuple[Span, ...] = ()
    tool_details: tuple[ToolDetails, ...] = ()
    task: Task | None = None
    environment: EnvironmentRef | None = None


def extras_of(dialogue: Dialogue, starts: Sequence[int]) -> Extras:
    """The extras of a dialogue whose turns begin at the messages `starts` (and one more: their number)."""
    tools_added: list[ToolsAdded] = []
    faulty: list[Mark] = []
    errors: list[Mark] = []
    simulated: list[Mark] = []
    for start, turn in zip(starts, dialogue.turns, strict=False):
        if isinstance(turn, Action):
            faulty += [Mark(message_index=start, tool_call_id=c.id) for c in turn.calls if c.faulty]
            continue
        if turn.tools_added:
            tools_added.append(ToolsAdded(message_index=start, names=tuple(t.name for t in turn.tools_added)))
        marks = [Mark(message_index=start + i, tool_call_id=r.call_id) for i, r in enumerate(turn.results)]
        errors += [mark for mark, r in zip(marks, turn.results, strict=True) if r.is_error]
        simulated += [mark for mark, r in zip(marks, turn.results, strict=True) if r.simulated]
    return Extras(
        tools_added=tuple(tools_added),
        faulty_calls=tuple(faulty),
        error_results=tuple(errors),
        simulated_results=tuple(simulated),
        subtasks=tuple(_spans(dialogue, starts)),
        tool_details=tuple(_details(dialogue.all_tools)),
        task=dialogue.task,
        environment=dialogue.environment,
    )


def _spans(dialogue: Dialogue, starts: Sequence[int]) -> Iterator[Span]:
    for subtask, run in groupby(range(len(dialogue.turns)), key=lambda i: dialogue.turns[i].subtask):
        turns = list(run)
        if subtask is not None:
            yield Span(subtask=subtask, start=starts[turns[0]], end=starts[turns[-1] + 1])


def _details(tools: Sequence[Tool]) -> Iterator[ToolDetails]:
    plain = ToolDetails(index=0).model_dump(exclude={"index"})
    for index, tool in enumerate(tools):
        details = tool.model_dump(include=set(plain))
        if details != plain:
            yield ToolDetails(index=index, **details)
