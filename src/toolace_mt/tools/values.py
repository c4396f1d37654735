"""Defaults and enums of loose schemas: values that do not fit the type that they are declared with."""

from __future__ import annotations

import re
from typing import Any

import orjson

from toolace_mt.errors import InputError
from toolace_mt.schema.validate import conforms, shown
from toolace_mt.tools.notes import Note
from toolace_mt.types import JsonSchema

_INTEGER = re.compile(r"[+-]?\d{1,18}")
_NUMBER = re.compile(r"[+-]?(\d{1,18}(\.\d{0,18})?|\.\d{1,18})([eE][+-]?\d{1,2})?")


def types_of(schema: JsonSchema) -> list[str]:
    """The declared types: none, one or several."""
    declared = schema.get("type")
    return [declared] if isinstance(declared, str) else list(declared or ())


def mend_enum(schema: JsonSchema, field: str, note: Note) -> None:
    """Make the values of `enum` fit the declared type, and the type fit what cannot be converted."""
    values = schema.get("enum")
    if "enum" not in schema:
        return
    if not isinstance(values, list) or not values:
        del schema["enum"]
        note("enum", field, f"{shown(values)} is no list of values: left out")
        return
    if _belongs_to_items(schema, values):
        schema["items"]["enum"] = schema.pop("enum")
        note("enum", field, "the listed values are those of the array's items: moved there")
        mend_enum(schema["items"], f"{field}[]", note)
        return
    types = types_of(schema)
    converted = _distinct([converted_to(types, value) for value in values])
    if orjson.dumps(converted) != orjson.dumps(values):
        note("enum", field, f"{shown(values)} written as {shown(converted)}")
    schema["enum"] = converted
    _fit_type_to_enum(schema, types, field, note)


def mend_default(schema: JsonSchema, field: str, note: Note) -> None:
    """Convert a default that does not fit the schema, or leave it out. (null is how loose sources say "optional".)"""
    if "default" not in schema:
        return
    default = schema.pop("default")
    if _fits(schema, default):
        schema["default"] = default
        return
    converted = converted_to(types_of(schema), default)
    if default is not None and _fits(schema, converted):
        schema["default"] = converted
        note("default", field, f"default {shown(default)} written as {shown(converted)}")
    elif default is None:
        note("default", field, "default null left out: the schema does not allow null")
    else:
        note("default", field, f"default {shown(default)} left out: it does not fit the schema")


def converted_to(types: list[str], value: Any) -> Any:
    """`value` as one of the types where it reads as one without doubt ("True" as a boolean), else as it is."""
    if not types or any(has_type(value, name) for name in types):
        return value
    for name in types:
        converted = _converted(name, value)
        if converted is not None:
            return converted
    return value


def has_type(value: Any, name: str) -> bool:
    """Whether a JSON value is of a JSON Schema type."""
    if name == "number":
        return isinstance(value, (int, float)) and not isinstance(value, bool)
    return json_type(value) == name or (name == "integer" and isinstance(value, float) and value.is_integer())


def json_type(value: Any) -> str:
    """The narrowest JSON Schema type of a JSON value."""
    for kind, name in ((bool, "boolean"), (int, "integer"), (float, "number"), (str, "string"), (list, "array")):
        if isinstance(value, kind):
            return name
    return "null" if value is None else "object"


def _belongs_to_items(schema: JsonSchema, values: list[Any]) -> bool:
    items = schema.get("items")
    scalars = not any(isinstance(value, list) for value in values)
    return types_of(schema) == ["array"] and scalars and isinstance(items, dict) and "enum" not in items


def _fit_type_to_enum(schema: JsonSchema, types: list[str], field: str, note: Note) -> None:
    strays = [value for value in schema["enum"] if types and not any(has_type(value, name) for name in types)]
    if not strays:
        return
    kept = types if len(strays) < len(schema["enum"]) else []
    names = list(dict.fromkeys([*kept, *map(json_type, strays)]))
    schema["type"] = names[0] if len(names) == 1 else names
    note("enum", field, f"type {' or '.join(types)} made {' or '.join(names)}, for {shown(strays)}")


def _distinct(values: list[Any]) -> list[Any]:
    """Without repetitions; by their JSON, where true is not 1."""
    return list({orjson.dumps(value): value for value in reversed(values)}.values())[::-1]


def _converted(name: str, value: Any) -> Any:
    if name == "string" and isinstance(value, (bool, int, float)):
        return str(value).lower() if isinstance(value, bool) else str(value)
    if not isinstance(value, str):
        return None
    text = value.strip()
    if name == "boolean":
        return {"true": True, "false": False}.get(text.lower())
    if name == "integer" and _INTEGER.fullmatch(text):
        return int(text)
    if name == "number" and _NUMBER.fullmatch(text):
        return int(text) if _INTEGER.fullmatch(text) else float(text)
    if name in {"array", "object"} and text[:1] in {"[", "{"}:
        return _parsed(text, list if name == "array" else dict)
    return None


def _parsed(text: str, kind: type) -> Any:
    try:
        value = orjson.loads(text)
    except orjson.JSONDecodeError:
        return None
    return value if isinstance(value, kind) else None


def _fits(schema: JsonSchema, value: Any) -> bool:
    try:
        return conforms(schema, value)
    except InputError:  # it refers to a definition elsewhere in the document: cannot be told from here
        return True
