"""Ids of a plan that real tools gave others for."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toolace_mt.dialogue.real_ids import with_real_ids

REAL: dict[str | int, str | int] = {"BK-1": "BK-4001", "BK-12": "BK-4002", 48213: 77001}


@pytest.mark.parametrize(
    ("value", "real"),
    [
        ("Please send BK-1, then BK-12.", "Please send BK-4001, then BK-4002."),
        ("XBK-1 and BK-123", "XBK-1 and BK-123"),
        ({"book_id": "BK-1"}, {"book_id": "BK-4001"}),
        ({"ids": ["BK-12", {"id": "BK-1"}]}, {"ids": ["BK-4002", {"id": "BK-4001"}]}),
        ({"order_id": 48213, "amount": 48213}, {"order_id": 77001, "amount": 48213}),
        ("Order 48213, please.", "Order 77001, please."),
        ({"sure": True, "nothing": None, "share": 1.5}, {"sure": True, "nothing": None, "share": 1.5}),
    ],
)
def test_ids_are_replaced_where_they_stand_alone(value: Any, real: Any) -> None:
    assert with_real_ids(value, REAL) == real


@pytest.mark.parametrize(
    "text",
    [
        "Pay 500 USD for order 500, that is 1.500 km, $500.25, in 1,500 days.",
        "Ship BK-4001-2, not A-BK-4001 or v.BK-4001.",
        "$48213, 48213.50 or 48213,50; at 1.48213, no-48213",
        "\u20ac48213 and \u00a348213",
    ],
)
def test_parts_of_other_values_and_short_numbers_are_left_alone(text: str) -> None:
    assert with_real_ids({"content": text}, {500: 84213, "BK-4001": "BK-77", 48213: 9}) == {"content": text}


def test_a_sentence_may_end_with_an_id() -> None:
    assert with_real_ids("Cancel BK-1. Keep BK-12, (BK-1)!", REAL) == "Cancel BK-4001. Keep BK-4002, (BK-4001)!"


@pytest.mark.parametrize(
    ("value", "real"),
    [
        ({"order_id": 500, "total": 500}, {"order_id": 84213, "total": 500}),
        ({"order_id": "500", "total": "500"}, {"order_id": "84213", "total": "500"}),
        ({"order_ids": ["500", "1234"], "year": "1234"}, {"order_ids": ["84213", "BK-77"], "year": "1234"}),
    ],
)
def test_short_numbers_are_ids_under_the_name_of_one(value: Any, real: Any) -> None:
    assert with_real_ids(value, {500: 84213, "1234": "BK-77"}) == real


def test_ids_that_change_places_do_so_at_once() -> None:
    assert with_real_ids("A-1 before B-2", {"A-1": "B-2", "B-2": "A-1"}) == "B-2 before A-1"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


@given(JSON)
def test_without_such_ids_nothing_changes(value: Any) -> None:
    assert with_real_ids(value, {}) == value
    assert with_real_ids(value, {"no such id \u2603 00": "other"}) == value
