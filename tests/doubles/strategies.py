"""Random dialogues for property tests: alternating, paired, otherwise as odd as the types allow."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

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

texts = st.text(min_size=1, max_size=30)
maybe_texts = st.text(max_size=30)
names = st.from_regex(r"[A-Za-z0-9_-]{1,12}", fullmatch=True)
subtasks = st.one_of(st.none(), st.integers(0, 3))
json_values: st.SearchStrategy[Any] = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | maybe_texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(maybe_texts, inner, max_size=3),
    max_leaves=6,
)
objects = st.dictionaries(texts, json_values, max_size=4)


@st.composite
def tools(draw: st.DrawFn) -> Tool:
    return Tool(
        name=draw(names),
        description=draw(maybe_texts),
        parameters={"type": "object", "properties": draw(st.dictionaries(texts, objects, max_size=2))},
        returns=draw(st.none() | objects),
        group=draw(maybe_texts),
        source_name=draw(st.none() | texts),
        environment=draw(st.none() | texts),
    )


@st.composite
def _calling(draw: st.DrawFn, first: int) -> tuple[Action, Observation]:
    made = draw(st.lists(st.tuples(names, objects, st.booleans()), min_size=1, max_size=3))
    calls = tuple(
        ToolCall(id=f"call-{first}-{i}", name=name, arguments=arguments, faulty=faulty)
        for i, (name, arguments, faulty) in enumerate(made)
    )
    results = tuple(
        ToolResult(
            call_id=c.id,
            name=c.name,
            content=draw(maybe_texts),
            is_error=draw(st.booleans()),
            simulated=draw(st.booleans()),
        )
        for c in calls
    )
    subtask = draw(subtasks)
    added = tuple(draw(st.lists(tools(), max_size=1)))
    return (
        Action(text=draw(maybe_texts), calls=calls, subtask=subtask),
        Observation(results=results, tools_added=added, subtask=subtask),
    )


@st.composite
def dialogues(draw: st.DrawFn) -> Dialogue:
    turns: list[Turn] = []
    for _ in range(draw(st.integers(1, 3))):
        added = tuple(draw(st.lists(tools(), max_size=2)))
        turns.append(Observation(text=draw(texts), tools_added=added, subtask=draw(subtasks)))
        for _ in range(draw(st.integers(0, 2))):
            turns += draw(_calling(len(turns)))
        turns.append(Action(text=draw(texts), subtask=draw(subtasks)))
    task = Task(subtasks=(SubTask(goal=draw(maybe_texts), tools=tuple(draw(st.lists(names, max_size=2))), steps=1),))
    return Dialogue(
        id=draw(names),
        tools=tuple(draw(st.lists(tools(), max_size=3))),
        turns=tuple(turns),
        system=draw(maybe_texts),
        task=draw(st.sampled_from([None, task])),
        environment=draw(st.sampled_from([None, EnvironmentRef(name="world", seed=7)])),
    )
