"""Nobody is called by a name that nobody gave, nor by parts of the names of two."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.doubles.trips import call, calls, reply, result, results, user
from toolace_mt.rules import Reading
from toolace_mt.rules.names import wrong_name
from toolace_mt.types import Dialogue

RESULT = (
    '{"account": "mia_li_3668", "passengers": [{"first_name": "Mia", "last_name": "Li"}, {"first_name": "Rens\\u00e9",'
    ' "last_name": "Garc\u00eda"}, {"first_name": "Omar", "last_name": "Haddad"}], "city": "Paris"}'
).replace("\\u00e9", "\u00e9")


def found(text: str, asked: str = "I'm Mia Li. Who is on my booking?", given: str = RESULT) -> list[str]:
    turns = (user(asked), calls(call("c1", "look")), results(result("c1", "look", given)), reply(text))
    findings = wrong_name(Reading(Dialogue(id="x", tools=(), turns=turns)))
    assert all(finding.severity == "error" and finding.turn == 3 for finding in findings)
    return [finding.detail for finding in findings]


@pytest.mark.parametrize(
    "text",
    [
        "Thank you, Tobias. I found your account.",
        "Dear Tobias,\nhere it is.",
        "You're very welcome, Elena!",
        "Passengers: Tobias Li",
        "The booking is for Mia Lindqvist.",
        "The booking is for Mia J. Lindqvist.",
        "On board: Omar Garc\u00eda",
        "Thank you, Omar. I found your account.",
    ],
)
def test_a_wrong_name_is_found(text: str) -> None:
    assert len(found(text)) == 1


@pytest.mark.parametrize(
    "text",
    [
        "Thank you, Mia! On board: Mia Li, Rens\u00e9 Garc\u00eda and Omar Haddad.",
        "Passengers: Rense Garcia, Li Mia, MIA LI",
        "Hello Ms. Li, Mia's booking is for Mr. Haddad too.",
        "Dear Customer,\nMia Will travel. Passenger Haddad is on board.",
        "Thank you, Mimi. Hello Bob! Thanks, Sunday.",
        "I understand, Paris. Welcome, Sir!",
        "We know nobody at Ritz Carlton, Springfield.",
    ],
)
def test_what_may_be_right_passes(text: str) -> None:
    assert found(text) == []


def test_who_is_named_by_the_user_may_be_named() -> None:
    asked = "I'm Mia Li, travelling with my sons Tobias and Omar."
    assert found("Passengers: Mia Li, Tobias Li, Omar Li. Thank you, Omar!", asked=asked) == []


def test_where_no_name_is_known_nobody_is_wrong() -> None:
    assert found("Thank you, Tobias Lindqvist.", asked="Hello", given='{"product_name": "Kettle"}') == []


def test_a_first_name_alone_is_known() -> None:
    assert found("Thank you, Tobias.", asked="My name is Mia.", given="{}")
    assert found("Thank you, Tobias.", asked="Who?", given='{"full_name": "Mia Li"}')
    assert found("Thank you, Tobias.", asked="Who?", given='{"firstName": "Mia"}')


@settings(max_examples=80, deadline=None)
@given(st.text(st.sampled_from("MiaLOmr ,.!\n'-_3\u00e9\u0130\"{}:"), max_size=200))
def test_odd_texts_are_read(text: str) -> None:
    found(f"Thank you, Tobias{text}", asked=text, given=f'{{"first_name": "{text}", "last_name": "Li"}}')
    found(text, asked=f"I am {text}", given=text)


@pytest.mark.parametrize(
    "piece", ["Mia ", "Mia Xu ", "Thank you, Xu. ", ", Xu", '"first_name": "Xu", ', "a_b_1 ", "I'm Xu "]
)
def test_long_hostile_texts_take_no_time(piece: str) -> None:
    found(piece * 10_000, asked=piece * 10_000, given=RESULT + piece * 10_000)


def test_many_names_take_no_time() -> None:
    names = [f"Xa{chr(97 + n % 26)}{chr(97 + n // 26 % 26)}{chr(97 + n // 676)}" for n in range(3_000)]
    given = ", ".join([f'{{"first_name": "{name}", "last_name": "Li"}}' for name in names])
    assert len(found(" ".join([f"Thank you, {name}b." for name in names]), given=given)) <= 200
