from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toolace_mt.environments.docstrings import Told, read_docstring

GOOGLE = """Move the rover.

It goes in a straight line.

Args:
    speed (float, optional): How fast,
        in metres a second: 1 to 3.
    **more: Anything.
    where:
        Below.

Returns:
    position (Dict[str, float]): Where it is.
        - x (float): East.
    ok (bool): Whether it got there.

Raises:
    ValueError: never.
"""
NUMPY = """Move the rover
on.

Parameters
----------
speed : float, optional
    How fast.

    In metres a second.
where
    Below.

Returns
-------
dict
    Where it is.
"""
REST = """Move the rover.

:param float speed: How fast,
    in metres a second.
:param where: Below.
:type where: str
:returns: Where it is.
"""
NO_BLANK = """Move the rover.
Args:
    None
Returns:
    The position.
"""


@pytest.mark.parametrize(
    ("text", "summary", "parameters", "returns"),
    [
        (
            GOOGLE,
            "Move the rover.",
            {
                "speed": Told("float", "How fast, in metres a second: 1 to 3."),
                "more": Told("", "Anything."),
                "where": Told("", "Below."),
            },
            {
                "position": Told("Dict[str, float]", "Where it is. - x (float): East."),
                "ok": Told("bool", "Whether it got there."),
            },
        ),
        (
            NUMPY,
            "Move the rover on.",
            {"speed": Told("float", "How fast. In metres a second."), "where": Told("", "Below.")},
            {},
        ),
        (
            REST,
            "Move the rover.",
            {"speed": Told("float", "How fast, in metres a second."), "where": Told("str", "Below.")},
            {},
        ),
        (NO_BLANK, "Move the rover.", {}, {}),
        ("Returns the parameters: all of them.", "Returns the parameters: all of them.", {}, {}),
        (None, "", {}, {}),
    ],
)
def test_styles(text: str | None, summary: str, parameters: dict[str, Told], returns: dict[str, Told]) -> None:
    found = read_docstring(text)
    assert (found.summary, found.parameters, found.returns) == (summary, parameters, returns)


@given(
    st.lists(st.sampled_from([*GOOGLE.splitlines(), *NUMPY.splitlines(), *REST.splitlines()]) | st.text(max_size=20))
)
def test_anything_can_be_read(lines: list[str]) -> None:
    read_docstring("\n".join(lines))
