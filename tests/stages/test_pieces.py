"""Sub-trajectories written at the same time: joined in order, made real, and the same whatever the timing."""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.doubles.engines import MemoryStore
from tests.stages.kiosk import REF, TOOLS, Kiosk, Script, run
from toolace_mt.config import Config
from toolace_mt.engines.base import Completion, Engine, Request
from toolace_mt.engines.journaled import Journaled
from toolace_mt.engines.offline import OfflineEngine
from toolace_mt.environments.builtin import builtin_tools, open_builtin
from toolace_mt.errors import BudgetExhausted, EngineUnavailable, NoUsableAnswer, RequestRefused
from toolace_mt.operations.plan import SharedValue
from toolace_mt.rules import check
from toolace_mt.stages.execution import replay
from toolace_mt.stages.pieces import initialize_pieces
from toolace_mt.stages.recipe import Recipe
from toolace_mt.stages.scope import Scope
from toolace_mt.tools.pool import ToolPool
from toolace_mt.types import Dialogue, EnvironmentRef, Outcome, SubTask, Task

TASK = Task(
    subtasks=(
        SubTask(goal="Look for Dune.", tools=("find_book",), steps=1),
        SubTask(goal="Buy it.", tools=("buy_book",), steps=1),
    )
)
BARE = Dialogue(id="000000", tools=TOOLS, environment=REF, task=TASK)
TRUE_ID = SharedValue(value="BK-4001", meaning="id of Dune", given_by=0, used_by=[1])
GUESSED_ID = SharedValue(value="BK-9990", meaning="id of Dune", given_by=0, used_by=[1])


def turns(user: str, name: str, arguments: dict[str, Any], content: Any, reply: str) -> dict[str, Any]:
    return {
        "turns": [
            {"role": "user", "content": user},
            {"role": "assistant", "tool_calls": [{"name": name, "arguments": arguments}]},
            {"role": "tool", "results": [{"content": content}]},
            {"role": "assistant", "content": reply},
        ]
    }


def find(book_id: str = "BK-4001", title: str = "Dune") -> dict[str, Any]:
    return turns("Is there Dune?", "find_book", {"title": title}, {"book_id": book_id}, f"Yes, it is {book_id}.")


def buy(book_id: str = "BK-4001", left: int = 1) -> dict[str, Any]:
    sold = {"status": "sold", "left": left}
    return turns(f"Then I'll take {book_id}.", "buy_book", {"book_id": book_id}, sold, "Dune is yours.")


class Pieces(Script):
    """A script whose answers to a sub-task are its own, since no order of requests is promised."""

    def __init__(self, *pieces: list[Any], **answers: list[Any]) -> None:
        super().__init__(**answers)
        self.pieces = pieces

    async def complete(self, request: Request) -> Completion:
        if request.operation == "subtrajectory_initialization":
            self.answers[request.operation] = self.pieces[int(request.key.step.rpartition("-")[2])]
        return await super().complete(request)


def joined(scope: Callable[..., Scope], engine: Script, *shared: SharedValue, **knobs: Any) -> Dialogue:
    return run(asyncio.wait_for(initialize_pieces(scope(engine, **knobs), BARE, shared), 10))


def test_pieces_that_keep_to_the_plan_are_one_dialogue(scope: Callable[..., Scope]) -> None:
    engine = Pieces([find()], [buy()])
    made = joined(scope, engine, TRUE_ID)
    assert engine.steps() == ["init/subtask-0#0", "init/subtask-1#0"]
    assert check(made) == []
    assert [turn.subtask for turn in made.turns] == [0] * 4 + [1] * 4
    assert run(replay(Kiosk, made)).differences == ()


def test_all_pieces_are_asked_before_any_is_answered(scope: Callable[..., Scope]) -> None:
    class Together(Pieces):
        both = asyncio.Event()

        async def complete(self, request: Request) -> Completion:
            completion = await super().complete(request)
            if len(self.requests) == 2:
                self.both.set()
            await self.both.wait()
            return completion

    assert len(joined(scope, Together([find()], [buy()]), TRUE_ID).turns) == 8


