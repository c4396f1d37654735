"""One running MCP server, and the task that owns its connection.

The SDK's cancel scopes are entered and left in one task, while calls come from the tasks of many dialogues: so they
come through a queue, one at a time.
"""

from __future__ import annotations

import asyncio
import contextlib
import functools
import logging
import math
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from toolace_mt.environments.mcp.source import McpSource
from toolace_mt.errors import InputError

if TYPE_CHECKING:
    from mcp import Client
    from mcp.types import CallToolResult, Tool

START_SECONDS = 60.0
"""For a server to start and to list its tools; a first start may download it."""

LOG = "server.log"
_PARTING_SECONDS = 3.0
_PROBE_SECONDS = 5.0
_MOST_PAGES = 1_000
_LAST_LINES = 5
_LONGEST_TOLD = 1_000


class ServerDown(Exception):
    """The server cannot be started, or has gone away; `str()` is the reason."""


class CallFailed(Exception):
    """The server stands, but gave no usable result: `str()` is why."""


class CallUncertain(CallFailed):
    """There was no answer in time, or none that can be read: the call may have been made or not."""


class CallUnanswered(CallUncertain):
    """There was no answer in time."""


@dataclass(slots=True, eq=False)
class _Order:
    tool: str
    arguments: dict[str, Any]
    seconds: float
    result: asyncio.Future[CallToolResult]


@functools.cache
def load_sdk() -> Any:
    """The package `mcp`. Raises InputError where it is not installed."""
    try:
        import mcp
    except ImportError:
        raise InputError("mcp: sources need more packages: pip install 'toolace-mt[mcp]'") from None
    # It reports what strangers' servers do wrong; what matters of that is in what we raise.
    logging.getLogger("mcp").addHandler(logging.NullHandler())
    return mcp


