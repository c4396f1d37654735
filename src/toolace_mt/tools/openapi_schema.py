"""Schemas of OpenAPI 3.0 and 3.1 as plain JSON Schema 2020-12: references put in place, as far down as is wanted."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, Literal

from toolace_mt.tools.openapi_refs import References, Unusable
from toolace_mt.tools.openapi_text import plain_text
from toolace_mt.tools.schema_merging import merged, union, with_null
from toolace_mt.types import JsonSchema

Direction = Literal["request", "response"]

_LONGEST_DESCRIPTION = 300
_LONGEST_EXAMPLE = 100
_MOST_VALUES = 400
_DEEPEST = 60
_HIDDEN: dict[str, str] = {"request": "readOnly", "response": "writeOnly"}
_AS_THEY_ARE = (
    *("type", "const", "enum", "default", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"),
    *("minLength", "maxLength", "pattern", "minItems", "maxItems", "uniqueItems", "minProperties", "maxProperties"),
    *("dependentRequired", "contentEncoding", "contentMediaType"),
)
_TEXTS = frozenset({"pattern", "contentEncoding", "contentMediaType"})
# What a number's width in memory is says nothing to who writes a call.
_WIDTHS = frozenset({"int32", "int64", "float", "double"})
# A step into a part of a schema: the same value once more; a part that every value has; one that can be done without.
_SAME, _MUST, _MAY = "", ".", "?"
_ONE_SCHEMA = ("not", "contains", "propertyNames")


class TooLarge(Exception):
    """The schema has more parts than wanted at this depth."""


class Translation:
    """One go at the schemas of one operation.

    depth: of nested objects, those that are shown with their properties; deeper ones are left open, but in a request
    keep what is required of them. 0 leaves these open too, and the whole of a response. most: the schemas that may be
    written; TooLarge is raised for more. notes: what was left out, as (kind, field, what was done).
    """

    def __init__(self, references: References, direction: Direction, depth: int, most: int) -> None:
        self._references = references
        self._is_request = direction == "request"
        self._hides = _HIDDEN[direction]
        self._keeps_required = direction == "request" and depth > 0
        self._depth = max(depth, 1) if direction == "request" else depth
        self._left = most
        self._hidden: set[str] = set()
        self.notes: list[tuple[str, str, str]] = []
        self.is_cut = False

    def schema(self, node: Any, field: str, level: int = 0, *, required: bool = True) -> JsonSchema:
        """One schema and all within it. level: how many objects are around it. required: of a call, by the operation.

        Raises TooLarge, and Unusable where a request would have to be nested without end.
        """
        return self._schema(node, field, level, () if required else (_MAY,))

    def note(self, kind: str, field: str, done: str) -> None:
        """Take down one change, once."""
        if (kind, field, done) not in self.notes:
            self.notes.append((kind, field, done))

    def _schema(self, node: Any, field: str, level: int, path: tuple[str, ...]) -> JsonSchema:
        """path: the references that led here, and a step for each schema around (_SAME, _MUST or _MAY)."""
        self._left -= 1
        if self._left < 0:
            raise TooLarge
        if isinstance(node, bool):
            return {} if node else {"not": {}}
        if not isinstance(node, dict) or len(path) > _DEEPEST:
            self.note(
                "schema", field, "nested too deep: left open" if isinstance(node, dict) else "no schema: left open"
            )
            return {}
        if node.get("nullable") is True or "null" in _list(node.get("type")):
            path = (*path, _MAY)
        own = self._own(node, field, level, path)
        parts = [own]
        if isinstance(node.get("$ref"), str):
            parts.append(self._referred(node["$ref"], field, level, path))
        elif "$recursiveRef" in node or "$dynamicRef" in node:
            parts.append(self._circle(field, {}))
        parts += [self._schema(part, field, level, (*path, _SAME)) for part in _list(node.get("allOf"))]
        whole = merged(parts)
        for keyword in ("oneOf", "anyOf"):
            if variants := _list(node.get(keyword)):
                whole = union(whole, self._variants(variants, node.get("discriminator"), field, level, path))
        self._drop_hidden(whole)
        return with_null(whole) if node.get("nullable") is True else whole

    def _own(self, node: dict[str, Any], field: str, level: int, path: tuple[str, ...]) -> JsonSchema:
        """What the schema says itself, without what it refers to."""
        schema: JsonSchema = {}
        if description := plain_text(node.get("description"), _LONGEST_DESCRIPTION):
            schema["description"] = description
        for keyword in _AS_THEY_ARE:
            if keyword in node and (value := _bounded(node[keyword])) is not _NONE and _has_form(keyword, value):
                schema[keyword] = value
        if isinstance(node.get("format"), str) and node["format"] not in _WIDTHS:
            schema["format"] = node["format"]
        if "const" in schema and isinstance(node.get("title"), str):
            schema["title"] = node["title"]
        _read_bounds(schema)
        _read_examples(schema, node)
        self._read_items(schema, node, field, level, path)
        for keyword in _ONE_SCHEMA:
            if keyword in node:
                schema[keyword] = self._schema(node[keyword], f"{field}.{keyword}", level + 1, (*path, _MAY))
        self._read_properties(schema, node, field, level, path)
        return schema

    def _read_items(
        self, schema: JsonSchema, node: Mapping[str, Any], field: str, level: int, path: tuple[str, ...]
    ) -> None:
        if isinstance(node.get("items"), (dict, bool)):
            step = _MUST if schema.get("minItems", 0) else _MAY
            schema["items"] = self._schema(node["items"], f"{field}[]", level, (*path, step))
        if first := _list(node.get("prefixItems")):
            schema["prefixItems"] = [self._schema(item, f"{field}[]", level, (*path, _MAY)) for item in first]

    def _read_properties(
        self, schema: JsonSchema, node: Mapping[str, Any], field: str, level: int, path: tuple[str, ...]
    ) -> None:
        properties = node.get("properties")
        required = [name for name in _list(node.get("required")) if isinstance(name, str)]
        if required:
            schema["required"] = required
        shown: dict[str, Any] = dict(properties) if isinstance(properties, dict) else {}
        if shown and level >= self._depth:
            self.is_cut = True
            kept = {name: part for name, part in shown.items() if self._keeps_required and name in required}
            if not kept:
                schema.pop("required", None)
                schema.setdefault("type", "object")
                return
            shown = kept
        elif isinstance(node.get("additionalProperties"), (dict, bool)):
            extra = node["additionalProperties"]
            inner = self._schema(extra, f"{field}.*", level + 1, (*path, _MAY)) if isinstance(extra, dict) else extra
            schema["additionalProperties"] = inner if inner != {} else True
        if not shown:
            return
        schema.setdefault("type", "object")
        schema["properties"] = {}
        for name, part in shown.items():
            if self._is_hidden(part):
                self._hidden.add(str(name))
            else:
                step = _MUST if name in required else _MAY
                schema["properties"][str(name)] = self._schema(part, f"{field}.{name}", level + 1, (*path, step))

    def _referred(self, reference: str, field: str, level: int, path: tuple[str, ...]) -> JsonSchema:
        try:
            target = self._references.target(reference)
        except Unusable as unusable:
            self.note("reference", field, f"{unusable}: left open")
            return {}
        if reference in path:
            if self._is_request and _MAY not in path and _MUST in path[path.index(reference) :]:
                raise Unusable(f"{field}: requires itself within itself, so that no call can ever be complete")
            return self._circle(field, target)
        return self._schema(target, field, level, (*path, reference))

    def _circle(self, field: str, target: Any) -> JsonSchema:
        declared = target.get("type") if isinstance(target, dict) else None
        self.note("circle", field, "refers to a schema that it is part of: left open")
        return {"type": declared if isinstance(declared, str) else "object"}

    def _variants(
        self, variants: list[Any], discriminator: Any, field: str, level: int, path: tuple[str, ...]
    ) -> list[JsonSchema]:
        found: list[JsonSchema] = []
        step = _MAY if len(variants) > 1 else _SAME
        for variant in variants:
            schema = self._schema(variant, field, level, (*path, step))
            found.append(_with_name(schema, variant, discriminator))
        return found

    def _is_hidden(self, node: Any) -> bool:
        """Whether a property is only for the other direction."""
        for _ in range(_DEEPEST):
            if not isinstance(node, dict):
                return False
            parts = [node, *_list(node.get("allOf"))]
            if any(isinstance(part, dict) and part.get(self._hides) is True for part in parts):
                return True
            if not isinstance(node.get("$ref"), str):
                return False
            try:
                node = self._references.target(node["$ref"])
            except Unusable:
                return False
        return False

    def _drop_hidden(self, schema: JsonSchema) -> None:
        if "required" not in schema:
            return
        known = schema.get("properties", {})
        schema["required"] = [name for name in schema["required"] if name in known or name not in self._hidden]
        if not schema["required"]:
            del schema["required"]


def _with_name(schema: JsonSchema, variant: Any, discriminator: Any) -> JsonSchema:
    """A variant whose discriminating property says which values choose it, where only the discriminator says so."""
    if not isinstance(discriminator, dict) or not isinstance(variant, dict):
        return schema
    name, reference = discriminator.get("propertyName"), variant.get("$ref")
    properties = schema.get("properties")
    if not isinstance(name, str) or not isinstance(reference, str) or not isinstance(properties, dict):
        return schema
    own = properties.get(name)
    if not isinstance(own, dict) or "const" in own or "enum" in own or own.get("type", "string") != "string":
        return schema
    mapping = discriminator.get("mapping")
    last = reference.rpartition("/")[2]
    mapped = mapping.items() if isinstance(mapping, dict) else ()
    values = [str(value) for value, target in mapped if target in (reference, last)] or [last]
    required = list(dict.fromkeys([*schema.get("required", ()), name]))
    return {**schema, "properties": {**properties, name: {**own, "enum": values}}, "required": required}


def _read_bounds(schema: JsonSchema) -> None:
    """3.0 says whether a bound is exclusive by a flag."""
    for bound, flag in (("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")):
        if isinstance(schema.get(flag), bool):
            is_exclusive = schema.pop(flag)
            if is_exclusive and bound in schema:
                schema[flag] = schema.pop(bound)


def _read_examples(schema: JsonSchema, node: Mapping[str, Any]) -> None:
    given = node.get("examples")
    examples = given if isinstance(given, list) else [node["example"]] if "example" in node else []
    short = [e for e in examples if isinstance(e, (str, int, float)) and 0 < len(str(e)) <= _LONGEST_EXAMPLE]
    if short and "enum" not in schema and schema.get("type") != "boolean":
        schema["examples"] = [_bounded(example) for example in short[:2]]


def _has_form(keyword: str, value: Any) -> bool:
    """Whether a keyword's value is of the kind that those who simplify schemas count on; the rest is judged later."""
    if keyword == "type":
        return isinstance(value, str) or (isinstance(value, list) and all(isinstance(name, str) for name in value))
    if keyword == "enum":
        return isinstance(value, list)
    return isinstance(value, str) if keyword in _TEXTS else True


_NONE = object()  # None is a JSON value


def _bounded(value: Any, most: int = _MOST_VALUES) -> Any:
    """A JSON value as it is, or _NONE where it is none or has more than `most` parts (YAML aliases can hide millions)."""
    if isinstance(value, (str, bool)):
        return value
    seen = 0
    parts: list[Any] = [value]
    while parts:
        part = parts.pop()
        seen += 1
        if seen > most or not _is_json(part):
            return _NONE
        if isinstance(part, (list, dict)):
            if len(part) > most:
                return _NONE
            parts += part.values() if isinstance(part, dict) else part
    return value


def _is_json(part: Any) -> bool:
    if isinstance(part, float):
        return math.isfinite(part)
    if isinstance(part, int):
        return -(2**63) <= part < 2**64
    return part is None or isinstance(part, (str, list, dict))


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
