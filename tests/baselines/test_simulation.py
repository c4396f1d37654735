"""A simulation in a small shop, with agents that answer from a script."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import Any

import pytest

from tests.stages.kiosk import REF, TOOLS, Kiosk, Script, run
from toolace_mt.ask import Asker
from toolace_mt.baselines.multi_agent import MultiAgent, as_served
from toolace_mt.baselines.simulation import asks, simulate
from toolace_mt.config import EXPERTS, Config
from toolace_mt.dialogue.turns import kind_of
from toolace_mt.engines.base import Request
from toolace_mt.errors import NoUsableAnswer, SimulationUnfinished
from toolace_mt.stages.initialize import draw_steps
from toolace_mt.stages.scope import Scope
from toolace_mt.tools.pool import ToolPool
from toolace_mt.types import Action, Dialogue, Observation, Outcome, SubTask, Task

MakeScope = Callable[..., Scope]
TASK = Task(
    subtasks=(
        SubTask(goal="Buy Dune.", tools=("find_book", "buy_book"), steps=2),
        SubTask(goal="Note that it was bought.", tools=("note",), steps=1),
    )
)
BARE = Dialogue(id="000000", tools=TOOLS, environment=REF, task=TASK)


def says(subtask: int, content: str, done: bool = False) -> dict[str, Any]:
    return {"subtask": subtask, "content": content, "done": done}


def calls(*made: tuple[str, dict[str, Any]]) -> dict[str, Any]:
    return {"tool_calls": [{"name": name, "arguments": arguments} for name, arguments in made]}


def replies(content: str) -> dict[str, Any]:
    return {"content": content}


def buys_what_was_found(request: Request) -> dict[str, Any]:
    found = re.findall(r"BK-\d+", request.messages[1].content)
    return calls(("buy_book", {"book_id": found[-1]}))


BUYS = [
    calls(("find_book", {"title": "Dune"})),
    buys_what_was_found,
    replies("Dune is yours."),
]
NOTES = [calls(("note", {"text": "Dune was bought"})), replies("It is noted.")]
NOTED = {"results": [{"content": {"noted": True}}]}
WHOLE: dict[str, list[Any]] = {
    "agent_user": [says(0, "Please buy me the book Dune."), says(1, 'Now note "Dune was bought".', done=True)],
    "agent_assistant": [*BUYS, *NOTES],
    "agent_tool": [NOTED],
}


def whole(**changes: list[Any]) -> Script:
    return Script(**{name: list(answers) for name, answers in {**WHOLE, **changes}.items()})


def simulated(scope: Scope, dialogue: Dialogue = BARE) -> Dialogue:
    async def last() -> Dialogue:
        return [reached async for reached in simulate(scope, dialogue)][-1]

    return run(last())


def test_agents_take_turns_until_the_user_is_done(scope: MakeScope) -> None:
    engine = whole()
    made = simulated(scope(engine))
    assert [kind_of(turn) for turn in made.turns] == [
        *("user", "calls", "results", "calls", "results", "reply"),
        *("user", "calls", "results", "reply"),
    ]
    assert [turn.subtask for turn in made.turns] == [0] * 6 + [1] * 4
    assert made.turns[4].results[0].content == '{"status":"sold","left":1}', "tools that run are run"
    assert made.turns[8].results[0].content == '{"noted":true}', "the tool agent writes what the others give"
    assert engine.steps() == [
        *("mas/turn-0/user#0", "mas/turn-1/assistant#0", "mas/turn-3/assistant#0", "mas/turn-5/assistant#0"),
        *("mas/turn-6/user#0", "mas/turn-7/assistant#0", "mas/turn-8/tool#0", "mas/turn-9/assistant#0"),
    ]
    assert len({call.id for call in made.calls}) == 3


def test_results_of_calls_made_together_stand_in_the_order_of_the_calls(scope: MakeScope) -> None:
    together = calls(("note", {"text": "look for Dune"}), ("find_book", {"title": "Dune"}))
    engine = whole(
        agent_user=[says(0, 'Find Dune, and note "look for Dune".', done=True)],
        agent_assistant=[together, replies("It is there, and noted.")],
    )
    only = Task(subtasks=(SubTask(goal="Find Dune, and note it.", tools=("find_book", "note"), steps=1),))
    made = simulated(scope(engine), BARE.model_copy(update={"task": only}))
    assert isinstance(made.turns[2], Observation)
    assert [(r.name, r.call_id) for r in made.turns[2].results] == [(c.name, c.id) for c in made.calls]
    shown = next(r for r in engine.requests if r.operation == "agent_tool").messages[1].content
    assert '"note"' in shown
    assert "find_book" not in shown, "the tool agent is asked for what it is to answer alone"


def test_a_user_who_is_asked_something_is_heard_once_more(scope: MakeScope) -> None:
    user = [*WHOLE["agent_user"], says(1, "Yes, just so.", done=True), says(1, "", done=True)]
    assistant = [*BUYS, replies("Shall I write that?"), NOTES[0], replies("It is noted. Anything else?")]
    made = simulated(scope(whole(agent_user=user, agent_assistant=assistant)))
    assert [kind_of(turn) for turn in made.turns[6:]] == ["user", "reply", "user", "calls", "results", "reply"]


@pytest.mark.parametrize(
    ("text", "asking"),
    [
        ("Shall I write that?", True),
        ('Is it the 24" or the 27"? Tell me.', True),
        ("Done (or was that the wrong one?).", True),
        ("**Which one?**", True),
        ("需要发票吗?我可以开。", True),
        ("需要发票吗？我可以开。", True),
        ("هل هذا صحيح؟", True),
        ("Was it https://x.org/a?b=1 that you meant?", True),
        ("It is noted.", False),
        ('I opened the ticket titled "Where is my order?". It is done.', False),
        ("It is called ‘Who am I?’, and “Why?” comes next.", False),
        ("The title is 'Where now?' indeed; so it's done.", False),
        ("See https://x.org/a?b=1 for it.", False),
        ("It runs `x ? 1 : 2` now.", False),
    ],
)
def test_questions_of_its_own_make_a_reply_ask(text: str, asking: bool) -> None:
    assert asks(Action(text=text, subtask=0)) is asking


@pytest.mark.parametrize("text", ["\"'`" * 40_000, "“" * 100_000, "```a" * 30_000, "'a " * 40_000 + "?"])
def test_hostile_replies_are_read_in_time(text: str) -> None:
    start = time.process_time()
    asks(Action(text=text, subtask=0))
    assert time.process_time() - start < 2


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        (calls(("find_bok", {"title": "Dune"})), "did you mean find_book?"),
        (calls(("find_book", {"name": "Dune"})), "title"),
        (calls(("buy_book", {"book_id": "BK-9999"})), "BK-9999"),
        (calls(*[("find_book", {"title": "Dune"})] * 16), "16 calls at once; make at most 15"),
        (replies(""), "neither calls a tool nor says anything"),
        ("Sure, I'll do that!", "no whole JSON object"),
        (replies("Let me ask {{clerk_name}}."), "placeholder"),
    ],
)
def test_a_turn_that_cannot_be_used_is_asked_again(scope: MakeScope, wrong: Any, told: str) -> None:
    engine = whole(agent_assistant=[wrong, *BUYS, *NOTES])
    assert len(simulated(scope(engine)).turns) == 10
    again = engine.requests[2]
    assert again.key.attempt == 1
    assert told in again.messages[-1].content


def test_a_user_is_not_done_before_all_was_brought_up(scope: MakeScope) -> None:
    engine = whole(agent_user=[says(0, "Please buy me the book Dune.", done=True), *WHOLE["agent_user"]])
    assert len(simulated(scope(engine)).turns) == 10
    assert "sub-task 1 was not brought up yet" in engine.requests[1].messages[-1].content


def test_an_assistant_that_never_replies_ends_the_dialogue(scope: MakeScope) -> None:
    many = [calls(("find_book", {"title": "Dune"}))] * 9
    with pytest.raises(SimulationUnfinished, match="still makes calls after 2 steps"):
        simulated(scope(whole(agent_assistant=many), mas={"steps_max": 2}))


def test_a_user_that_is_never_done_ends_the_dialogue(scope: MakeScope) -> None:
    user = [says(0, f"Tell me about the book Dune, part {n}.") for n in range(9)]
    engine = whole(agent_user=user, agent_assistant=[replies(f"It has a part {n}.") for n in range(9)])
    with pytest.raises(SimulationUnfinished, match="not done after 5 messages"):
        simulated(scope(engine, mas={"user_messages_max": 5}))


def test_answers_that_stay_useless_fail_the_dialogue(scope: MakeScope) -> None:
    with pytest.raises(NoUsableAnswer):
        simulated(scope(whole(agent_tool=[{"results": []}] * 3)))


def test_a_subtask_has_the_tools_that_served_it(scope: MakeScope) -> None:
    made = simulated(scope(whole()), BARE.model_copy(update={"task": _planned_otherwise()}))
    served = as_served(made).task
    assert served is not None
    assert [(each.tools, each.steps) for each in served.subtasks] == [(("find_book", "buy_book"), 2), (("note",), 1)]


def _planned_otherwise() -> Task:
    return Task(subtasks=tuple(each.model_copy(update={"tools": ("note",), "steps": 6}) for each in TASK.subtasks))


def made_by(engine: Script, **config: Any) -> Outcome:
    """The outcome of the whole method, with the task above."""
    engine.answers["task_initialization"] = [{"subtasks": [each.model_dump(mode="json") for each in TASK.subtasks]}]
    settings = Config.model_validate(
        {
            "run": {"method": "mas"},
            "tools": {"candidates_min": 3, "candidates_max": 3, "distractors": 0},
            "initialize": {"subtasks_min": 2, "subtasks_max": 2},
            **config,
        }
    )
    asked_for = MultiAgent(settings, engine, ToolPool(TOOLS), lambda _: Kiosk)
    return run(asked_for.make(_number_with_steps(settings)))


def _number_with_steps(settings: Config) -> int:
    """A dialogue of which the drawn numbers of steps are those of the task."""

    def drawn(number: int) -> tuple[int, ...]:
        asker = Asker(Script(), settings.engine, f"{number:06d}", 0)
        return draw_steps(Scope(asker, settings, Kiosk), asker.rng("task"))

    return next(number for number in range(1000) if drawn(number) == (2, 1))


def test_a_simulation_is_verified_and_neither_refined_nor_repaired() -> None:
    engine = whole()
    for expert in EXPERTS:
        engine.answers[f"verify_{expert}"] = [{"reason": "It is fine.", "verdict": "pass", "turns": []}]
    outcome = made_by(engine)
    assert (outcome.status, outcome.findings) == ("accepted", ())
    assert (outcome.skeleton, outcome.edits, outcome.injections) == ("simulated", (), ())
    assert outcome.dialogue is not None
    assert outcome.dialogue.state == {"sold": f"BK-{outcome.dialogue.environment.seed}001"}  # type: ignore[union-attr]
    assert {request.operation for request in engine.requests} == {
        *("task_initialization", "agent_user", "agent_assistant", "agent_tool"),
        *(f"verify_{expert}" for expert in EXPERTS),
    }


def test_what_an_expert_finds_rejects_it() -> None:
    engine = whole()
    for expert in EXPERTS:
        verdict = "fail" if expert == "completion" else "pass"
        engine.answers[f"verify_{expert}"] = [{"reason": "The note is missing.", "verdict": verdict, "turns": [9]}]
    outcome = made_by(engine)
    assert outcome.status == "rejected"
    assert [finding.turn for finding in outcome.findings] == [9]


def test_a_failed_dialogue_is_an_outcome_with_what_was_reached() -> None:
    outcome = made_by(whole(agent_tool=["no"] * 3))
    assert (outcome.status, outcome.findings[0].rule) == ("failed", "no-usable-answer")
    assert outcome.dialogue is not None
    assert kind_of(outcome.dialogue.turns[-1]) == "calls"


def test_it_has_no_skeleton_to_execute() -> None:
    with pytest.raises(ValueError, match="leave --skeleton out"):
        Config.model_validate({"run": {"method": "mas", "skeleton": "executed"}})


def test_each_subtask_needs_a_message() -> None:
    with pytest.raises(ValueError, match=r"mas.user_messages_max is below initialize.subtasks_max"):
        Config.model_validate({"run": {"method": "mas"}, "mas": {"user_messages_max": 3}})
