from __future__ import annotations

from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from toolace_mt.errors import InputError
from toolace_mt.schema.validate import conforms
from toolace_mt.tools.mend import mend_tool
from toolace_mt.tools.names import is_legal
from toolace_mt.tools.notes import Mend, Refusal
from toolace_mt.types import Tool


def mended(document: Any) -> tuple[Tool, tuple[Mend, ...]]:
    result = mend_tool(document, "f:1")
    assert not isinstance(result, Refusal), result
    return result


def parameters(given: Any) -> dict[str, Any]:
    return mended({"name": "t", "parameters": given})[0].parameters


def properties(**given: Any) -> dict[str, Any]:
    return parameters({"type": "object", "properties": given})["properties"]


def refused(document: Any) -> str:
    result = mend_tool(document, "f:1")
    assert isinstance(result, Refusal), result
    return result.reason


GOOD = {
    "name": "get_order",
    "description": "An order.",
    "parameters": {
        "type": "object",
        "properties": {
            "order_id": {"type": "string", "description": "Its id."},
            "parts": {"type": "array", "items": {"type": "string", "enum": ["a", "b"]}, "default": ["a"]},
            "near": {"$ref": "#/$defs/place"},
        },
        "required": ["order_id"],
        "$defs": {"place": {"type": "object", "properties": {"zip": {"type": ["string", "null"], "default": None}}}},
        "additionalProperties": False,
    },
}


@pytest.mark.parametrize(
    ("annotations", "read_only"),
    [
        ({"readOnlyHint": True}, True),
        ({"readOnlyHint": False}, False),
        ({}, None),
        ("x", None),
        ({"readOnlyHint": "y"}, None),
    ],
)
def test_whether_a_tool_only_reads_is_taken_from_its_annotations(annotations: Any, read_only: bool | None) -> None:
    assert mended({"name": "t", "annotations": annotations})[0].read_only is read_only


def test_a_good_tool_is_left_as_it_is() -> None:
    for document in (GOOD, {"type": "function", "function": GOOD}, {"function": GOOD}, {"type": "function", **GOOD}):
        tool, mends = mended(document)
        assert (tool.name, tool.description, tool.parameters) == tuple(GOOD.values())
        assert (tool.source_name, tool.group, tool.returns, mends) == (None, "", None, ())


def test_the_document_itself_is_not_touched() -> None:
    document = {"name": "t", "parameters": {"type": "dict", "properties": {"a": {"type": "float", "required": True}}}}
    mended(document)
    assert document == {
        "name": "t",
        "parameters": {"type": "dict", "properties": {"a": {"type": "float", "required": True}}},
    }


def test_bfcl_document() -> None:
    tool, mends = mended(
        {
            "name": "geo.distance",
            "description": "d",
            "parameters": {
                "type": "dict",
                "properties": {
                    "at": {"type": "tuple", "items": {"type": "float"}, "default": None},
                    "unit": {"type": "String", "optional": True},
                    "extra": {"type": "any"},
                },
                "required": ["at", "unit", "ghost"],
            },
        }
    )
    assert (tool.name, tool.source_name, tool.group) == ("geo_distance", "geo.distance", "geo")
    assert tool.parameters == {
        "type": "object",
        "properties": {
            "at": {"type": "array", "items": {"type": "number"}},
            "unit": {"type": "string"},
            "extra": {},
        },
        "required": ["at"],
    }
    assert {mend.kind for mend in mends} == {"name", "type", "default", "required"}
    assert {mend.where for mend in mends} == {"f:1"}
    assert ("type", "parameters.at[]") in {(mend.kind, mend.field) for mend in mends}


