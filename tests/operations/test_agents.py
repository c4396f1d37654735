"""What the agents of a simulation see: each its own side, in requests that go on from each other."""

from __future__ import annotations

import json
from itertools import pairwise
from typing import Any

import pytest

from tests.stages.kiosk import REF, TOOLS, call, result
from toolace_mt.operations.agents import (
    AGENT_ASSISTANT,
    AGENT_TOOL,
    AGENT_USER,
    AgentOperation,
    AssistantDraft,
    AssistantInput,
    ResultsDraft,
    ToolInput,
    UserDraft,
    UserInput,
)
from toolace_mt.operations.base import World
from toolace_mt.types import Action, Dialogue, Observation, SubTask, Task, ToolCall, UserProfile

BRIEF = {"today": "2026-05-14", "knows": {"title": ["Emma"]}}
WORLD = World(REF, BRIEF)
TASK = Task(subtasks=(SubTask(goal="Buy the novel.", tools=("find_book",), steps=2),) * 2)
TURNS = (
    Observation(text='Get me "Dune".\n\nIt is a gift.', subtask=0),
    call("a", "find_book", title="Dune"),
    result("a", "find_book", {"book_id": "BK-4001"}),
    Action(text="It is there.", subtask=0),
    Observation(text="Then buy it.", subtask=1),
    call("b", "buy_book", book_id="BK-4001"),
    result("b", "buy_book", {"status": "sold"}),
    Action(text="Done.", subtask=1),
)
DIALOGUE = Dialogue(id="d", tools=TOOLS, turns=TURNS, task=TASK, environment=REF, system="Only sell what is there.")


def upto(turn: int) -> Dialogue:
    return DIALOGUE.model_copy(update={"turns": TURNS[:turn]})


def document(system: str) -> dict[str, Any]:
    return json.loads(system.partition("\n\n")[0])


def test_the_user_sees_words_and_goals_alone() -> None:
    system, user = AGENT_USER.render(UserInput(upto(8), BRIEF))
    assert document(system) == {
        "world": BRIEF,
        "task": [{"subtask": 0, "goal": "Buy the novel."}, {"subtask": 1, "goal": "Buy the novel."}],
    }
    for hidden in ("find_book", "buy_book", "BK-4001", "sold", '"steps"', '"tools"'):
        assert hidden not in user
        assert hidden not in system.partition("\n\n")[0]
    assert [json.loads(line)["content"] for line in user.partition("\n\n")[0].split("\n")[1:]] == [
        *('Get me "Dune".\n\nIt is a gift.', "It is there.", "Then buy it.", "Done."),
    ]


def test_the_assistant_sees_neither_the_task_nor_what_the_user_knows() -> None:
    system, user = AGENT_ASSISTANT.render(AssistantInput(upto(5), WORLD))
    assert document(system).keys() == {"tools", "world", "policy"}
    assert document(system)["world"] == {"name": REF.name, "seed": REF.seed}
    for hidden in ("the novel", "Emma", "subtask"):
        assert hidden not in system.partition("\n\n")[0] + user
    assert "BK-4001" in user


def test_who_the_user_is_is_told_to_the_user_alone() -> None:
    profile = UserProfile(persona="a beekeeper", style="terse", writes="few words")
    assert "beekeeper" in AGENT_USER.render(UserInput(upto(0), BRIEF), profile=profile)[0]
    assert "beekeeper" not in AGENT_ASSISTANT.render(AssistantInput(upto(1), WORLD), profile=profile)[0]
    assert "beekeeper" not in AGENT_TOOL.render(ToolInput(upto(2), WORLD), profile=profile)[0]


