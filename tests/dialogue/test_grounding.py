from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.doubles.trips import trip
from toolace_mt.dialogue.grounding import (
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
        ("anything", "20240117"),
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
def test_squeezed_text_is_letters_and_digits_in_lower_case(text: str) -> None:
    assert squeeze(text) == re.sub(r"[\W_]+", "", text).lower()


def test_known_text_grows_with_the_turns() -> None:
    assert "fl9001" not in known_text(trip(), 2)
    assert "fl9001" in known_text(trip(), 3)
    assert "cansendreceipt" not in known_text(trip(), 9)
    assert "cansendreceipt" in known_text(trip(), 10), "a tool is known from the message on that brings it"


def test_ungrounded_values_are_named() -> None:
    known = squeeze("Your booking BK-48213 is done")

    assert ungrounded(known, {"booking_id": "bk 48213", "other_id": "BK-99999"}) == [("other_id", "BK-99999")]


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