@pytest.mark.parametrize(
    ("given", "became"),
    [
        ({}, {"type": "object", "properties": {}}),
        (None, {"type": "object", "properties": {}}),
        ({"type": "object"}, {"type": "object", "properties": {}}),
        ({"city": {"type": "str"}}, {"type": "object", "properties": {"city": {"type": "string"}}}),
        ({"type": {"type": "string"}}, {"type": "object", "properties": {"type": {"type": "string"}}}),
        (
            [{"name": "city", "type": "string", "required": True}],
            {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
        ),
        ({"properties": {"a": {}}}, {"type": "object", "properties": {"a": {}}}),
        ({"type": "string", "properties": {"a": {}}}, {"type": "object", "properties": {"a": {}}}),
        ({"type": "object", "required": ["a"]}, {"type": "object", "properties": {"a": {}}, "required": ["a"]}),
        (
            {"type": "object", "additionalProperties": {"type": "int"}},
            {"type": "object", "additionalProperties": {"type": "integer"}},
        ),
        (
            {"anyOf": [{"properties": {"a": {}}}]},
            {"type": "object", "anyOf": [{"type": "object", "properties": {"a": {}}}]},
        ),
    ],
)
def test_shapes_of_parameters(given: Any, became: dict[str, Any]) -> None:
    assert parameters(given) == became


def test_shapes_of_properties() -> None:
    assert properties(a="int") == {"a": {"type": "integer"}}
    assert properties(a=True) == {"a": {}}
    assert properties(a=7) == {"a": {}}
    assert properties(a={"type": "Launcher"}) == {"a": {}}
    assert properties(a={"type": "array"}) == {"a": {"type": "array", "items": {}}}
    assert properties(a={"items": "int"}) == {"a": {"type": "array", "items": {"type": "integer"}}}
    assert properties(a={"items": [{"type": "int"}], "type": "array"}) == {
        "a": {"type": "array", "prefixItems": [{"type": "integer"}]}
    }
    assert properties(a={"type": "string", "nullable": True, "default": None}) == {
        "a": {"type": ["string", "null"], "default": None}
    }
    assert properties(a={"minimum": "3", "type": "integer"}) == {"a": {"type": "integer"}}
    assert properties(a={"pattern": "[", "type": "string"}) == {"a": {"type": "string"}}


def test_flags_of_properties() -> None:
    given = {
        "properties": {
            "a": {"required": "true"},
            "b": {"optional": "true"},
            "c": {"required": False},
            "d": {"type": "object", "properties": {"e": {"required": True}}},
        },
        "required": ["b", "c", "d"],
    }
    became = parameters(given)
    assert became["required"] == ["d", "a"]
    assert became["properties"]["d"]["required"] == ["e"]
    assert became["properties"]["a"] == {}


def test_what_cannot_be_used_is_refused_with_the_reason() -> None:
    assert "not an object" in refused({"name": "t", "parameters": "none"})
    assert "not an object" in refused({"name": "t", "parameters": [1]})
    assert "must be object" in refused({"name": "t", "parameters": {"type": "string"}})
    assert "/components/x" in refused({"name": "t", "parameters": {"properties": {"a": {"$ref": "#/components/x"}}}})
    assert "web_search" in refused({"type": "web_search"})
    assert "no object" in refused("get_weather")
    assert "JSON" in refused({"name": "\ud800"})


@pytest.mark.parametrize(
    "document", [{}, {"name": ""}, {"name": " "}, {"name": 3}, {"type": "function", "function": {}}]
)
def test_a_tool_without_a_name_is_an_input_error(document: dict[str, Any]) -> None:
    with pytest.raises(InputError, match="f:1: field name"):
        mend_tool(document, "f:1")


def test_what_stands_beside_the_function_is_kept() -> None:
    returns = {"type": "dict", "properties": {"id": {"type": "long"}}}
    for key in ("x_returns", "returns", "response", "outputSchema"):
        tool, _ = mended({"type": "function", "function": GOOD, key: returns, "x_api_class": "Shop"})
        assert tool.group == "Shop"
        assert tool.returns == {"type": "object", "properties": {"id": {"type": "integer"}}}
    tool, mends = mended({**GOOD, "returns": "a list of orders"})
    assert tool.returns is None
    assert [mend.kind for mend in mends] == ["returns"]


def test_groups() -> None:
    assert mended({"name": "a.b.c"})[0].group == "a.b"
    assert mended({"name": "Hotels_2_SearchHouse"})[0].group == "Hotels_2"
    assert mended({"name": "get_order"})[0].group == ""
    assert mended({"name": "a.b", "x_api_class": "C"})[0].group == "C"


def test_the_preamble_of_an_api_is_stripped() -> None:
    tool, mends = mended(
        {"name": "cat", "description": "This tool belongs to the files. Tool description: Show a file."}
    )
    assert tool.description == "Show a file."
    assert [mend.kind for mend in mends] == ["description"]
    assert mended({"name": "cat", "description": "Tool description: "})[0].description == "Tool description: "


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 2**70) | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
TYPES = [
    "string",
    "dict",
    "float",
    "any",
    "List[int]",
    "Optional[str]",
    "tuple",
    "array",
    "integer",
    "boolean",
    "Thing",
    "",
]
WORDS = [
    "type",
    "properties",
    "items",
    "required",
    "optional",
    "enum",
    "default",
    "anyOf",
    "minimum",
    "pattern",
    "$ref",
]
WORDS += ["description", "nullable", "additionalProperties", "$schema", "$id", "not", "prefixItems", "$defs", "format"]


