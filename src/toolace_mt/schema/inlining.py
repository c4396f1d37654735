"""JSON Schemas as plain trees: local references put in place, and schemas that are no objects made harmless."""

from __future__ import annotations

from typing import Any

from toolace_mt.types import JsonSchema

_DEEPEST = 6


def inlined(parameters: JsonSchema) -> JsonSchema:
    """The parameters of a tool without `$ref`; what refers to itself ends in a schema that allows anything."""
    whole = _inline(parameters, parameters, 0)
    properties = whole.get("properties")
    plain = {k: v if isinstance(v, dict) else {} for k, v in properties.items()} if isinstance(properties, dict) else {}
    return {**whole, "type": "object", "properties": plain}


def _inline(node: Any, root: JsonSchema, depth: int) -> Any:
    if isinstance(node, list):
        return [_inline(item, root, depth) for item in node]
    if not isinstance(node, dict):
        return node
    reference = node.get("$ref")
    if isinstance(reference, str):
        target = _target(root, reference) if depth < _DEEPEST else None
        others = {k: v for k, v in node.items() if k != "$ref"}
        return _inline({**(target or {}), **others}, root, depth + 1)
    return {k: _inline(v, root, depth) for k, v in node.items() if k not in ("$defs", "definitions")}


def _target(root: JsonSchema, reference: str) -> JsonSchema | None:
    found: Any = root
    for part in reference.removeprefix("#/").split("/") if reference.startswith("#/") else ():
        found = found.get(part) if isinstance(found, dict) else None
    return found if isinstance(found, dict) and found is not root else None
