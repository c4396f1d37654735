from __future__ import annotations

from itertools import islice

import pytest
from pydantic import ValidationError

from tests.doubles.trips import trip
from toolace_mt.dialogue.turns import (
    CallDraft,
    TurnDraft,
    build_turns,
    call_ids,
    content_text,
    content_value,
    dialogue_json,
    kind_of,
)
from toolace_mt.types import Action, Observation


def test_a_model_sees_numbered_turns_with_results_as_values() -> None:
    shown = dialogue_json(trip())

    assert shown[0] == {"turn": 0, "role": "user", "content": trip().turns[0].text}
    assert shown[3]["tool_calls"] == [{"name": "book_flight", "arguments": {"flight_id": "JFK-1234", "seats": 1}}]
    assert shown[4]["results"] == [{"name": "book_flight", "content": {"error": "no such flight"}, "is_error": True}]
    assert shown[10]["tools_added"] == ["send-receipt"]
    assert "faulty" not in str(shown), "the model must not be told which call is a mistake"


def test_kinds_of_turns() -> None:
    kinds = [kind_of(turn) for turn in trip().turns]

    assert kinds[:4] == ["user", "calls", "results", "calls"]
    assert kinds[-1] == "reply"


def test_drafts_forgive_what_has_one_meaning() -> None:
    assert CallDraft.model_validate({"name": "f", "arguments": '{"a": 1}'}).arguments == {"a": 1}
    assert CallDraft.model_validate({"name": "f", "arguments": None}).arguments == {}
    assert TurnDraft.model_validate({"role": "assistant", "content": None, "tool_calls": None}).kind == "reply"
    assert TurnDraft.model_validate({"role": "tool", "content": {"a": 1}}).results[0].content == {"a": 1}


@pytest.mark.parametrize("arguments", ["{", "[1]", 3, [1]])
def test_arguments_that_are_no_object_are_refused(arguments: object) -> None:
    with pytest.raises(ValidationError):
        CallDraft.model_validate({"name": "f", "arguments": arguments})


def test_call_ids_are_stable_and_fit_every_chat_template() -> None:
    ids = list(islice(call_ids("000003/init/subtask-0"), 500))

    assert ids == list(islice(call_ids("000003/init/subtask-0"), 500))
    assert len(set(ids)) == 500
    assert all(len(i) == 9 and i.isalnum() for i in ids)
    assert not set(ids) & set(islice(call_ids("000003/init/subtask-1"), 500))


def test_results_are_paired_with_calls_by_order() -> None:
    drafts = [
        TurnDraft.model_validate({"role": "user", "content": " Hi "}),
        TurnDraft.model_validate(
            {"role": "assistant", "tool_calls": [{"name": "f", "arguments": {}}, {"name": "g", "arguments": {}}]}
        ),
        TurnDraft.model_validate(
            {"role": "tool", "results": [{"content": {"a": 1}}, {"content": "b", "is_error": True}]}
        ),
    ]
    asked, action, answered = build_turns(drafts, 2, call_ids("x"))

    assert isinstance(action, Action)
    assert isinstance(answered, Observation)
    assert asked.text == "Hi"
    assert [(r.call_id, r.name) for r in answered.results] == [(c.id, c.name) for c in action.calls]
    assert [(r.content, r.is_error) for r in answered.results] == [('{"a":1}', False), ("b", True)]
    assert {turn.subtask for turn in (asked, action, answered)} == {2}


@pytest.mark.parametrize(
    "text", ['{"a":1}', "[1,2]", "plain", "{broken", "", '{"n":123456789012345678901}', "[-98765432109876543210]"]
)
def test_result_values_and_texts(text: str) -> None:
    assert content_text(content_value(text)) == text
