"""Words that are asked for in pieces, at the same time: each stands alone, and beside those before it."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from typing import Any

import pytest

from tests.stages.kiosk import Kiosk, Script, run
from tests.stages.test_execute import EMPTY, shown, words
from toolace_mt.engines.base import Completion, Request
from toolace_mt.errors import NoUsableAnswer
from toolace_mt.rules import check
from toolace_mt.stages.execute import initialize_executed
from toolace_mt.stages.execution import replay
from toolace_mt.stages.scope import Scope
from toolace_mt.types import Dialogue

BOTH = {
    "initialize": {"subtasks_min": 2, "subtasks_max": 2, "steps_min": 1, "steps_max": 1, "parallel": 0.0},
    "run": {"decoding": "parallel"},
}
FIRST = ["init/words-0/request#0", "init/words-0/reply#0", "init/words-1/request#0", "init/words-1/reply#0"]
LONG = "It is done, all of it, and it went as well as anybody could have wished for today."


def piece(request: Any, **changes: str) -> dict[str, str]:
    """A plain answer to either request."""
    (texts,) = words(request)["subtasks"]
    texts["reply"] = ("It is done.", "That is bought.")[texts["subtask"]]
    parts = ("goal", "user") if request.operation == "verbalization_request" else ("reply",)
    return {part: {**texts, **changes}[part] for part in parts}


def of_second(**changes: str) -> Callable[[Any], dict[str, str]]:
    """Answers of which those of the sub-task 1 are changed."""
    return lambda request: piece(request, **(changes if shown(request)["subtasks_to_word"] == [1] else {}))


def skeleton(
    scope: Callable[..., Scope], requests: Any = (), replies: Any = (), repair: Any = (), engine: Any = Script
) -> tuple[Dialogue, Script]:
    """The dialogue and the script; where no more answers are given, there are plain ones."""
    script = engine(
        verbalization_request=[*requests, *[piece] * 9],
        verbalization_reply=[*replies, *[piece] * 9],
        repair=list(repair),
    )
    made = scope(script, **BOTH)
    assert made.world is not None
    dialogue = run(initialize_executed(made, EMPTY.model_copy(update={"environment": made.world.ref})))
    assert dialogue is not None
    return dialogue, script


def test_all_pieces_are_asked_for_at_the_same_time_about_the_same_dialogue(scope: Callable[..., Scope]) -> None:
    dialogue, script = skeleton(scope)
    assert script.steps() == FIRST
    seen = list(map(shown, script.requests))
    assert [each["subtasks_to_word"] for each in seen] == [[0], [0], [1], [1]]
    assert all(each["dialogue"] == seen[0]["dialogue"] for each in seen)
    assert [turn["turn"] for turn in seen[0]["dialogue"] if turn.get("masked")] == [0, 3, 4, 7]
    assert dialogue.task is not None
    assert [s.goal for s in dialogue.task.subtasks] == ["See to number 0.", "See to number 1."]
    assert [dialogue.turns[i].text for i in (3, 7)] == ["It is done.", "That is bought."]
    assert [f for f in check(dialogue) if f.severity == "error"] == []
    assert run(replay(Kiosk, dialogue)).differences == ()


@pytest.mark.parametrize(
    ("change", "again", "said"),
    [
        ({"goal": ""}, "request", "`goal` is empty"),
        ({"user": "Please see to it with buy_book."}, "request", "names the tool buy_book"),
        ({"reply": "Done, [name]!"}, "reply", "placeholder"),
        # What only the joined dialogue shows:
        ({"goal": "See to number 0."}, "request", "sub-task 0 has the same goal"),
        ({"reply": LONG}, "reply", "turn 7 of the dialogue"),
    ],
)
def test_only_the_piece_at_fault_is_asked_again(
    scope: Callable[..., Scope], change: dict[str, str], again: str, said: str
) -> None:
    bad = of_second(**change)
    first = (lambda request: piece(request, reply=LONG)) if change == {"reply": LONG} else bad
    answers = {"requests": [bad, bad]} if again == "request" else {"replies": [first, bad]}
    dialogue, script = skeleton(scope, **answers)
    assert sorted(script.steps()) == sorted([*FIRST, f"init/words-1/{again}#1"])
    (request,) = (request for request in script.requests if request.key.attempt)
    assert said in request.messages[-1].content
    assert dialogue.task is not None
    assert dialogue.task.subtasks[1].goal == "See to number 1."
    assert dialogue.turns[7].text == "That is bought."


def test_a_reply_that_never_comes_right_is_mended_alone(scope: Callable[..., Scope]) -> None:
    fill = {"fills": [{"turn": 7, "role": "assistant", "content": "That is done as well."}]}
    dialogue, script = skeleton(scope, replies=[of_second(reply="Done, [name]!")] * 4, repair=[fill])
    more = [f"init/words-1/reply{end}" for end in ("#1", "#2", "/repair#0")]
    assert sorted(script.steps()) == sorted([*FIRST, *more])
    assert (dialogue.turns[3].text, dialogue.turns[7].text) == ("It is done.", "That is done as well.")


def test_a_message_that_never_comes_right_is_mended_alone(scope: Callable[..., Scope]) -> None:
    def fill(request: Any) -> dict[str, Any]:
        dialogue = shown(request)["dialogue"]
        assert [turn["turn"] for turn in dialogue if turn.get("masked")] == [4]
        assert dialogue[-1]["role"] == "tool", "its reply is written elsewhere"
        values = [p["problem"].split("'")[1] for p in shown(request)["problems"] if "'" in p["problem"]]
        return {"fills": [{"turn": 4, "role": "user", "content": f"Please go on: {', '.join(values)}."}]}

    dialogue, script = skeleton(scope, [of_second(user="Please see to it with buy_book.")] * 4, repair=[fill])
    more = [f"init/words-1/request{end}" for end in ("#1", "#2", "/repair#0")]
    assert sorted(script.steps()) == sorted([*FIRST, *more])
    assert dialogue.turns[4].text.startswith("Please go on")
    assert dialogue.turns[7].text == "That is bought."


@pytest.mark.parametrize(("part", "name"), [("requests", "request"), ("replies", "reply")])
def test_a_piece_that_cannot_be_had_fails_the_dialogue(scope: Callable[..., Scope], part: str, name: str) -> None:
    with pytest.raises(NoUsableAnswer, match=f"init/words-0/{name}"):
        skeleton(scope, **{part: ["no words"] * 9})


class Unsteady:
    """Answers after times of its own: a bad reply first, and then plain ones."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)
        self.asked: dict[str, Request] = {}
        self.order: list[str] = []

    async def complete(self, request: Request) -> Completion:
        name = f"{request.key.step}#{request.key.attempt}"
        self.asked[name] = request
        for _ in range(self.rng.randrange(20)):
            await asyncio.sleep(0)
        self.order.append(name)
        bad = name in ("init/words-0/request#0", "init/words-1/reply#0")
        answer = piece(request, **({"goal": "[name]", "reply": "It is done.\nIt is done. [name]"} if bad else {}))
        return Completion(text=str(answer).replace("'", '"'))


def test_the_same_dialogue_comes_of_the_same_requests_whatever_the_timing(scope: Callable[..., Scope]) -> None:
    made: list[tuple[Dialogue, dict[str, Request]]] = []
    orders: set[tuple[str, ...]] = set()
    for seed in range(12):
        engine = Unsteady(seed)
        room = scope(engine, **BOTH)
        assert room.world is not None
        bare = EMPTY.model_copy(update={"environment": room.world.ref})
        made.append((run(initialize_executed(room, bare)), engine.asked))
        orders.add(tuple(engine.order))
    assert len(orders) > 3
    assert all(each == made[0] for each in made)
    assert sorted(made[0][1]) == sorted([*FIRST, "init/words-0/request#1", "init/words-1/reply#1"])
