"""Schemas small enough to stand in a request beside those of other tools."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import orjson

from toolace_mt.types import JsonSchema

DEEPEST = 6
_MOST_CHOICES = 20
_EXAMPLES_OUT = "examples left out"
_DESCRIPTIONS_OUT = "inner descriptions left out"


class Fitted(NamedTuple):
    """A schema within the limit. depth: to which its objects are shown. shortened: what was done besides."""

    schema: JsonSchema
    depth: int
    shortened: tuple[str, ...]


class Written(NamedTuple):
    """A schema written to some depth. is_whole: nothing of it lies deeper."""

    schema: JsonSchema
    is_whole: bool


def fit(written: Callable[[int], Written | None], limit: int) -> Fitted | None:
    """The schema, as deep as it is at most `limit` characters of JSON, with as much beside it as fits; None for none.

    written: writes the schema to a depth, anew each time, or gives None where that has far too many parts. Examples go
    first, then inner descriptions, then depth, then long lists of choices, then optional properties, the last first.
    """
    deepest: Fitted | None = None
    for depth in range(1, DEEPEST + 1):  # upwards: parts grow manifold with each step, and most schemas soon end
        found = written(depth)
        shortened = _light_enough(found.schema, limit) if found else None
        if found is None or shortened is None:
            break
        deepest = Fitted(found.schema, depth, shortened)
        if found.is_whole:
            break
    return deepest or _flattened(written, limit)


def _flattened(written: Callable[[int], Written | None], limit: int) -> Fitted | None:
    """The schema where its first level alone is too large already."""
    for depth in (1, 0):
        if (found := written(depth)) is None:
            continue
        if (shortened := _light_enough(found.schema, limit)) is not None:
            return Fitted(found.schema, depth, shortened)
        if (told := _stripped(found.schema, limit)) is not None:
            return Fitted(found.schema, depth, (_EXAMPLES_OUT, _DESCRIPTIONS_OUT, *told))
    return None


def _light_enough(schema: JsonSchema, limit: int) -> tuple[str, ...] | None:
    """Make the schema lighter in place until it is within `limit`; what was done, or None where it never is."""
    return next((shortened for shortened in _lightened(schema) if _size(schema) <= limit), None)


def _lightened(schema: JsonSchema) -> Iterator[tuple[str, ...]]:
    """Make the schema lighter in place, step by step; gives what was done so far."""
    yield ()
    for part, _ in _parts(schema):
        part.pop("examples", None)
    yield (_EXAMPLES_OUT,)
    for part, level in _parts(schema):
        if level > 1:
            part.pop("description", None)
    yield (_EXAMPLES_OUT, _DESCRIPTIONS_OUT)


def _stripped(schema: JsonSchema, limit: int) -> tuple[str, ...] | None:
    """Shorten in place what is not nested; what was done, or None where what is required alone is too large."""
    told: list[str] = []
    long = [part for part, _ in _parts(schema) if len(part.get("enum", ())) > _MOST_CHOICES]
    for part in long:
        part["enum"] = part["enum"][:_MOST_CHOICES]
    if long:
        told.append(f"of long lists of choices the first {_MOST_CHOICES} kept")
    properties = schema.get("properties", {})
    optional = [name for name in properties if name not in schema.get("required", ())]
    left_out: list[str] = []
    size = _size(schema)
    while optional and size > limit:
        left_out.append(optional.pop())
        size -= _size(properties.pop(left_out[-1])) + _size(left_out[-1]) + 2
    if left_out:
        told.append(f"optional {', '.join(sorted(left_out))} left out")
    return tuple(told) if size <= limit else None


def _parts(schema: Any, level: int = 0) -> Iterator[tuple[JsonSchema, int]]:
    """A schema and all within it, with the number of schemas around each."""
    if not isinstance(schema, dict):
        return
    yield schema, level
    for keyword in ("items", "additionalProperties", "not", "contains", "propertyNames"):
        yield from _parts(schema.get(keyword), level + 1)
    for keyword in ("anyOf", "allOf", "prefixItems"):
        for part in schema.get(keyword) or ():
            yield from _parts(part, level + 1)
    for part in (schema.get("properties") or {}).values():
        yield from _parts(part, level + 1)


def _size(schema: Any) -> int:
    return len(orjson.dumps(schema))
