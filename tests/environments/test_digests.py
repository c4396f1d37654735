"""Digests of a state: equal for equal states, different where anything differs."""

from __future__ import annotations

import datetime as dt
import pickle
import random
import threading
import time
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toolace_mt.environments.digests import digests

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | st.floats(allow_nan=False, max_value=1e6) | st.dates(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner) | st.sets(st.integers() | st.text()),
)


class Box:
    def __init__(self, **parts: Any) -> None:
        self.__dict__.update(parts)


class Node:
    __slots__ = ("inside", "parent")

    def __init__(self, parent: Node | None = None) -> None:
        self.parent = parent
        self.inside: list[Node] = []


@dataclass
class Point:
    x: int
    y: Any = None


@given(VALUES)
def test_a_copy_has_the_same_digest(value: Any) -> None:
    one = digests(Box(value=value))
    assert one is not None
    assert digests(Box(value=pickle.loads(pickle.dumps(value)))) == one


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (1, 2),
        (1, 1.0),
        (1, True),
        ("1", 1),
        ([1, 2], [2, 1]),
        ([[1], 2], [1, [2]]),
        ({"a": 1}, {"a": 2}),
        ({1, 2}, {1, 3}),
        (Point(1), Point(2)),
        (random.Random(1), random.Random(2)),
        (dt.date(2026, 1, 1), dt.date(2026, 1, 2)),
    ],
)
def test_another_state_has_another_digest(one: Any, other: Any) -> None:
    first, second = digests(Box(same=0, part=one)), digests(Box(same=0, part=other))
    assert first is not None
    assert second is not None
    assert first["same"] == second["same"]
    assert first["part"] != second["part"]


def test_the_order_of_a_set_is_no_state() -> None:
    one, other = {0}, {8}
    one.add(8)
    other.add(0)
    assert list(one) != list(other), "the two come in different order"
    assert digests(Box(part=one)) == digests(Box(part=other))


def test_what_refers_to_each_other_comes_to_an_end() -> None:
    def tree() -> Node:
        root = Node()
        for _ in range(30):
            root.inside += [Node(root), Node(root)]
            root = root.inside[0]
        return root

    assert digests(Box(here=tree())) == digests(Box(here=tree())) is not None


def test_what_was_read_from_the_clock_is_no_state() -> None:
    def now() -> Box:
        return Box(at=dt.datetime.now(), stamp=time.time())

    first = now()
    time.sleep(0.01)
    assert digests(first) == digests(now())


def test_what_nobody_can_look_into_has_no_digest() -> None:
    assert digests(Box(lock=threading.Lock())) is None


def test_one_object_in_two_places_is_like_two_equal_ones() -> None:
    note = ("note", [1])
    assert digests(Box(notes=[note, note])) == digests(Box(notes=[("note", [1]), ("note", [1])]))


@pytest.mark.parametrize("value", [dt.datetime.min, dt.datetime.max, 10**400, float("inf")])
def test_values_out_of_any_clock(value: Any) -> None:
    assert digests(Box(value=value)) == digests(Box(value=value)) is not None
