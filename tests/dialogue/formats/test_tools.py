"""Lists of tools as others write them, and the arguments that fit them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from toolace_mt.dialogue.formats import read_recorded
from toolace_mt.dialogue.formats.kept import keep
from toolace_mt.dialogue.formats.tools import read_tools
from toolace_mt.rules.verdicts import judge

SCHEMA: dict[str, Any] = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}


def found(tool: dict[str, Any], arguments: Any, *others: Any) -> list[tuple[str, str]]:
    """What is found in a dialogue in which `tool` is called."""
    call = {"id": "1", "type": "function", "function": {"name": "get_weather", "arguments": arguments}}
    row = {
        "tools": [{"name": "get_weather", **tool}, *others],
        "messages": [
            {"role": "user", "content": f"Weather in Rome? {arguments}"},
            {"role": "assistant", "content": None, "tool_calls": [call]},
            {"role": "tool", "tool_call_id": "1", "content": "fine"},
            {"role": "assistant", "content": "It is fine."},
        ],
    }
    return [(f.severity, f.detail) for f in judge(read_recorded(row, 1)).findings]


@pytest.mark.parametrize(
    "tool",
    [
        {"input_schema": SCHEMA},
        {"inputSchema": SCHEMA},
        {"parametersJsonSchema": SCHEMA},
        {"args": {"city": {"type": "string"}}},
        {"parameters": {"type": "OBJECT", "properties": {"city": {"type": "STRING"}}, "required": None}},
        {"parameters": {"type": "object", "properties": {"city": {"type": ["any", "string"], "enum": None}}}},
    ],
)
def test_the_schema_of_a_tool_has_many_names(tool: dict[str, Any]) -> None:
    assert not found(tool, '{"city": "Rome"}')
    ((severity, detail), *_) = found(tool, '{"town": "Rome"}')
    assert (severity, detail) == (
        "error",
        "get_weather: arguments.town: is not a parameter of get_weather (it has city)",
    )


def test_what_was_read_as_the_schema_is_not_kept_beside_it() -> None:
    row = {
        "tools": [{"name": "f", "input_schema": SCHEMA, "strict": True}],
        "messages": [{"role": "user", "content": "x"}],
    }
    assert keep(row, read_recorded(row, 1), 1).origin.tools == {"f": {"function": {"strict": True}}}


@pytest.mark.parametrize("tool", [{}, {"parameters": None}, {"parameters": {}}, {"parameters": {"type": "object"}}])
def test_a_tool_that_says_nothing_takes_anything_with_a_warning(tool: dict[str, Any]) -> None:
    ((severity, detail),) = found(tool, '{"city": "Rome"}')
    assert severity == "warning"
    assert "nothing is said of its parameters" in detail
    assert not found(tool, "{}")


@pytest.mark.parametrize("parameters", [True, [], "x"])
def test_parameters_that_are_none_are_told_by_what_they_are(parameters: Any) -> None:
    (problem,) = read_tools([{"name": "f", "parameters": parameters}]).problems
    assert "not an object (a JSON Schema)" in problem


@pytest.mark.parametrize("hosted", [{"type": "web_search"}, {"type": "custom", "custom": {"name": "py"}}])
def test_services_of_the_host_are_passed_over(hosted: dict[str, Any]) -> None:
    assert not found({"parameters": SCHEMA}, '{"city": "Rome"}', hosted)
    assert read_tools([{"type": "function"}]).problems


@pytest.mark.parametrize(
    "city",
    [
        {"type": "string", "nullable": True},
        {"type": "string", "enum": ["Rome"], "nullable": True},
        {"anyOf": [{"type": "string"}], "nullable": True},
    ],
)
def test_openapi_lets_a_value_be_null(city: dict[str, Any]) -> None:
    assert not found(
        {"parameters": {"type": "object", "properties": {"city": city}, "required": ["city"]}}, '{"city": null}'
    )
    wrong = found({"parameters": {"type": "object", "properties": {"city": city}}}, '{"city": 3}')
    assert [severity for severity, _ in wrong] == ["error"]


def test_required_may_stand_in_the_property() -> None:
    flat = {"type": "object", "properties": {"city": {"type": "string", "required": True}, "b": {"required": False}}}
    assert found({"parameters": flat}, "{}") == [("error", "get_weather: arguments: 'city' is missing")]


UNIT = {**SCHEMA, "properties": {**SCHEMA["properties"], "unit": {"type": "string", "enum": ["c", "f"]}}}


def test_nulls_of_tables_are_no_arguments() -> None:
    ((severity, detail),) = found({"parameters": UNIT}, {"city": "Rome", "date": None, "unit": None})
    assert severity == "warning"
    assert "(date, unit)" in detail


def test_a_null_that_was_said_or_is_required_stays_an_error_and_is_one() -> None:
    assert found({"parameters": UNIT}, json.dumps({"city": "Rome", "unit": None})) == [
        ("error", "get_weather: arguments.unit: null is not of type string")
    ]
    assert [s for s, _ in found({"parameters": UNIT}, {"city": None})] == ["error"]
