from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toolace_mt.schema.validate import conforms
from toolace_mt.tools.contradictions import impossible
from toolace_mt.tools.mend import mend_tool
from toolace_mt.tools.notes import Refusal

NUMBERS = {"type": "integer"}


def needing(schema: Any, **more: Any) -> dict[str, Any]:
    return {"type": "object", "properties": {"p": schema}, "required": ["p"], **more}


@pytest.mark.parametrize(
    ("schema", "reason"),
    [
        ({"type": "integer", "minimum": 5, "maximum": 3}, "in.p: its minimum 5 is above its maximum 3"),
        ({"type": "number", "exclusiveMinimum": 3, "maximum": 3}, "in.p: no number is between 3 and 3"),
        ({"type": "number", "minimum": 3, "exclusiveMaximum": 3}, "in.p: no number is between 3 and 3"),
        ({"type": "integer", "exclusiveMinimum": 3, "exclusiveMaximum": 4}, "in.p: no whole number"),
        ({"type": "integer", "minimum": 0.2, "maximum": 0.8}, "in.p: no whole number"),
        ({"type": "string", "minLength": 2, "maxLength": 1}, "in.p: its minLength 2 is above its maxLength 1"),
        ({"type": "array", "minItems": 1, "items": {"not": {}}}, "in.p[]: nothing is allowed there"),
        ({"type": "array", "minItems": 3, "maxItems": 2}, "in.p: its minItems"),
        (needing({"type": "string", "minLength": 2, "maxLength": 1}), "in.p.p: its minLength"),
        ({"type": "object", "required": ["q"], "additionalProperties": False}, "in.p: requires q"),
        ({"anyOf": [{"type": "string", "minLength": 2, "maxLength": 1}, {"not": {}}]}, "in.p: its minLength"),
        ({"allOf": [{}, {"not": {}}]}, "in.p: nothing is allowed"),
        ({"$ref": "#"}, "in.p.p: requires itself within itself"),
        ({"$ref": "#/$defs/node"}, "in.p.next: requires itself within itself"),
    ],
)
def test_contradictions(schema: Any, reason: str) -> None:
    nodes = {"node": {"type": "object", "properties": {"next": {"$ref": "#/$defs/node"}}, "required": ["next"]}}
    whole = needing(schema, **{"$defs": nodes})
    assert impossible(whole, "in").startswith(reason)
    assert impossible({**whole, "required": []}, "in") == ""
    if "$ref" not in schema:
        assert impossible(needing({"anyOf": [schema, {"type": "null"}]}), "in") == ""


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "integer", "minimum": 3, "maximum": 3},
        {"type": ["integer", "null"], "minimum": 5, "maximum": 3},
        {"minimum": 5, "maximum": 3},  # a string fits
        {"type": "array", "items": {"not": {}}},
        {"type": "array", "items": {"$ref": "#"}},
        {"anyOf": [{"$ref": "#"}, {"type": "null"}]},
        {"$ref": "elsewhere.json"},
    ],
)
def test_what_can_be_called(schema: Any) -> None:
    assert impossible(needing(schema), "in") == ""


BOUNDS = st.dictionaries(
    st.sampled_from(["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"]),
    st.integers(-3, 3) | st.sampled_from([-1.5, 0.5, 1.5]),
)


@given(bounds=BOUNDS)
def test_bounds_of_whole_numbers(bounds: dict[str, float]) -> None:
    schema = {"type": "integer", **bounds}
    assert bool(impossible(schema, "in")) == (not any(conforms(schema, number) for number in range(-9, 10)))


def test_many_references_end() -> None:
    defs = {f"d{i}": {"allOf": [{"$ref": f"#/$defs/d{i + 1}"}] * 2} for i in range(60)} | {"d60": NUMBERS}
    assert impossible({"type": "object", "$defs": defs, "allOf": [{"$ref": "#/$defs/d0"}]}, "in") == ""


def test_a_tool_that_nobody_can_call_is_refused() -> None:
    parameters = needing({"type": "integer", "minimum": 5, "maximum": 3})
    refusal = mend_tool({"name": "x", "parameters": parameters}, "f:1")
    assert isinstance(refusal, Refusal)
    assert refusal.reason == "no call can fit: parameters.p: its minimum 5 is above its maximum 3"
