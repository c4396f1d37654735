"""Schemas made simpler without changing what they say: `allOf` as one schema, unions of constants as an enum, ..."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import orjson

from toolace_mt.tools.values import json_type, types_of
from toolace_mt.types import JsonSchema

_LOWEST = ("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties")
_HIGHEST = ("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties")
_SAID_ONCE = ("description", "default", "examples", "format", "additionalProperties", "items")
_LONGEST_MEANINGS = 200
_NULL: JsonSchema = {"type": "null"}


def merged(parts: Iterable[JsonSchema]) -> JsonSchema:
    """One schema that asks for what all `parts` ask for; what does not merge stays in its `allOf`.

    Of descriptions, defaults and the like, the first part's counts.
    """
    whole: JsonSchema = {}
    apart: list[JsonSchema] = []
    for part in parts:
        joined = _joined(whole, part)
        if joined is None:
            apart.append(part)
        else:
            whole = joined
    if apart:
        whole["allOf"] = [*whole.get("allOf", ()), *apart]
    return whole


def _joined(one: JsonSchema, other: JsonSchema) -> JsonSchema | None:
    whole = dict(one)
    for keyword, value in other.items():
        if keyword not in whole or _same(whole[keyword], value):
            whole[keyword] = value
            continue
        both = _both(keyword, whole[keyword], value)
        if both is None:
            return None
        whole[keyword] = both
    return whole


def _both(keyword: str, one: Any, other: Any) -> Any:
    """The value of a keyword that satisfies two values of it; None where there is none."""
    if keyword == "properties":
        shared = {name: merged([one[name], other[name]]) for name in one if name in other}
        return {**one, **other, **shared}
    if keyword == "required":
        return list(dict.fromkeys([*one, *other]))
    if keyword == "type":
        return _common_type(one, other)
    if keyword == "enum":
        return [value for value in one if any(_same(value, given) for given in other)] or None
    if keyword == "allOf":
        return [*one, *other]
    if keyword in _LOWEST or keyword in _HIGHEST:
        numbers = isinstance(one, (int, float)) and isinstance(other, (int, float))
        return (max if keyword in _LOWEST else min)(one, other) if numbers else None
    return one if keyword in _SAID_ONCE else None


def _common_type(one: Any, other: Any) -> Any:
    names = [one] if isinstance(one, str) else one
    others = [other] if isinstance(other, str) else other
    common = [name for name in names if name in others or (name == "integer" and "number" in others)]
    if "integer" in others and "number" in names and "integer" not in common:
        common.append("integer")
    return (common[0] if len(common) == 1 else common) or None


def union(schema: JsonSchema, variants: Sequence[JsonSchema]) -> JsonSchema:
    """`schema` with one of several `variants` besides: as `anyOf`, or shorter where that says the same.

    Never as `oneOf`: what was left out of variants may make two of them fit, and it is rarely meant.
    """
    distinct = list({orjson.dumps(v, option=orjson.OPT_SORT_KEYS): v for v in reversed(variants)}.values())[::-1]
    others = [variant for variant in distinct if variant != _NULL]
    if len(others) > 1 and all(isinstance(variant.get("const"), (str, int, float)) for variant in others):
        others = [_as_enum(others)]
    if len(others) < 2:
        whole = merged([schema, *(others or distinct)])
    elif "anyOf" in schema:
        whole = {**schema, "allOf": [*schema.get("allOf", ()), {"anyOf": others}]}
    else:
        whole = {**schema, "anyOf": others}
    return with_null(whole) if _NULL in distinct else whole


def with_null(schema: JsonSchema) -> JsonSchema:
    """The schema, and null besides."""
    if not schema or "null" in types_of(schema):
        return schema
    whole = dict(schema)
    if "anyOf" in whole and "type" not in whole:
        whole["anyOf"] = [*(v for v in whole["anyOf"] if v != _NULL), _NULL]
        return whole
    if "type" not in whole or "const" in whole or "allOf" in whole or "anyOf" in whole:
        told = {"description": whole.pop("description")} if "description" in whole else {}
        return {**told, "anyOf": [whole, _NULL]}
    whole["type"] = [*types_of(whole), "null"]
    if "enum" in whole and None not in whole["enum"]:
        whole["enum"] = [*whole["enum"], None]
    return whole


def _as_enum(constants: Sequence[JsonSchema]) -> JsonSchema:
    """Constants with a meaning each, as many documents write their enums."""
    values = [constant["const"] for constant in constants]
    types = list(dict.fromkeys(json_type(value) for value in values))
    schema: JsonSchema = {"type": types[0] if len(types) == 1 else types, "enum": values}
    titles = [constant.get("title") or "" for constant in constants]
    meanings = ", ".join(f"{value}: {title}" for value, title in zip(values, titles, strict=True) if title)
    if (
        meanings
        and len(meanings) <= _LONGEST_MEANINGS
        and any(str(v) != t for v, t in zip(values, titles, strict=True))
    ):
        schema["description"] = meanings
    return schema


def _same(one: Any, other: Any) -> bool:
    """Equal as JSON, where true is not 1."""
    return one == other and orjson.dumps(one) == orjson.dumps(other)
