"""Trying tools outside of any dialogue: a few calls, one after another, in worlds that live as long as they do."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import AsyncExitStack
from difflib import get_close_matches
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

from toolace_mt.config import Config
from toolace_mt.environments.base import Environment, OpenEnvironment
from toolace_mt.errors import InputError
from toolace_mt.runs.outside import OutsideServers
from toolace_mt.tools.execution import executable, not_running
from toolace_mt.tools.notes import LoadedTools
from toolace_mt.types import EnvironmentRef, Tool

_NEAR = 3


class Trial(NamedTuple):
    """A call to try; `name` as the source spells it, or as models see it."""

    name: str
    arguments: dict[str, Any]


class Tried(NamedTuple):
    """What a call gave: the text that a model would see, and whether it is an error."""

    name: str
    arguments: dict[str, Any]
    content: str
    is_error: bool


async def try_calls(loaded: LoadedTools, config: Config, trials: Iterable[Trial], seed: int) -> list[Tried]:
    """Run the calls in order, up to the first that fails; those of one environment share its world.

    loaded: the tools of `config`, as they were read. seed: chooses the world of an environment that has many. Raises
    InputError for a tool that is unknown or does not run, before any call is made.
    """
    running, obstacles = executable(loaded, config.tools), not_running(loaded, config.tools)
    found = [(_find(running.tools, trial.name, obstacles), trial.arguments) for trial in trials]
    tried: list[Tried] = []
    async with AsyncExitStack() as at_the_end:
        folder = Path(at_the_end.enter_context(TemporaryDirectory(prefix="toolace-mt-", ignore_cleanup_errors=True)))
        servers = OutsideServers(config, running, folder)
        outside = await at_the_end.enter_async_context(servers)
        worlds = _Worlds(outside.open_for("trial"), seed, at_the_end)
        for tool, arguments in found:
            world = await worlds.of(tool)
            output = await world.call(tool.name, arguments)
            tried.append(Tried(tool.name, arguments, output.content, output.is_error))
            if output.is_error:
                break
    return tried


class _Worlds:
    """The environments in use: each is opened for its first call, has nobody else in between, and is closed at the end."""

    def __init__(self, open_environment: OpenEnvironment, seed: int, at_the_end: AsyncExitStack) -> None:
        self._open = open_environment
        self._seed = seed
        self._at_the_end = at_the_end
        self._worlds: dict[str, Environment] = {}

    async def of(self, tool: Tool) -> Environment:
        name = tool.environment or ""
        if name not in self._worlds:
            world = self._worlds[name] = self._open(EnvironmentRef(name=name, seed=self._seed))
            self._at_the_end.push_async_callback(world.close)
            await self._at_the_end.enter_async_context(world.alone())
        return self._worlds[name]


def _find(tools: Sequence[Tool], name: str, obstacles: Mapping[str, str]) -> Tool:
    """The tool of this name. Raises InputError: with names that are near, or with what would make it run."""
    tool = next((tool for tool in tools if name in (tool.name, tool.source_name)), None)
    if tool is None:
        near = get_close_matches(name, [tool.name for tool in tools], _NEAR)
        meant = f"did you mean {' or '.join(near)}?" if near else "`toolace-mt tools SRC` lists those that there are"
        raise InputError(f"--call {name}: there is no such tool; {meant}")
    if tool.environment is None:
        reason = obstacles.get(tool.name) or (
            "it is only described; tools of builtin, python: and mcp: sources run, and those of openapi: ones where"
            " --openapi-execute lets them"
        )
        raise InputError(f"--call {name}: this tool does not run: {reason}")
    return tool
