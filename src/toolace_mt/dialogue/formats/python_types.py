"""Types as Python's docstrings write them (`List[str]`, `int, optional`, `Union[int, float]`), in JSON Schema's words."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from toolace_mt.types import JsonSchema

# Real ones nest three levels at most, and have some forty characters.
_DEEPEST = 8
_LONGEST = 200
_KEPT = 4_096

_TEXTS = dict.fromkeys(("str", "string", "text", "bytes"), "string")
_NUMBERS = dict.fromkeys(("float", "double", "number"), "number")
_WHOLE_NUMBERS = dict.fromkeys(("int", "integer", "long"), "integer")
_LISTS = dict.fromkeys(("list", "array", "tuple", "set", "frozenset", "sequence", "iterable"), "array")
_OBJECTS = dict.fromkeys(("dict", "dictionary", "object", "mapping", "defaultdict"), "object")
_OTHERS = {"bool": "boolean", "boolean": "boolean", "none": "null", "nonetype": "null", "null": "null"}
_NAMES = {**_TEXTS, **_NUMBERS, **_WHOLE_NUMBERS, **_LISTS, **_OBJECTS, **_OTHERS}


class Declared(NamedTuple):
    """What a type says. schema: {}, which allows anything, for types that are not known. optional: may be left out."""

    schema: JsonSchema
    optional: bool


@lru_cache(maxsize=_KEPT)
def declared(text: str) -> Declared:
    """What the type `text` says. The schema is shared: do not change it."""
    if len(text) > _LONGEST:
        return Declared({}, False)
    named, *rest = _split(text, ",")
    shorter = _without_end(named.strip(), "(optional)")
    optional = shorter != named.strip() or any(
        part.strip().lower().startswith(("optional", "default")) for part in rest
    )
    outermost = shorter.partition("[")[0].rpartition(".")[2].strip().lower()
    return Declared(_schema(shorter, _DEEPEST), optional or outermost == "optional")


def _schema(text: str, levels: int) -> JsonSchema:
    if not levels:
        return {}
    choices = _split(text.replace(" or ", "|"), "|")
    if len(choices) > 1:
        return _any_of(choices, levels - 1)
    named, bracket, inside = text.strip().partition("[")
    named = named.rpartition(".")[2].strip().lower()  # typing.List
    if not bracket or not inside.endswith("]"):
        return {"type": _NAMES[named]} if named in _NAMES else {}
    return _schema_of_parts(named, _split(inside[:-1], ","), levels - 1)


def _schema_of_parts(named: str, parts: list[str], levels: int) -> JsonSchema:
    """The schema of a type with others inside its brackets."""
    if named == "union":
        return _any_of(parts, levels)
    if named == "optional":
        return _any_of([*parts, "None"], levels)
    if named in _LISTS:
        items = _any_of([part for part in parts if part.strip() != "..."], levels)
        return {"type": "array", "items": items} if items else {"type": "array"}
    if named in _OBJECTS:
        values = _schema(parts[-1], levels) if len(parts) == 2 else {}
        return {"type": "object", "additionalProperties": values} if values else {"type": "object"}
    return {}


def _any_of(choices: Iterable[str], levels: int) -> JsonSchema:
    schemas: list[JsonSchema] = []
    for choice in choices:
        schema = _schema(choice, levels)
        if not schema:
            return {}
        schemas += [] if schema in schemas else [schema]
    return schemas[0] if len(schemas) == 1 else {"anyOf": schemas} if schemas else {}


def _split(text: str, sign: str) -> list[str]:
    """`text` at each `sign` that stands outside of brackets."""
    parts: list[str] = []
    start = depth = 0
    for place, letter in enumerate(text):
        if letter in "[({":
            depth += 1
        elif letter in "])}":
            depth -= 1
        elif letter == sign and depth == 0:
            parts.append(text[start:place])
            start = place + 1
    return [*parts, text[start:]]


def _without_end(text: str, end: str) -> str:
    return text[: -len(end)].rstrip() if text.lower().endswith(end) else text