def loose(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    named = st.dictionaries(st.sampled_from(["a", "b", "type", "properties"]), inner, max_size=3)
    some = st.sampled_from(["#", "#/$defs/a", "http://127.0.0.1:9/", "[", "true", "a"])
    sane = st.fixed_dictionaries(
        {"type": st.sampled_from(TYPES)},
        optional={
            "properties": named | st.lists(st.fixed_dictionaries({"name": st.just("a")}), max_size=2),
            "items": inner | st.lists(inner, max_size=2),
            "required": st.lists(st.sampled_from(["a", "b", "z"]), max_size=3) | st.booleans(),
            "optional": st.booleans(),
            "enum": st.lists(st.sampled_from(["True", "1", 1, None, "x", 1.5]), max_size=3),
            "default": st.sampled_from([None, "True", "1", 1, "x", [], {}]),
            "anyOf": st.lists(inner, max_size=2),
            "$defs": named,
            "nullable": st.booleans(),
        },
    )
    return sane | st.dictionaries(st.sampled_from(WORDS), inner | some | JUNK, max_size=4)


LOOSE = st.recursive(st.sampled_from(TYPES) | JUNK, loose, max_leaves=12)


@settings(max_examples=300, deadline=None)
@given(LOOSE, LOOSE)
def test_every_loose_schema_becomes_valid_or_is_refused(given: Any, returns: Any) -> None:
    result = mend_tool({"name": "t", "parameters": given, "returns": returns}, "f:1")
    if isinstance(result, Refusal):
        assert result.reason
        return
    tool, _ = result
    assert tool.parameters["type"] == "object"
    for schema in (tool.parameters, tool.returns):
        if schema is not None:
            jsonschema.Draft202012Validator.check_schema(schema)
            conforms(schema, {})
    for one in tool.properties.values():
        assert isinstance(one, dict)
        if "default" in one and "$ref" not in str(one):
            assert conforms(one, one["default"])
    assert set(tool.required) <= set(tool.properties) or {"anyOf", "$ref"} & set(tool.parameters)


@settings(max_examples=300, deadline=None)
@given(LOOSE)
def test_mending_twice_changes_nothing_more(given: Any) -> None:
    result = mend_tool({"name": "t", "parameters": given}, "f:1")
    if not isinstance(result, Refusal):
        again, mends = mended(result[0].to_openai())
        assert again == result[0]
        assert mends == ()


@given(JUNK)
def test_any_document(document: Any) -> None:
    try:
        result = mend_tool(document, "f:1")
    except InputError:
        assert isinstance(document, dict)
        return
    assert isinstance(result, Refusal) or is_legal(result[0].name)


@given(st.text(min_size=1, max_size=80))
def test_any_name(name: str) -> None:
    try:
        result = mend_tool({"name": name}, "f:1")
    except InputError:
        assert not name.strip()
        return
    if not isinstance(result, Refusal):
        tool = result[0]
        assert is_legal(tool.name)
        assert (tool.source_name or tool.name) == name


@pytest.mark.parametrize(
    ("required", "names"),
    [("city", ["city"]), ("city, day", ["city", "day"]), ("citty", None), ("city, citty", None), ("", None), (7, None)],
)
def test_required_names_in_a_text(required: Any, names: list[str] | None) -> None:
    schema = {"type": "object", "properties": {"city": {"type": "string"}, "day": {"type": "string"}}}
    tool, changes = mended({"name": "t", "parameters": {**schema, "required": required}})
    assert list(tool.required) == (names or [])
    assert [mend.kind for mend in changes] == ["required"]


@pytest.mark.parametrize(("name", "group"), [("get.booking-details", ""), ("uber.ride", "uber"), ("a.b.get", "a.b")])
def test_what_is_done_is_no_group(name: str, group: str) -> None:
    assert mended({"name": name})[0].group == group
