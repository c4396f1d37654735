"""How many there are must be what the results hold; what is counted of a part of them is free."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.doubles.trips import call, calls, reply, result, results, user
from toolace_mt.rules import Reading
from toolace_mt.rules.counts import wrong_count
from toolace_mt.types import Dialogue

RESULT = (
    '{"flights": [{"id": "A1", "stops": 1, "seats": {"economy": 16}}, {"id": "B2", "stops": 0, "seats": {"economy": 9}},'
    ' {"id": "C3", "stops": 0, "seats": {"economy": 4}}], "total": 31}'
)


def found(text: str, asked: str = "Any flights?", given: str = RESULT, system: str = "") -> list[str]:
    turns = (user(asked), calls(call("c1", "look")), results(result("c1", "look", given)), reply(text))
    dialogue = Dialogue(id="x", tools=(), system=system, turns=turns)
    findings = wrong_count(Reading(dialogue))
    assert all(finding.severity == "error" and finding.turn == 3 for finding in findings)
    return [finding.detail for finding in findings]


@pytest.mark.parametrize(
    "text",
    [
        "I found 5 flights.",
        "There are two flights.",
        "I found 5 flights matching your wishes.",
        "You have four suitable flights.",
        "The first has 14 economy seats.",
        "You have two options:\n1. Take A1\n2. Take B2\n3. Wait",
    ],
)
def test_another_number_is_found(text: str) -> None:
    assert len(found(text)) == 1


@pytest.mark.parametrize(
    "text",
    [
        "I found 3 flights, three flights in all.",
        "I found 2 flights under $100 and two direct flights.",
        "I found 1 flights matching your criteria.",
        "There are two flights that fit: B2 and C3.",
        "I see two flights you might like:\n- B2\n- C3",
        "I found 2 flights:\n- **B2**: 1 stop\n- **C3**: none\n\nWhich one?",
        "I found 2 flights:\n- B2\n  - price: 9\n- C3\n  - price: 8",
        "There are 31 flights; these are the first of them.",
        "I found two flights: B2 and C3.",
        "A1 has 16 economy seats. The 2 flights take 5 hours and 3 minutes each.",
        "You have two options:\n1. Take A1\n2. Take B2",
        "Shall I book these two flights?",
        "Room 12 faces streets.",
    ],
)
def test_what_may_be_so_passes(text: str) -> None:
    assert found(text) == []


def test_what_was_said_before_may_be_said_again() -> None:
    assert found("I found 5 flights.", asked="I see 5 flights on your page, right?") == []
    assert (
        found("You have 2 free bags.", given='{"bags": 0, "names": ["a"]}', system="Members have two free bags.") == []
    )
    assert found("You have 2 free bags.", given='{"bags": 0, "names": ["a"]}')


def test_a_number_that_tells_which_one_it_is_counts_nothing() -> None:
    given = '{"versions": [{"id": "V8", "version": 1, "by": "Oscar"}, {"id": "V9", "version": 2, "by": "Jo"}]}'
    assert found('There are two versions of "Risks", the first one by Oscar.', given=given) == []
    assert len(found('There are five versions of "Risks", the first one by Oscar.', given=given)) == 1


def test_without_results_nothing_is_counted() -> None:
    turns = (user("Hello"), reply("There are 3 flights."))
    assert wrong_count(Reading(Dialogue(id="x", tools=(), turns=turns))) == []


HOMES = (
    '{"homes": [{"name": "Baycrest", "number_of_beds": "2", "number_of_baths": 1},'
    ' {"name": "Hidden Creek", "number_of_beds": "3", "number_of_baths": 2}]}'
)


def test_the_record_that_is_named_is_the_one_that_counts() -> None:
    assert len(found("Baycrest has 3 bedrooms.", asked="I want 3 bedrooms.", given=HOMES)) == 1
    assert len(found("Hidden Creek has 3 baths.", given=HOMES)) == 1
    assert found("Baycrest has 2 bedrooms, Hidden Creek 3 bedrooms.", given=HOMES) == []
    assert found("Hidden Creek has 3 bedrooms and 2 baths.", given=HOMES) == []


def test_degrees_are_held_against_the_temperature() -> None:
    given = '{"days": [{"temperature": 71}]}'
    assert len(found("It will be 73 degrees.", given=given)) == 1
    assert found("It will be 71 degrees, or 22 degrees Celsius.", given=given) == []
    assert found("It will be 73 degrees on average.", given='{"days": [{"temp": 71}, {"temp": 75}]}') == []


def test_a_list_without_numbers_is_counted() -> None:
    assert len(found("I see three routes on it:\n\n- north\n- south\n\nWhich one?")) == 1
    assert found("I see two routes on it:\n- north\n- south") == []
    assert found("I see three routes:\n- north: long\n- south: short") == []
    assert found("I see three routes:\n- north\n- south\n  - by sea\n- east") == []


def test_what_was_found_before_is_no_excuse() -> None:
    look = (calls(call("c1", "look")), results(result("c1", "look", RESULT)))
    turns = (user("Flights?"), reply("You asked of 5 flights."), user("Yes."), *look, reply("I found 5 flights."))
    assert [f.turn for f in wrong_count(Reading(Dialogue(id="x", tools=(), turns=turns)))] == [5]


@settings(max_examples=80, deadline=None)
@given(st.text(st.sampled_from("0123456789 tworedflights.,:;()\n-'"), max_size=200))
def test_odd_texts_are_read(text: str) -> None:
    found(f"I found 9 flights{text}", given=text)
    found(text, asked=text, system=text)


@pytest.mark.parametrize(
    "piece", ["3 ", "3 flights ", "two a ", "two options:\n1. ", "3 aaaaaaaaaaaaaaa ", "[", '{"flights":']
)
def test_long_hostile_texts_take_no_time(piece: str) -> None:
    found(piece * 10_000, asked=piece * 10_000, given=piece * 10_000)


def test_some_of_many_may_match() -> None:
    five = '{"flights": [{"id": "A1"}, {"id": "B2"}, {"id": "C3"}, {"id": "D4"}, {"id": "E5"}]}'
    assert found("I found 3 flights matching your criteria.", given=five) == []
    assert found("I found 4 flights matching your criteria.", given=five) != []
    assert found("I found 3 flights.", given=five) != []
