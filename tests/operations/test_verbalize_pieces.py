"""The words of one sub-task in two requests: what they share, and what each has to keep to."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.stages.kiosk import TOOLS, call, result
from toolace_mt.operations.base import read_instruction
from toolace_mt.operations.verbalize import VERBALIZATION, UserValue, VerbalizationInput
from toolace_mt.operations.verbalize_pieces import VERBALIZATION_REPLY, VERBALIZATION_REQUEST
from toolace_mt.types import Action, Dialogue, Observation, Tool

SEARCH = (
    Observation(),
    call("a", "find_book", title="Dune"),
    result("a", "find_book", {"book_id": "BK-4001"}),
    Action(),
)
BUY = (Observation(), call("b", "buy_book", book_id="BK-4001"), result("b", "buy_book", {"status": "sold"}), Action())
GIVEN = VerbalizationInput(
    Dialogue(id="x", tools=TOOLS, turns=(*SEARCH, *BUY)),
    {0: [UserValue("find_book", "title", "Dune")], 4: []},
    subtasks=(0,),
)
SOUND = {"goal": "Look for Dune.", "user": "Do you have Dune?", "reply": "Yes, we have it."}


def problems(**changes: str) -> dict[str, list[str]]:
    """What is wrong with the two answers to `GIVEN`, by part."""
    texts: dict[str, Any] = {**SOUND, **changes}
    request = VERBALIZATION_REQUEST.output.model_validate({key: texts[key] for key in ("goal", "user")})
    reply = VERBALIZATION_REPLY.output.model_validate({"reply": texts["reply"]})
    found = [*VERBALIZATION_REQUEST.check(GIVEN, request), *VERBALIZATION_REPLY.check(GIVEN, reply)]
    return {part: [p for p in found if p.startswith(f"`{part}` ")] for part in SOUND}


def test_sound_words_pass() -> None:
    assert problems() == {"goal": [], "user": [], "reply": []}


@pytest.mark.parametrize(
    ("part", "text", "said"),
    [
        ("goal", " ", "is empty"),
        ("user", "", "is empty"),
        ("reply", "\n", "is empty"),
        ("goal", "Look for [name].", "placeholder"),
        ("reply", "It is called [name].", "placeholder"),
        ("user", "Do you have a book?", "must make plain that title is 'Dune'"),
        ("user", "Run find_book for Dune.", "names the tool find_book"),
    ],
)
def test_what_is_wrong_is_said_of_the_text_that_is_wrong_and_of_no_other(part: str, text: str, said: str) -> None:
    found = problems(**{part: text})
    assert said in found.pop(part)[0]
    assert not any(found.values())


def test_a_value_that_is_the_default_is_asked_for_all_the_same() -> None:
    """What a call gives, the user has asked for: else nobody could tell why it is there."""
    parameters = {
        "type": "object",
        "properties": {"path": {"type": "string"}, "lines": {"type": "integer", "default": 20}},
    }
    tail = Tool(name="tail", description="Show the end of a file.", parameters=parameters)
    given = VerbalizationInput(
        Dialogue(id="x", tools=(tail,), turns=(Observation(), call("a", "tail", lines=20), Action())),
        {0: [UserValue("tail", "lines", 20)]},
        subtasks=(0,),
    )

    def wrong(user: str) -> list[str]:
        request = VERBALIZATION_REQUEST.output.model_validate({"goal": "Show the end.", "user": user})
        return VERBALIZATION_REQUEST.check(given, request)

    assert "must make plain that lines is 20" in wrong("How does my log end?")[0]
    assert wrong("What are the last 20 lines of my log?") == []


def test_requests_of_a_dialogue_differ_only_at_the_end() -> None:
    other = replace(GIVEN, subtasks=(1,))
    asked = [
        operation.render(given)[1].removesuffix(read_instruction(operation.name))
        for operation in (VERBALIZATION_REQUEST, VERBALIZATION_REPLY)
        for given in (GIVEN, other)
    ]
    assert asked[0] == asked[2]
    assert asked[1] == asked[3]
    assert {text.partition('"subtasks_to_word"')[0] for text in asked} == {asked[0].partition('"subtasks_to_word"')[0]}
    whole = VERBALIZATION.render(replace(GIVEN, subtasks=None))[1]
    assert whole.startswith(asked[0].partition('"subtasks_to_word"')[0])


def test_what_the_two_are_told_is_no_longer_than_what_the_whole_is_told() -> None:
    told = {o.name: len(read_instruction(o.name)) for o in (VERBALIZATION, VERBALIZATION_REQUEST, VERBALIZATION_REPLY)}
    assert told.pop("verbalization") >= sum(told.values())
