"""The plan of dialogues whose sub-tasks are written at the same time, and what each of them has to keep to."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from tests.stages.kiosk import TOOLS
from toolace_mt.operations.initialize import TaskInput
from toolace_mt.operations.plan import (
    PLAN_INITIALIZATION,
    SUBTRAJECTORY_INITIALIZATION,
    SharedValue,
    SubtrajectoryInput,
)
from toolace_mt.types import Dialogue, SubTask, Task

FOUND = {"value": "BK-4001", "meaning": "id of the book", "given_by": 0, "used_by": [1]}
CARD = {"value": "CARD-7731", "meaning": "number of the card", "given_by": "user", "used_by": [0, 1]}
SUBTASKS = [
    {"goal": "Look for Dune.", "tools": ["find_book"], "steps": 1},
    {"goal": "Buy it.", "tools": ["buy_book"], "steps": 1},
]


def plan_problems(*shared: dict[str, Any]) -> str:
    draft = PLAN_INITIALIZATION.output.model_validate({"subtasks": SUBTASKS, "shared_values": list(shared)})
    return "; ".join(PLAN_INITIALIZATION.check(TaskInput(TOOLS, (1, 1)), draft))


def test_a_sound_plan_passes() -> None:
    assert plan_problems() == ""
    assert plan_problems(FOUND, CARD) == ""


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"used_by": []}, "`used_by` must have numbers of sub-tasks, from 0 to 1"),
        ({"used_by": [2]}, "from 0 to 1"),
        ({"used_by": [0, 1]}, "only sub-tasks after 0"),
        ({"given_by": 7}, "`given_by` must be"),
        ({"given_by": -1}, "`given_by` must be"),
        ({"value": " "}, "needs a `value`"),
        ({"meaning": ""}, "`meaning`"),
        ({"value": "[book id]"}, "placeholder"),
        ({"value": "x1" * 200}, "too long"),
    ],
)
def test_shared_values_that_cannot_be_are_asked_again(change: dict[str, Any], said: str) -> None:
    assert said in plan_problems({**FOUND, **change})


def test_a_value_is_listed_once() -> None:
    assert "twice" in plan_problems(FOUND, {**FOUND, "meaning": "again"})


def test_the_task_is_held_to_the_same_as_one_without_shared_values() -> None:
    draft = PLAN_INITIALIZATION.output.model_validate({"subtasks": SUBTASKS[:1], "shared_values": []})
    assert PLAN_INITIALIZATION.check(TaskInput(TOOLS, (1, 1)), draft) == ["there are 1 sub-tasks; write exactly 2"]


def given(subtask: int, *shared: dict[str, Any]) -> SubtrajectoryInput:
    task = Task(subtasks=tuple(SubTask(goal=s["goal"], tools=tuple(s["tools"]), steps=s["steps"]) for s in SUBTASKS))
    values = tuple(SharedValue.model_validate(each) for each in shared)
    return SubtrajectoryInput(Dialogue(id="x", tools=TOOLS, task=task), subtask, values)


def turns(user: str, name: str, arguments: dict[str, Any], content: Any) -> dict[str, Any]:
    return {
        "turns": [
            {"role": "user", "content": user},
            {"role": "assistant", "tool_calls": [{"name": name, "arguments": arguments}]},
            {"role": "tool", "results": [{"content": content}]},
            {"role": "assistant", "content": "Done."},
        ]
    }


def piece_problems(asked: SubtrajectoryInput, answer: dict[str, Any]) -> str:
    draft = SUBTRAJECTORY_INITIALIZATION.output.model_validate(answer)
    return "; ".join(SUBTRAJECTORY_INITIALIZATION.check(asked, draft))


BUY = turns("Buy it, please.", "buy_book", {"book_id": "BK-4001"}, {"status": "sold"})


def test_what_an_earlier_subtask_gives_may_be_used_unseen() -> None:
    assert piece_problems(given(1, FOUND), BUY) == ""
    assert "'BK-4001' of book_id was not mentioned" in piece_problems(given(1), BUY)
    not_for_this_one = {**FOUND, "used_by": [2]}
    assert "'BK-4001' of book_id was not mentioned" in piece_problems(given(1, not_for_this_one), BUY)


def test_a_result_must_hold_what_later_subtasks_count_on() -> None:
    def find(content: Any) -> dict[str, Any]:
        return turns("Look for Dune, please.", "find_book", {"title": "Dune"}, content)

    assert piece_problems(given(0, FOUND), find({"book": {"id": "BK-4001"}})) == ""
    assert "no result holds 'BK-4001' (id of the book)" in piece_problems(given(0, FOUND), find({"id": "BK-4002"}))


def test_the_user_states_a_value_in_the_first_subtask_that_needs_it_and_nowhere_else() -> None:
    asked = turns("Look for Dune on card CARD-7731.", "find_book", {"title": "Dune"}, {})
    silent = turns("Look for Dune.", "find_book", {"title": "Dune"}, {})
    assert piece_problems(given(0, CARD), asked) == ""
    assert "the user message must state 'CARD-7731'" in piece_problems(given(0, CARD), silent)
    pay = turns("Pay for it.", "buy_book", {"book_id": "CARD-7731"}, {})
    assert piece_problems(given(1, CARD), pay) == ""
    assert piece_problems(given(0, {**CARD, "used_by": [0]}), silent) == "", "what one sub-task alone needs is its own"


def test_what_one_subtask_sets_for_all_after_it_is_a_value_of_the_user_that_the_others_do_not_repeat() -> None:
    folder: dict[str, Any] = {
        "value": "reports",
        "meaning": "folder that is current from sub-task 0 on",
        "given_by": "user",
        "used_by": [0, 1],
    }
    assert plan_problems(folder) == ""
    go = turns("Go to my folder reports, and look for Dune.", "find_book", {"title": "Dune"}, {})
    assert piece_problems(given(0, folder), go) == ""
    stay = turns("Look for Dune.", "find_book", {"title": "Dune"}, {})
    assert "the user message must state 'reports' (folder that is current" in piece_problems(given(0, folder), stay)
    assert piece_problems(given(1, folder), turns("Buy it.", "buy_book", {"book_id": "it"}, {})) == ""


def test_the_requests_of_all_pieces_are_the_same_up_to_the_number_of_the_subtask() -> None:
    one, other = (SUBTRAJECTORY_INITIALIZATION.render(given(n, FOUND, CARD)) for n in (0, 1))
    assert one[0] == other[0]
    mark = '"subtask_to_write": '
    assert one[1].split(mark)[0] == other[1].split(mark)[0]
    context = orjson.loads(one[1].partition("\n\n")[0])
    assert list(context) == ["tools", "task", "shared_values", "subtask_to_write"]
    assert context["shared_values"] == [FOUND, CARD]
