from __future__ import annotations

import pytest

from tests.engines.offline.desk import PLAIN_TOOLS, Desk
from toolace_mt.engines.offline import OfflineEngine
from toolace_mt.engines.offline.phrases import DOMAINS
from toolace_mt.environments.builtin import open_builtin
from toolace_mt.operations.initialize import TASK_INITIALIZATION, TRAJECTORY_INITIALIZATION, TaskInput, TrajectoryInput
from toolace_mt.stages.execution import replay
from toolace_mt.types import Action, Dialogue, Observation, SubTask, Task


@pytest.mark.parametrize("name", DOMAINS)
@pytest.mark.parametrize("seed", range(8))
async def test_results_are_what_the_world_really_answers(desk: Desk, name: str, seed: int) -> None:
    dialogue, _ = await desk.builtin(name, seed, (1, 4, 2))
    assert (await replay(open_builtin, dialogue)).differences == ()
    results = [r for t in dialogue.turns if isinstance(t, Observation) for r in t.results]
    assert results
    assert not any(result.is_error for result in results)


@pytest.mark.parametrize("seed", range(8))
async def test_tools_that_cannot_run_get_results_that_hold_together(desk: Desk, seed: int) -> None:
    dialogue = await desk.skeleton(PLAIN_TOOLS, None, (2, 3, 1), seed)
    answers: dict[str, str] = {}
    for action, observation in zip(dialogue.turns, dialogue.turns[1:], strict=False):
        if isinstance(action, Action) and action.calls:
            assert isinstance(observation, Observation)
            for call, result in zip(action.calls, observation.results, strict=True):
                assert answers.setdefault(f"{call.name}{call.arguments}", result.content) == result.content


async def test_an_id_from_a_result_is_used_by_a_later_call(desk: Desk) -> None:
    for seed in range(12):
        dialogue = await desk.skeleton(PLAIN_TOOLS[1:], None, (4,), seed)
        first = dialogue.turns[0]
        closed = [call.arguments["ticket_id"] for call in dialogue.calls if call.name == "close_ticket"]
        if any(str(ticket) not in first.text for ticket in closed):
            return
    pytest.fail("no dialogue closes the ticket that it opened")


async def test_a_fresh_engine_finds_the_plan_behind_the_goals(desk: Desk) -> None:
    """A run that goes on in another process must get the same trajectory."""
    dialogue, world = await desk.builtin("travel", 3)
    bare = dialogue.model_copy(update={"turns": ()})
    given = TrajectoryInput(bare, 0, world)
    one = await desk.complete(TRAJECTORY_INITIALIZATION, given, 5)
    desk.engine = OfflineEngine(open_builtin)
    assert (await desk.complete(TRAJECTORY_INITIALIZATION, given, 5)).text == one.text


async def test_the_same_request_gets_the_same_answer_and_another_seed_another(desk: Desk) -> None:
    given = TaskInput(PLAIN_TOOLS, (2, 2), None)
    texts = [(await desk.complete(TASK_INITIALIZATION, given, seed)).text for seed in (1, 1, 2, 3, 4)]
    assert texts[0] == texts[1]
    assert len(set(texts)) > 2


@pytest.mark.parametrize("seed", range(5))
async def test_goals_that_somebody_else_wrote_are_served_with_their_values(desk: Desk, seed: int) -> None:
    _, world = await desk.builtin("travel", seed)
    environment = open_builtin(world.ref)
    knows = environment.brief["knows"]
    origin, destination, date = knows["origin"][0], knows["destination"][1], knows["date"][2]
    goal = f"I have to get from {origin} to {destination} on {date}, so find me something and book it."
    task = Task(subtasks=(SubTask(goal=goal, tools=("search_flights", "book_flight"), steps=2),))
    foreign = Dialogue(id="f", tools=environment.tools, task=task, environment=world.ref)
    answer = await desk.ask(TRAJECTORY_INITIALIZATION, TrajectoryInput(foreign, 0, world), seed)
    search = answer.turns[1].tool_calls[0].arguments
    assert (search["origin"], search["destination"], search["date"]) == (origin, destination, date)
    for value in (origin, destination, date):
        assert value in answer.turns[0].content
