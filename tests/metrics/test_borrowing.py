from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.doubles.trips import call, calls, reply, result, results, tool, trip, user
from toolace_mt.metrics.borrowing import borrowed_values
from toolace_mt.types import Dialogue, Turn

LIST = tool("list_orders", [])
GET = tool("get_order", ["order_id"], order_id={}, kind={"enum": ["express", "normal"]})
ORDERS = '{"orders":[{"order_id":"W-4412","total":320,"kind":"express","W-9000":{"note":"ask for Lena Berg"}}]}'


def dialogue(*turns: Turn, system: str = "") -> Dialogue:
    return Dialogue(id="x", tools=(LIST, GET), turns=turns, system=system)


def borrowed(used: Any, content: str = ORDERS, asked: str = "Show my order.", system: str = "") -> list[Any]:
    """The borrowed values of `get_order(order_id=used)`, after list_orders gave `content`."""
    turns = (
        user(asked),
        calls(call("c1", "list_orders")),
        results(result("c1", "list_orders", content)),
        calls(call("c2", "get_order", order_id=used)),
    )
    return [value.value for value in borrowed_values(dialogue(*turns, system=system))]


@pytest.mark.parametrize("value", ["W-4412", "w4412", "Lena Berg", "W-9000", 320, 320.0, ["W-4412"], {"in": "W-4412"}])
def test_a_value_of_an_earlier_result(value: Any) -> None:
    assert len(borrowed(value)) == 1


@pytest.mark.parametrize(
    "value", ["W-441", "W-44120", "Lena B.", "total", "orders", 32, 9000, 4412, True, None, "", "W-1"]
)
def test_no_result_gave_it(value: Any) -> None:
    assert borrowed(value) == []


def test_values_that_tell_nothing() -> None:
    assert borrowed("Al", "Al and 12") == []
    assert borrowed(12, '{"n":12}') == []
    assert borrowed(4.75, '{"n":4.75}') == [4.75]


@pytest.mark.parametrize("asked", ["Show order w-4412.", "show W 4412 please"])
def test_the_user_said_it(asked: str) -> None:
    assert borrowed("W-4412", asked=asked) == []


def test_the_user_said_a_number_or_a_date_in_words() -> None:
    assert borrowed(4412, '{"n":4412}', asked="Number 4,412.") == []
    assert borrowed("2026-05-14", '{"day":"2026-05-14"}', asked="For May 14th.") == []
    assert borrowed("2026-05-14", '{"day":"2026-05-14"}') == ["2026-05-14"]


def test_the_system_prompt_said_it() -> None:
    assert borrowed("W-4412", system="The order at hand is W-4412.") == []


def test_what_the_schema_names_needs_no_result() -> None:
    turns = (
        user("Show my order."),
        calls(call("c1", "list_orders")),
        results(result("c1", "list_orders", ORDERS)),
        calls(call("c2", "get_order", kind="express")),
    )
    assert list(borrowed_values(dialogue(*turns))) == []


def test_a_value_that_the_user_repeats_still_comes_from_the_result() -> None:
    turns = (
        user("Show my orders."),
        calls(call("c1", "list_orders")),
        results(result("c1", "list_orders", ORDERS)),
        reply("There is W-4412."),
        user("Then show me W-4412."),
        calls(call("c2", "get_order", order_id="W-4412")),
    )
    (value,) = borrowed_values(dialogue(*turns))
    assert value.restated
    (unstated,) = borrowed_values(dialogue(*turns[:4], user("Then show me that one."), turns[5]))
    assert not unstated.restated


def test_results_in_plain_text() -> None:
    assert borrowed("W-4412", "Your order W-4412 costs 320 dollars.") == ["W-4412"]
    assert borrowed(320, "Your order W-4412 costs 320 dollars.") == [320]
    assert borrowed(4413, "Your order W-4412 costs 320 dollars.") == []


def test_an_argument_that_comes_back_is_not_borrowed() -> None:
    turns = (
        user("Make a folder."),
        calls(call("c1", "get_order", order_id="notes-2026")),
        results(result("c1", "get_order", '{"made":"notes-2026"}')),
        calls(call("c2", "get_order", order_id="notes-2026")),
    )
    assert list(borrowed_values(dialogue(*turns))) == []


def test_a_borrowed_value_stays_borrowed_when_it_is_used_again_or_told() -> None:
    turns = (
        user("Show my order.", subtask=0),
        calls(call("c1", "list_orders")),
        results(result("c1", "list_orders", ORDERS)),
        calls(call("c2", "get_order", order_id="W-4412")),
        results(result("c2", "get_order", '{"order_id":"W-4412"}')),
        reply("It is W-4412."),
        user("Once more.", subtask=1),
        calls(call("c3", "get_order", order_id="W-4412"), subtask=1),
    )
    assert [(b.call_id, b.turn, b.first, b.last) for b in borrowed_values(dialogue(*turns))] == [
        ("c2", 3, 2, 2),
        ("c3", 7, 2, 4),
    ]


def test_a_call_beside_it_is_not_earlier() -> None:
    turns = (
        user("Show my order."),
        calls(call("c1", "list_orders"), call("c2", "get_order", order_id="W-4412")),
        results(result("c1", "list_orders", ORDERS), result("c2", "get_order", "{}")),
    )
    assert list(borrowed_values(dialogue(*turns))) == []


def test_on_a_whole_dialogue() -> None:
    found = [(b.turn, b.parameter, b.value, b.first) for b in borrowed_values(trip())]
    assert found == [(5, "flight_id", "FL-9001", 2), (11, "booking_id", "BK-48213", 6)]


def test_very_deep_and_very_large_values() -> None:
    deep: Any = "W-4412"
    for _ in range(5000):
        deep = [deep]
    assert borrowed(deep) == ["W-4412"]
    assert borrowed(10**400) == []
    assert borrowed(float("nan")) == []


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@given(JSON, st.text())
def test_anything_can_be_asked_about(value: Any, content: str) -> None:
    assert borrowed(value, asked=content, content=content) == [], "the user said all that the result says"
