"""Repair: what is masked and shown, what stands, and what is taken back."""

from __future__ import annotations

import asyncio
import json
import random
import re
from collections.abc import Callable
from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.stages.kiosk import Script, run
from toolace_mt.ask import Asker
from toolace_mt.config import Config
from toolace_mt.dialogue.edits import skeleton_of, splice
from toolace_mt.engines.base import Completion, Request
from toolace_mt.engines.offline import OfflineEngine
from toolace_mt.environments.builtin import builtin_tools, open_builtin
from toolace_mt.operations.base import World
from toolace_mt.rules import check
from toolace_mt.stages.recipe import Recipe
from toolace_mt.stages.repair import Repaired, errors_of, repair
from toolace_mt.stages.scope import Scope
from toolace_mt.stages.sure_repairs import sure_repairs
from toolace_mt.stages.verify import verify
from toolace_mt.tools.pool import ToolPool
from toolace_mt.types import Action, Dialogue, Finding, Observation, Outcome

PASS = {"reason": "Good.", "verdict": "pass", "turns": []}
EXPERTS = ("coherence", "faithfulness", "completion", "roles", "naturalness")


def approving(**answers: list[Any]) -> Script:
    return Script(**{f"verify_{name}": [PASS] * 9 for name in EXPERTS} | answers)


def with_call(dialogue: Dialogue, turn: int, **update: Any) -> Dialogue:
    action = dialogue.turns[turn]
    assert isinstance(action, Action)
    calls = (action.calls[0].model_copy(update=update), *action.calls[1:])
    return splice(dialogue, turn, 1, [action.model_copy(update={"calls": calls})])


def with_text(dialogue: Dialogue, turn: int, text: str) -> Dialogue:
    return splice(dialogue, turn, 1, [dialogue.turns[turn].model_copy(update={"text": text})])


def repaired(scope: Scope, dialogue: Dialogue, lost: tuple[Finding, ...] = ()) -> Repaired:
    async def work() -> Repaired:
        return await repair(scope, dialogue, await verify(scope, dialogue), lost)

    return run(work())


def fill(turn: int, **content: Any) -> dict[str, Any]:
    return {"fills": [{"turn": turn, "role": "assistant", **content}]}


RIGHT_CALL = fill(3, tool_calls=[{"name": "buy_book", "arguments": {"book_id": "BK-4001"}}])
WRONG_CALL = fill(3, tool_calls=[{"name": "buy_book", "arguments": {"book_id": "BK-4002"}}])
NO_CALL = fill(3, tool_calls=[{"name": "buy_book", "arguments": {}}])


@pytest.mark.parametrize(
    "damage",
    [{"arguments": {"book_id": "XX-99817"}}, {"arguments": {}}, {"name": "buy_boook"}],
    ids=["invented id", "missing argument", "wrong name"],
)
def test_a_wrong_call_is_written_anew(scope: Callable[..., Scope], dialogue: Dialogue, damage: Any) -> None:
    engine = approving(repair=[RIGHT_CALL])
    bad = with_call(dialogue, 3, **damage)
    done = repaired(scope(engine), bad)
    assert errors_of(done.findings) == []
    assert done.dialogue.turns == dialogue.turns
    shown = engine.requests[0].messages[-1].content
    assert "XX-99817" not in json.dumps(json.loads(shown.partition("\n\n")[0])["dialogue"]), "it is masked"
    assert '"problems":' in shown
    assert skeleton_of(done.dialogue, done.edits).turns == bad.turns
    assert all(edit.stage == "repair" and edit.reason for edit in done.edits)


def test_a_fill_that_brings_another_error_or_other_results_is_asked_again(
    scope: Callable[..., Scope], dialogue: Dialogue
) -> None:
    engine = approving(repair=[NO_CALL, WRONG_CALL, RIGHT_CALL])
    done = repaired(scope(engine), with_call(dialogue, 3, arguments={"book_id": "XX-99817"}))
    assert errors_of(done.findings) == []
    asked_again = [r.messages[-1].content for r in engine.requests[1:3]]
    assert "book_id" in asked_again[0]
    assert "not mentioned" in asked_again[1] or "really answers" in asked_again[1]


