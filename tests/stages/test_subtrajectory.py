"""Drafts of sub-trajectories that still have problems after the last re-ask: which are mended, and how."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.stages.kiosk import Kiosk, Script, run
from tests.stages.test_initialize import TURNS, changed
from toolace_mt.config import Config
from toolace_mt.dialogue.turns import kind_of
from toolace_mt.engines.base import Completion, Request
from toolace_mt.engines.offline import OfflineEngine
from toolace_mt.environments.base import ToolOutput
from toolace_mt.environments.builtin import builtin_tools, open_builtin
from toolace_mt.errors import NoUsableAnswer, ToolStateLost
from toolace_mt.rules import check
from toolace_mt.stages.initialize import initialize_trajectory
from toolace_mt.stages.recipe import Recipe
from toolace_mt.stages.scope import Scope
from toolace_mt.tools.pool import ToolPool
from toolace_mt.types import Dialogue, Outcome

NO_ID = changed(3, tool_calls=[{"name": "buy_book", "arguments": {}}])
WRONG_ID = changed(3, tool_calls=[{"name": "buy_book", "arguments": {"book_id": "BK-7777"}}])
NO_SUCH_TOOL = changed(3, tool_calls=[{"name": "purchase", "arguments": {"book_id": "BK-4001"}}])
LEAKED = changed(5, content="Dune is yours.<|im_end|>")
FAILING = changed(1, tool_calls=[{"name": "find_book", "arguments": {"title": "Doone"}}])
TOO_SHORT = {"turns": TURNS[:3] + TURNS[5:]}
RIGHT_CALL = {"turn": 3, "role": "assistant", "tool_calls": [{"name": "buy_book", "arguments": {"book_id": "BK-4001"}}]}
FOUND = {"turn": 1, "role": "assistant", "tool_calls": [{"name": "find_book", "arguments": {"title": "Dune"}}]}
REPLY = {"turn": 5, "role": "assistant", "content": "Dune is yours."}


def trajectory(made: Scope, dialogue: Dialogue) -> Dialogue:
    return run(initialize_trajectory(made, dialogue.model_copy(update={"turns": ()})))


def fills(*turns: dict[str, Any]) -> dict[str, Any]:
    return {"fills": list(turns)}


@pytest.mark.parametrize(
    ("draft", "fill"),
    [
        (NO_ID, RIGHT_CALL),
        (WRONG_ID, RIGHT_CALL),
        (NO_SUCH_TOOL, RIGHT_CALL),
        (LEAKED, REPLY),
    ],
    ids=["missing argument", "invented id", "unknown tool", "leaked token"],
)
def test_the_turns_that_are_wrong_are_written_anew(
    scope: Callable[..., Scope], dialogue: Dialogue, draft: Any, fill: Any
) -> None:
    engine = Script(trajectory_initialization=[draft] * 3, repair=[fills(fill)])
    made = trajectory(scope(engine), dialogue)
    assert [f for f in check(made) if f.severity == "error"] == []
    assert [(c.name, c.arguments) for c in made.calls] == [(c.name, c.arguments) for c in dialogue.calls]
    assert [t.text for t in made.turns] == [t.text for t in dialogue.turns]
    assert engine.steps()[3:] == ["init/subtask-0/repair/1/actions#0"]


def test_the_draft_with_the_fewest_errors_is_taken(scope: Callable[..., Scope], dialogue: Dialogue) -> None:
    worse = {"turns": [*NO_ID["turns"][:-1], LEAKED["turns"][-1]]}
    for drafts in ([LEAKED, worse, TOO_SHORT], [TOO_SHORT, worse, LEAKED]):
        engine = Script(trajectory_initialization=[*drafts], repair=[fills(REPLY)])
        assert trajectory(scope(engine), dialogue).turns[-1].text == "Dune is yours."
        assert engine.steps()[3:] == ["init/subtask-0/repair/1/actions#0"]


def test_a_call_that_really_fails_is_written_anew_with_what_the_tool_answers_in_view(
    scope: Callable[..., Scope], dialogue: Dialogue
) -> None:
    again = fills({**FOUND, "tool_calls": FAILING["turns"][1]["tool_calls"]})
    engine = Script(trajectory_initialization=[FAILING] * 3, repair=[again, fills(FOUND)])
    made = trajectory(scope(engine), dialogue)
    assert engine.steps()[3:] == ["init/subtask-0/call-1#0", "init/subtask-0/call-1#1"]
    assert "no such book" in engine.requests[3].messages[-1].content
    assert [call.arguments for call in made.calls] == [{"title": "Dune"}, {"book_id": "BK-4001"}]


def test_ids_taken_from_a_written_result_become_the_real_ones(scope: Callable[..., Scope], dialogue: Dialogue) -> None:
    turns = [{**turn} for turn in FAILING["turns"]]
    turns[2] = {"role": "tool", "results": [{"content": {"book_id": "BK-123456"}}]}
    turns[3] = {"role": "assistant", "tool_calls": [{"name": "buy_book", "arguments": {"book_id": "BK-123456"}}]}
    turns[5] = {"role": "assistant", "content": "I bought BK-123456."}
    engine = Script(
        trajectory_initialization=[{"turns": turns}] * 3,
        repair=[fills(FOUND)],
        mask_fill=[fills({**REPLY, "content": "I bought BK-4001."})],
    )
    made = trajectory(scope(engine), dialogue)
    assert made.calls[1].arguments == {"book_id": "BK-4001"}
    assert made.turns[-1].text == "I bought BK-4001."


def test_written_results_stand_until_the_calls_run(scope: Callable[..., Scope], dialogue: Dialogue) -> None:
    invented = [{**turn} for turn in NO_ID["turns"]]
    invented[4] = {"role": "tool", "results": [{"content": {"status": "sold", "left": 99}}]}
    engine = Script(
        trajectory_initialization=[{"turns": invented}] * 3, repair=[fills(RIGHT_CALL)], mask_fill=[fills(REPLY)]
    )
    made = trajectory(scope(engine), dialogue)
    assert '"left":1' in str(made.turns[4])


def test_a_planned_tool_that_is_not_called_after_all_is_missed(scope: Callable[..., Scope], dialogue: Dialogue) -> None:
    other = {**FOUND, "turn": 3, "tool_calls": [{"name": "find_book", "arguments": {"title": "Emma"}}]}
    unlike = changed(0, content="Please find Dune and Emma.")["turns"]
    unlike[3:5] = [NO_SUCH_TOOL["turns"][3], {"role": "tool", "results": [{"content": {"book_id": "BK-4002"}}]}]
    engine = Script(trajectory_initialization=[{"turns": unlike}] * 3, repair=[fills(other)])
    with pytest.raises(NoUsableAnswer, match="buy_book of this sub-task is never called"):
        trajectory(scope(engine), dialogue)
    assert engine.steps()[3:] == ["init/subtask-0/repair/1/actions#0"]


def test_drafts_without_a_usable_form_are_not_mended(scope: Callable[..., Scope], dialogue: Dialogue) -> None:
    two_requests = {"turns": [*TURNS[:3], TURNS[5], *TURNS[:1], *TURNS[3:]]}
    skips_a_tool = changed(3, tool_calls=[{"name": "find_book", "arguments": {"title": "Emma", "x": 1}}])
    engine = Script(trajectory_initialization=[TOO_SHORT, two_requests, skips_a_tool])
    with pytest.raises(NoUsableAnswer, match="no usable answer in 3 attempts"):
        trajectory(scope(engine), dialogue)
    assert len(engine.requests) == 3


def test_a_draft_that_cannot_be_mended_fails_for_the_reason_that_it_had(
    scope: Callable[..., Scope], dialogue: Dialogue
) -> None:
    engine = Script(trajectory_initialization=[NO_ID] * 3, repair=["?"] * 9)
    with pytest.raises(NoUsableAnswer, match=r"init/subtask-0: no usable answer in 3 attempts: .*book_id"):
        trajectory(scope(engine), dialogue)
    assert len(engine.requests) == 12


def test_without_repair_nothing_is_mended(scope: Callable[..., Scope], dialogue: Dialogue) -> None:
    engine = Script(trajectory_initialization=[NO_ID] * 3)
    with pytest.raises(NoUsableAnswer):
        trajectory(scope(engine, repair={"enabled": False}), dialogue)


def test_on_an_outside_server_no_call_is_made_twice_for_it(
    scope: Callable[..., Scope], dialogue: Dialogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What can be seen without a call is mended before any is made; after a call that changed something, all is lost."""
    made: list[str] = []
    run_call = Kiosk.call

    async def call(self: Kiosk, name: str, arguments: dict[str, Any]) -> ToolOutput:
        made.append(name)
        return await run_call(self, name, arguments)

    monkeypatch.setattr(Kiosk, "repeatable", False)
    monkeypatch.setattr(Kiosk, "call", call)
    engine = Script(trajectory_initialization=[WRONG_ID] * 3, repair=[fills(RIGHT_CALL)])
    trajectory(scope(engine), dialogue)
    assert made == ["find_book", "buy_book"]
    sold_out = changed(3, tool_calls=[{"name": "buy_book", "arguments": {"book_id": "Dune"}}])
    with pytest.raises(ToolStateLost):
        trajectory(scope(Script(trajectory_initialization=[sold_out])), dialogue)


