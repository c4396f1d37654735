"""MCP servers as the environments of a run's dialogues."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any

import orjson

from toolace_mt.config import ToolsConfig
from toolace_mt.environments.base import ToolOutput
from toolace_mt.environments.holds import Hold
from toolace_mt.environments.mcp.answers import output_of
from toolace_mt.environments.mcp.health import ToolHealth
from toolace_mt.environments.mcp.server import CallFailed, CallUnanswered, CallUncertain, McpServer, ServerDown
from toolace_mt.environments.mcp.source import McpSource
from toolace_mt.environments.outputs import failed
from toolace_mt.errors import ToolServerFailed, ToolServerUnavailable
from toolace_mt.types import Tool

_STARTS = 2


class McpWorld:
    """One MCP source in a run. tools: those of the source, as the run has them. knows: values by parameter."""

    def __init__(
        self,
        source: McpSource,
        tools: Sequence[Tool],
        knows: dict[str, list[Any]],
        limits: ToolsConfig,
        shared: Path,
        notify: Callable[[str], None] = lambda _: None,
    ) -> None:
        """shared: the folder of the one server, where dialogues share it. notify: is told of each tool that is given up."""
        self.source = source
        self.tools = tuple(tools)
        self.brief: dict[str, Any] = {"knows": knows} if knows else {}
        self.limits = limits
        self.health = ToolHealth(source.name, notify)
        self._server = McpServer(source, shared)
        self._turn = asyncio.Lock()

    def open(self, folder: Path) -> McpEnvironment:
        """The environment of one dialogue, whose own folders, where it gets any, lie in `folder`."""
        if self.source.isolated:
            return McpEnvironment(self, McpServer(self.source, folder), asyncio.Lock(), folder, own=True)
        return McpEnvironment(self, self._server, self._turn, folder, own=False)

    async def close(self) -> None:
        """End the server that dialogues share."""
        await self._server.stop()


class McpEnvironment:
    """The tools of a server for one dialogue, with a server of its `own` or not. Nothing is started before a call."""

    repeatable = False

    def __init__(self, world: McpWorld, server: McpServer, turn: asyncio.Lock, folder: Path, *, own: bool) -> None:
        self.name = world.source.name
        self._world = world
        self._server = server
        self._own = own
        self.shared = not own
        self._places = world.source.places(folder)
        self._by_name = {tool.name: tool for tool in world.tools}
        self._hold = Hold(lambda: turn)

    @property
    def tools(self) -> tuple[Tool, ...]:
        """The tools, in the order of the server."""
        return self._world.tools

    @property
    def brief(self) -> dict[str, Any]:
        """`knows`: values with which calls may succeed."""
        return self._world.brief

    async def call(self, name: str, arguments: dict[str, Any]) -> ToolOutput:
        """Run one call; what the server refuses, or does not answer in time, is an output with `is_error`.

        Raises ToolServerFailed where the server goes away during the call, and as `ready`.
        """
        tool = self._by_name.get(name)
        if tool is None:
            return failed(f"Unknown tool: {name}. Available tools: {', '.join(self._by_name)}.")
        if self._world.health.is_given_up(name):
            return failed(f"{name} is out of service.")
        try:
            orjson.dumps(arguments)
        except TypeError as error:
            return failed(f"The arguments cannot be written as JSON: {error}.")
        output = await self._called(tool, self._places.inward(arguments))
        return output._replace(uncertain=output.uncertain and not tool.read_only)

    async def ready(self) -> None:
        """Start the server where it does not run; a start may fail once, since it may be a busy machine's fault.

        Raises ToolServerUnavailable.
        """
        reason = ""
        for _ in range(_STARTS):
            if self._server.runs:
                return
            try:
                await self._server.start()
            except ServerDown as down:
                reason = self._places.outward(str(down))
        if not self._server.runs:
            raise ToolServerUnavailable(f"{self.name}: the server cannot be started: {reason}")

    def takes_turns(self, name: str) -> bool:
        """All calls do: a server is started by one of them, and what a tool says of itself is only a hint."""
        return True

    async def _called(self, tool: Tool, arguments: dict[str, Any]) -> ToolOutput:
        limits = self._world.limits
        async with self.alone():
            await self.ready()
            try:
                result = await self._server.call(tool.source_name or tool.name, arguments, limits.call_timeout)
            except CallFailed as failure:
                self._world.health.note(tool.name, "hung" if isinstance(failure, CallUnanswered) else "")
                told = self._places.outward(f"The call failed: {failure}.")
                return failed(told, uncertain=isinstance(failure, CallUncertain))
            except ServerDown as down:
                self._world.health.note(tool.name, "ended")
                said = self._places.outward(str(down))
                raise ToolServerFailed(f"{self.name}: the server went away during {tool.name}: {said}") from None
        self._world.health.note(tool.name, "")
        return output_of(result, self._places, limits.longest_output)

    def state(self) -> dict[str, str] | None:
        """Nobody can look inside."""
        return None

    def alone(self) -> AbstractAsyncContextManager[None]:
        """Hold the server for this dialogue; may be entered again while it is held."""
        return self._hold()

    async def close(self) -> None:
        """End the dialogue's own server. Its folders stay."""
        if self._own:
            await self._server.stop()
