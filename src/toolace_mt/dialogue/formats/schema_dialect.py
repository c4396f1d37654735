"""Schemas as BFCL and ToolACE write them: `dict` for `object`, `float` for `number`, nulls for what is absent."""

from __future__ import annotations

from typing import Any, cast

import orjson

from toolace_mt.types import JsonSchema

_TYPES = {
    "dict": "object",
    "float": "number",
    "double": "number",
    "tuple": "array",
    "list": "array",
    "str": "string",
    "int": "integer",
    "long": "integer",
    "bool": "boolean",
    "any": None,
}
_SIGNS = (b"null", *(f'"{name}"'.encode() for name in _TYPES))
# What stands there are values, not schemas.
_VALUES = frozenset({"default", "const", "enum", "example", "examples"})


def plain_schema(schema: JsonSchema, written: bytes) -> JsonSchema:
    """`schema`, or a copy in JSON Schema's own words. written: JSON that holds it.

    Nulls stand for absent keywords in rows that came out of tables, where each row has the columns of all others.
    """
    if not any(sign in written for sign in _SIGNS):
        return schema
    copy = orjson.loads(orjson.dumps(schema))
    waiting: list[Any] = [copy]
    while waiting:
        inner = waiting.pop()
        if isinstance(inner, dict):
            _put_plainly(cast("dict[str, Any]", inner))
            waiting += [value for key, value in cast("dict[str, Any]", inner).items() if key not in _VALUES]
        elif isinstance(inner, list):
            waiting += cast("list[Any]", inner)
    return copy


def _put_plainly(schema: dict[str, Any]) -> None:
    for key in [key for key, value in schema.items() if value is None and key not in _VALUES]:
        del schema[key]
    if isinstance(named := schema.get("type"), str) and named in _TYPES:
        plain = _TYPES[named]
        if plain is None:
            del schema["type"]
        else:
            schema["type"] = plain
