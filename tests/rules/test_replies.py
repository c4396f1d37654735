"""What a reply states must come from somewhere; how it is written, and what is worked out, is free."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.doubles.trips import call, calls, reply, result, results, user
from toolace_mt.rules import Reading
from toolace_mt.rules.replies import ungrounded_reply
from toolace_mt.types import Dialogue

RESULT = (
    '{"order_id": "#W2702727", "total": 1234.5, "items": [{"price": 54.96, "stock": 31}, {"price": 67.9, "stock": 17}],'
    ' "tracking": "907614527588", "mail": "ann.lee@shop.example", "phone": "+1 555 123 4567", "card": "visa_4111117334",'
    ' "ships": "2024-05-20T17:30:00", "serial": "BK-48213"}'
)


def said(text: str, asked: str = "Show me my order.", system: str = "") -> dict[str, str]:
    """Detail to severity of what is found in a reply to `RESULT`."""
    turns = (user(asked), calls(call("c1", "look")), results(result("c1", "look", RESULT)), reply(text))
    dialogue = Dialogue(id="x", tools=(), system=system, turns=turns)
    return {finding.detail: finding.severity for finding in ungrounded_reply(Reading(dialogue))}


@pytest.mark.parametrize(
    "text",
    [
        "Your order W2702727 (serial BK-48213) comes to $1,234.50, that is 1234.5 USD.",
        "It ships on May 20th at 5:30 PM, that is 17:30 on 5/20/2024 or 20.05.2024 or 20 May.",
        "Mail ann.lee@shop.example or call (555) 123-4567; card ending in 7334; tracking 907614527588.",
        "1. The first is $54.96\n2. The second is $67.90\n\nTogether $122.86, and the difference is $12.94.",
        "Three at $54.96 are $164.88; rounded, $55 each.",
        "I found 2 items. That is about 400 days.",
        "合計は１２３４.５です。٥٤.٩٦",
        "There is nothing to say.",
        "You paid with the card 4111117334, in 2024.",
    ],
)
def test_what_is_given_or_follows_passes(text: str) -> None:
    assert said(text) == {}


@pytest.mark.parametrize(
    ("text", "severity"),
    [
        ("Your order is W2702777.", "error"),
        ("Your serial is BK-48218.", "error"),
        ("The tracking number is 907614527583.", "error"),
        ("Mail anne.lee@shop.example.", "error"),
        ("Call (555) 123-4569.", "error"),
        ("It comes to $1,284.50.", "error"),
        ("It ships on May 23rd.", "error"),
        ("It ships on 2024-06-20.", "error"),
        ("It ships at 5:45 PM.", "error"),
        ("There are 37 left.", "warning"),
        ("The card ends in 7335.", "error"),
        ("合計は１２８４.５です。", "error"),
    ],
)
def test_one_changed_value_is_found(text: str, severity: str) -> None:
    assert list(said(text).values()) == [severity]


@pytest.mark.parametrize(
    ("asked", "text"),
    [
        ("A table for two tomorrow at half past seven.", "A table for 2 on May 16th at 7:30 PM?"),
        ("I have 10% off; what do I pay?", "10% of $1,234.50 is $123.45, so you pay $1,111.05."),
        ("Next Friday at noon, please.", "So that is Friday, May 17th, at 12 pm."),
        ("Tomorrow, in the afternoon 1.", "So that is May 16th at 1 pm."),
        ("Tomorrow afternoon, 1.", "So that is May 16th at 1 pm."),
        ("Send three hundred and seventy dollars on the 22nd.", "$370 on May 22nd, right?"),
    ],
)
def test_what_people_say_counts(asked: str, text: str) -> None:
    assert said(text, asked, system="Today is 2024-05-15.") == {}


def test_a_day_that_nothing_leads_to_is_found() -> None:
    assert said("So that is June 21st.", "Come tomorrow.", system="Today is 2024-05-15.")


def test_only_what_came_before_counts() -> None:
    turns = (user("Hello"), reply("It is BK-48213."), user("I see, BK-48213."), reply("Yes, BK-48213."))

    assert [finding.turn for finding in ungrounded_reply(Reading(Dialogue(id="x", tools=(), turns=turns)))] == [1]


@settings(max_examples=80, deadline=None)
@given(st.text(st.sampled_from("0123456789.,:-/@$% \nMayT年٣３apm#_"), max_size=200))
def test_odd_texts_are_read(text: str) -> None:
    said(text)
    said("May 5", asked=text, system=text)


@pytest.mark.parametrize(
    "piece", ["1-", "1,", "a1-", "1:", "2024-", "May ", "a@", "a.", "+1 ", "one and ", "$", "9", "1.1", "May 1 "]
)
def test_long_hostile_texts_take_no_time(piece: str) -> None:
    """Of what was quadratic, this many pieces took minutes."""
    said(piece * 20_000, asked=piece * 20_000)


def test_where_no_result_came_it_is_a_warning() -> None:
    for text in ("It is about $1,284.", "Come on May 23rd.", "A kilowatt-hour is 1,000 watts for an hour."):
        turns = (user("Tell me."), reply(text))
        severities = [
            finding.severity for finding in ungrounded_reply(Reading(Dialogue(id="x", tools=(), turns=turns)))
        ]
        assert severities in (["warning"], [])


def test_a_number_long_after_the_results_is_a_warning() -> None:
    turns = (
        user("Show me my order."),
        calls(call("c1", "look")),
        results(result("c1", "look", RESULT)),
        reply("Here it is."),
        user("By the way, what is a kilowatt-hour?"),
        reply("It is 1,000 watts for an hour; it cost $4,000 once."),
    )
    found = ungrounded_reply(Reading(Dialogue(id="x", tools=(), turns=turns)))

    assert [finding.severity for finding in found] == ["error", "warning"]


def test_parts_of_dates_in_quoted_json_are_no_numbers() -> None:
    assert said('{"Title": "The Death of Romulus", "Date": "717-04-21"}') == {}


def test_deep_arguments_are_read() -> None:
    deep: object = "BK-99999"
    for _ in range(5000):
        deep = [deep]
    turns = (user("Book it."), calls(call("c1", "book", place=deep)), results(result("c1", "book", "ok")))
    assert ungrounded_reply(Reading(Dialogue(id="x", tools=(), turns=(*turns, reply("It is BK-99999."))))) == []


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [
                *("$1,234.50", "1234.5", "May 20th", "2024-05-20", "5:30 PM", "31", "W2702727", "#W2702727", "54.96"),
                *(
                    "1.",
                    "\n2. ",
                    "BK-48213",
                    "BK-48218",
                    "May 31",
                    "the 17th",
                    "(555) 123-4567",
                    "17",
                    "7334",
                    "17:30:00",
                ),
                *("54.97", "９"),
            ]
        ),
        max_size=8,
    )
)
def test_what_is_told_fast_is_told_rightly(pieces: list[str]) -> None:
    """A reply whose words were all heard is not looked into; an address that nobody gave makes sure that it is."""
    text = " and ".join(pieces)
    closely = said(f"{text}\nx@y.example")
    assert said(text) == {detail: severity for detail, severity in closely.items() if "x@y" not in detail}
