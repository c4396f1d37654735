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
        ("The card ends in 7335.", "warning"),
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

    assert [finding.severity for finding in found] == ["warning", "warning"]


@pytest.mark.parametrize(
    ("result_", "text", "severity"),
    [
        ('{"price": 152.5}', "It costs $125.50.", "error"),
        ('{"price": 152.5}', "It costs $152.70.", "error"),
        ('{"price": 152.5}', "With the levy of the town it comes to $171.33.", "warning"),
        ('{"day": "2024-05-20"}', "It is on May 23.", "error"),
        ('{"day": "2024-05-20"}', "The warranty ends on November 3, 2031.", "warning"),
        ('{"at": "17:30"}', "It leaves at 17:50.", "error"),
        ('{"at": "17:30"}', "It leaves at 11:12.", "warning"),
        ('{"id": "2433177"}', "The number is 9105582.", "error"),
    ],
)
def test_only_what_is_nearly_a_given_value_is_an_error(result_: str, text: str, severity: str) -> None:
    assert of_result(result_, "Tell me.", text) == [severity]


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


@pytest.mark.parametrize(
    ("result_", "asked", "text"),
    [
        ('{"temp_c": 21}', "In Fahrenheit?", "It is 69.8°F."),
        ('{"distance_km": 42}', "How far?", "The distance is 26.1 miles."),
        ('{"height_cm": 183}', "How tall?", "It is 1.83 m."),
        ('{"size_bytes": 7340032}', "How big?", "The file is 7 MB (7,168 KB)."),
        ('{"seconds": 5400}', "How long?", "It lasts 90 minutes."),
        ('{"revenue": 4500000000}', "How much?", "The revenue was $4.5 billion."),
        ('{"population": 1234567}', "How many?", "It has 1.23 million people."),
        ('{"prices": [120, 135, 150, 180, 210]}', "On average?", "The average price is $159."),
        ('{"rows": [{"sum": 12.5}, {"sum": 13.25}, {"sum": 9.99}]}', "In total?", "The total is $35.74."),
        ('{"price": 85.5}', "What is it after 20% off?", "After 20% off it is $68.40."),
        ('{"price": 85.5, "tax_rate": 0.0825}', "With tax?", "With tax of $7.05 it comes to $92.55."),
        ('{"usd": 250, "rate": 0.92}', "In euros?", "That is €230.00."),
        ('{"usd": 250, "usd_jpy": 151.35}', "In yen?", "That is ¥37,837.50."),
        ('{"loan": 180000, "value": 240000}', "What share?", "The ratio is 75%."),
        ('{"yes": 37, "no": 13}', "What share?", "74% said yes."),
        ('{"price": 23.5}', "How much for 15?", "15 tickets cost $352.50."),
        ('{"weekly": 45}', "In a year?", "That is $2,340 a year."),
        ('{"time": "2024-05-01T18:00:00Z"}', "In New York?", "That is 2:00 PM in New York on May 1, 2024."),
        ('{"created": 1716200000}', "When?", "It was created on May 20, 2024 at 10:13 AM UTC."),
        ('{"from": "2024-05-01T08:15:00", "to": "2024-05-01T11:55:00"}', "How long?", "It takes 220 minutes."),
        ('{"start": "2024-05-06", "end": "2024-05-08"}', "When?", "It is open on May 6, May 7 and May 8."),
        ('{"rgb": [255, 136, 0]}', "What colour?", "That is #FF8800."),
        ('{"tip": "call for help"}', "What now?", "Call 911 right away."),
    ],
)
def test_what_follows_from_results_passes(result_: str, asked: str, text: str) -> None:
    assert of_result(result_, asked, text) == []


@pytest.mark.parametrize(
    ("result_", "text"),
    [
        ('{"temp_c": 21}', "It is 68.9°F."),
        ('{"price": 85.5, "tax_rate": 0.0825}', "With tax it comes to $93.55."),
        ('{"revenue": 4500000000}', "The revenue was $5.4 billion."),
        ('{"time": "2024-05-01T18:00:00Z"}', "It begins at 4:00 PM."),
        ('{"time": "2024-05-01T18:00:00"}', "It begins at 4:00 PM in Rome."),
        ('{"prices": [120, 135, 150, 180, 210]}', "The average price is $169."),
        ('{"start": "2024-05-06", "end": "2024-05-08"}', "It is open on May 9."),
        ('{"n": 911911}', "There are 912 of them."),
    ],
)
def test_what_does_not_follow_from_results_is_found(result_: str, text: str) -> None:
    assert of_result(result_, "Tell me.", text)


def of_result(content: str, asked: str, text: str) -> list[str]:
    turns = (user(asked), calls(call("c1", "look")), results(result("c1", "look", content)), reply(text))
    return [finding.severity for finding in ungrounded_reply(Reading(Dialogue(id="x", tools=(), turns=turns)))]


@pytest.mark.parametrize("word", ["hundred ", "million ", "thousand hundred "])
def test_numbers_in_words_without_end_are_read(word: str) -> None:
    assert of_result('{"n": 7}', word * 2000, "There are 4200 of them.") == ["warning"]