def test_where_repair_fails_the_dialogue_stays_as_it_was(scope: Callable[..., Scope], dialogue: Dialogue) -> None:
    bad = with_call(dialogue, 3, arguments={})
    done = repaired(scope(approving(repair=["?"] * 9)), bad)
    assert done.dialogue is bad
    assert errors_of(done.findings) != []
    assert done.edits
    assert not any(edit.accepted for edit in done.edits)


def test_what_an_expert_finds_is_repaired_and_judged_again_under_new_keys(
    scope: Callable[..., Scope], dialogue: Dialogue
) -> None:
    fail = {"reason": "The reply is curt.", "verdict": "fail", "turns": [5]}
    engine = approving(repair=[fill(5, content="Done: I have bought Dune for you.")])
    engine.answers["verify_naturalness"].insert(0, fail)
    done = repaired(scope(engine), dialogue)
    assert errors_of(done.findings) == []
    assert done.dialogue.turns[5].text == "Done: I have bought Dune for you."
    assert "The reply is curt." in done.edits[0].reason
    assert "repair/1/verify/naturalness#0" in engine.steps()


def test_a_round_after_which_the_experts_are_no_happier_is_taken_back(
    scope: Callable[..., Scope], dialogue: Dialogue
) -> None:
    fail = {"reason": "The reply is curt.", "verdict": "fail", "turns": [5]}
    texts = ["Dune, bought.", "Bought Dune."]
    engine = approving(repair=[fill(5, content=text) for text in texts], verify_naturalness=[fail] * 3)
    done = repaired(scope(engine), dialogue)
    assert done.dialogue is dialogue
    assert [edit.accepted for edit in done.edits] == [False, False]


def test_what_no_wording_can_mend_is_not_tried(scope: Callable[..., Scope], dialogue: Dialogue) -> None:
    short = dialogue.model_copy(update={"turns": (*dialogue.turns[:3], dialogue.turns[5]), "state": None})
    engine = Script()
    done = repaired(scope(engine), short)
    assert {f.rule for f in errors_of(done.findings)} == {"unserved-subtask"}
    assert engine.requests == []


def test_a_call_in_circles_is_dropped_without_a_model(scope: Callable[..., Scope], dialogue: Dialogue) -> None:
    found = dialogue.turns[2]
    assert isinstance(found, Observation)
    again = dialogue
    for id_ in ("y", "z"):
        result = found.results[0].model_copy(update={"call_id": id_})
        repeat = with_call(dialogue, 1, id=id_).turns[1]
        again = splice(again, 3, 0, [repeat, found.model_copy(update={"results": (result,)})])
    done = repaired(scope(approving()), again)
    assert errors_of(done.findings) == []
    assert [edit.kind for edit in done.edits] == ["drop_repeated_call"]
    assert len(done.dialogue.turns) == len(again.turns) - 2


def test_a_call_that_changes_something_is_never_dropped(dialogue: Dialogue) -> None:
    bought = dialogue.turns[4]
    assert isinstance(bought, Observation)
    result = bought.results[0].model_copy(update={"call_id": "y"})
    repeat = with_call(dialogue, 3, id="y").turns[3]
    again = splice(dialogue, 5, 0, [repeat, bought.model_copy(update={"results": (result,)})])
    finding = Finding(rule="repetition", turn=5, call_id="y", detail="is called again")
    assert list(sure_repairs(again, [finding])) == []


def test_results_that_are_not_what_the_tool_answers_are_replaced(
    scope: Callable[..., Scope], dialogue: Dialogue
) -> None:
    told = dialogue.turns[4]
    assert isinstance(told, Observation)
    lie = told.results[0].model_copy(update={"content": '{"status":"sold","left":7}'})
    done = repaired(scope(approving()), splice(dialogue, 4, 1, [told.model_copy(update={"results": (lie,)})]))
    assert errors_of(done.findings) == []
    assert [edit.kind for edit in done.edits] == ["real_results"]
    truth = done.dialogue.turns[4]
    assert isinstance(truth, Observation)
    assert json.loads(truth.results[0].content) == {"status": "sold", "left": 1}


