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


def found(*turns: Turn) -> list[int]:
    findings = mixed_up(Reading(Dialogue(id="x", tools=(), turns=turns)))
    assert all(finding.severity == "error" for finding in findings)
    return [finding.turn or 0 for finding in findings]


def after(listed: str, *turns: Turn) -> list[int]:
    """What is found in `turns`, which follow a search that gave `listed`; they begin at turn 3."""
    return found(
        user("Find me something."), calls(call("c1", "search")), results(result("c1", "search", listed)), *turns
    )


@pytest.mark.parametrize(
    "text",
    [
        "Fjord Wings leaves at 7:20 am and costs $131.",
        "Northern Air leaves at 7:20 am and costs $164.",
        "There is one of Fjord Wings from Oslo at 7:20 am.",
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
