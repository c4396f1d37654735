from __future__ import annotations

import time
from typing import Any

from toolace_mt.schema.links import Link, gives, links, needs
from toolace_mt.types import Tool


def tool(name: str, takes: dict[str, Any] | None = None, gives: dict[str, Any] | None = None, group: str = "") -> Tool:
    returns = None if gives is None else {"type": "object", "properties": gives}
    return Tool(name=name, parameters={"type": "object", "properties": takes or {}}, returns=returns, group=group)


TEXT = {"type": "string"}
NUMBER = {"type": "integer"}
ORDERS = {"type": "array", "items": {"type": "object", "properties": {"id": NUMBER, "city": TEXT}}}


def test_the_same_name() -> None:
    found = links([tool("list_orders", gives={"order_id": TEXT}), tool("get_order", {"order_id": TEXT})])
    assert list(found) == [Link("list_orders", "order_id", "get_order", "order_id")]


def test_the_same_name_in_other_spellings() -> None:
    found = links([tool("a", gives={"orderIDs": {"type": "array", "items": TEXT}}), tool("b", {"order_id": TEXT})])
    assert found.sources("b", "order_id") == (("a", "orderIDs"),)


def test_a_bare_id_is_of_what_holds_it() -> None:
    found = links(
        [tool("search", gives={"orders": ORDERS}), tool("b", {"order_id": TEXT}), tool("c", {"city_id": TEXT})]
    )
    assert list(found) == [Link("search", "orders[].id", "b", "order_id")]


def test_a_bare_id_is_of_what_the_tool_is_about() -> None:
    for name in ("create_ticket", "ticket_create", "get_ticket_details", "get_tickets_by_user", "ticket.create"):
        assert gives(tool(name, gives={"id": NUMBER})) == {"ticket id": "id"}, name
        assert needs(tool(name, {"id": NUMBER})) == {"id": "ticket id"}, name


def test_a_bare_id_is_of_the_group() -> None:
    assert gives(tool("create", gives={"id": NUMBER}, group="TicketAPI")) == {"ticket id": "id"}
    assert gives(tool("create", gives={"id": NUMBER}, group="Hotels_2")) == {"hotel id": "id"}


def test_only_ids_link() -> None:
    taking = tool("b", {"city": TEXT, "is_id": {"type": "boolean"}, "order_id": {"type": "object"}})
    assert list(links([tool("a", gives={"city": TEXT, "order_id": TEXT, "is_id": TEXT}), taking])) == []


def test_results_within_choices() -> None:
    returns = {
        "anyOf": [{"properties": {"order_id": TEXT}}, {"type": "array", "items": {"properties": {"user_id": TEXT}}}]
    }
    assert gives(Tool(name="a", returns=returns)) == {"order id": "order_id", "user id": "[].user_id"}


def test_tools_that_ask_for_it_themselves_come_last() -> None:
    echo = tool("get_order", {"order_id": TEXT}, {"order_id": TEXT})
    start = tool("place_order", gives={"order_id": TEXT})
    assert [
        source for source, _ in links([echo, start, tool("cancel", {"order_id": TEXT})]).sources("cancel", "order_id")
    ] == [
        "place_order",
        "get_order",
    ]
    assert links([echo]).sources("get_order", "order_id") == ()


def test_hostile_schemas() -> None:
    deep: dict[str, Any] = {}
    for _ in range(500):
        deep = {"properties": {"x": deep}, "items": [deep], "anyOf": 3, "type": 7}
    assert gives(Tool(name="", returns=deep)) == {}
    assert (
        list(links([Tool(name="a", parameters={"properties": {"a_id": True, "": 3}}, returns={"properties": [1]})]))
        == []
    )


def test_ten_thousand_tools() -> None:
    tools = [tool(f"get_{i}", {"order_id": TEXT}, {"orders": ORDERS, f"thing{i}_id": TEXT}) for i in range(10_000)]
    start = time.perf_counter()
    assert len(links(tools).sources("get_7", "order_id")) == 9_999
    assert time.perf_counter() - start < 5
