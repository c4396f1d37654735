from __future__ import annotations

from typing import Any

import pytest

from toolace_mt.schema.graph import Need, tool_graph
from toolace_mt.schema.links import Producer
from toolace_mt.types import Tool

ID = {"type": "string"}


def tool(name: str, asks: dict[str, Any], gives: dict[str, Any], required: tuple[str, ...] = ()) -> Tool:
    parameters = {"type": "object", "properties": asks, "required": list(required)}
    return Tool(name=name, parameters=parameters, returns={"type": "object", "properties": gives})


TOOLS = (
    tool("list_orders", {"limit": {"type": "integer"}}, {"order_ids": {"type": "array", "items": ID}}),
    tool("get_order", {"order_id": ID, "coupon_code": ID, "shop_id": ID}, {"order_id": ID}, ("order_id", "shop_id")),
    tool("cancel_order", {"order_id": ID}, {"order_id": ID}, ("order_id",)),
)


def test_sources_of_each_parameter_without_the_tool_itself() -> None:
    graph = tool_graph(TOOLS, 5)
    listed, got, cancelled = (Producer(tool.name, field) for tool, field in zip(TOOLS, _FIELDS, strict=True))
    assert graph.tools == ("list_orders", "get_order", "cancel_order")
    assert graph.needs == (
        Need("get_order", "order_id", True, (listed, cancelled), 0),
        Need("get_order", "coupon_code", False, (), 0),
        Need("get_order", "shop_id", True, (), 0),
        Need("cancel_order", "order_id", True, (listed, got), 0),
    )


_FIELDS = ("order_ids", "order_id", "order_id")


def test_what_nothing_feeds_and_what_nobody_gives() -> None:
    graph = tool_graph(TOOLS, 5)
    assert graph.starting == ("list_orders",)
    assert [(need.tool, need.parameter) for need in graph.unfed] == [("get_order", "shop_id")]


@pytest.mark.parametrize(("limit", "shown", "omitted"), [(1, 1, 1), (2, 2, 0), (3, 2, 0)])
def test_limit(limit: int, shown: int, omitted: int) -> None:
    need = tool_graph(TOOLS, limit).needs[0]
    assert (len(need.sources), need.omitted) == (shown, omitted)


def test_no_tools() -> None:
    assert tool_graph((), 5).tools == ()
