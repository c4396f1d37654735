"""One thing is not taken for another: neither its values, nor its name."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.doubles.trips import call, calls, reply, result, results, user
from toolace_mt.rules import Reading
from toolace_mt.rules.mix_ups import mixed_up
from toolace_mt.types import Dialogue, Turn

FLIGHTS = (
    '[{"airline": "Northern Air", "leaves": "07:20", "price": 131, "from": "Oslo"},'
    ' {"airline": "Fjord Wings", "leaves": "17:45", "price": 164, "from": "Oslo"},'
    ' {"airline": "Northern Air", "leaves": "21:00", "price": 99, "from": "Oslo"}]'
)
HOTELS = '{"results": [{"hotel": "Harbour Inn", "stars": 3}, {"hotel": "Old Mill", "stars": 4}, {"hotel": "Old Mill Annex"}]}'


EVENTS = (
    '[{"title": "Team Meeting", "start": "09:00", "end": "10:00"},'
    ' {"title": "Lunch With Bo", "start": "12:00", "end": "13:00"},'
    ' {"title": "Design Review", "start": "15:00", "end": "16:00"}]'
)


def found(*turns: Turn) -> list[tuple[int, str]]:
    findings = mixed_up(Reading(Dialogue(id="x", tools=(), turns=turns)))
    return [(finding.turn or 0, finding.severity) for finding in findings]


def judged(listed: str, *turns: Turn) -> list[tuple[int, str]]:
    """What is found in `turns`, which follow a search that gave `listed`; they begin at turn 3."""
    return found(
        user("Find me something."), calls(call("c1", "search")), results(result("c1", "search", listed)), *turns
    )


def after(listed: str, *turns: Turn) -> list[int]:
    """The turns with an error."""
    return [turn for turn, severity in judged(listed, *turns) if severity == "error"]


@pytest.mark.parametrize(
    "text",
    [
        "Fjord Wings leaves at 7:20 am and costs $131.",
        "Northern Air leaves at 7:20 am and costs $164.",
        "Fjord Wings, which costs 131.",
    ],
)
def test_values_of_two_records_are_found(text: str) -> None:
    assert after(FLIGHTS, reply(text)) == [3]


@pytest.mark.parametrize(
    "text",
    [
        "Fjord Wings leaves Oslo at 5:45 pm and costs $164.",
        "Northern Air at 21:00 is only $99.",
        "Northern Air leaves at 7:20 am, Fjord Wings at 17:45.",
        "Fjord Wings it is.",
    ],
)
def test_values_of_one_or_of_several_pass(text: str) -> None:
    assert after(FLIGHTS, reply(text)) == []


def test_another_thing_than_the_one_talked_about_is_found() -> None:
    offer, yes = reply("How about the Harbour Inn?"), user("Great, take it.", None)
    assert after(HOTELS, offer, yes, reply("Please confirm: a room at the Old Mill.")) == [5]
    assert after(HOTELS, offer, yes, calls(call("c2", "book", hotel="Old Mill"))) == [3]
    confirm = reply("Please confirm: the Harbour Inn.")
    booked = (calls(call("c2", "book", hotel="Harbour Inn")), results(result("c2", "book", "ok")))
    assert after(HOTELS, offer, yes, confirm, yes, *booked, reply("The Old Mill Annex is booked.")) == [9]


def test_what_is_said_beside_the_matter_is_a_warning() -> None:
    taken = reply("How about the Harbour Inn?"), user("Great, take it."), reply("The Harbour Inn is booked.")
    dinner = user("Where do I eat well there?"), reply("The restaurant at the Old Mill was praised by everybody.")
    assert judged(HOTELS, reply("There are the Harbour Inn and the Old Mill."), *taken[1:], *dinner) == [(7, "warning")]


def test_two_values_that_are_not_said_of_each_other_are_a_warning() -> None:
    assert judged(FLIGHTS, reply("There is one of Fjord Wings, and it gets away early, at 7:20 am.")) == [
        (3, "warning")
    ]


@pytest.mark.parametrize(
    ("listed", "text"),
    [
        (EVENTS, "You are free between Team Meeting, which ends at 10:00, and 12:00."),
        (EVENTS, "After Lunch With Bo you are free until 15:00."),
        (EVENTS, "From 13:00 until Design Review."),
        (FLIGHTS, "Prices start at 99, and the dearest one is of Fjord Wings."),
    ],
)
def test_gaps_ranges_and_superlatives_pass(listed: str, text: str) -> None:
    assert judged(listed, reply(text)) == []


def test_who_wants_another_may_have_it() -> None:
    offer, other = reply("How about the Harbour Inn?"), reply("There is the Old Mill.")
    booked = calls(call("c2", "book", hotel="Old Mill"))
    assert after(HOTELS, offer, user("Is there anything else?"), other, user("Fine."), booked) == []
    assert after(HOTELS, offer, user("I saw the Old Mill."), booked) == []
    assert after(HOTELS, reply("The Harbour Inn, or the Old Mill?"), user("The second one."), booked) == []
    assert after(HOTELS, offer, user("Hm."), other, user("Fine."), booked) == []


@settings(max_examples=80, deadline=None)
@given(st.text(st.sampled_from('{}[],:"abAB019. \n'), max_size=200))
def test_odd_texts_are_read(text: str) -> None:
    after(text, reply(text), user(text), reply(text))
    after(HOTELS, reply(f"Old Mill {text} 3"), user(text), calls(call("c2", "book", hotel=text)))


def test_long_hostile_results_take_no_time() -> None:
    rows = ",".join(f'{{"name": "Name A{n}", "price": {n + 100}, "other": "Value B{n}"}}' for n in range(20_000))
    text = " ".join(f"Name A{n} costs {n + 101}." for n in range(20_000))
    after(f"[{rows}]", reply(text), user(text), reply(text))
    after('[{"a":' * 20_000, reply(text))
    after(f"[{','.join(['[]'] * 50_000)}]", reply(text))
