"""Schemas that no value can ever fit: bounds that exclude each other, required parts without end."""

from __future__ import annotations

import math
from typing import Any

from toolace_mt.tools.openapi_refs import References, Unusable
from toolace_mt.tools.values import types_of
from toolace_mt.types import JsonSchema

_MOST_PARTS = 5_000
_LENGTHS = {"string": "Length", "array": "Items", "object": "Properties"}


def impossible(schema: JsonSchema, field: str) -> str:
    """Why no value fits a valid schema; "" where one may, for not everything is looked at.

    `parameters.days: its minimum 5 is above its maximum 3`. Patterns, `not` and conditions are taken to be possible.
    """
    return _Search(schema).reason(schema, field, frozenset())


class _Search:
    """One go at one schema; ends after _MOST_PARTS parts, for references can make a small schema endless."""

    def __init__(self, root: JsonSchema) -> None:
        self._references = References(root)
        self._left = _MOST_PARTS

    def reason(self, schema: Any, field: str, within: frozenset[str]) -> str:
        """within: the references that led here, through what is required only."""
        self._left -= 1
        if schema is False or schema == {"not": {}}:
            return f"{field}: nothing is allowed there"
        if not isinstance(schema, dict) or self._left < 0:
            return ""
        return (
            self._reason_of_type(schema, field, within)
            or self._reason_of_parts(schema, field, within)
            or self._reason_of_reference(schema, field, within)
        )

    def _reason_of_type(self, schema: JsonSchema, field: str, within: frozenset[str]) -> str:
        """Where values of each of the declared types are excluded."""
        reasons = [self._reason_as(name, schema, field, within) for name in types_of(schema)]
        return reasons[0] if reasons and all(reasons) else ""

    def _reason_as(self, name: str, schema: JsonSchema, field: str, within: frozenset[str]) -> str:
        if name in ("integer", "number"):
            return _no_number(schema, field, whole=name == "integer")
        unit = _LENGTHS.get(name)
        if unit is None:
            return ""
        least, most = schema.get(f"min{unit}", 0), schema.get(f"max{unit}", math.inf)
        if least > most:
            return f"{field}: its min{unit} {least} is above its max{unit} {most}"
        if name == "array" and least > len(schema.get("prefixItems", ())):
            return self.reason(schema.get("items"), f"{field}[]", within)
        return self._no_object(schema, field, within) if name == "object" else ""

    def _no_object(self, schema: JsonSchema, field: str, within: frozenset[str]) -> str:
        properties = schema.get("properties", {})
        is_closed = schema.get("additionalProperties") is False and "patternProperties" not in schema
        for name in schema.get("required", ()):
            if name in properties:
                if reason := self.reason(properties[name], f"{field}.{name}", within):
                    return reason
            elif is_closed:
                return f"{field}: requires {name}, and does not allow it"
        return ""

    def _reason_of_parts(self, schema: JsonSchema, field: str, within: frozenset[str]) -> str:
        for keyword in ("anyOf", "oneOf"):
            reasons = [self.reason(part, field, within) for part in schema.get(keyword, ())]
            if reasons and all(reasons):
                return reasons[0]
        return next(filter(None, (self.reason(part, field, within) for part in schema.get("allOf", ()))), "")

    def _reason_of_reference(self, schema: JsonSchema, field: str, within: frozenset[str]) -> str:
        reference = schema.get("$ref")
        if not isinstance(reference, str):
            return ""
        if reference in within:
            return f"{field}: requires itself within itself"
        try:
            target = self._references.target(reference)
        except Unusable:
            return ""
        return self.reason(target, field, within | {reference})


def _no_number(schema: JsonSchema, field: str, *, whole: bool) -> str:
    low, high = schema.get("minimum", -math.inf), schema.get("maximum", math.inf)
    above, below = schema.get("exclusiveMinimum", -math.inf), schema.get("exclusiveMaximum", math.inf)
    least, most = max(low, above), min(high, below)
    if least > most:
        return f"{field}: its minimum {least} is above its maximum {most}"
    if least == most and (above == least or below == most):
        return f"{field}: no number is between {least} and {most}"
    if whole and math.isfinite(least) and math.isfinite(most):
        first = math.floor(least) + 1 if above == least else math.ceil(least)
        last = math.ceil(most) - 1 if below == most else math.floor(most)
        return f"{field}: no whole number is between {least} and {most}" if first > last else ""
    return ""
