"""Types of docstrings in JSON Schema's words; whatever is no type allows anything."""

from __future__ import annotations

import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from toolace_mt.dialogue.formats.python_types import declared

INT, FLOAT, TEXT = {"type": "integer"}, {"type": "number"}, {"type": "string"}


@pytest.mark.parametrize(
    ("text", "schema"),
    [
        ("str", TEXT),
        (" Float ", FLOAT),
        ("bool", {"type": "boolean"}),
        ("List", {"type": "array"}),
        ("List[str]", {"type": "array", "items": TEXT}),
        ("typing.List[typing.List[int]]", {"type": "array", "items": {"type": "array", "items": INT}}),
        ("Tuple[float, ...]", {"type": "array", "items": FLOAT}),
        ("Tuple[int, str]", {"type": "array", "items": {"anyOf": [INT, TEXT]}}),
        ("set", {"type": "array"}),
        ("Dict[str, Any]", {"type": "object"}),
        ("Dict[str, List[int]]", {"type": "object", "additionalProperties": {"type": "array", "items": INT}}),
        ("Union[int, float]", {"anyOf": [INT, FLOAT]}),
        ("Union[str, Any]", {}),
        ("int | None", {"anyOf": [INT, {"type": "null"}]}),
        ("str or int", {"anyOf": [TEXT, INT]}),
        ("Any", {}),
        ("np.ndarray", {}),
        ("Callable[[float], float]", {}),
        ("", {}),
    ],
)
def test_types(text: str, schema: dict[str, Any]) -> None:
    assert declared(text).schema == schema
    assert not declared(text).optional


@pytest.mark.parametrize("text", ["int, optional", "int, Optional", "int, default 3", "int (optional)", "int,optional"])
def test_what_may_be_left_out(text: str) -> None:
    assert declared(text) == (INT, True)


def test_optional_may_be_left_out_or_null() -> None:
    assert declared("Optional[int]") == ({"anyOf": [INT, {"type": "null"}]}, True)


def test_a_comma_inside_of_brackets_ends_no_type() -> None:
    assert declared("Dict[str, int], optional") == ({"type": "object", "additionalProperties": INT}, True)


@given(st.text("ListDcUnoarm[]|(),. or", max_size=250) | st.text())
def test_any_text_gives_a_schema(text: str) -> None:
    Draft202012Validator.check_schema(declared(text).schema)


@pytest.mark.parametrize(
    "text", ["List[" * 40 + "int" + "]" * 40, "List[" * 10_000, "|" * 199, "," * 100_000, "[" * 199]
)
def test_hostile_texts_cost_nothing(text: str) -> None:
    start = time.perf_counter()
    declared(text)
    assert time.perf_counter() - start < 0.05
