"""What an API's own description shows of its ids: examples with which its authors say that calls work."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from toolace_mt.schema.names import is_id_like
from toolace_mt.types import Tool


def example_ids(tools: Iterable[Tool]) -> dict[str, list[Any]]:
    """The examples of parameters that name something by an id, by parameter; choices and other values need none."""
    found: dict[str, list[Any]] = {}
    for tool in tools:
        for name, schema in tool.properties.items():
            examples = schema.get("examples")
            if is_id_like(name) and isinstance(examples, list) and "enum" not in schema:
                known = found.setdefault(name, [])
                known += [value for value in examples if isinstance(value, str | int) and value not in known]
    return {name: values for name, values in found.items() if values}
