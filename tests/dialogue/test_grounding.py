from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.doubles.trips import trip
from toolace_mt.dialogue.grounding import (
    gives,
    id_values,
    known_text,
    looks_like_id,
    mentions,
    squeeze,
    stated_values,
    ungrounded,
)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("booking_id", "BK-48213"),
        ("email", "ada@example.org"),
        ("q", "HAT136"),
        ("orderId", 48213),
        ("reference", "a1b2"),
        ("anything", "48213977"),
    ],
)
def test_identifiers(name: str, value: Any) -> None:
    assert looks_like_id(name, value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("date", "2025-05-02"),
        ("time", "2025-05-02T14:30:00Z"),
        ("at", "14:30"),
        ("origin", "LHR"),
        ("seats", 48213),
        ("order_id", 7),
        ("note", "please call 3 times before 2025"),
        ("flag", True),
        ("booking_id", None),
        ("cabin", "economy"),
    ],
)
def test_values_that_are_no_identifiers(name: str, value: Any) -> None:
    assert not looks_like_id(name, value)


def test_nested_identifiers_are_found_with_their_path() -> None:
    arguments = {"order": {"item_ids": ["IT-1001", "IT-1002"], "colour": "red"}, "seats": 2}

    assert list(id_values(arguments)) == [("order.item_ids[0]", "IT-1001"), ("order.item_ids[1]", "IT-1002")]


@settings(deadline=None)
@given(st.text(max_size=60))
def test_squeezed_text_is_words_in_lower_case(text: str) -> None:
    squeezed = squeeze(text)
    assert squeezed == squeezed.lower()
    assert re.fullmatch(r"( [^\W_]+)* |", squeezed)


@pytest.mark.parametrize(
    ("text", "value", "said"),
    [
        ("your booking BK-48213 is done", "BK-48213", True),
        ("your booking bk 48213 is done", "BK-48213", True),
        ("your booking BK-482135 is done", "BK-48213", False),
        ("because it is not as described", "not_as_described", True),
        ("Please cancel because", "US", False),
        ("Please look", "SE", False),
        ("to the US, please", "US", True),
        ("12, 345", "12345", False),
        ("card 4111 1111 1111 1111", "4111111111111111", True),
        ("booking BK48213", "BK-48213", True),
        ("it was notAsDescribed", "not as described", True),
        (r'{"note":"first\nBK-48213\u00e9"}', "BK-48213", False),
        (r'{"note":"first\nBK-48213\tlast"}', "BK-48213", True),
        ("订单BK-48213已取消", "BK-48213", True),
        ("예약 BK-48213을 취소", "BK-48213", True),
        ("我要退款", "退款", True),
    ],
)
def test_values_are_words_of_their_own(text: str, value: str, said: bool) -> None:
    assert mentions(text, value) is said


@pytest.mark.parametrize("value", ["20260514", "2026Q1", "2026-W20", "14May2026", "#FF5733", "+14155550123"])
def test_dates_colours_and_phone_numbers_are_no_identifiers(value: str) -> None:
    assert not looks_like_id("value", value)


@pytest.mark.parametrize(
    ("name", "value"), [("number", 1000), ("number", "1000"), ("phone_number", "4155550123"), ("color_code", "#FF5733")]
)
def test_names_that_only_sound_like_identifiers(name: str, value: Any) -> None:
    assert not looks_like_id(name, value)


@pytest.mark.parametrize(("name", "value"), [("number", 48213), ("order_id", "20260514"), ("id", "#482135")])
def test_forms_of_dates_and_colours_under_the_name_of_an_identifier(name: str, value: Any) -> None:
    assert looks_like_id(name, value)


def test_known_text_grows_with_the_turns() -> None:
    assert " fl 9001 " not in known_text(trip(), 2)
    assert " fl 9001 " in known_text(trip(), 3)
    assert " can send receipt " not in known_text(trip(), 9)
    assert " can send receipt " in known_text(trip(), 10), "a tool is known from the message on that brings it"


def test_ungrounded_values_are_named() -> None:
    known = squeeze("Your booking BK-48213 is done")

    assert ungrounded(known, {"booking_id": "bk 48213", "other_id": "BK-99999"}) == [("other_id", "BK-99999")]


def test_a_longer_identifier_grounds_no_shorter_one() -> None:
    known = squeeze("BK-482135, XBK-48214 and 12, 345")

    assert [value for _, value in ungrounded(known, {"id": ["BK-48213", "BK-48214", "12345", "BK-482135"]})] == [
        "BK-48213",
        "BK-48214",
        "12345",
    ]


@pytest.mark.parametrize(
    ("text", "value", "stated"),
    [
        ("for 1,200.00 dollars", 1200, True),
        ("for 1200", 1200.0, True),
        ("for 12000", 1200, False),
        ("at 3.5", 3, False),
        ("to new york please", "New York", True),
        ("is it true", True, False),
        ("nothing", "", False),
    ],
)
def test_mentions(text: str, value: Any, stated: bool) -> None:
    assert mentions(text, value) is stated


def test_stated_values_of_calls() -> None:
    found = stated_values("from LHR to JFK, one seat", trip().turns)

    assert ("search_flights", "origin", "LHR") in found
    assert not [f for f in found if f[1] == "flight_id"]


@pytest.mark.parametrize(
    ("text", "path", "given"),
    [
        ("in /box there are [DIR] 2025 and q1.md", "/box/2025", True),
        ("in /box there are [DIR] 2025 and q1.md", "/box/2025/q1.md", True),
        ("in /box there is [DIR] 2025", "/box/2025/q1.md", False),
        ("there is [DIR] 2025", "/box/2025", False),
        ("BK-48213", "BK-48213", True),
        ("BK", "BK-48213", False),
    ],
)
def test_a_path_is_given_where_its_folder_and_its_name_are(text: str, path: str, given: bool) -> None:
    assert gives(squeeze(text), path) is given
