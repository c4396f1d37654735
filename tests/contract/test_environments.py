"""What every environment keeps to, wherever its tools run: the built-in ones, people's Python, MCP servers."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.doubles.mcp_servers import config_of, over_http, own_copy, shared
from toolace_mt.config import Config
from toolace_mt.environments.base import OpenFor
from toolace_mt.runs.journal import RunStore
from toolace_mt.runs.outside import OutsideServers
from toolace_mt.runs.sources import read_tools
from toolace_mt.schema.validate import schema_problem
from toolace_mt.tools.names import is_legal
from toolace_mt.tools.notes import LoadedTools
from toolace_mt.types import EnvironmentRef

THERMOSTAT = f"python:{Path(__file__).parents[1]}/environments/examples/thermostat.py:Thermostat"
Kind = Callable[[Path], Iterator[str]]


@contextmanager
def always(source: str) -> Iterator[str]:
    yield source


# How the source is had in a folder, its environment, a call that changes it, the call that shows it, and isolation.
KINDS = {
    "builtin": (
        lambda _: always("builtin:files"),
        ("create_folder", {"folder": "/mine"}),
        ("list_folder", {"folder": "/"}),
    ),
    "python": (lambda _: always(THERMOSTAT), ("set_degrees", {"degrees": 25.0}), ("read", {})),
    "mcp": (lambda _: always(own_copy()), ("add_note", {"text": "mine"}), ("list_notes", {})),
    "mcp-shared": (lambda folder: always(shared(folder)), ("add_note", {"text": "mine"}), ("list_notes", {})),
    "mcp-http": (over_http, ("add_note", {"text": "mine"}), ("list_notes", {})),
}
ISOLATED = {"builtin", "python", "mcp"}
LOOKED_INTO = {"builtin"}
"""Whose state has a digest; this thermostat has a lock in it, which has none."""


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    return request.param


def with_environments(kind: str, folder: Path, use: Callable[[OpenFor, EnvironmentRef], Awaitable[Any]]) -> Any:
    with KINDS[kind][0](folder) as source:
        if kind.startswith("mcp"):
            config, loaded = config_of(source)
        else:
            config, loaded = Config(), read_tools([source])

        async def go() -> Any:
            async with RunStore(folder / "run") as store, _servers(config, loaded, folder) as outside:
                outside.take_up(store)
                name = loaded.tools[0].environment
                assert name is not None
                return await use(outside.open_for, EnvironmentRef(name=name, seed=5))

        return asyncio.run(asyncio.wait_for(go(), 60))


def _servers(config: Config, loaded: LoadedTools, folder: Path) -> OutsideServers:
    return OutsideServers(config, loaded, folder / "environments")


def test_tools_calls_and_errors(kind: str, tmp_path: Path) -> None:
    _, (change, arguments), (show, shown) = KINDS[kind]

    async def use(open_for: OpenFor, ref: EnvironmentRef) -> None:
        environment = open_for("000000")(ref)
        assert environment.name == ref.name
        for tool in environment.tools:
            assert is_legal(tool.name)
            assert tool.environment == ref.name
            assert schema_problem(tool.parameters) is None
        assert isinstance(environment.brief.get("knows", {}), dict)
        before = await environment.call(show, shown)
        state = environment.state()
        assert (state is not None) == (kind in LOOKED_INTO)
        for name, wrong in (("no_such_tool", {}), (change, {}), (change, {next(iter(arguments)): {"a": ["\ud800"]}})):
            output = await environment.call(name, wrong)
            assert output.is_error, name
            output.content.encode()
        assert await environment.call(show, shown) == before, "a failed call changes nothing"
        assert environment.state() == state
        async with environment.alone(), environment.alone():
            assert not (await environment.call(change, arguments)).is_error
        assert (await environment.call(show, shown)).content != before.content
        assert state is None or environment.state() != state
        await environment.close()
        await environment.close()

    with_environments(kind, tmp_path, use)


def test_dialogues_do_not_see_each_other(kind: str, tmp_path: Path) -> None:
    _, change, show = KINDS[kind]

    async def use(open_for: OpenFor, ref: EnvironmentRef) -> None:
        one, other = open_for("000000")(ref), open_for("000001")(ref)
        before = await other.call(*show)
        await one.call(*change)
        assert ((await other.call(*show)) == before) == (kind in ISOLATED)
        assert (open_for("000000")(ref) is one) == (not one.repeatable), "an outside one stays as it is"
        if one.repeatable:
            assert await open_for("000000")(ref).call(*show) == before

    with_environments(kind, tmp_path, use)
