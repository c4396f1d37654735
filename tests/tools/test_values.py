from __future__ import annotations

from typing import Any

import pytest

from toolace_mt.tools.values import converted_to, json_type, mend_default, mend_enum

ABSENT = object()


@pytest.mark.parametrize(
    ("schema", "default"),
    [
        ({"type": "boolean", "default": "False"}, False),
        ({"type": "integer", "default": "3"}, 3),
        ({"type": "number", "default": "1.2"}, 1.2),
        ({"type": "number", "default": 3}, 3),
        ({"type": "string", "default": 5}, "5"),
        ({"type": "string", "default": True}, "true"),
        ({"type": "array", "default": '["a"]'}, ["a"]),
        ({"type": "string", "default": "None"}, "None"),
        ({"type": ["string", "null"], "default": None}, None),
        ({"default": {"any": "thing"}}, {"any": "thing"}),
        ({"type": "string", "default": None}, ABSENT),
        ({"type": "integer", "default": "optional"}, ABSENT),
        ({"type": "array", "default": "all"}, ABSENT),
        ({"type": "object", "default": "None"}, ABSENT),
        ({"enum": ["a"], "default": "b"}, ABSENT),
        ({"type": "integer", "enum": [1, 2], "default": "2"}, 2),
        ({"type": "array", "items": {"type": "string"}, "default": [None]}, ABSENT),
        ({"type": "integer", "default": "9" * 30}, ABSENT),
        ({"$ref": "#/$defs/elsewhere", "default": 1}, 1),
    ],
)
def test_defaults(schema: dict[str, Any], default: Any) -> None:
    notes: list[str] = []
    before = schema.get("default")
    mend_default(schema, "f", lambda kind, *_: notes.append(kind))
    assert schema.get("default", ABSENT) == default
    assert type(schema.get("default", ABSENT)) is type(default)
    assert bool(notes) is (default is ABSENT or default != before)


@pytest.mark.parametrize(
    ("schema", "mended"),
    [
        ({"type": "boolean", "enum": ["True", "False"]}, {"type": "boolean", "enum": [True, False]}),
        (
            {"type": "boolean", "enum": ["True", "dontcare"]},
            {"type": ["boolean", "string"], "enum": [True, "dontcare"]},
        ),
        ({"type": "integer", "enum": ["Group A", "Group B"]}, {"type": "string", "enum": ["Group A", "Group B"]}),
        ({"type": "string", "enum": ["a", None]}, {"type": ["string", "null"], "enum": ["a", None]}),
        ({"type": "string", "enum": ["a", "a", "b"]}, {"type": "string", "enum": ["a", "b"]}),
        ({"enum": [1, True, "1"]}, {"enum": [1, True, "1"]}),
        ({"type": "string", "enum": []}, {"type": "string"}),
        ({"type": "string", "enum": "a, b"}, {"type": "string"}),
        (
            {"type": "array", "items": {"type": "integer"}, "enum": ["1", "2"]},
            {"type": "array", "items": {"type": "integer", "enum": [1, 2]}},
        ),
        ({"type": "array", "items": {}, "enum": [["a"], []]}, {"type": "array", "items": {}, "enum": [["a"], []]}),
    ],
)
def test_enums(schema: dict[str, Any], mended: dict[str, Any]) -> None:
    changes = schema != mended
    notes: list[str] = []
    mend_enum(schema, "f", lambda kind, *_: notes.append(kind))
    assert schema == mended
    assert [type(value) for value in schema.get("enum", [])] == [type(value) for value in mended.get("enum", [])]
    assert bool(notes) is changes


def test_nothing_is_converted_in_doubt() -> None:
    assert converted_to(["boolean"], "yes") == "yes"
    assert converted_to(["integer"], "1.5") == "1.5"
    assert converted_to(["integer"], True) is True
    assert converted_to(["string", "integer"], "1") == "1"
    assert converted_to(["array"], "[1") == "[1"
    assert converted_to([], 1) == 1


def test_json_types() -> None:
    values = [True, 1, 1.5, "", [], {}, None]
    assert [json_type(v) for v in values] == ["boolean", "integer", "number", "string", "array", "object", "null"]
