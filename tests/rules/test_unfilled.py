"""Arguments that name a value and give none, and crosses in replies."""

from __future__ import annotations

from typing import Any

import pytest

from tests.doubles.trips import call, calls, reply, result, results, user
from toolace_mt.rules import Reading
from toolace_mt.rules.unfilled import names_itself, unfilled
from toolace_mt.types import Dialogue, Turn


def found(*turns: Turn) -> list[str]:
    return [finding.severity for finding in unfilled(Reading(Dialogue(id="x", tools=(), turns=turns)))]


def calling(arguments: dict[str, Any], said: str = "Cancel my order.") -> list[str]:
    return found(user(said), calls(call("c1", "cancel_order", **arguments)))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("order_id", "ORDER_ID_HERE"),
        ("orderId", "yourOrderId"),
        ("order_id", "order_id"),
        ("reservation_id", "the user's reservation id"),
        ("item_ids", "<item_ids>"),
        ("new_item_ids", "[new item ids]"),
        ("order_id", "ORD-XXXX"),
        ("ssn", "XXX-XX-XXXX"),
        ("username", "username"),
        ("account", "insert_account_here"),
    ],
)
def test_values_that_only_name_themselves(name: str, value: str) -> None:
    assert names_itself(name, value)
    assert calling({name: value}) == ["error"]
    assert calling({"orders": [{name: value}]}) == ["error"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("order_id", "BK-48213"),
        ("movie_name", "Your Name"),
        ("sort_by", "order"),
        ("title", "title"),
        ("place", "here"),
        ("query", "your order"),
        ("code", "code"),
        ("roman", "XXX"),
        ("size", "xxl"),
        ("text", "[see below]"),
        ("ids", "[]"),
        ("note", "Sample order for the customer fair"),
        ("order_id", "订单编号"),
    ],
)
def test_values_that_may_be_meant(name: str, value: str) -> None:
    assert calling({name: value}) == []


def test_what_leftovers_finds_is_left_to_it() -> None:
    assert names_itself("order_id", "<order_id>")
    assert calling({"order_id": "<order_id>"}) == []


def test_what_was_said_may_be_said_again() -> None:
    assert calling({"file_code": "file_code"}, "Call it file_code.") == []


@pytest.mark.parametrize("text", ["You owe $XX.XX.", "It is order XXXXX.", "It leaves at XX:XX."])
def test_crosses_in_a_reply(text: str) -> None:
    assert found(user("Well?"), reply(text)) == ["error"]
    assert found(user(f"Say: {text}"), reply(text)) == []


@pytest.mark.parametrize(
    "text", ["Your card is XXXX-XXXX-1234.", "Size XXL is there.", "See https://a.org/XXXX/b.", "XX"]
)
def test_crosses_that_are_meant(text: str) -> None:
    assert found(user("Well?"), reply(text)) == []


def test_long_texts_take_no_long_time() -> None:
    assert found(user("Well?"), reply("X." * 200_000)) is not None
    assert calling({"order_id": "[" * 500_000}) == []


@pytest.mark.parametrize(
    "text", ["Please give it in the format XXX-XXX-XXXX.", "It looks like XXXX-XXXX.", "Use the XXX-XX-XXXX form."]
)
def test_crosses_that_show_a_form_pass(text: str) -> None:
    assert found(user("What is my number?"), reply(text)) == []
    assert found(user("What is my number?"), reply("It is XXX-XXX-XXXX.")) == ["error"]


@pytest.mark.parametrize(
    "said",
    [
        "It's [temperature] degrees in Rome.",
        "It's {temperature} degrees.",
        "It's <temperature> degrees.",
        "The price is $[price].",
        "Your total is $___.",
        "Your number is ___.",
        "It costs $null.",
        "The weather is None degrees.",
        "It is NaN degrees.",
        "[object Object]",
    ],
)
def test_blanks_in_replies(said: str) -> None:
    assert found(user("Tell me."), reply(said)) == ["error"]
    assert found(user(f"What does it mean when it says {said!r} here?"), reply(said)) == []
    assert found(user("Give me a template, please."), reply(said)) == []


@pytest.mark.parametrize(
    "said",
    [
        "The result is undefined.",
        "See [the price](https://example.org) and [total][1].",
        "It costs $5 [price from May].",
        "Use `{temperature}` for it.",
        "He said it is <em> there.",
        "None of the degrees is wrong.",
        "- [x] milk\n- [ ] bread",
        "Replace <city> with yours.",
        "___",
        "The __init__ is at ___name___.",
    ],
)
def test_brackets_and_lines_that_are_no_blanks(said: str) -> None:
    assert found(user("Tell me."), reply(said)) == []


def test_the_name_of_a_result_s_field_and_filler() -> None:
    look = (calls(call("a", "get")), results(result("a", "get", '{"wind_speed": 3}')))
    assert found(user("Tell me."), *look, reply("The wind is [wind speed] now.")) == ["error"]
    assert found(user("Tell me."), reply("The wind is [wind speed] now.")) == []
    assert found(user("Tell me."), reply("Lorem ipsum dolor sit amet.")) == ["warning"]
