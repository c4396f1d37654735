from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.stages.kiosk import TOOLS, Script, run
from toolace_mt.errors import NoUsableAnswer
from toolace_mt.stages.initialize import initialize_task, initialize_trajectory
from toolace_mt.stages.scope import Scope
from toolace_mt.types import Dialogue

TURNS = [
    {"role": "user", "content": "Please buy me the book Dune."},
    {"role": "assistant", "tool_calls": [{"name": "find_book", "arguments": {"title": "Dune"}}]},
    {"role": "tool", "results": [{"content": {"book_id": "BK-4001"}}]},
    {"role": "assistant", "tool_calls": [{"name": "buy_book", "arguments": {"book_id": "BK-4001"}}]},
    {"role": "tool", "results": [{"content": {"status": "sold", "left": 1}}]},
    {"role": "assistant", "content": "Dune is yours."},
]


def changed(position: int, **change: Any) -> dict[str, Any]:
    return {"turns": [{**turn, **change} if i == position else turn for i, turn in enumerate(TURNS)]}


def test_the_number_of_subtasks_and_steps_is_drawn_beforehand(scope: Callable[..., Scope]) -> None:
    asked: list[int] = []

    def answer(request: Any) -> dict[str, Any]:
        wanted = request.messages[-1].content.split('"subtasks_wanted": ')[1].split("]")[0] + "]"
        steps = [w["steps"] for w in json.loads(wanted)]
        asked.append(len(steps))
        return {"subtasks": [{"goal": f"Goal {i}", "tools": ["note"], "steps": s} for i, s in enumerate(steps)]}

    for seed in range(40):
        knobs = {"run": {"seed": seed}, "initialize": {"steps_min": 2, "steps_max": 3}}
        task = run(initialize_task(scope(Script(task_initialization=[answer]), **knobs), TOOLS))
        assert len(task.subtasks) == asked[-1]
        assert {s.steps for s in task.subtasks} <= {2, 3}
    assert set(asked) == {2, 3, 4, 5}


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        ({"turns": TURNS[:3] + TURNS[5:]}, "exactly 2"),
        ({"turns": TURNS[1:]}, "must be a user message"),
        ({"turns": TURNS[:-1]}, "must be an assistant reply"),
        (changed(3, tool_calls=[{"name": "by_book", "arguments": {}}]), "did you mean buy_book"),
        (changed(1, tool_calls=[{"name": "find_book", "arguments": {"titel": "Dune"}}]), "title"),
        (changed(3, tool_calls=[{"name": "buy_book", "arguments": {"book_id": "BK-7777"}}]), "BK-7777"),
        (changed(2, results=[]), "results"),
        (changed(5, content="Done, [name]!"), "placeholder"),
        (changed(0, content=""), "needs text"),
    ],
)
def test_a_bad_subtrajectory_is_asked_again(
    scope: Callable[..., Scope], dialogue: Dialogue, bad: dict[str, Any], said: str
) -> None:
    engine = Script(trajectory_initialization=[bad, {"turns": TURNS}])
    made = run(initialize_trajectory(scope(engine), dialogue.model_copy(update={"turns": ()})))
    assert said in engine.requests[1].messages[-1].content
    assert [t.text for t in made.turns if t.text] == ["Please buy me the book Dune.", "Dune is yours."]


def test_invented_results_are_replaced_and_the_reply_is_written_anew(
    scope: Callable[..., Scope], dialogue: Dialogue
) -> None:
    engine = Script(
        trajectory_initialization=[changed(4, results=[{"content": {"status": "sold", "left": 99}}])],
        mask_fill=[{"fills": [{"turn": 5, "role": "assistant", "content": "Bought; one copy is left."}]}],
    )
    made = run(initialize_trajectory(scope(engine), dialogue.model_copy(update={"turns": ()})))
    assert made.turns[-1].text == "Bought; one copy is left."
    assert '"left":1' in made.turns[4].results[0].content
    assert engine.steps() == ["init/subtask-0#0", "init/subtask-0/reply#0"]


def test_a_model_that_never_manages_ends_the_dialogue(scope: Callable[..., Scope], dialogue: Dialogue) -> None:
    engine = Script(trajectory_initialization=["nonsense"] * 3)
    with pytest.raises(NoUsableAnswer, match="init/subtask-0"):
        run(initialize_trajectory(scope(engine), dialogue.model_copy(update={"turns": ()})))
