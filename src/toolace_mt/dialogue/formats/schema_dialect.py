"""Schemas as others write them: `dict` for `object`, `STRING`, `nullable`, `required: true`, nulls for what is absent.

What is meant without a doubt is put into JSON Schema's own words; the rest stays, and who compiles it says what is wrong.
"""

from __future__ import annotations

import re
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
_JSON_TYPES = frozenset({"string", "number", "integer", "boolean", "array", "object", "null"})
_SIGNS = (b"null", b'"required":true', b'"required":false', *(f'"{name}"'.encode() for name in _TYPES))
_CAPITAL_TYPE = re.compile(rb'"type":\[?"[^"]{0,16}[A-Z]')
# What stands there are values, not schemas.
_VALUES = frozenset({"default", "const", "enum", "example", "examples"})
# Of these, a null is a value; it is none of the others.
_CAN_BE_NULL = frozenset({"default", "const", "example"})
_CHOICES = ("anyOf", "oneOf")


def plain_schema(schema: JsonSchema, written: bytes) -> JsonSchema:
    """`schema`, or a copy in JSON Schema's own words. written: compact JSON that holds it.

    Nulls stand for absent keywords in rows that came out of tables, where each row has the columns of all others.
    """
    if not any(sign in written for sign in _SIGNS) and not _CAPITAL_TYPE.search(written):
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
    for key in [key for key, value in schema.items() if value is None and key not in _CAN_BE_NULL]:
        del schema[key]
    _name_types(schema)
    if isinstance(schema.get("nullable"), bool) and schema.pop("nullable"):
        _let_be_null(schema)
    if isinstance(schema.get("properties"), dict):
        _collect_required(schema, cast("dict[str, Any]", schema["properties"]))


def _name_types(schema: dict[str, Any]) -> None:
    """Types by JSON Schema's names; where one of several is any, all are."""
    named = schema.get("type")
    names = cast("list[Any]", named) if isinstance(named, list) else [named]
    if not names or not all(isinstance(name, str) for name in names):
        return
    plain = [_plain_type(str(name)) for name in names]
    if None in plain:
        del schema["type"]
    elif plain != names:
        schema["type"] = list(dict.fromkeys(plain)) if isinstance(named, list) else plain[0]


def _plain_type(name: str) -> str | None:
    """JSON Schema's name; None for any type; as it is where nobody knows it."""
    lowered = name.lower()
    return _TYPES.get(lowered, lowered if lowered in _JSON_TYPES else name)


def _let_be_null(schema: dict[str, Any]) -> None:
    """OpenAPI 3.0's `nullable: true` in JSON Schema's words."""
    named = schema.get("type")
    if isinstance(named, str | list):
        schema["type"] = list(
            dict.fromkeys([*(cast("list[Any]", named) if isinstance(named, list) else [named]), "null"])
        )
    for key in _CHOICES:
        if isinstance(schema.get(key), list):
            schema[key] = [*schema[key], {"type": "null"}]
    if isinstance(schema.get("enum"), list) and None not in schema["enum"]:
        schema["enum"] = [*schema["enum"], None]
    if "$ref" in schema:
        schema["anyOf"] = [{"$ref": schema.pop("$ref")}, {"type": "null"}]


def _collect_required(schema: dict[str, Any], properties: dict[str, Any]) -> None:
    """`required: true` of single properties as names in the list of the object."""
    needed: list[str] = []
    for name, inner in properties.items():
        if isinstance(inner, dict) and isinstance(cast("dict[str, Any]", inner).get("required"), bool):
            needed += [name] if cast("dict[str, Any]", inner).pop("required") else []
    if needed:
        listed = schema.get("required")
        listed = cast("list[Any]", listed) if isinstance(listed, list) else []
        schema["required"] = [*listed, *(name for name in needed if name not in listed)]
