from __future__ import annotations

from tests.doubles.trips import call, calls, trip, user
from toolace_mt.metrics.domains import domain_of
from toolace_mt.types import Dialogue, Tool

TOOLS = tuple(Tool(name=name, group=name[:4]) for name in ("bank_a", "bank_b", "shop_a", "note_a"))


def test_the_environment_decides() -> None:
    assert domain_of(trip()) == "travel"


def test_else_the_group_that_is_called_most() -> None:
    used = calls(call("1", "shop_a"), call("2", "shop_a"), call("3", "bank_a"), call("4", "nowhere"))
    assert domain_of(Dialogue(id="x", tools=TOOLS, turns=(user("hi"), used))) == "shop"


def test_else_that_of_most_tools() -> None:
    assert domain_of(Dialogue(id="x", tools=TOOLS)) == "bank"
    assert domain_of(Dialogue(id="x", tools=TOOLS[1:])) == "bank", "the first in the alphabet of three"


def test_nothing_is_known() -> None:
    assert domain_of(Dialogue(id="x", tools=(Tool(name="t"),))) == "unknown"
    assert domain_of(Dialogue(id="x", tools=())) == "unknown"