class McpServer:
    """A server of `source`, whose folders and log lie in `root`. It is started by `start`, and again after its end.

    Used from one event loop.
    """

    def __init__(self, source: McpSource, root: Path) -> None:
        self.name = source.label
        self.tools: tuple[Tool, ...] = ()
        self._source = source
        self._root = root
        self._log = root / LOG
        self._log_begin = 0
        self._orders: asyncio.Queue[_Order | None] = asyncio.Queue()
        self._owner: asyncio.Task[None] | None = None
        self._scope: Any = None
        self._busy = False
        self._stopping = False

    @property
    def runs(self) -> bool:
        """Whether it was started and has not gone away, as far as anybody has noticed."""
        return self._owner is not None and not self._owner.done()

    async def start(self, seconds: float = START_SECONDS) -> None:
        """Start it and read its tools. Raises ServerDown, with the last lines of its stderr; InputError without `mcp`."""
        await asyncio.to_thread(load_sdk)  # half a second
        try:
            await asyncio.to_thread(self._prepare)
        except OSError as error:
            raise ServerDown(f"its folder {self._root} cannot be made ({error})") from None
        self._orders = asyncio.Queue()
        self._stopping = False
        self._busy = True
        ready: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._owner = asyncio.create_task(self._own(ready, seconds))
        await ready

    async def call(self, tool: str, arguments: dict[str, Any], seconds: float) -> CallToolResult:
        """Call a tool, by the server's own name for it.

        Raises CallFailed where the server refuses the call, CallUncertain where it takes longer or answers what cannot be
        read; ServerDown where it went away.
        """
        order = _Order(tool, arguments, seconds, asyncio.get_running_loop().create_future())
        if not self.runs:
            raise ServerDown("it does not run")
        self._orders.put_nowait(order)
        return await order.result

    def _prepare(self) -> None:
        self._source.prepare(self._root)
        self._log.touch()
        self._log_begin = self._log.stat().st_size

    async def stop(self) -> None:
        """End it, by force where it is busy or does not go. May be called again."""
        if self._owner is None or self._owner.done():
            return
        self._stopping = True
        self._orders.put_nowait(None)
        if not self._busy:
            await asyncio.wait({self._owner}, timeout=_PARTING_SECONDS)
        if self._scope is not None:
            self._scope.cancel()
        await asyncio.wait({self._owner})

    async def _own(self, ready: asyncio.Future[None], seconds: float) -> None:
        """The life of one process or connection, from its start to its end."""
        import anyio

        order: _Order | None = None
        why = "it was stopped"
        try:
            with anyio.CancelScope(deadline=anyio.current_time() + seconds) as self._scope:
                async with self._connected() as client:
                    self.name = (client.server_info and client.server_info.name) or self.name
                    self.tools = await _all_tools(client)
                    self._scope.deadline = math.inf
                    ready.set_result(None)
                    self._busy = False
                    while (order := await self._orders.get()) is not None:
                        self._busy = True
                        await self._serve(client, order)
                        self._busy = False
            if not ready.done() and not self._stopping:
                why = f"it did not answer within {seconds:g} seconds"
        except Exception as error:
            why = self._told(error)
        finally:
            self._busy = False
            self._leave(ready, order, why + self._last_words())

    @contextlib.asynccontextmanager
    async def _connected(self) -> AsyncGenerator[Client]:
        sdk = load_sdk()
        if self._source.url is not None:
            async with sdk.Client(self._source.url) as client:
                yield client
            return
        program, *arguments = self._source.command(self._root)
        # Variables of this process that may hold secrets do not go to the server: the SDK passes on PATH, HOME and the like.
        parameters = sdk.StdioServerParameters(command=program, args=arguments, encoding_error_handler="replace")
        with self._log.open("a", encoding="utf-8") as log:
            async with sdk.Client(sdk.stdio_client(parameters, errlog=log)) as client:
                yield client

    async def _serve(self, client: Client, order: _Order) -> None:
        """Make one call. Raises ServerDown where the server does not answer any more."""
        import anyio

        answer: CallToolResult | CallFailed = CallUnanswered(f"no answer came within {order.seconds:g} seconds")
        with anyio.move_on_after(order.seconds):
            try:
                answer = await client.call_tool(order.tool, order.arguments)
            except Exception as error:
                if self._is_end(error) or not await _answers(client):
                    raise ServerDown(self._told(error)) from None
                refused = isinstance(error, load_sdk().MCPError)
                answer = (CallFailed if refused else CallUncertain)(self._told(error))
        if order.result.done():
            return  # nobody waits any more
        if isinstance(answer, CallFailed):
            order.result.set_exception(answer)
        else:
            order.result.set_result(answer)

    def _leave(self, ready: asyncio.Future[None], order: _Order | None, why: str) -> None:
        """Tell all who wait that there will be no answer."""
        waiting: list[asyncio.Future[Any]] = [ready] if order is None else [ready, order.result]
        while not self._orders.empty():
            if (late := self._orders.get_nowait()) is not None:
                waiting.append(late.result)
        for future in waiting:
            if not future.done():
                future.set_exception(ServerDown(why))

    def _is_end(self, error: Exception) -> bool:
        """Whether an error of a call over HTTP says that its answer is lost. Over stdio, any server may use that code."""
        return self._source.url is not None and getattr(error, "code", None) == load_sdk().types.CONNECTION_CLOSED

    def _told(self, error: BaseException) -> str:
        """The first cause of `error`, in one line."""
        while isinstance(error, BaseExceptionGroup):
            error = error.exceptions[0]
        text = " ".join(str(error).split())[:_LONGEST_TOLD]
        if isinstance(error, load_sdk().MCPError):
            return "it ended, or closed the connection" if text == "Connection closed" else text
        return text if isinstance(error, ServerDown | RuntimeError) and text else f"{type(error).__name__}: {text}"

    def _last_words(self) -> str:
        """What the server wrote to stderr at last, since it was started."""
        with contextlib.suppress(OSError), self._log.open("rb") as log:
            log.seek(max(self._log_begin, self._log.stat().st_size - 2 * _LONGEST_TOLD))
            lines = [line.strip() for line in log.read().decode("utf-8", "replace").splitlines() if line.strip()]
            if lines:
                return f"; it said: {' | '.join(lines[-_LAST_LINES:])[-_LONGEST_TOLD:]}"
        return ""


async def _all_tools(client: Client) -> tuple[Tool, ...]:
    tools: list[Tool] = []
    cursor: str | None = None
    for _ in range(_MOST_PAGES):
        page = await client.list_tools(cursor=cursor)
        tools += page.tools
        cursor = page.next_cursor
        if not cursor:
            break
    return tuple(tools)


async def _answers(client: Client) -> bool:
    """Whether the server still answers at all."""
    import anyio

    with anyio.move_on_after(_PROBE_SECONDS):
        try:
            await client.list_tools(cache_mode="refresh")
            return True
        except Exception:
            return False
    return False
