from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.stages.kiosk import Script, run
from toolace_mt.engines.base import Request
from toolace_mt.stages.reasonability import refine_turns
from toolace_mt.stages.scope import Scope
from toolace_mt.types import Dialogue

NEW_REPLY = {"turn": 5, "role": "assistant", "content": "I have bought Dune for you."}
NEW_REQUEST = {"turn": 0, "role": "user", "content": "I would like to have Dune. Could you buy it?"}


def judged_new(request: Request) -> dict[str, Any]:
    """Prefer the new version, wherever it is shown."""
    text = request.messages[-1].content
    return {"reason": "Better.", "better": "A" if text.index("I have bought") < text.index("Dune is yours") else "B"}


def judged_old(request: Request) -> dict[str, Any]:
    return {"reason": "Worse.", "better": "B" if judged_new(request)["better"] == "A" else "A"}


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize(("judge", "kept"), [(judged_new, "new"), (judged_old, "old")])
def test_the_judger_keeps_the_better_wherever_it_is_shown(
    scope: Callable[..., Scope], dialogue: Dialogue, seed: int, judge: Any, kept: str
) -> None:
    engine = Script(mask_fill=[{"fills": [NEW_REPLY]}], judge=[judge])
    new, (edit,) = run(refine_turns(scope(engine, run={"seed": seed}), dialogue, (5,), 1))
    assert edit.accepted == (kept == "new")
    assert new.turns[5].text == ("I have bought Dune for you." if kept == "new" else "Dune is yours.")
    assert edit.before[0].text == "Dune is yours."
    assert edit.after[0].text == "I have bought Dune for you."


def test_the_masked_content_is_not_shown(scope: Callable[..., Scope], dialogue: Dialogue) -> None:
    engine = Script(mask_fill=[{"fills": [NEW_REPLY]}], judge=[judged_new])
    run(refine_turns(scope(engine), dialogue, (5,), 1))
    assert "Dune is yours" not in engine.requests[0].messages[-1].content


def test_several_turns_are_filled_at_once(scope: Callable[..., Scope], dialogue: Dialogue) -> None:
    engine = Script(mask_fill=[{"fills": [NEW_REPLY, NEW_REQUEST]}], judge=[judged_new])
    new, edits = run(refine_turns(scope(engine), dialogue, (0, 5), 1))
    assert new.turns[0].text == NEW_REQUEST["content"]
    assert [e.start for e in edits] == [0, 5]


@pytest.mark.parametrize(
    ("masked", "bad", "good", "said"),
    [
        ((5,), [{**NEW_REPLY, "turn": 3}], NEW_REPLY, "exactly one for each"),
        ((5,), [{**NEW_REPLY, "role": "user"}], NEW_REPLY, "must be an assistant reply"),
        ((5,), [{**NEW_REPLY, "content": " "}], NEW_REPLY, "no `content`"),
        ((0,), [{**NEW_REQUEST, "content": "I want a book."}], NEW_REQUEST, "must state 'Dune'"),
        (
            (1,),
            [{"turn": 1, "role": "assistant", "tool_calls": [{"name": "find_book", "arguments": {"title": "Emma"}}]}],
            {"turn": 1, "role": "assistant", "tool_calls": [{"name": "find_book", "arguments": {"title": "Dune"}}]},
            "really answers",
        ),
        (
            (3,),
            [{"turn": 3, "role": "assistant", "tool_calls": [{"name": "find_book", "arguments": {"title": "Dune"}}]}],
            {"turn": 3, "role": "assistant", "tool_calls": [{"name": "buy_book", "arguments": {"book_id": "BK-4001"}}]},
            "must call buy_book",
        ),
    ],
)
def test_a_bad_fill_is_asked_again(
    scope: Callable[..., Scope], dialogue: Dialogue, masked: tuple[int, ...], bad: Any, good: Any, said: str
) -> None:
    engine = Script(mask_fill=[{"fills": bad}, {"fills": [good]}], judge=[{"reason": "Alike.", "better": "same"}])
    run(refine_turns(scope(engine), dialogue, masked, 1))
    assert said in engine.requests[1].messages[-1].content


def test_without_a_usable_fill_or_verdict_the_old_turns_stay(scope: Callable[..., Scope], dialogue: Dialogue) -> None:
    for engine in (Script(mask_fill=["?"] * 3), Script(mask_fill=[{"fills": [NEW_REPLY]}], judge=["?"] * 3)):
        new, (edit,) = run(refine_turns(scope(engine), dialogue, (5,), 1))
        assert new == dialogue
        assert not edit.accepted
        assert "no usable answer" in edit.reason


def test_without_a_judger_a_sound_fill_is_taken(scope: Callable[..., Scope], dialogue: Dialogue) -> None:
    engine = Script(mask_fill=[{"fills": [NEW_REPLY]}])
    new, _ = run(refine_turns(scope(engine, refine={"judge": False}), dialogue, (5,), 1))
    assert new.turns[5].text == NEW_REPLY["content"]
