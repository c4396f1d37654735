"""Results and calls of recordings: which pairs are wrong, and which are but oddly written."""

from __future__ import annotations

import pytest

from tests.doubles.trips import BOOK, SEARCH, call, calls, reply, result, results, user
from toolace_mt.rules.pairing import pairing, swapped_results
from toolace_mt.rules.reading import Reading
from toolace_mt.types import Dialogue, Finding, ToolResult, Turn

TWO = calls(call("a", "search_flights", destination="JFK"), call("b", "book_flight", flight_id="FL-9001"))
FIRST, SECOND = result("a", "search_flights", "[]"), result("b", "book_flight", "booked")


def reading(*turns: Turn) -> Reading:
    return Reading(Dialogue(id="x", tools=(SEARCH, BOOK), turns=turns))


def found(*given: ToolResult) -> list[tuple[int | None, str | None, str]]:
    """(turn, call, severity) of what is wrong where two calls are answered by `given`."""
    findings = pairing(reading(user("Hi"), TWO, results(*given), reply("ok")))
    return [(f.turn, f.call_id, f.severity) for f in findings]


def test_results_in_the_order_of_calls() -> None:
    assert found(FIRST, SECOND) == []


def test_results_in_another_order_under_their_own_ids_are_a_warning() -> None:
    assert found(SECOND, FIRST) == [(2, None, "warning")]


@pytest.mark.parametrize(
    ("given", "place"),
    [
        ((FIRST,), (1, "b")),
        ((FIRST, SECOND, result("c", "book_flight", "{}")), (2, "c")),
        ((FIRST, SECOND, SECOND), (2, "b")),
        ((FIRST, result("c", "book_flight", "booked")), (2, "c")),
        ((result("a", "book_flight", "booked"), result("b", "search_flights", "[]")), (2, "a")),
        ((result("b", "search_flights", "[]"), result("a", "book_flight", "booked")), (2, "b")),
        ((FIRST, FIRST), (2, "a")),
    ],
)
def test_damage_is_an_error(given: tuple[ToolResult, ...], place: tuple[int, str]) -> None:
    assert (*place, "error") in found(*given)


def test_a_result_that_no_calls_come_before() -> None:
    (finding,) = pairing(reading(user("Hi"), reply("ok"), results(FIRST), reply("ok")))

    assert (finding.turn, finding.call_id) == (2, "a")


def test_ids_that_repeat_are_one_warning_for_the_dialogue() -> None:
    once = (user("Hi"), TWO, results(FIRST, SECOND), reply("ok"))
    (finding,) = pairing(reading(*once, *once, *once))

    assert (finding.turn, finding.severity) == (5, "warning")
    assert "2 ids" in finding.detail


def test_calls_whose_results_are_nowhere_are_told_by_another_rule() -> None:
    assert pairing(reading(user("Hi"), TWO)) == []
    assert pairing(reading(user("Hi"), TWO, reply("ok")))


class TestSwappedResults:
    ASKED = calls(call("a", "get_order", order_id="BK-48213"), call("b", "get_order", order_id="BK-77001"))

    def found(self, one: str, other: str) -> list[Finding]:
        answers = results(result("a", "get_order", one), result("b", "get_order", other))
        return swapped_results(reading(user("Hi"), self.ASKED, answers, reply("ok")))

    def test_contents_under_each_other_s_id(self) -> None:
        (finding,) = self.found('{"order_id":"BK-77001"}', '{"order_id":"BK-48213"}')

        assert (finding.turn, finding.call_id, finding.severity) == (2, "a", "error")

    @pytest.mark.parametrize(
        ("one", "other"),
        [
            ('{"order_id":"BK-48213"}', '{"order_id":"BK-77001"}'),
            ('{"status":"sent"}', '{"status":"lost"}'),
            ('{"status":"sent"}', '{"replaces":"BK-48213"}'),
            ('{"order_id":"BK-48213","with":"BK-77001"}', '{"order_id":"BK-77001","with":"BK-48213"}'),
        ],
    )
    def test_contents_that_are_where_they_belong(self, one: str, other: str) -> None:
        assert self.found(one, other) == []


def test_one_id_for_calls_whose_results_stand_in_their_order_is_a_warning() -> None:
    twice = calls(call("a", "search_flights", destination="JFK"), call("a", "search_flights", destination="SFO"))
    inside = pairing(reading(user("Hi"), twice, results(FIRST, FIRST), reply("ok")))
    assert [(f.turn, f.severity) for f in inside if "two calls of one turn" in f.detail] == [(1, "warning")]
    short = pairing(reading(user("Hi"), twice, results(FIRST), reply("ok")))
    assert (1, "error") in [(f.turn, f.severity) for f in short if "two calls of one turn" in f.detail]
