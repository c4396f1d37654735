from __future__ import annotations

from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from toolace_mt.tools.type_names import read_type

LIST_OF_INTEGERS = {"type": "array", "items": {"type": "integer"}}


@pytest.mark.parametrize(
    ("name", "schema"),
    [
        ("float", {"type": "number"}),
        ("String", {"type": "string"}),
        ("STRING", {"type": "string"}),
        ("long", {"type": "integer"}),
        ("ArrayList", {"type": "array"}),
        ("HashMap", {"type": "object"}),
        ("char", {"type": "string"}),
        ("tuple", {"type": "array"}),
        ("any", {}),
        ("", {}),
        ("NoneType", {"type": "null"}),
        ("str, optional", {"type": "string"}),
        ("int (required)", {"type": "integer"}),
        ("int, default 5", {"type": "integer"}),
        ("List[int]", LIST_OF_INTEGERS),
        ("typing.List[int]", LIST_OF_INTEGERS),
        ("array<integer>", LIST_OF_INTEGERS),
        ("int[]", LIST_OF_INTEGERS),
        ("array of integers", LIST_OF_INTEGERS),
        ("Tuple[int, ...]", LIST_OF_INTEGERS),
        ("Optional[str]", {"type": ["string", "null"]}),
        ("Union[int, str]", {"type": ["integer", "string"]}),
        ("string|null", {"type": ["string", "null"]}),
        ("int or float", {"type": ["integer", "number"]}),
        ("List[int] | None", {"anyOf": [LIST_OF_INTEGERS, {"type": "null"}]}),
        ("Dict[str, List[int]]", {"type": "object"}),
        ("Literal['a', 'b']", {"enum": ["a", "b"]}),
        ("Launcher", None),
        ("Union[int, Launcher]", None),
        ("List[Launcher]", {"type": "array", "items": {}}),
    ],
)
def test_names(name: str, schema: dict[str, Any] | None) -> None:
    assert read_type(name) == schema


@given(st.text("abint[]<>|,/ ()optionalListstr", max_size=250))
def test_any_text_is_read_as_a_schema_or_not_at_all(text: str) -> None:
    schema = read_type(text)
    if schema is not None:
        jsonschema.Draft202012Validator.check_schema(schema)
