"""Identifiers from nowhere in recordings: what is certain, and what something speaks for."""

from __future__ import annotations

import time

import pytest

from tests.doubles.trips import call, calls, reply, result, results, tool, user
from toolace_mt.rules.hallucination import ungrounded_id
from toolace_mt.rules.reading import Reading
from toolace_mt.types import Dialogue, Finding, Turn

GET = tool(
    "get_order", [], order_id={"type": "string", "description": "Such as gift_card_0000000."}, note={"type": "string"}
)


def found(*turns: Turn, system: str = "") -> list[Finding]:
    return ungrounded_id(Reading(Dialogue(id="x", tools=(GET,), turns=turns, system=system)))


def asking(heard: str, given: object, answer: str = "{}", failed: bool = False) -> list[str]:
    """Severities where the user says `heard`, and get_order is called for `given`."""
    made = calls(call("a", "get_order", order_id=given))
    return [f.severity for f in found(user(heard), made, results(result("a", "get_order", answer, is_error=failed)))]


@pytest.mark.parametrize("value", ["BK-48213", "#W9502127", "mia_li_3668", "a@example.org", 48213])
def test_an_id_that_nobody_mentioned(value: object) -> None:
    assert asking("Where is my order?", value) == ["error"]
    assert asking(f"Where is my order {value}?", value) == []


@pytest.mark.parametrize(
    ("heard", "value"),
    [("bk 48213", "BK-48213"), ("W9502127", "#w9502127"), ("order\\nBK-48213", "BK-48213"), ("(BK-48213)", "BK-48213")],
)
def test_other_ways_to_write_it(heard: str, value: str) -> None:
    assert asking(heard, value) == []


@pytest.mark.parametrize("heard", ["BK-482135", "XBK-48213", "BK-48214"])
def test_near_is_not_it(heard: str) -> None:
    assert asking(heard, "BK-48213") == ["error"]


@pytest.mark.parametrize("value", ['{"order_id": "BK-48213"}', '["BK-48213"]', {"deep": [{"id": "BK-48213"}]}])
def test_inside_of_lists_objects_and_json_texts(value: object) -> None:
    assert asking("Where is my order?", value) == ["error"]
    assert asking("Where is my order BK-48213?", value) == []


def test_an_example_of_a_definition_is_no_mention() -> None:
    assert asking("Hi", "gift_card_0000000") == ["error"]
    assert asking("It is gift_card_0000000.", "gift_card_0000000") == []


def test_an_id_that_is_cut_short() -> None:
    assert asking("My reservation is XEWRD9.", "XEWRD") == ["error"]
    assert asking("My reservation is XEWRD9.", "OTHER") == []
    assert asking("My reservations are XEWRD9 and XEWRD.", "XEWRD") == []


class TestWhatSpeaksForIt:
    def test_the_tool_refused_it(self) -> None:
        assert asking("Hi", "BK-48213", "Error: not found", failed=True) == ["warning"]
        assert asking("Hi", "BK-48213", "Error: it was sent already", failed=True) == ["error"]

    def test_the_tool_answers_of_it(self) -> None:
        assert asking("Hi", "BK-48213", '{"order_id":"BK-48213"}') == ["warning"]
        assert asking("Hi", "BK-48213", '{"order_id":"BK-48200"}') == ["error"]

    @pytest.mark.parametrize(
        ("heard", "severity"), [("my order is 9502127", "warning"), ("0009502127?", "warning"), ("X9502127", "error")]
    )
    def test_its_number_alone_was_mentioned(self, heard: str, severity: str) -> None:
        assert asking(heard, "#W9502127") == [severity]

    def test_a_file_may_be_new(self) -> None:
        assert asking("Hi", "report_2024.pdf") == ["warning"]

    def test_it_goes_on_counting(self) -> None:
        turns: list[Turn] = [user("My plan is P1002.")]
        for n in (1002, 1003, 1005):
            turns += [calls(call(f"c{n}", "get_order", order_id=f"P{n}")), results(result(f"c{n}", "get_order", "{}"))]

        assert [(f.turn, f.severity) for f in found(*turns)] == [(3, "warning"), (5, "error")]


def test_calls_and_later_results_mention_nothing() -> None:
    made = calls(call("a", "get_order", order_id="BK-48213"))
    again = calls(call("b", "get_order", order_id="BK-48213"))
    answer, later = results(result("a", "get_order", "{}")), results(result("b", "get_order", "BK-48213"))

    assert [f.turn for f in found(user("Hi"), made, answer, again, later) if f.severity == "error"] == [1]
    assert [f.turn for f in found(user("Hi"), made, answer, again, later)] == [1, 3]


def test_an_id_inside_a_longer_text_is_a_warning() -> None:
    made = calls(call("a", "get_order", note="The user wants order W9502127 back."))
    answer = results(result("a", "get_order", "{}"))

    assert [f.severity for f in found(user("Hi"), made, answer)] == ["warning"]
    assert found(user("It is W9502127."), made, answer) == []


def test_depth_and_length_that_strangers_choose() -> None:
    deep: object = "BK-48213"
    for _ in range(5000):
        deep = [deep]
    long = "A1" * 200_000 + " " + "x" * 200_000 + " 1234"
    made = calls(call("a", "get_order", order_id=deep, note=long), call("b", "get_order", **{"k" * 100_000: "9" * 60}))
    began = time.perf_counter()

    assert found(user("0" * 200_000), made, results(result("a", "get_order", "{}")), reply("ok"))
    assert time.perf_counter() - began < 20  # no measure of speed: what is quadratic takes minutes


@pytest.mark.parametrize(
    ("heard", "value"),
    [
        ("under 150k, please", "150000"),
        ("1.5 million dollars", "1500000"),
        ("call (415) 555-0123", "14155550123"),
    ],
)
def test_numbers_said_in_short(heard: str, value: str) -> None:
    assert asking(heard, value) == []
    assert asking("some other 15k", value) == ["error"]


def test_a_zip_code_may_follow_from_a_place() -> None:
    made = calls(call("a", "get_order", zip_code="90210"))
    turns = user("I live in Beverly Hills."), made, results(result("a", "get_order", "{}"))
    assert [f.severity for f in found(*turns)] == ["warning"]
