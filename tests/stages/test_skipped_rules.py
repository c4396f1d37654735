"""A rule that is left out by configuration rejects nothing in any stage: its false alarms cost no request."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from tests.baselines.test_simulation import says, simulated, whole
from tests.stages.kiosk import Script, run
from tests.stages.test_execute import EMPTY, KNOBS, shown, words
from tests.stages.test_initialize import TURNS, changed
from tests.stages.test_inject import CASES, three
from tests.stages.test_pieces import Pieces, buy, find, joined
from tests.stages.test_subtrajectory import NO_ID, RIGHT_CALL, fills
from tests.stages.test_wording import BOTH, piece
from toolace_mt.stages.execute import initialize_executed
from toolace_mt.stages.initialize import initialize_trajectory
from toolace_mt.stages.inject import inject
from toolace_mt.stages.reasonability import refine_turns
from toolace_mt.stages.scope import Scope
from toolace_mt.types import Dialogue

MakeScope = Callable[..., Scope]
# The rule `repetition` sees an error here; what operations ask of an answer does not.
ALARM = "Dune is yours, and it is very " + "very " * 30 + "good."
SKIP: dict[str, Any] = {"verify": {"skip_rules": ["repetition"]}}
FINE = {"turns": TURNS}


def trajectory(made: Scope, dialogue: Dialogue) -> Dialogue:
    return run(initialize_trajectory(made, dialogue.model_copy(update={"turns": ()})))


def executed(made: Scope) -> Dialogue | None:
    assert made.world is not None
    return run(initialize_executed(made, EMPTY.model_copy(update={"environment": made.world.ref})))


def test_a_subtrajectory(scope: MakeScope, dialogue: Dialogue) -> None:
    for knobs, requests in (({}, 2), (SKIP, 1)):
        engine = Script(trajectory_initialization=[changed(5, content=ALARM), FINE])
        made = trajectory(scope(engine, **knobs), dialogue)
        assert len(engine.requests) == requests
        assert (made.turns[-1].text == ALARM) == (requests == 1)


def test_a_subtrajectory_that_is_mended(scope: MakeScope, dialogue: Dialogue) -> None:
    draft = {"turns": [*NO_ID["turns"][:5], {**TURNS[5], "content": ALARM}]}
    engine = Script(trajectory_initialization=[draft] * 3, repair=[fills(RIGHT_CALL)])
    made = trajectory(scope(engine, **SKIP), dialogue)
    assert made.turns[-1].text == ALARM
    assert engine.requests[-1].key.step.endswith("actions")


def test_a_reply_that_is_written_anew(scope: MakeScope, dialogue: Dialogue) -> None:
    draft = changed(4, results=[{"content": {"status": "sold", "left": 99}}])
    reply = {"turn": 5, "role": "assistant", "content": ALARM}
    for knobs, requests in (({}, 3), (SKIP, 2)):
        engine = Script(
            trajectory_initialization=[draft], mask_fill=[fills(reply), fills({**reply, "content": "Dune is yours."})]
        )
        trajectory(scope(engine, **knobs), dialogue)
        assert len(engine.requests) == requests


def test_subtrajectories_side_by_side(scope: MakeScope) -> None:
    loud = buy()
    loud["turns"][-1]["content"] = ALARM
    engine = Pieces([find()], [loud])
    assert joined(scope, engine, **SKIP).turns[-1].text == ALARM
    assert len(engine.requests) == 2


def test_a_stale_reply_side_by_side(scope: MakeScope) -> None:
    """What the tools really gave is told in a reply that is written anew."""
    reply = {"turn": 7, "role": "assistant", "content": ALARM}
    for knobs, requests in (({}, 4), (SKIP, 3)):
        engine = Pieces(
            [find()], [buy(left=99)], mask_fill=[fills(reply), fills({**reply, "content": "Dune is yours."})]
        )
        joined(scope, engine, **knobs)
        assert len(engine.requests) == requests


@pytest.mark.parametrize("decoding", ["sequential", "parallel"])
def test_words_around_executed_calls(scope: MakeScope, decoding: str) -> None:
    for skip, more in (({}, 1), (SKIP, 0)):
        if decoding == "sequential":
            knobs, least = KNOBS, 1
            engine = Script(verbalization=[lambda request: words(request, reply=ALARM), words])
        else:
            knobs, least = BOTH, 4
            engine = Script(
                verbalization_request=[piece] * 2,
                verbalization_reply=[lambda request: piece(request, reply=ALARM), piece, piece],
            )
        assert executed(scope(engine, **knobs, **skip)) is not None
        assert len(engine.requests) == least + more


def test_words_that_are_mended(scope: MakeScope) -> None:
    """The message alone is written anew where the reply has nothing that is still held against it."""

    def bad(request: Any) -> dict[str, Any]:
        return words(request, reply=ALARM, user="Please see to it with buy_book.")

    def fill(request: Any) -> dict[str, Any]:
        needed = [value for p in shown(request)["problems"] for value in re.findall(r" '([^']+)'", p["problem"])]
        return fills({"turn": 0, "role": "user", "content": f"Please see to it: {', '.join(needed)}."})

    engine = Script(verbalization=[bad] * 3, repair=[fill])
    made = executed(scope(engine, **KNOBS, **SKIP))
    assert made is not None
    assert made.turns[-1].text == ALARM
    assert engine.steps()[3:] == ["init/words/user#0"]


def test_an_injection(scope: MakeScope, dialogue: Dialogue) -> None:
    target, _ = CASES["small_talk"]
    talk = three(("say", ALARM), ("user", "I love sand."), ("say", "Then you will enjoy it."))
    for knobs, accepted in (({}, False), (SKIP, True)):
        _, edit = run(inject(scope(Script(inject_non_function_calling=[talk] * 3), **knobs), dialogue, target, 1))
        assert edit.accepted == accepted, edit.reason


def test_a_fill(scope: MakeScope, dialogue: Dialogue) -> None:
    fill = fills({"turn": 5, "role": "assistant", "content": ALARM})
    for knobs, accepted in (({}, False), (SKIP, True)):
        engine = Script(mask_fill=[fill] * 3)
        made = scope(engine, refine={"judge": False}, **knobs)
        _, (edit,) = run(refine_turns(made, dialogue, (5,), 1))
        assert edit.accepted == accepted, edit.reason


def test_a_message_of_the_baseline(scope: MakeScope) -> None:
    engine = whole(agent_user=[says(0, f"Please buy me the book Dune. {ALARM}"), says(1, "Note it.", done=True)])
    simulated(scope(engine, **SKIP))
    assert engine.steps()[:2] == ["mas/turn-0/user#0", "mas/turn-1/assistant#0"]
