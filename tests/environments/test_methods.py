from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Literal

import pytest
from pydantic import BaseModel, Field
from typing_extensions import TypedDict

from toolace_mt.environments.methods import ToolFailure, methods_of, tool
from toolace_mt.errors import InputError
from toolace_mt.schema.validate import schema_problem


class Point(TypedDict):
    x: int
    title: str


class Box(BaseModel):
    corner: Point
    title: str = "none"


class Draws:
    def draw(
        self,
        copy: Annotated[str, "What to draw."],
        box: Annotated[Box, "Where to draw it."],
        corners: list[Point],
        color: Literal["red", "blue"] = "red",
        width: Annotated[float | None, "Width in millimetres."] = None,
        times: Annotated[int, Field(ge=1, le=9)] = 1,
        when: dt.date = dt.date(2026, 5, 1),
    ) -> Point:
        """Draw a thing
        on the page.

        Not part of the description.
        """
        return {"x": times, "title": copy}

    def clear(self) -> None:
        """Clear the page."""

    def _hidden(self) -> None: ...


class Marked(Draws):
    @tool
    def paint(self, anything: Any) -> str:
        """Paint."""
        return str(anything)


class Tree(BaseModel):
    children: list[Tree]


class TakesTree:
    def grow(self, tree: Tree) -> None: ...


class GivesTree:
    def seed(self) -> Tree: ...


class Starred:
    def go(self, *places: str) -> None: ...


class Unresolved:
    def go(self, place: Nowhere) -> None: ...  # noqa: F821


class Untellable:
    def go(self, place: Starred) -> None: ...


class NamedInGreek:
    def γράφω(self) -> None: ...


class Empty:
    def _nothing(self) -> None: ...


def test_a_signature_becomes_a_plain_schema() -> None:
    draw = methods_of(Draws, "page")["draw"].tool
    point = {"type": "object", "properties": {"x": {"type": "integer"}, "title": {"type": "string"}}}
    point["required"] = ["x", "title"]
    assert draw.description == "Draw a thing on the page."
    assert (draw.group, draw.environment) == ("page", "page")
    assert draw.returns == point
    assert draw.parameters == {
        "type": "object",
        "properties": {
            "copy": {"type": "string", "description": "What to draw."},
            "box": {
                "type": "object",
                "description": "Where to draw it.",
                "properties": {"corner": point, "title": {"type": "string", "default": "none"}},
                "required": ["corner"],
            },
            "corners": {"type": "array", "items": point},
            "color": {"type": "string", "enum": ["red", "blue"], "default": "red"},
            "width": {"type": "number", "description": "Width in millimetres."},
            "times": {"type": "integer", "minimum": 1, "maximum": 9, "default": 1},
            "when": {"type": "string", "format": "date", "default": "2026-05-01"},
        },
        "required": ["copy", "box", "corners"],
        "additionalProperties": False,
    }
    assert schema_problem(draw.parameters) is None


def test_all_public_methods_are_tools_unless_some_are_marked() -> None:
    assert list(methods_of(Draws, "page")) == ["draw", "clear"]
    assert list(methods_of(Marked, "page")) == ["paint"]


def test_schemas_are_made_once() -> None:
    assert methods_of(Draws, "page") is methods_of(Draws, "page")


def test_what_has_no_known_result_says_nothing_about_it() -> None:
    assert methods_of(Draws, "page")["clear"].tool.returns is None
    assert methods_of(Marked, "page")["paint"].tool.returns is None
    assert methods_of(GivesTree, "page")["seed"].tool.returns is None


def test_arguments_are_converted_and_shared_with_nobody() -> None:
    corners = [{"x": 1, "title": "a"}]
    bound = methods_of(Draws, "page")["draw"].bind(
        {"copy": "cat", "box": {"corner": corners[0]}, "corners": corners, "when": "2026-06-02"}
    )
    assert bound["when"] == dt.date(2026, 6, 2)
    assert bound["box"] == Box(corner={"x": 1, "title": "a"})
    corners[0]["x"] = 99
    assert bound["corners"] == [{"x": 1, "title": "a"}]
    assert set(bound) == {"copy", "box", "corners", "when"}
    anything = {"deep": ["a"]}
    painted = methods_of(Marked, "page")["paint"].bind({"anything": anything})
    anything["deep"].append("b")
    assert painted == {"anything": {"deep": ["a"]}}


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"color": "green"}, "color: 'green' is not one of ['red', 'blue']"),
        ({"times": "2"}, "times: '2' is not of type integer"),
        ({"times": 10}, "times: 10"),
        ({"when": "tomorrow"}, "when: Input should be a valid date"),
        ({"size": 3}, "size: is not a parameter of draw"),
        ({"corners": [{"x": 1}]}, "corners[0]: 'title' is missing"),
        ({"copy": "\ud800"}, "not valid JSON"),
        ({"copy": object()}, "not valid JSON"),
        ({"times": 10**30}, "not valid JSON"),
    ],
)
def test_bad_arguments_are_refused_with_their_place(change: dict[str, Any], told: str) -> None:
    good = {"copy": "cat", "box": {"corner": {"x": 1, "title": "a"}}, "corners": []}
    draw = methods_of(Draws, "page")["draw"]
    assert draw.bind(good)
    with pytest.raises(ToolFailure) as refusal:
        draw.bind(good | change)
    assert str(refusal.value).startswith("Invalid arguments: ")
    assert told in str(refusal.value)


@pytest.mark.parametrize(
    ("cls", "told"),
    [
        (Starred, "Starred.go: *places: 'str' cannot be passed by name"),
        (Unresolved, "Unresolved.go: its type hints cannot be resolved: name 'Nowhere'"),
        (Untellable, "Untellable.go(place): its type has no JSON form"),
        (TakesTree, "TakesTree.grow(tree): Tree contains itself"),
        (NamedInGreek, "a tool's name has at most 64 characters"),
        (Empty, "has no public methods"),
    ],
)
def test_a_class_that_cannot_be_told_is_named(cls: type, told: str) -> None:
    with pytest.raises(InputError) as refusal:
        methods_of(cls, "page")
    assert told in str(refusal.value)
