"""Calls of recordings against their tools: hints at what was meant, and what nobody can tell."""

from __future__ import annotations

import time

import pytest

from tests.doubles.trips import BOOK, SEARCH, call, calls, reply, result, results, user
from toolace_mt.rules.calls import arguments, tool_updates, unknown_tool
from toolace_mt.rules.reading import Reading
from toolace_mt.types import Dialogue, Finding, Tool


def calling(name: str, *tools: Tool, times: int = 1, **given: object) -> Reading:
    made = calls(*(call(f"c{n}", name, **given) for n in range(times)))
    answers = results(*(result(f"c{n}", name, "{}") for n in range(times)))
    return Reading(Dialogue(id="x", tools=tools, turns=(user("Hi"), made, answers, reply("ok"))))


@pytest.mark.parametrize(
    "name",
    [
        "search_flights<|channel|>commentary",
        "search_flights<|constrain|>json",
        "functions.search_flights",
        "functions.search_flights<|im_end|>",
        "SearchFlights",
        "search-flights",
        "search_flight",
        '"search_flights"',
        "search_flights()",
    ],
)
def test_the_tool_that_was_meant(name: str) -> None:
    (finding,) = unknown_tool(calling(name, SEARCH, BOOK))

    assert finding.severity == "error"
    assert "did you mean search_flights?" in finding.detail


@pytest.mark.parametrize("name", ["functions.ls", "ls<|channel|>commentary", "functions.ls<|message|>"])
def test_the_short_tool_that_was_meant(name: str) -> None:
    tools = [SEARCH.model_copy(update={"name": known}) for known in ("functions_of", "ls", "channel")]
    (finding,) = unknown_tool(calling(name, *tools))

    assert "did you mean ls?" in finding.detail


def test_a_name_like_none_of_the_tools() -> None:
    (finding,) = unknown_tool(calling("weather", SEARCH, BOOK))

    assert "the tools are book_flight, search_flights" in finding.detail


def test_hostile_names_take_no_time_and_little_room() -> None:
    tools = tuple(SEARCH.model_copy(update={"name": f"search_{n}"}) for n in range(3000))
    began = time.perf_counter()
    findings = unknown_tool(calling("sarch_" * 50_000, *tools, times=50))

    assert time.perf_counter() - began < 20  # no measure of speed: what is quadratic takes minutes
    assert all(len(finding.detail) < 500 for finding in findings)


def test_a_recording_without_tools_is_one_warning() -> None:
    nobody_knows = calling("search_flights", times=3)
    (finding,) = unknown_tool(nobody_knows)

    assert (finding.severity, finding.turn) == ("warning", 1)
    assert arguments(nobody_knows) == []


def test_a_tool_that_is_no_schema_is_one_warning() -> None:
    odd = SEARCH.model_copy(update={"parameters": {"type": "nonsense"}})
    (finding,) = arguments(calling("search_flights", odd, times=3))

    assert (finding.severity, finding.turn) == ("warning", 1)
    assert "cannot be checked" in finding.detail


def test_a_tool_listed_twice() -> None:
    def found(*tools: Tool) -> list[tuple[str, str]]:
        return [(f.severity, f.detail) for f in tool_updates(calling("search_flights", *tools))]

    assert found(SEARCH, BOOK) == []
    assert [severity for severity, _ in found(SEARCH, BOOK, SEARCH)] == ["warning"]
    ((severity, detail),) = found(SEARCH, SEARCH.model_copy(update={"description": "Other."}))
    assert severity == "error"
    assert "not with the same words" in detail


class TestArguments:
    ODD = {"type": "object", "properties": {"seats": {"type": "integer"}, "class": {"enum": ["eco", "first"]}}}
    TOOL = BOOK.model_copy(update={"parameters": {**ODD, "required": ["seats"]}})

    @pytest.mark.parametrize(
        ("given", "said"),
        [
            ({}, "'seats' is missing"),
            ({"seats": "2"}, "is not of type integer"),
            ({"seats": 2, "class": "second"}, "is not one of"),
            ({"seats": 2, "row": 1}, "is not a parameter"),
        ],
    )
    def test_each_break_is_named(self, given: dict[str, object], said: str) -> None:
        findings: list[Finding] = arguments(calling("book_flight", self.TOOL, **given))

        assert [said in finding.detail for finding in findings] == [True]