@pytest.mark.parametrize(
    ("operation", "given", "turns"),
    [
        (AGENT_USER, lambda d: UserInput(d, BRIEF), (0, 4, 8)),
        (AGENT_ASSISTANT, lambda d: AssistantInput(d, WORLD), (1, 3, 5, 7)),
        (AGENT_TOOL, lambda d: ToolInput(d, WORLD), (2, 6)),
    ],
)
def test_each_request_of_an_agent_goes_on_from_the_one_before(
    operation: AgentOperation[Any, Any], given: Any, turns: tuple[int, ...]
) -> None:
    rendered = [operation.render(given(upto(turn))) for turn in turns]
    assert len({system for system, _ in rendered}) == 1
    texts = [user for _, user in rendered]
    for before, after in pairwise(texts):
        kept = before.removesuffix(f"\n\n{operation.tail}")
        assert len(before) - len(kept) < 60
        assert after.startswith(kept)
        assert len(after) > len(before)


def test_the_assistant_and_the_tools_share_what_is_longest() -> None:
    assistant, _ = AGENT_ASSISTANT.render(AssistantInput(upto(1), WORLD))
    tool, _ = AGENT_TOOL.render(ToolInput(upto(2), WORLD))
    tools = assistant.partition('"world"')[0]
    assert '"find_book"' in tools
    assert tool.startswith(tools)


@pytest.mark.parametrize(
    ("draft", "wrong"),
    [
        ({"subtask": 1, "content": "Then buy it.", "done": True}, None),
        ({"subtask": 1, "content": None, "done": True}, "sub-task 1 was not brought up yet"),
        ({"subtask": 1, "content": "", "done": False}, "you are not done"),
        ({"subtask": 2, "content": "Hello."}, "there is no sub-task 2; they are 0 to 1"),
        ({"subtask": -1, "content": "Hello."}, "there is no sub-task -1"),
        ({"subtask": 1, "content": "Buy it for {{name}}."}, "placeholder"),
    ],
)
def test_messages_of_the_user_are_checked(draft: dict[str, Any], wrong: str | None) -> None:
    problems = AGENT_USER.check(UserInput(upto(4), BRIEF), UserDraft.model_validate(draft))
    assert wrong in "; ".join(problems) if wrong else problems == []


@pytest.mark.parametrize(
    ("draft", "wrong"),
    [
        ({"content": None, "tool_calls": [{"name": "buy_book", "arguments": '{"book_id": "BK-4001"}'}]}, None),
        ({"content": "It is yours.", "tool_calls": None}, None),
        ({"content": None, "tool_calls": None}, "neither calls a tool nor says anything"),
        ({"tool_calls": [{"name": "buy_book", "arguments": {"book_id": "BK-7777"}}]}, "BK-7777"),
        ({"tool_calls": [{"name": "sell", "arguments": {}}]}, "there is no tool 'sell'"),
        ({"tool_calls": [{"name": "buy_book", "arguments": {}}]}, "book_id"),
    ],
)
def test_turns_of_the_assistant_are_checked(draft: dict[str, Any], wrong: str | None) -> None:
    problems = AGENT_ASSISTANT.check(AssistantInput(upto(5), WORLD), AssistantDraft.model_validate(draft))
    assert wrong in "; ".join(problems) if wrong else problems == []


def test_calls_at_once_have_a_bound() -> None:
    find = {"name": "find_book", "arguments": {"title": "Dune"}}
    given = AssistantInput(upto(5), WORLD, calls_max=3)
    problems = [AGENT_ASSISTANT.check(given, AssistantDraft.model_validate({"tool_calls": [find] * n})) for n in (3, 4)]
    assert "it makes 4 calls at once; make at most 3, and the others later" not in problems[0]
    assert problems[1] == ["it makes 4 calls at once; make at most 3, and the others later"]


def test_there_is_one_result_for_each_call() -> None:
    two = Action(calls=tuple(ToolCall(id=i, name="find_book", arguments={"title": "Dune"}) for i in "xy"))
    given = ToolInput(DIALOGUE.model_copy(update={"turns": (*TURNS[:1], two)}), WORLD)
    results = [{"content": {"book_id": "BK-1"}}, {"content": None, "is_error": True}]
    assert AGENT_TOOL.check(given, ResultsDraft.model_validate({"results": results})) == []
    problems = AGENT_TOOL.check(given, ResultsDraft.model_validate({"results": results[:1]}))
    assert problems == ["there are 1 results for 2 calls; give one for each, in their order"]
