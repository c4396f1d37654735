"""Skeletons made by execution: the calls first, on tools that run; the words come after, and may change no call."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import orjson
import pytest

from tests.stages.kiosk import TOOLS, Kiosk, Script, call, result, run, tool
from toolace_mt.errors import NoUsableAnswer, WalkTooShort
from toolace_mt.operations.verbalize import VERBALIZATION, UserValue, VerbalizationInput
from toolace_mt.rules import check
from toolace_mt.stages.execute import initialize_executed
from toolace_mt.stages.execution import replay
from toolace_mt.stages.scope import Scope
from toolace_mt.types import Action, Dialogue, Observation, Task

KNOBS = {"initialize": {"subtasks_min": 1, "subtasks_max": 1, "steps_min": 2, "steps_max": 2, "parallel": 0.0}}
EMPTY = Dialogue(id="000000", tools=TOOLS, environment=None)


def shown(request: Any) -> dict[str, Any]:
    return orjson.loads(request.messages[1].content.partition("\n\n")[0])


def words(request: Any, **changes: str) -> dict[str, Any]:
    """A plain answer: each message states what it has to."""
    answers = []
    wanted = shown(request)["subtasks_to_word"]
    masked = (t for t in shown(request)["dialogue"] if t.get("masked") and t["role"] == "user")
    for turn in (t for t in masked if t["subtask"] in wanted):
        values = [*turn.get("must_state", ()), *(v["value"] for v in turn.get("must_convey", ()))]
        user = f"Please see to this, number {turn['subtask']}: {', '.join(map(str, values)) or 'nothing more'}."
        plain = {"goal": f"See to number {turn['subtask']}.", "user": user, "reply": "It is done."}
        answers.append({"subtask": turn["subtask"], **plain, **changes})
    return {"subtasks": answers}


def skeleton(scope: Callable[..., Scope], *answers: Any, repair: Any = (), **knobs: Any) -> Any:
    script = Script(verbalization=list(answers or [words]), repair=list(repair))
    made = scope(script, **{**KNOBS, **knobs})
    world = made.world
    assert world is not None
    return run(initialize_executed(made, EMPTY.model_copy(update={"environment": world.ref}))), script


def test_calls_are_real_and_words_are_put_around_them(scope: Callable[..., Scope]) -> None:
    dialogue, script = skeleton(scope)
    assert dialogue is not None
    assert script.steps() == ["init/words#0"]
    assert [f for f in check(dialogue) if f.severity == "error"] == []
    assert dialogue.task.subtasks[0].steps == 2
    assert set(dialogue.task.subtasks[0].tools) == {call.name for call in dialogue.calls}
    assert dialogue.turns[0].text.startswith("Please see to this")
    replayed = run(replay(Kiosk, dialogue))
    assert (replayed.differences, replayed.state) == ((), dialogue.state)


def test_a_book_is_bought_by_the_id_that_the_search_gave(scope: Callable[..., Scope]) -> None:
    for seed in range(12):
        dialogue, script = skeleton(scope, run={"seed": seed})
        bought = [call.arguments["book_id"] for call in dialogue.calls if call.name == "buy_book"]
        first = shown(script.requests[0])["dialogue"][0]
        said = [*first.get("must_state", ()), *(v["value"] for v in first.get("must_convey", ()))]
        assert not set(bought) & set(said), "the user cannot know what only a result gives"
        if bought:
            return
    raise AssertionError("no walk bought anything")


def test_the_tool_list_shows_tools_that_do_not_run_too(scope: Callable[..., Scope]) -> None:
    dialogue, script = skeleton(scope)
    assert [tool["name"] for tool in shown(script.requests[0])["tools"]] == [tool.name for tool in TOOLS]
    assert "note" not in {call.name for call in dialogue.calls}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"user": "Please buy it with buy_book."}, "names the tool buy_book"),
        ({"reply": ""}, "reply is empty"),
        ({"goal": "Buy [name]."}, "placeholder"),
    ],
)
def test_bad_words_are_asked_again(scope: Callable[..., Scope], change: dict[str, str], said: str) -> None:
    dialogue, script = skeleton(scope, lambda request: words(request, **change), words)
    assert dialogue is not None
    assert said in script.requests[1].messages[-1].content


def test_an_id_from_a_later_result_may_not_be_stated(scope: Callable[..., Scope]) -> None:
    def tell(request: Any) -> dict[str, Any]:
        return words(request, user="Please find Dune and Emma, and buy BK-4001 and BK-4002.")

    for seed in range(12):
        dialogue, script = skeleton(scope, tell, words, run={"seed": seed})
        if any(call.name == "buy_book" for call in dialogue.calls):
            assert "only a later result gives" in script.requests[1].messages[-1].content
            return
    raise AssertionError("no walk bought anything")


def test_words_that_never_come_right_fail_the_dialogue(scope: Callable[..., Scope]) -> None:
    with pytest.raises(NoUsableAnswer):
        skeleton(scope, *["no words"] * 3)


def test_single_messages_and_replies_of_the_best_words_are_written_anew(scope: Callable[..., Scope]) -> None:
    def bad(request: Any) -> dict[str, Any]:
        return words(request, user="Please see to it with buy_book.", reply="Done, [name]!")

    def worse(request: Any) -> dict[str, Any]:
        return words(request, user=" ", goal="Sell [name].")

    def fill(request: Any) -> dict[str, Any]:
        dialogue = shown(request)["dialogue"]
        masked = [turn for turn in dialogue if turn.get("masked")]
        needed = [value for p in shown(request)["problems"] for value in re.findall(r" '([^']+)'", p["problem"])]
        texts = {"user": f"Please see to it: {', '.join(needed)}.", "assistant": "It is done."}
        return {"fills": [{"turn": t["turn"], "role": t["role"], "content": texts[t["role"]]} for t in masked]}

    dialogue, script = skeleton(scope, worse, bad, bad, repair=[fill, fill])
    assert script.steps() == [*(f"init/words#{n}" for n in range(3)), "init/words/user#0", "init/words/reply#0"]
    assert [f for f in check(dialogue) if f.severity == "error"] == []
    assert "buy_book" not in dialogue.turns[0].text
    assert dialogue.turns[-1].text == "It is done."
    assert "content" not in shown(script.requests[3])["dialogue"][0], "it is masked"


def test_the_words_with_the_fewest_problems_are_mended_and_what_they_wrongly_state_is_not_asked_for(
    scope: Callable[..., Scope],
) -> None:
    def tell(request: Any) -> dict[str, Any]:
        return words(request, user="Please find Dune and Emma, and buy BK-4001 and BK-4002.")

    def worse(request: Any) -> dict[str, Any]:
        return words(request, user="Please buy BK-4001 and BK-4002 with buy_book.", reply="Done, [name]!")

    def fill(request: Any) -> dict[str, Any]:
        assert "must_state" not in shown(request)["dialogue"][0]
        return {"fills": [{"turn": 0, "role": "user", "content": "Please find Dune and Emma, and buy what you find."}]}

    for seed in range(12):
        dialogue, script = skeleton(scope, worse, tell, worse, run={"seed": seed}, repair=[fill])
        if [call.name for call in dialogue.calls] == ["find_book", "buy_book"]:
            assert script.steps()[3:] == ["init/words/user#0"]
            assert dialogue.turns[0].text == "Please find Dune and Emma, and buy what you find."
            return
    raise AssertionError("no walk bought anything")


def test_words_that_a_repair_does_not_mend_fail_the_dialogue(scope: Callable[..., Scope]) -> None:
    def bad(request: Any) -> dict[str, Any]:
        return words(request, reply="Done, [name]!")

    with pytest.raises(NoUsableAnswer, match=r"init/words: no usable answer in 3 attempts: .*placeholder"):
        skeleton(scope, bad, bad, bad, repair=["?"] * 3)


def test_without_enough_calls_there_is_no_skeleton(scope: Callable[..., Scope]) -> None:
    ranges = {"subtasks_min": 5, "subtasks_max": 5, "steps_min": 6, "steps_max": 6}
    dialogue, script = skeleton(scope, initialize=ranges)
    assert dialogue is None
    assert script.requests == []


def test_an_outside_server_that_gives_too_little_fails_the_dialogue(
    scope: Callable[..., Scope], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Kiosk, "repeatable", False)
    ranges = {"subtasks_min": 5, "subtasks_max": 5, "steps_min": 6, "steps_max": 6}
    with pytest.raises(WalkTooShort, match="too few calls to kiosk"):
        skeleton(scope, initialize=ranges)


def test_the_numbers_of_subtasks_and_steps_stay_in_their_ranges(scope: Callable[..., Scope]) -> None:
    ranges = {"subtasks_min": 1, "subtasks_max": 3, "steps_min": 1, "steps_max": 2}
    tasks: list[Task] = []
    for seed in range(20):
        dialogue, _ = skeleton(scope, initialize=ranges, run={"seed": seed})
        tasks += [dialogue.task] if dialogue else []
    assert tasks
    assert {len(task.subtasks) for task in tasks} <= {1, 2, 3}
    assert {subtask.steps for task in tasks for subtask in task.subtasks} == {1, 2}


@pytest.mark.parametrize(
    ("value", "message", "conveyed"),
    [
        ("Lisbon", "Find me a flight to Porto.", False),
        ("Lisbon", "Find me a flight to Lisbon.", True),
        (4250.5, "Send 17 euros.", False),
        (4250.5, "Send 4,250.50 euros.", True),
        ("2026-05-14", "On June 3, please.", False),
        ("2026-05-14", "On the 14th of May, please.", True),
        ("not_recognised", "I don't recognise it.", True),
        (True, "As you like.", True),
        (2, "For both of us.", True),
        ("14:00", "At two in the afternoon.", True),
        ("Europe/Lisbon", "What time is it in Portugal?", True),
    ],
)
def test_a_message_conveys_what_calls_need(value: Any, message: str, conveyed: bool) -> None:
    given = VerbalizationInput(
        Dialogue(
            id="x",
            tools=(tool("go", "where"),),
            turns=(Observation(), call("a", "go", where=value), result("a", "go", {}), Action()),
        ),
        {0: [UserValue("go", "where", value)]},
    )
    wording = {"subtask": 0, "goal": "Go there.", "user": message, "reply": "Done."}
    draft = VERBALIZATION.output.model_validate({"subtasks": [wording]})
    assert (VERBALIZATION.check(given, draft) == []) is conveyed