def test_a_planned_id_gives_way_to_the_real_one_in_later_pieces_and_goals(scope: Callable[..., Scope]) -> None:
    replies = {"fills": [{"turn": 3, "role": "assistant", "content": "Yes: BK-4001."}]}
    engine = Pieces([find("BK-9990")], [buy("BK-9990")], mask_fill=[replies])
    named = Task(subtasks=(TASK.subtasks[0], TASK.subtasks[1].model_copy(update={"goal": "Buy BK-9990."})))
    bare = BARE.model_copy(update={"task": named})
    made = run(initialize_pieces(scope(engine), bare, [GUESSED_ID]))
    assert engine.steps()[2:] == ["init/replies#0"]
    assert "BK-9990" not in made.model_dump_json()
    assert made.calls[1].arguments == {"book_id": "BK-4001"}
    assert (made.turns[3].text, made.turns[4].text) == ("Yes: BK-4001.", "Then I'll take BK-4001.")
    assert made.task is not None
    assert made.task.subtasks[1].goal == "Buy BK-4001."
    assert check(made) == []


class Shelf(Kiosk):
    """Its books have ids one higher than planned: what the first has is what the plan has for the second."""

    def __init__(self, ref: EnvironmentRef) -> None:
        super().__init__(ref)
        self.ids = {"Dune": "BK-4002", "Emma": "BK-4003"}


def test_goals_get_the_real_ids_of_the_plan_all_at_once(scope: Callable[..., Scope]) -> None:
    looks = [SubTask(goal=f"Look for {title}.", tools=("find_book",), steps=1) for title in ("Dune", "Emma")]
    buys = SubTask(goal="Buy BK-4001, not BK-4002.", tools=("buy_book",), steps=1)
    shared = [
        SharedValue(value=value, meaning=f"id {n}", given_by=n, used_by=[2])
        for n, value in enumerate(("BK-4001", "BK-4002"))
    ]
    fills = [{"turn": turn, "role": "assistant", "content": "Yes, it is there."} for turn in (3, 7)]
    engine = Pieces([find()], [find("BK-4002", "Emma")], [buy()], mask_fill=[{"fills": fills}])
    bare = BARE.model_copy(update={"task": Task(subtasks=(*looks, buys))})
    made = run(initialize_pieces(replace(scope(engine), open_environment=Shelf), bare, shared))
    assert made.task is not None
    assert made.task.subtasks[2].goal == "Buy BK-4002, not BK-4003."
    assert made.calls[2].arguments == {"book_id": "BK-4002"}


def test_a_planned_id_is_recognised_where_the_real_result_has_another_form(scope: Callable[..., Scope]) -> None:
    first = find("BK-9990")
    first["turns"][2]["results"] = [{"content": {"books": [{"book_id": "BK-9990", "title": "Dune"}]}}]
    replies = {"fills": [{"turn": 3, "role": "assistant", "content": "Yes: BK-4001."}]}
    made = joined(scope, Pieces([first], [buy("BK-9990")], mask_fill=[replies]), GUESSED_ID)
    assert made.calls[1].arguments == {"book_id": "BK-4001"}


def test_replies_that_rest_on_guesses_are_written_anew_in_one_request_that_shows_none(
    scope: Callable[..., Scope],
) -> None:
    def fill(request: Any) -> dict[str, Any]:
        shown = request.messages[1].content
        assert "Yes, it is BK-9990." not in shown
        assert "Dune is yours." not in shown
        texts = {3: "Yes: BK-4001.", 7: "Bought, and one copy is left."}
        return {"fills": [{"turn": turn, "role": "assistant", "content": text} for turn, text in texts.items()]}

    engine = Pieces([find("BK-9990")], [buy("BK-9990", left=50)], mask_fill=[fill])
    made = joined(scope, engine, GUESSED_ID)
    assert made.turns[7].text == "Bought, and one copy is left."
    assert check(made) == []


def test_a_call_that_fails_after_joining_is_mended_with_the_pieces_before_it_in_view(
    scope: Callable[..., Scope],
) -> None:
    call = {"turn": 5, "role": "assistant", "tool_calls": [{"name": "buy_book", "arguments": {"book_id": "BK-4001"}}]}
    wrong = SharedValue(value="BK-7777", meaning="id", given_by="user", used_by=[0, 1])
    first = turns("Is there Dune? Not BK-7777.", "find_book", {"title": "Dune"}, {"book_id": "BK-4001"}, "Yes.")
    engine = Pieces([first], [buy("BK-7777")], repair=[{"fills": [call]}])
    made = joined(scope, engine, wrong)
    assert engine.steps()[2:] == ["init/subtask-1/call-1#0"]
    assert "Is there Dune?" in engine.requests[2].messages[1].content
    assert made.calls[1].arguments == {"book_id": "BK-4001"}


