from __future__ import annotations

from typing import Any

from toolace_mt.environments.known_examples import example_ids
from toolace_mt.types import Tool


def tool(name: str, **properties: dict[str, Any]) -> Tool:
    return Tool(name=name, parameters={"type": "object", "properties": properties})


def test_ids_that_the_description_shows() -> None:
    tools = [
        tool("get", member_id={"type": "string", "examples": ["m-1"]}, text={"type": "string", "examples": ["tide"]}),
        tool("put", member_id={"type": "string", "examples": ["m-2", "m-1"]}, loan_id={"type": "string"}),
        tool("new", kind_code={"enum": ["a", "b"], "examples": ["a"]}, order_id={"examples": [7, None, {}]}),
        tool("odd", copy_id={"type": "string", "examples": []}, page_id={"type": "string", "examples": "p"}),
    ]
    assert example_ids(tools) == {"member_id": ["m-1", "m-2"], "order_id": [7]}
