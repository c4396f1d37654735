from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import pytest

from tests.stages.kiosk import Kiosk, Script, run
from toolace_mt.dialogue.edits import skeleton_of
from toolace_mt.rules import check
from toolace_mt.stages.execution import replay
from toolace_mt.stages.inject import inject
from toolace_mt.stages.scope import Scope
from toolace_mt.stages.targets import Target, choose_target, targets
from toolace_mt.types import Action, Dialogue, Observation, Tool, ToolCall


def three(*turns: tuple[str, Any]) -> dict[str, Any]:
    forms: dict[str, Callable[[Any], dict[str, Any]]] = {
        "user": lambda text: {"role": "user", "content": text},
        "say": lambda text: {"role": "assistant", "content": text},
        "call": lambda c: {"role": "assistant", "content": c[2], "tool_calls": [{"name": c[0], "arguments": c[1]}]},
        "result": lambda value: {"role": "tool", "results": [{"content": value, "is_error": True}]},
    }
    return {"turns": [forms[form](value) for form, value in turns]}


WITHHOLD = {"withhold": {"tool": "find_book", "parameter": "title", "value": "Dune"}}
ASK = three(("user", "Please buy me a book."), ("say", "Which one?"), ("user", "Dune, please."))
CASES = {
    "clarification": (Target(0, "clarification", "missing_value", WITHHOLD), ASK),
    "no_tool": (
        Target(0, "tool_awareness", "no_tool"),
        three(("user", "Can you bind books?"), ("say", "I cannot do that."), ("user", "Then please buy me Dune.")),
    ),
    "missing_tool": (
        Target(0, "tool_awareness", "missing_tool", {"missing_tool": "buy_book"}),
        three(("user", "Please buy Dune."), ("say", "I can't buy books."), ("user", "You can buy now. Dune, please.")),
    ),
    "wrong_argument": (
        Target(1, "error_simulation", "wrong_argument"),
        three(
            ("call", ("find_book", {"title": "Dnue"}, "")),
            ("result", {"error": "invented"}),
            ("call", ("find_book", {"title": "Dune"}, "A typo of mine; again.")),
        ),
    ),
    "service_error": (
        Target(3, "error_simulation", "service_error"),
        three(
            ("call", ("buy_book", {"book_id": "BK-4001"}, "")),
            ("result", {"error": "503 try again"}),
            ("call", ("buy_book", {"book_id": "BK-4001"}, "The shop did not answer; once more.")),
        ),
    ),
    "small_talk": (
        Target(5, "non_function_calling", "small_talk"),
        three(("say", "Dune is yours."), ("user", "I love sand."), ("say", "Then you will enjoy it.")),
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_an_injection_keeps_the_dialogue_sound(case: str, scope: Callable[..., Scope], dialogue: Dialogue) -> None:
    target, answer = CASES[case]
    engine = Script(**{f"inject_{target.kind}": [answer]})
    new, edit = run(inject(scope(engine), dialogue, target, 1))
    assert edit.accepted, edit.reason
    assert len(new.turns) == len(dialogue.turns) + 2
    assert [f for f in check(new) if f.severity == "error"] == []
    assert run(replay(Kiosk, new)).differences == ()
    assert skeleton_of(new, [edit]) == dialogue


def test_a_faulty_call_is_marked_and_has_the_real_error(scope: Callable[..., Scope], dialogue: Dialogue) -> None:
    target, answer = CASES["wrong_argument"]
    new, _ = run(inject(scope(Script(inject_error_simulation=[answer])), dialogue, target, 1))
    faulty, error, recovery = new.turns[1:4]
    assert isinstance(faulty, Action)
    assert faulty.is_faulty
    assert isinstance(error, Observation)
    assert error.results[0].content == '{"error":"no such book"}'
    assert isinstance(recovery, Action)
    assert recovery.calls == dialogue.turns[1].calls  # type: ignore[union-attr]


def test_an_outage_is_no_fault_of_the_call(scope: Callable[..., Scope], dialogue: Dialogue) -> None:
    target, answer = CASES["service_error"]
    new, _ = run(inject(scope(Script(inject_error_simulation=[answer])), dialogue, target, 1))
    assert not new.turns[3].is_faulty  # type: ignore[union-attr]
    assert new.turns[4].results[0].simulated  # type: ignore[union-attr]


def test_a_missing_tool_comes_with_the_second_request(scope: Callable[..., Scope], dialogue: Dialogue) -> None:
    target, answer = CASES["missing_tool"]
    new, _ = run(inject(scope(Script(inject_tool_awareness=[answer])), dialogue, target, 1))
    assert "buy_book" not in {t.name for t in new.tools_at(1)}
    assert "buy_book" in {t.name for t in new.tools_at(2)}


BAD = {
    "the value is still there": ("clarification", three(("user", "Buy Dune."), ("say", "Which?"), ("user", "Dune."))),
    "no question": ("clarification", three(("user", "Buy a book."), ("say", "Tell me more."), ("user", "Dune."))),
    "the answer lacks the value": ("clarification", three(("user", "Buy one."), ("say", "Which?"), ("user", "That."))),
    "the assistant knows already": ("clarification", three(("user", "Buy."), ("say", "Dune?"), ("user", "Dune."))),
    "too many turns": ("clarification", {"turns": [*ASK["turns"], *ASK["turns"][1:]]}),
    "the request lost its value": (
        "no_tool",
        three(("user", "Bind it."), ("say", "I cannot."), ("user", "Buy a book.")),
    ),
    "the call would not fail": (
        "wrong_argument",
        three(
            ("call", ("find_book", {"title": "Emma"}, "")),
            ("result", {"error": "?"}),
            ("call", ("find_book", {"title": "Dune"}, "Again.")),
        ),
    ),
    "the recovery is another call": (
        "wrong_argument",
        three(
            ("call", ("find_book", {"title": "Dnue"}, "")),
            ("result", {"error": "?"}),
            ("call", ("find_book", {"title": "Emma"}, "Again.")),
        ),
    ),
}


@pytest.mark.parametrize("case", BAD)
def test_a_bad_injection_is_asked_again(case: str, scope: Callable[..., Scope], dialogue: Dialogue) -> None:
    name, bad = BAD[case]
    target, good = CASES[name]
    engine = Script(**{f"inject_{target.kind}": [bad, good]})
    _, edit = run(inject(scope(engine), dialogue, target, 1))
    assert edit.accepted
    assert len(engine.requests) == 2


def test_an_injection_that_never_works_leaves_the_dialogue(scope: Callable[..., Scope], dialogue: Dialogue) -> None:
    target, _ = CASES["clarification"]
    new, edit = run(inject(scope(Script(inject_clarification=["?"] * 3)), dialogue, target, 1))
    assert new == dialogue
    assert not edit.accepted
    assert "no usable answer" in edit.reason


def test_targets_are_where_an_injection_makes_sense(dialogue: Dialogue) -> None:
    withheld = {t.details["withhold"]["value"] for t in targets(dialogue, "clarification", ())}
    assert withheld == {"Dune"}
    assert {t.turn for t in targets(dialogue, "error_simulation", ())} == {1, 3}
    assert {t.turn for t in targets(dialogue, "non_function_calling", ())} == {0, 5}
    missing = {t.details.get("missing_tool") for t in targets(dialogue, "tool_awareness", ())}
    assert missing == {None, "find_book"}  # the tool of the first step: without it the assistant cannot begin


def test_what_a_failed_call_said_is_not_withheld(dialogue: Dialogue) -> None:
    call = dialogue.turns[1].calls[0]  # type: ignore[union-attr]
    wrong = call.model_copy(update={"arguments": {name: str(value).upper() for name, value in call.arguments.items()}})
    failed = dialogue.turns[2].results[0].model_copy(update={"is_error": True})  # type: ignore[union-attr]
    attempt = [
        dialogue.turns[1].model_copy(update={"calls": (wrong,)}),
        dialogue.turns[2].model_copy(update={"results": (failed,)}),
    ]
    tried = dialogue.model_copy(update={"turns": (dialogue.turns[0], *attempt, *dialogue.turns[1:])})
    assert {t.details["withhold"]["value"] for t in targets(tried, "clarification", ())} == {"Dune"}


def test_what_another_value_says_too_is_not_left_out() -> None:
    schema = {"type": "object", "properties": {"x": {}, "day": {}}, "required": ["x", "day"]}
    tools = (Tool(name="warm", parameters=schema), Tool(name="look", parameters=schema))
    calls = (
        ToolCall(id="1", name="warm", arguments={"x": 18, "day": "2026-10-21"}),
        ToolCall(id="2", name="look", arguments={"x": "hall", "day": "2026-09-18"}),
    )
    asked = Observation(text="Make it 18 on 2026-10-21, and show me the hall of 2026-09-18.")
    dialogue = Dialogue(id="d", tools=tools, turns=(asked, Action(calls=calls)))
    withheld = {t.details["withhold"]["value"] for t in targets(dialogue, "clarification", ())}
    assert withheld == {"2026-10-21", "hall", "2026-09-18"}


def test_locked_turns_are_left_alone(dialogue: Dialogue) -> None:
    assert {t.turn for t in targets(dialogue, "error_simulation", {1})} == {3}
    assert targets(dialogue, "clarification", {0}) == []


def test_every_sub_kind_gets_its_share(dialogue: Dialogue) -> None:
    drawn = [choose_target(random.Random(i), dialogue, "tool_awareness", ()) for i in range(200)]
    assert 70 < sum(t is not None and t.sub_kind == "no_tool" for t in drawn) < 130


def test_on_an_outside_server_mistakes_are_made_only_where_nothing_changes(dialogue: Dialogue) -> None:
    def mistaken(**read_only: bool) -> set[int]:
        tools = tuple(t.model_copy(update={"read_only": read_only.get(t.name)}) for t in dialogue.tools)
        there = dialogue.model_copy(update={"tools": tools})
        return {t.turn for t in targets(there, "error_simulation", (), repeatable=False)}

    assert mistaken() == set()
    assert mistaken(find_book=True) == set(), "the book is bought afterwards"
    assert mistaken(find_book=True, buy_book=True) == {1, 3}
    assert mistaken(buy_book=True) == {3}