@pytest.mark.parametrize("bad", ["nonsense", {"turns": []}, {"turns": buy()["turns"][1:]}])
def test_a_piece_that_never_comes_right_is_written_again_with_those_before_it_in_view(
    scope: Callable[..., Scope], bad: Any
) -> None:
    engine = Pieces([find()], [bad] * 3, trajectory_initialization=[buy()])
    made = joined(scope, engine, TRUE_ID)
    assert engine.steps()[-1] == "init/subtask-1/again#0"
    assert "Is there Dune?" in engine.requests[-1].messages[1].content
    assert check(made) == []


@pytest.mark.parametrize("broken", [0, 1])
def test_a_piece_that_cannot_be_had_fails_the_dialogue_and_nothing_waits(
    scope: Callable[..., Scope], broken: int
) -> None:
    answers = [[find()], [buy()]]
    answers[broken] = ["nonsense"] * 3  # type: ignore[list-item]
    engine = Pieces(*answers, trajectory_initialization=["nonsense"] * 3)
    with pytest.raises(NoUsableAnswer, match=f"init/subtask-{broken}"):
        joined(scope, engine, TRUE_ID)


def test_what_stops_the_run_goes_before_a_piece_that_fails(scope: Callable[..., Scope]) -> None:
    def refuse(_: object) -> Any:
        raise RequestRefused("too long")

    def stop(_: object) -> Any:
        raise BudgetExhausted("spent")

    with pytest.raises(BudgetExhausted):
        joined(scope, Pieces([refuse], [stop]), TRUE_ID)
    with pytest.raises(RequestRefused):
        joined(scope, Pieces([find()], [refuse]), TRUE_ID)


class Shuffled:
    """The offline engine, whose answers come after waits of any length; of `spoilt` ones in ten only a part is left.

    ends: the number of answers after which it cannot be reached any more.
    """

    def __init__(self, order: int, spoilt: int = 0, ends: int | None = None) -> None:
        self.inner = OfflineEngine(open_builtin)
        self.rng = random.Random(order)
        self.spoilt = spoilt
        self.ends = ends
        self.asked: list[tuple[str, int, str]] = []

    async def complete(self, request: Request) -> Completion:
        await self.wait()
        if len(self.asked) == self.ends:
            raise EngineUnavailable("gone")
        texts = json.dumps([message.content for message in request.messages])
        self.asked.append((request.key.step, request.key.attempt, texts))
        completion = await self.inner.complete(request)
        await self.wait()
        if random.Random(str(request.key)).randrange(10) < self.spoilt:
            return completion.model_copy(update={"text": completion.text[: len(completion.text) // 2]})
        return completion

    async def wait(self) -> None:
        for _ in range(self.rng.randrange(40)):
            await asyncio.sleep(0)


def outcome(engine: Engine, skeleton: str, number: int) -> Outcome:
    settled = {"run": {"skeleton": skeleton, "decoding": "parallel"}, "refine": {"enabled": False}}
    recipe = Recipe(Config.model_validate(settled), engine, ToolPool(builtin_tools()), lambda _: open_builtin)
    return run(recipe.make(number))


SKELETONS = st.sampled_from(["llm", "executed"])


@settings(max_examples=8, deadline=None)
@given(order=st.integers(1, 10**6), skeleton=SKELETONS, number=st.integers(0, 3), spoilt=st.sampled_from([0, 4, 8]))
def test_the_same_seed_gives_the_same_bytes_whatever_the_timing(
    order: int, skeleton: str, number: int, spoilt: int
) -> None:
    one, other = Shuffled(0, spoilt), Shuffled(order, spoilt)
    made = outcome(one, skeleton, number)
    assert made.model_dump_json() == outcome(other, skeleton, number).model_dump_json()
    assert sorted(one.asked) == sorted(other.asked)
    assert spoilt or made.status == "accepted"


@settings(max_examples=6, deadline=None)
@given(order=st.integers(1, 10**6), skeleton=SKELETONS, number=st.integers(0, 3), ends=st.integers(0, 6))
def test_a_dialogue_that_was_broken_off_goes_on_from_the_journal(
    order: int, skeleton: str, number: int, ends: int
) -> None:
    store, first, then = MemoryStore(), Shuffled(order, 3, ends), Shuffled(order + 1, 3)
    with suppress(EngineUnavailable):
        outcome(Journaled(first, store), skeleton, number)
    kept = len(store.kept)
    made = outcome(Journaled(then, store), skeleton, number)
    whole = Shuffled(0, 3)
    assert made.model_dump_json() == outcome(whole, skeleton, number).model_dump_json()
    assert len(then.asked) == len(whole.asked) - kept
