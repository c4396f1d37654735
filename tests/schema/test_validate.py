from __future__ import annotations

import re
import threading
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toolace_mt.errors import InputError
from toolace_mt.schema import validate
from toolace_mt.schema.validate import argument_problems, conforms, schema_problem, shown
from toolace_mt.types import Tool


def tool(properties: dict[str, Any], **more: Any) -> Tool:
    return Tool(name="t", parameters={"type": "object", "properties": properties, **more})


@pytest.mark.parametrize(
    ("schema", "arguments", "problems"),
    [
        ({"properties": {"n": {"type": "integer"}}}, {"n": 3}, []),
        (
            {"properties": {"date": {"type": "integer"}}},
            {"date": "tomorrow"},
            ["arguments.date: 'tomorrow' is not of type integer"],
        ),
        ({"properties": {"n": {"type": "integer"}}, "required": ["n"]}, {}, ["arguments: 'n' is missing"]),
        (
            {"properties": {"c": {"enum": ["a", "b"]}}},
            {"c": "x"},
            ["arguments.c: 'x' is not one of ['a', 'b']"],
        ),
        (
            {"properties": {"a": {"items": {"properties": {"k": {"type": "string"}}}}}},
            {"a": [{"k": "v"}, {"k": 1}]},
            ["arguments.a[1].k: 1 is not of type string"],
        ),
        ({"properties": {"n": {"maximum": 3}}}, {"n": 5}, ["arguments.n: 5 is greater than the maximum of 3"]),
        ({"properties": {"n": {}}}, {"m": 1}, ["arguments.m: is not a parameter of t (it has n)"]),
        ({"properties": {}}, {"m": 1}, ["arguments.m: is not a parameter of t (it has none)"]),
        (
            {"properties": {"n": {}}, "additionalProperties": False},
            {"m": 1},
            ["arguments.m: is not a parameter of t (it has n)"],
        ),
    ],
)
def test_what_is_wrong(schema: dict[str, Any], arguments: dict[str, Any], problems: list[str]) -> None:
    assert argument_problems(Tool(name="t", parameters={"type": "object", **schema}), arguments) == problems


@pytest.mark.parametrize(
    "schema",
    [
        {"properties": {"n": {}}, "additionalProperties": True},
        {"properties": {"n": {}}, "additionalProperties": {"type": "integer"}},
        {"properties": {"n": {}}, "patternProperties": {"^m": {}}},
        {"properties": {"n": {}}, "anyOf": [{"properties": {"m": {}}}]},
        {},
    ],
)
def test_names_are_free_where_the_tool_says_so(schema: dict[str, Any]) -> None:
    assert argument_problems(Tool(name="t", parameters={"type": "object", **schema}), {"m": 1}) == []


def test_all_problems_are_told_at_once() -> None:
    both = tool({"a": {"type": "string"}, "b": {"type": "string"}}, required=["a", "b"])
    assert len(argument_problems(both, {"a": 1, "c": 2})) == 3


def test_long_values_are_cut() -> None:
    (problem,) = argument_problems(tool({"n": {"type": "integer"}}), {"n": "x" * 10_000})
    assert len(problem) < 150


@pytest.mark.parametrize("arguments", [{"n": "\ud800"}, {1: 2}, {"n": object()}])
def test_arguments_that_are_no_json_are_a_problem(arguments: dict[Any, Any]) -> None:
    assert argument_problems(tool({"n": {"type": "string"}}, additionalProperties=True), arguments)


def test_equal_schemas_tell_in_the_same_order() -> None:
    one = {"type": "object", "properties": {"a": {"type": "string"}, "b": {"minimum": 1, "multipleOf": 2}}}
    two = {"properties": {"b": {"multipleOf": 2, "minimum": 1}, "a": {"type": "string"}}, "type": "object"}
    wrong = {"a": 1, "b": -1}
    assert argument_problems(Tool(name="t", parameters=one), wrong) == argument_problems(
        Tool(name="t", parameters=two), wrong
    )


