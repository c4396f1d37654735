"""The names that other languages have for types, as JSON Schema: `float`, `ArrayList`, `List[int]`, `str, optional`."""

from __future__ import annotations

import re

from toolace_mt.types import JsonSchema

JSON_TYPES = frozenset({"string", "number", "integer", "boolean", "array", "object", "null"})

_SPELLINGS = {
    "string": "str char character text charsequence date datetime time timestamp uuid url uri email file path enum",
    "integer": "int long short byte bigint biginteger int8 int16 int32 int64 uint uint8 uint16 uint32 uint64 uinteger",
    "number": "float double decimal bigdecimal real numeric num float32 float64",
    "boolean": "bool",
    "array": "list tuple arraylist linkedlist set hashset frozenset queue stack vector sequence iterable collection",
    "object": "dict dictionary map hashmap treemap hashtable mapping struct record json",
    "null": "none nonetype nil void undefined",
}
_NAMES = {spelling: name for name, spellings in _SPELLINGS.items() for spelling in (name, *spellings.split())}
_ANY = frozenset({"any", "anything", "mixed", "unknown", "dynamic", "variant", "generic", ""})
_BRACKETED = re.compile(r"(?:typing\.)?(\w+)\s*[\[<]\s*(.*?)\s*[\]>]", re.DOTALL)
_ASIDE = re.compile(r"\s*(,\s*(optional|required|default\b.*)|\((optional|required)\))\s*$", re.IGNORECASE | re.DOTALL)
_DEEPEST = 5
_LONGEST = 200


def read_type(text: str, depth: int = _DEEPEST) -> JsonSchema | None:
    """The schema that a type's name stands for: `{}` where any value will do, None where the name is not known."""
    if len(text) > _LONGEST or depth == 0:
        return None
    text = _ASIDE.sub("", text).strip()
    name = text.lower()
    if name in _NAMES:
        return {"type": _NAMES[name]}
    if name in _ANY:
        return {}
    parts = _split(re.sub(r"\s+or\s+|/", "|", text), "|")
    if len(parts) > 1:
        return join_types([read_type(part, depth - 1) for part in parts])
    if text.endswith("[]"):
        return _array_of([text[:-2]], depth)
    if match := re.fullmatch(r"(?:array|list)s? of (\w+?)s?", name):
        return _array_of([match[1]], depth)
    match = _BRACKETED.fullmatch(text)
    return _read_bracketed(match[1].lower(), match[2], depth) if match else None


def join_types(schemas: list[JsonSchema | None]) -> JsonSchema | None:
    """One schema for either of several: a list of types where that says it all, None where one is not known."""
    known = [schema for schema in schemas if schema is not None]
    if len(known) < len(schemas) or not known:
        return None
    if {} in known:
        return {}
    distinct: list[JsonSchema] = []
    for schema in known:
        if schema not in distinct:
            distinct.append(schema)
    if len(distinct) == 1:
        return distinct[0]
    if all(set(schema) == {"type"} and isinstance(schema["type"], str) for schema in distinct):
        return {"type": [schema["type"] for schema in distinct]}
    return {"anyOf": distinct}


def _read_bracketed(outer: str, inner: str, depth: int) -> JsonSchema | None:
    parts = _split(inner, ",")
    if outer == "optional":
        return join_types([read_type(inner, depth - 1), {"type": "null"}])
    if outer == "union":
        return join_types([read_type(part, depth - 1) for part in parts])
    if outer == "literal":
        return {"enum": [part.strip("'\" ") for part in parts]}
    kind = _NAMES.get(outer)
    if kind == "array":
        return _array_of([part for part in parts if part.strip() != "..."], depth)
    return {"type": "object"} if kind == "object" else None


def _array_of(items: list[str], depth: int) -> JsonSchema:
    return {"type": "array", "items": join_types([read_type(item, depth - 1) for item in items]) or {}}


def _split(text: str, separator: str) -> list[str]:
    """At each separator outside of brackets."""
    parts, level = [""], 0
    for character in text:
        level += (character in "[<") - (character in "]>")
        if character == separator and level == 0:
            parts.append("")
        else:
            parts[-1] += character
    return parts
