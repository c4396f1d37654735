"""The order of turns: what is certain damage in a recording, and what is but its way."""

from __future__ import annotations

import pytest

from tests.doubles.trips import SEARCH, call, calls, reply, result, results, user
from toolace_mt.rules.reading import Reading
from toolace_mt.rules.structure import alternation
from toolace_mt.types import Dialogue, Turn

ASK, CALL = user("Flights?"), calls(call("a", "search_flights", origin="LHR", destination="JFK"))
RESULT, SAY = results(result("a", "search_flights", "[]")), reply("There are none.")
AGAIN = user("And tomorrow?")
ROUND = (ASK, CALL, RESULT, SAY)


def found(*turns: Turn) -> list[tuple[int | None, str]]:
    """(turn, severity) of what is out of order in a recording."""
    return [(f.turn, f.severity) for f in alternation(Reading(Dialogue(id="x", tools=(SEARCH,), turns=turns)))]


@pytest.mark.parametrize(
    "turns",
    [
        ROUND,
        (reply("Hello! How can I help?"), *ROUND),
        (ASK, CALL, RESULT, CALL, RESULT, SAY, AGAIN, SAY),
        (ASK, calls(call("a", "transfer_to_human_agents")), results(result("a", "transfer_to_human_agents", "ok"))),
        (ASK, calls(call("a", "done")), results(result("a", "done", "ok"))),
    ],
)
def test_sound_recordings(turns: tuple[Turn, ...]) -> None:
    assert found(*turns) == []


@pytest.mark.parametrize(
    ("turns", "place"),
    [
        ((), None),
        ((CALL, RESULT, SAY), 0),
        ((RESULT, SAY), 0),
        ((ASK, CALL, RESULT, AGAIN, SAY), 3),
        ((*ROUND, AGAIN, user("Hello?"), SAY), 5),
        ((*ROUND, SAY), 4),
        ((*ROUND, CALL, RESULT, SAY), 4),
        ((ASK, CALL, SAY), 2),
        ((ASK, RESULT, SAY), 1),
        ((*ROUND, RESULT), 4),
        ((ASK, CALL, RESULT, CALL, CALL, RESULT, SAY), 4),
        ((*ROUND, AGAIN, CALL, RESULT), 6),
        ((*ROUND, AGAIN, CALL), 5),
        ((user(" \n"), SAY), 0),
        ((ASK, reply("")), 1),
    ],
)
def test_damage_is_an_error(turns: tuple[Turn, ...], place: int | None) -> None:
    assert (place, "error") in found(*turns)


def test_a_recording_may_break_off_at_a_user_message() -> None:
    assert found(*ROUND, AGAIN) == [(4, "warning")]


def test_a_recording_without_any_reply_may_end_with_results() -> None:
    assert found(ASK, CALL, RESULT) == [(2, "warning")]


class TestManners:
    """What a recording does throughout is one warning; once it does otherwise somewhere, it is damage."""

    def test_no_replies(self) -> None:
        assert found(ASK, CALL, RESULT, AGAIN, AGAIN, CALL, RESULT) == [(None, "warning"), (6, "warning")]
        assert (3, "error") in found(ASK, CALL, RESULT, AGAIN, SAY)

    def test_no_results(self) -> None:
        assert found(ASK, CALL, SAY, AGAIN, CALL, SAY) == [(None, "warning")]
        assert found(ASK, CALL) == [(None, "warning")]
        assert (2, "error") in found(ASK, CALL, SAY, AGAIN, CALL, RESULT, SAY)

    def test_every_call_announced(self) -> None:
        assert found(ASK, SAY, CALL, RESULT, SAY) == [(None, "warning")]

        announced = (ASK, SAY, CALL, RESULT, SAY, AGAIN, SAY, CALL, RESULT, SAY)

        assert found(*announced) == [(None, "warning")]
        assert (6, "error") in found(*ROUND, *announced[5:])


@pytest.mark.parametrize(
    "text",
    [
        '<functioncall> {"name": "search_flights", "arguments": {}}',
        '[TOOL_CALLS] [{"name": "search_flights", "arguments": {}}]',
        '{"name": "search_flights", "parameters": {"origin": "LHR"}}',
    ],
)
def test_a_call_that_is_written_as_text_is_named_as_the_cause(text: str) -> None:
    reading = Reading(Dialogue(id="x", tools=(SEARCH,), turns=(ASK, reply(text), RESULT, SAY)))
    assert [f.turn for f in alternation(reading) if "a call that is written as text" in f.detail] == [2]
    plain = Reading(Dialogue(id="x", tools=(SEARCH,), turns=(ASK, reply("A moment."), RESULT, SAY)))
    assert not any("written as text" in f.detail for f in alternation(plain))