def test_a_broken_schema_is_an_input_error() -> None:
    with pytest.raises(InputError, match="tool t"):
        argument_problems(tool({"n": {"type": "dict"}}), {})
    with pytest.raises(InputError):
        conforms({"type": "dict"}, 1)
    with pytest.raises(InputError):
        conforms({"maximum": 2**70}, 1)


@pytest.mark.parametrize("uri", ["http://127.0.0.1:9/s.json", "file:///etc/hostname"])
def test_nothing_is_fetched(uri: str) -> None:
    assert "not followed" in str(schema_problem({"$ref": uri}))


def test_conforms() -> None:
    assert conforms({"type": "integer"}, 1)
    assert not conforms({"type": "integer"}, "1")
    assert conforms(True, "anything")
    assert not conforms(False, "anything")
    assert not conforms({"type": "string"}, "\ud800")


def test_a_new_schema_at_an_old_address_is_not_mistaken() -> None:
    """Schemas are told apart by identity first; a freed one's address may come back."""
    for i in range(2000):
        kind = ("string", "integer")[i % 2]
        assert bool(argument_problems(tool({"n": {"type": kind}}), {"n": "x"})) is (kind == "integer")


def test_the_cache_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(validate, "_KEPT", 8)
    for i in range(40):
        assert argument_problems(tool({f"n{i}": {}}), {f"n{i}": 1}) == []
        assert len(validate._checkers) <= 8


def test_many_threads() -> None:
    tools = [tool({"n": {"type": "integer", "minimum": i}}) for i in range(50)]
    wrong: list[Any] = []

    def check() -> None:
        for _ in range(20):
            for i, one in enumerate(tools):
                if argument_problems(one, {"n": i}) or not argument_problems(one, {"n": i - 1}):
                    wrong.append(i)

    threads = [threading.Thread(target=check) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_fast_enough() -> None:
    """Over 100,000 checks a second is what is wanted; a fifth of that leaves room for a busy machine."""
    one = tool({"city": {"type": "string"}, "days": {"type": "integer"}}, required=["city"])
    start = time.perf_counter()
    for _ in range(10_000):
        argument_problems(one, {"city": "Oslo", "days": 3})
    assert time.perf_counter() - start < 0.5


@given(st.text(max_size=300), st.integers(10, 80))
def test_shown_is_one_short_line(text: str, limit: int) -> None:
    assert len(shown(text, limit)) <= limit
    assert "\n" not in shown(text, limit)


def test_a_value_of_several_schemas_is_led_to_what_is_wrong_in_it() -> None:
    node = {
        "type": "object",
        "properties": {"v": {"type": "integer"}, "next": {"anyOf": [{"$ref": "#/$defs/N"}, {"type": "null"}]}},
        "required": ["v"],
    }
    (problem,) = argument_problems(
        tool({"n": {"$ref": "#/$defs/N"}}, **{"$defs": {"N": node}}),
        {"n": {"v": 1, "next": {"v": 2, "next": {"v": "x"}}}},
    )
    assert problem.endswith("nearest is arguments.n.next.next.v: 'x' is not of type integer")


def test_the_types_that_would_do_are_named() -> None:
    several = {"anyOf": [{"type": "integer"}, {"type": "boolean"}]}
    assert argument_problems(tool({"p": several}), {"p": "x"}) == [
        "arguments.p: 'x' fits none of the types integer, boolean"
    ]


def test_a_null_of_the_wrong_type_is_told_once_as_json_names_it() -> None:
    unit = {"type": "string", "enum": ["c", "f"]}
    assert argument_problems(tool({"unit": unit}), {"unit": None}) == ["arguments.unit: null is not of type string"]


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"type": "strin"}, "properties.a.type: 'strin' is no type"),
        ({"enum": 3}, "properties.a.enum: 3 is not of type array"),
        ({"required": "yes"}, "properties.a.required: 'yes' is not of type array"),
        ("string", "properties.a: 'string' is not of type boolean or object"),
    ],
)
def test_what_is_wrong_with_a_schema_is_told_with_its_place(wrong: Any, told: str) -> None:
    with pytest.raises(InputError, match=re.escape(told)):
        argument_problems(tool({"a": wrong}), {"a": 1})
