"""On a server that others use too, no walk touches what nobody named."""

from __future__ import annotations

import asyncio
import random
from contextlib import nullcontext
from typing import Any

import pytest

from toolace_mt.environments.base import ToolOutput
from toolace_mt.types import JsonSchema, Tool
from toolace_mt.walks import caution
from toolace_mt.walks.choosing import Chooser
from toolace_mt.walks.memory import Memory
from toolace_mt.walks.skills import Skill
from toolace_mt.walks.walking import Walker

NUMBER, TEXT = {"type": "integer"}, {"type": "string"}


def tool(name: str, read_only: bool | None = None, /, **properties: JsonSchema) -> Tool:
    schema = {"type": "object", "properties": properties, "required": list(properties)}
    return Tool(name=name, parameters=schema, read_only=read_only, environment="items")


ID_IN_OBJECT = {"type": "object", "properties": {"item_id": NUMBER}, "required": ["item_id"]}
IDS = {"type": "array", "items": NUMBER}


@pytest.mark.parametrize(
    "risky",
    [
        tool("delete_item", item_id=NUMBER),
        tool("update_item", item_id=NUMBER, note=TEXT),
        tool("update_item", change=ID_IN_OBJECT),
        tool("update_items", item_ids=IDS),
        tool("mail_report", email=TEXT),
        tool("find_and_delete", item_id=NUMBER),
        tool("get_item", False, item_id=NUMBER),
        tool("delete_person", name=TEXT),
    ],
    ids=lambda tool: f"{tool.name} {' '.join(tool.properties)}",
)
def test_what_is_made_up_names_nothing_there(risky: Tool) -> None:
    def chosen(*, shared: bool) -> list[Any]:
        made = (Chooser(Memory({}), frozenset(), frozenset(), random.Random(seed), shared=shared) for seed in range(20))
        return [chooser.arguments(Skill(risky), 0) for chooser in made]

    assert not any(chosen(shared=True))
    assert any(chosen(shared=False)), "in a world of its own nobody is harmed"


@pytest.mark.parametrize(
    "harmless",
    [tool("get_quote", symbol=TEXT), tool("lend", True, item_id=NUMBER), tool("add_note", text=TEXT)],
    ids=lambda tool: tool.name,
)
def test_what_harms_nobody_is_called(harmless: Tool) -> None:
    assert Chooser(Memory({}), frozenset(), frozenset(), random.Random(1), shared=True).arguments(Skill(harmless), 0)


def test_what_the_user_knows_and_results_give_may_be_taken_away() -> None:
    known = Chooser(Memory({"item_id": [7]}), frozenset(), frozenset(), random.Random(1), shared=True)
    arguments = known.arguments(Skill(tool("delete_item", item_id=NUMBER, reason=TEXT)), 0)
    assert arguments is not None
    assert arguments.values["item_id"] == 7
    memory = Memory({})
    memory.note(Skill(tool("list_items")), {}, '[{"item_id": 31, "name": "cup"}]')
    given = Chooser(memory, frozenset(), frozenset(), random.Random(1), shared=True)
    arguments = given.arguments(Skill(tool("delete_item", item_id=NUMBER)), 0)
    assert arguments is not None
    assert arguments.values == {"item_id": 31}


def test_ids_are_found_however_deep_they_are() -> None:
    deep: Any = 4711
    for _ in range(5_000):
        deep = [deep]
    assert caution.holds_ids([("order_id", deep)])
    assert caution.holds_ids([("order", {"lines": [{"ref": "BK-48213"}]})])
    assert not caution.holds_ids([("note", {"text": "water the beans", "count": 3})])


class Items:
    """An outside server whose items nobody can list."""

    name = "items"
    repeatable = False

    def __init__(self, *tools: Tool, shared: bool) -> None:
        self.tools = tools
        self.shared = shared
        self.asked: list[str] = []
        self.brief: dict[str, Any] = {}

    async def call(self, name: str, arguments: dict[str, Any]) -> ToolOutput:
        self.asked.append(name)
        found = "item_id" not in arguments
        return ToolOutput('{"done": "well"}' if found else '{"error": "no such item"}', is_error=not found)

    def state(self) -> None:
        return None

    def alone(self) -> Any:
        return nullcontext()

    async def close(self) -> None:
        pass


def walk(world: Items, seed: int) -> None:
    walker = Walker(lambda: world, world.tools, random.Random(seed), 0.3)
    asyncio.run(walker.walk(4, 0))


def test_a_walk_on_a_shared_server_deletes_nothing_at_random() -> None:
    for seed in range(6):
        world = Items(tool("delete_item", item_id=NUMBER), tool("add_note", text=TEXT), shared=True)
        walk(world, seed)
        assert set(world.asked) == {"add_note"}


def test_an_id_is_made_up_for_a_tool_until_one_is_refused() -> None:
    for seed in range(6):
        world = Items(tool("get_item", item_id=NUMBER), tool("add_note", text=TEXT), shared=False)
        walk(world, seed)
        assert world.asked.count("get_item") <= 1, "after one answer it is known not to work"