def test_a_reply_that_cannot_be_rewritten_stays_where_the_rules_see_no_error_in_it(
    scope: Callable[..., Scope], dialogue: Dialogue
) -> None:
    more = changed(4, results=[{"content": {"status": "sold", "left": 99}}])
    made = trajectory(scope(Script(trajectory_initialization=[more], mask_fill=["?"] * 3)), dialogue)
    assert made.turns[-1].text == "Dune is yours."
    other_id = [{**turn} for turn in more["turns"]]
    other_id[2] = {"role": "tool", "results": [{"content": {"book_id": "BK-123456"}}]}
    other_id[3] = {"role": "assistant", "tool_calls": [{"name": "buy_book", "arguments": {"book_id": "BK-123456"}}]}
    other_id[5] = {"role": "assistant", "content": "I bought BK-123456."}
    with pytest.raises(NoUsableAnswer, match="init/subtask-0/reply"):
        trajectory(scope(Script(trajectory_initialization=[{"turns": other_id}], mask_fill=["?"] * 3)), dialogue)


class Forgetful:
    """The offline engine, whose every draft of a sub-trajectory leaves an argument out, however often it is asked."""

    def __init__(self) -> None:
        self.inner = OfflineEngine(open_builtin)
        self.requests: list[Request] = []

    async def complete(self, request: Request) -> Completion:
        self.requests.append(request)
        completion = await self.inner.complete(request)
        if request.operation != "trajectory_initialization":
            return completion
        answer = json.loads(completion.text)
        calls = [call for turn in answer["turns"] for call in turn.get("tool_calls", ())]
        if arguments := next((call["arguments"] for call in calls if call["arguments"]), None):
            arguments.pop(next(iter(arguments)))
        return completion.model_copy(update={"text": json.dumps(answer)})


def forgotten(number: int, **settings: Any) -> tuple[Outcome, list[Request]]:
    engine = Forgetful()
    config = Config.model_validate({"refine": {"enabled": False}, "engine": {"reasks": 0}, **settings})
    recipe = Recipe(config, engine, ToolPool(builtin_tools(None)), lambda _: open_builtin)
    return run(recipe.make(number)), engine.requests


@pytest.mark.parametrize("number", range(4))
def test_a_weak_writer_gets_true_dialogues_all_the_same(number: int) -> None:
    outcome, requests = forgotten(number)
    assert outcome.status == "accepted"
    assert outcome.dialogue is not None
    assert outcome.dialogue.task is not None
    steps = [turn.subtask for turn in outcome.dialogue.turns if kind_of(turn) == "calls"]
    assert [steps.count(n) for n, _ in enumerate(outcome.dialogue.task.subtasks)] == [
        subtask.steps for subtask in outcome.dialogue.task.subtasks
    ]
    keys = [str(request.key) for request in requests]
    assert len(keys) == len(set(keys)), "the journal knows each by its key"
    again, repeated = forgotten(number)
    assert again == outcome
    assert repeated[-1] == requests[-1]
    assert forgotten(number, repair={"enabled": False})[0].status == "failed"
