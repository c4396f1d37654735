"""The offline engine as the agents of a simulation: it hears the plan behind what its user says, in any process."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import Any

import pytest

from tests.doubles.engines import FunctionEngine
from tests.engines.offline.desk import PLAIN_TOOLS, Desk
from toolace_mt.baselines.multi_agent import MultiAgent
from toolace_mt.config import Config
from toolace_mt.dialogue.turns import kind_of
from toolace_mt.engines.base import Message, Request
from toolace_mt.engines.offline import OfflineEngine, planning
from toolace_mt.engines.offline.overhearing import request_for
from toolace_mt.engines.offline.voices import TONES, VOICES, voice_of
from toolace_mt.environments.base import Environment
from toolace_mt.environments.builtin import builtin_tools, open_builtin
from toolace_mt.operations.agents import AGENT_ASSISTANT, AGENT_USER, AssistantInput, UserInput
from toolace_mt.tools.pool import ToolPool
from toolace_mt.types import Action, Dialogue, EnvironmentRef, Observation, Outcome, SubTask, Task, Tool

AGENTS = ("agent_user", "agent_assistant", "agent_tool")
DESCRIBED = tuple(tool.model_copy(update={"environment": None}) for tool in builtin_tools(None))


async def simulated(tools: tuple[Tool, ...], number: int) -> tuple[Outcome, list[tuple[Request, str]]]:
    """A dialogue of the baseline, and what its agents were asked and answered."""
    inner = OfflineEngine(open_builtin)
    heard: list[tuple[Request, str]] = []

    async def complete(request: Request) -> Any:
        completion = await inner.complete(request)
        if request.operation in AGENTS:
            heard.append((request, completion.text))
        return completion

    config = Config.model_validate({"run": {"method": "mas"}})
    recipe = MultiAgent(config, FunctionEngine(complete), ToolPool(tools), lambda _: open_builtin)
    return await recipe.make(number), heard


@pytest.mark.parametrize("tools", [builtin_tools(None), DESCRIBED, PLAIN_TOOLS], ids=["run", "described", "own"])
@pytest.mark.parametrize("number", range(2))
async def test_every_answer_comes_from_its_request_alone(tools: tuple[Tool, ...], number: int) -> None:
    """A run that goes on in another process, at any request, must get the same dialogue."""
    outcome, heard = await simulated(tools, number)
    assert outcome.dialogue is not None
    assert len(heard) >= 6
    for request, text in random.Random(number).sample(heard, 4):
        assert (await OfflineEngine(open_builtin).complete(request)).text == text
    backwards = OfflineEngine(open_builtin)
    for request, text in reversed(heard):
        assert (await backwards.complete(request)).text == text


async def test_a_dialogue_that_goes_on_elsewhere_is_searched_for_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """However many plans were looked at for other dialogues meanwhile: a run that is taken up has several in work."""
    monkeypatch.setattr(planning, "_KEPT_PLANS", 8)
    opened: list[str] = []

    def opening(ref: EnvironmentRef) -> Environment:
        opened.append(ref.name)
        return open_builtin(ref)

    elsewhere = OfflineEngine(opening)
    requests: list[Request] = []
    for number in range(2):
        _, heard = await simulated(builtin_tools(None), number)
        asked = next(r for r, _ in reversed(heard) if r.operation == "agent_assistant")
        requests.append(asked)
    for request in requests:
        await elsewhere.complete(request)
    searched = len(opened)
    for request in requests:
        await elsewhere.complete(request)
    assert searched > 8
    assert len(opened) == searched


@pytest.mark.parametrize("number", range(10))
async def test_the_assistant_carries_out_what_was_planned(number: int) -> None:
    outcome, heard = await simulated(builtin_tools(None), number)
    assert outcome.dialogue is not None
    assert not any(request.key.attempt for request, _ in heard if request.operation == "agent_user")
    kinds = [kind_of(turn) for turn in outcome.dialogue.turns]
    if outcome.status == "failed":
        return
    assert outcome.dialogue.task is not None
    assert kinds.count("user") == len(outcome.dialogue.task.subtasks)
    said = " ".join(turn.text for turn in outcome.dialogue.turns if isinstance(turn, Observation))
    assert not any(tool.name in said for tool in outcome.dialogue.tools)


@pytest.mark.parametrize(
    "said",
    [
        "What's the weather like in Lisbon?",
        "create a ticket that says the printer is broken, then close it again!!",
        "hm",
        "\u4f60\u597d",
        '"' * 999,
        "Create. " * 400,
        "I",
        "Tell me a joke",
    ],
)
async def test_whatever_somebody_else_says_is_answered(desk: Desk, said: str) -> None:
    dialogue = Dialogue(id="d", tools=PLAIN_TOOLS, turns=(Observation(text=said),))
    for _ in range(4):
        draft = await desk.ask(AGENT_ASSISTANT, AssistantInput(dialogue))
        calls = draft.tool_calls
        assert calls or draft.content
        if not calls:
            return
        dialogue = await desk.answered(dialogue, calls)
    pytest.fail("it goes on calling tools")


async def test_what_somebody_else_asks_for_is_done_as_far_as_words_tell(desk: Desk) -> None:
    dialogue = Dialogue(id="d", tools=PLAIN_TOOLS, turns=(Observation(text="Get the weather for Oslo, please."),))
    draft = await desk.ask(AGENT_ASSISTANT, AssistantInput(dialogue))
    assert [call.name for call in draft.tool_calls] == ["get_weather"]


GOALS = (
    'Create a ticket titled "Broken lamp. Please hurry." and then close it. Check the weather in Oslo.',
    "The user wants to know the weather.",
    "",
    ".",
    'Write "',
)


@pytest.mark.parametrize("goal", GOALS)
async def test_the_user_says_the_goals_in_order_and_then_is_done(desk: Desk, goal: str) -> None:
    task = Task(subtasks=tuple(SubTask(goal=g, tools=(), steps=1) for g in (goal, "Check the weather in Rome.")))
    dialogue = Dialogue(id="d", tools=PLAIN_TOOLS, task=task)
    messages: list[str] = []
    for subtask, done in ((0, False), (1, True)):
        draft = (await desk.complete(AGENT_USER, UserInput(dialogue, {}))).text
        answer = AGENT_USER.output.model_validate_json(draft)
        assert (answer.subtask, answer.done) == (subtask, done)
        messages.append(answer.content)
        said = Observation(text=answer.content or "-", subtask=subtask)
        dialogue = dialogue.model_copy(update={"turns": (*dialogue.turns, said, Action(text="Right?"))})
    assert "Rome" in messages[1]
    last = await desk.ask(AGENT_USER, UserInput(dialogue, {}))
    assert (last.content, last.done) == ("", True)


def test_a_quotation_stays_whole() -> None:
    for voice in VOICES:
        said = request_for(GOALS[0], GOALS[0], voice, 0, later=False)
        assert '"Broken lamp. Please hurry."' in said
        assert "Oslo" in said


async def test_a_message_that_was_refused_is_said_in_another_way(desk: Desk) -> None:
    task = Task(subtasks=(SubTask(goal="Check the weather in Rome, and close ticket 4.", tools=(), steps=1),))
    given = UserInput(Dialogue(id="d", tools=PLAIN_TOOLS, task=task), {})
    system, user = AGENT_USER.render(given)
    request = Request(
        key=("d", "s", 0),  # type: ignore[arg-type]
        operation="agent_user",
        model="offline",
        messages=(Message("system", system), Message("user", user)),
        schema=AGENT_USER.schema,
        seed=1,
    )
    answers = set()
    for times in range(3):
        again = (Message("assistant", "{}"), Message("user", "That answer cannot be used:\n- no"))[: 2 * times]
        refused = replace(request, messages=(*request.messages, *again * times))
        answers.add((await desk.engine.complete(refused)).text)
    assert len(answers) > 1


def test_every_style_has_a_voice() -> None:
    assert {voice_of(style) for style in TONES} == set(VOICES) - {""}
    assert voice_of("as nobody wrote before") == ""
