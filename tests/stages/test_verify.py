from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.stages.kiosk import Script, result, run
from toolace_mt.config import EXPERTS
from toolace_mt.dialogue.edits import splice
from toolace_mt.stages.scope import Scope
from toolace_mt.stages.verify import verify
from toolace_mt.types import Dialogue

PASS = {"reason": "Fine.", "verdict": "pass", "turns": []}


def experts(**other: list[Any]) -> dict[str, list[Any]]:
    return {f"verify_{name}": other.get(name, [PASS]) for name in EXPERTS}


def test_a_sound_dialogue_is_seen_by_every_expert(scope: Callable[..., Scope], dialogue: Dialogue) -> None:
    engine = Script(**experts())
    assert run(verify(scope(engine), dialogue)) == ()
    assert sorted(engine.steps()) == sorted(f"verify/{name}#0" for name in EXPERTS)


def test_a_result_that_the_tool_does_not_give_is_found(scope: Callable[..., Scope], dialogue: Dialogue) -> None:
    forged = splice(dialogue, 4, 1, [result("b", "buy_book", {"status": "sold", "left": 9})])
    engine = Script(**experts())
    (finding,) = run(verify(scope(engine), forged))
    assert (finding.rule, finding.turn, finding.call_id) == ("replay", 4, "b")
    assert "buy_book" in finding.detail
    assert '"left":1' in finding.detail
    assert engine.requests == []


def test_a_state_that_the_calls_do_not_leave_is_found(scope: Callable[..., Scope], dialogue: Dialogue) -> None:
    """All results come out as they are shown, so that the state alone tells."""
    true = dialogue.model_copy(update={"state": {"sold": "BK-4001"}})
    assert run(verify(scope(Script(**experts())), true)) == ()
    for state in ({"sold": "BK-4002"}, {}, {"sold": "BK-4001", "reserved": "BK-4002"}):
        engine = Script(**experts())
        (finding,) = run(verify(scope(engine), dialogue.model_copy(update={"state": state})))
        assert (finding.rule, finding.severity, finding.turn) == ("replay", "error", None)
        assert finding.detail.endswith(
            f"the state at the end differs in {'reserved' if 'reserved' in state else 'sold'}"
        )
        assert engine.requests == []


def test_rules_can_be_left_out(scope: Callable[..., Scope], dialogue: Dialogue) -> None:
    forged = splice(dialogue, 4, 1, [result("b", "buy_book", {"status": "sold", "left": 9})])
    assert run(verify(scope(Script(**experts()), verify={"skip_rules": ["replay"]}), forged)) == ()


def test_an_experts_verdict_names_its_turns(scope: Callable[..., Scope], dialogue: Dialogue) -> None:
    fail = {"reason": "The reply is cut short.", "verdict": "fail", "turns": [5, 0]}
    (finding,) = run(verify(scope(Script(**experts(naturalness=[fail]))), dialogue))
    assert (finding.rule, finding.severity, finding.turn) == ("expert-naturalness", "error", 5)
    assert "turns 5, 0: The reply is cut short." in finding.detail


def test_an_expert_is_asked_again_for_turns_that_do_not_exist(scope: Callable[..., Scope], dialogue: Dialogue) -> None:
    wrong = {"reason": "?", "verdict": "fail", "turns": [99]}
    assert run(verify(scope(Script(**experts(roles=[wrong, PASS]))), dialogue)) == ()


def test_an_expert_without_a_verdict_rejects(scope: Callable[..., Scope], dialogue: Dialogue) -> None:
    (finding,) = run(verify(scope(Script(**experts(roles=["hm"] * 3))), dialogue))
    assert finding.rule == "expert-roles"
    assert finding.severity == "error"


def test_only_the_configured_experts_are_asked(scope: Callable[..., Scope], dialogue: Dialogue) -> None:
    engine = Script(**experts())
    run(verify(scope(engine, verify={"experts": ["roles"]}), dialogue))
    assert engine.steps() == ["verify/roles#0"]