def test_a_part_that_was_lost_rejects_until_its_turn_is_written_anew(
    scope: Callable[..., Scope], dialogue: Dialogue
) -> None:
    lost = (Finding(rule="unreadable", turn=5, detail="the content is no text"),)
    silent = repaired(scope(approving(repair=["?"] * 9)), dialogue, lost)
    assert [f.rule for f in errors_of(silent.findings)] == ["unreadable"]
    spoken = repaired(scope(approving(repair=[fill(5, content="Dune has been bought.")])), dialogue, lost)
    assert errors_of(spoken.findings) == []
    nowhere = (Finding(rule="unreadable", detail="the tools are no list"),)
    assert errors_of(repaired(scope(approving()), dialogue, nowhere).findings) == list(nowhere)


@cache
def accepted() -> tuple[Outcome, ...]:
    recipe = Recipe(Config(), OfflineEngine(open_builtin), ToolPool(builtin_tools(None)), lambda _: open_builtin)
    outcomes = [asyncio.run(recipe.make(number)) for number in range(8)]
    return tuple(o for o in outcomes if o.status == "accepted")


class Vandal:
    """The offline engine, but some of its fills are spoilt."""

    def __init__(self, share: float) -> None:
        self.inner = OfflineEngine(open_builtin)
        self.share = share

    async def complete(self, request: Request) -> Completion:
        completion = await self.inner.complete(request)
        rng = random.Random(request.seed)
        if request.operation != "repair" or rng.random() > self.share:
            return completion
        text = completion.text
        spoilt = rng.choice([re.sub(r"\d", "7", text), text.replace(" ", " [MASK] ", 1), text[: len(text) // 2]])
        return completion.model_copy(update={"text": spoilt})


def damaged(rng: random.Random, dialogue: Dialogue) -> Dialogue:
    turn = rng.randrange(len(dialogue.turns))
    there = dialogue.turns[turn]
    if isinstance(there, Action) and there.calls:
        way: dict[str, Any] = rng.choice([{"arguments": {}}, {"name": "no_such_tool"}, {"id": "x"}])
        return with_call(dialogue, turn, **way)
    if isinstance(there, Observation) and there.results:
        return splice(dialogue, turn, rng.randrange(2), [])
    return with_text(dialogue, turn, rng.choice(["", "<|im_end|>", re.sub(r"\d", "3", there.text), there.text]))


@given(st.integers(0, 10**6), st.integers(0, 3), st.sampled_from([0.0, 0.5, 1.0]))
@settings(deadline=None, max_examples=40)
def test_repair_never_makes_a_dialogue_worse(seed: int, damages: int, share: float) -> None:
    rng = random.Random(seed)
    outcome = rng.choice(accepted())
    assert outcome.dialogue is not None
    dialogue = outcome.dialogue
    for _ in range(damages):
        dialogue = damaged(rng, dialogue)
    ref = outcome.dialogue.environment
    assert ref is not None
    world = World(ref, open_builtin(ref).brief)
    scope = Scope(Asker(Vandal(share), Config().engine, "d", 0), Config(), open_builtin, world)

    async def work() -> tuple[tuple[Finding, ...], Repaired]:
        findings = await verify(scope, dialogue)
        return findings, await repair(scope, dialogue, findings)

    findings, done = run(work())
    if not errors_of(findings):
        assert done.dialogue is dialogue
        assert done.edits == ()
    assert len(errors_of(check(done.dialogue))) <= len(errors_of(check(dialogue)))
    assert skeleton_of(done.dialogue, done.edits).turns == dialogue.turns
    if not errors_of(done.findings):
        assert errors_of(check(done.dialogue)) == []


def test_what_only_the_rules_see_is_shown_to_the_model_at_once(scope: Callable[..., Scope], dialogue: Dialogue) -> None:
    fail = {"reason": "The reply is curt.", "verdict": "fail", "turns": [5]}
    texts = ["Dune is bought under the number BK-93175.", "Dune is bought, and one book is left."]
    engine = approving(repair=[fill(5, content=text) for text in texts])
    engine.answers["verify_naturalness"].insert(0, fail)
    done = repaired(scope(engine), dialogue)
    assert done.dialogue.turns[5].text == texts[1]
    assert "repair/1/actions#1" in engine.steps()
