from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from tests.stages.kiosk import Script, run
from toolace_mt.dialogue.edits import skeleton_of
from toolace_mt.engines.base import Request
from toolace_mt.stages.refine import refine
from toolace_mt.stages.scope import Scope
from toolace_mt.types import Dialogue

TALK = [
    {"role": "user", "content": "Lovely shop."},
    {"role": "assistant", "content": "Thank you!"},
    {"role": "user", "content": "Please buy me the book Dune."},
]


def fill(request: Request) -> dict[str, Any]:
    """Write the masked turns anew; the kind is read off the context, as a model does."""
    text = request.messages[1].content
    context = json.JSONDecoder().raw_decode(text)[0]
    fills = []
    for index in context["masked_turns"]:
        masked = context["dialogue"][index]
        made: dict[str, Any] = {"turn": index, "role": masked["role"], "content": f"Please buy me Dune, {index}."}
        if "calls_to" in masked:
            made["content"] = ""
            name = masked["calls_to"][0]
            arguments = {"title": "Dune"} if name == "find_book" else {"book_id": "BK-4001"}
            made["tool_calls"] = [{"name": name, "arguments": arguments}]
        fills.append(made)
    return {"fills": fills}


def engine() -> Script:
    return Script(
        inject_non_function_calling=[{"turns": TALK}] * 9,
        mask_fill=[fill] * 9,
        judge=[{"reason": "A it is.", "better": "A"}] * 9,
    )


def judge(better: str) -> Callable[[Request], dict[str, Any]]:
    """Prefer the new version, or the old one, wherever it is shown: only new texts end in a number of a turn."""

    def verdict(request: Request) -> dict[str, Any]:
        context = json.JSONDecoder().raw_decode(request.messages[1].content)[0]
        first = next(turn for turn in context["dialogue"] if "A" in turn)
        is_new = first["A"].get("content", "").endswith(f", {first['turn']}.")
        return {"reason": "So it is.", "better": "A" if is_new == (better == "new") else "B"}

    return verdict


ONLY_TALK = {"clarification": 0, "tool_awareness": 0, "error_simulation": 0}


def test_injections_and_passes_alternate_and_can_be_wound_back(scope: Callable[..., Scope], dialogue: Dialogue) -> None:
    long = dialogue.model_copy(update={"turns": dialogue.turns})
    script = engine()
    knobs = {"passes_min": 3, "passes_max": 3, "weights": ONLY_TALK, "injections_max": 1}
    for seed in range(12):
        made = run(refine(scope(script, refine=knobs, run={"seed": seed}), long))
        assert made.passes <= 3
        assert skeleton_of(made.dialogue, made.edits) == dialogue
        stages = [e.stage for e in made.edits]
        assert stages[0] == "inject"
        if made.injections:
            assert made.injections == ("non_function_calling",)
        script.answers = engine().answers


def test_injected_turns_are_never_masked(scope: Callable[..., Scope], dialogue: Dialogue) -> None:
    knobs = {
        "passes_min": 5,
        "passes_max": 5,
        "mask_share": 0.5,
        "weights": ONLY_TALK,
        "injections_max": 1,
        "adaptive": False,
    }
    for seed in range(12):
        made = run(refine(scope(engine(), refine=knobs, run={"seed": seed}), dialogue))
        injected = next((e for e in made.edits if e.stage == "inject" and e.accepted), None)
        if injected is not None:
            locked = set(range(injected.start, injected.start + 3))
            assert not locked & {e.start for e in made.edits if e.stage == "reasonability"}


def test_passes_end_when_every_turn_was_refined(scope: Callable[..., Scope], dialogue: Dialogue) -> None:
    knobs = {
        "passes_min": 5,
        "passes_max": 5,
        "mask_share": 0.5,
        "injections_min": 0,
        "injections_max": 0,
        "decay": 0.0,
        "adaptive": False,
    }
    made = run(refine(scope(engine(), refine=knobs), dialogue))
    assert made.passes < 5
    assert {e.start for e in made.edits} == {0, 1, 3, 5}  # results of tools that run stay as they are


def test_how_often_is_drawn_from_the_ranges(scope: Callable[..., Scope], dialogue: Dialogue) -> None:
    drawn = {"injections_min": 0, "injections_max": 0, "adaptive": False}
    passes = Counter(run(refine(scope(engine(), refine=drawn, run={"seed": s}), dialogue)).passes for s in range(60))
    assert set(passes) <= {1, 2, 3, 4, 5}
    assert len(passes) >= 3


@pytest.mark.parametrize("decoding", ["sequential", "parallel"])
@pytest.mark.parametrize("better", ["new", "old"])
def test_passes_end_where_nothing_of_one_was_kept(
    scope: Callable[..., Scope], dialogue: Dialogue, decoding: str, better: str
) -> None:
    knobs = {"passes_min": 4, "passes_max": 4, "mask_share": 0.1, "injections_min": 0, "injections_max": 0}
    for seed in range(8):
        script = Script(mask_fill=[fill] * 9, judge=[judge(better)] * 9)
        made = run(refine(scope(script, refine=knobs, run={"seed": seed, "decoding": decoding}), dialogue))
        kept = [any(e.accepted for e in made.edits if e.round == r + 1) for r in range(made.passes)]
        assert all(kept[:-1])
        assert made.passes == 4 or not kept[-1]
        assert better == "new" or made.passes == 1


@pytest.mark.parametrize("decoding", ["sequential", "parallel"])
def test_the_number_of_passes_is_the_drawn_one_where_they_are_not_adaptive(
    scope: Callable[..., Scope], dialogue: Dialogue, decoding: str
) -> None:
    knobs = {"passes_min": 4, "passes_max": 4, "mask_share": 0.1, "injections_min": 0, "injections_max": 0}
    for seed in range(4):
        script = Script(mask_fill=[fill] * 9, judge=[judge("old")] * 9)
        config = {"refine": {**knobs, "adaptive": False}, "run": {"seed": seed, "decoding": decoding}}
        assert run(refine(scope(script, **config), dialogue)).passes == 4
