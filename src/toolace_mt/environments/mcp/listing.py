"""The tools that an MCP server offers, asked from it before a run."""

from __future__ import annotations

import asyncio
import tempfile
import threading
from collections.abc import Coroutine
from concurrent.futures import Future
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

from toolace_mt.environments.mcp.server import START_SECONDS, McpServer, ServerDown
from toolace_mt.environments.mcp.source import McpSource, parse_mcp
from toolace_mt.errors import InputError


class Listing(NamedTuple):
    """server: its name. tools: documents as the protocol has them (`name`, `description`, `inputSchema`, ...)."""

    server: str
    tools: tuple[dict[str, Any], ...]


def mcp_tools(source: str, timeout: float = START_SECONDS) -> Listing:
    """Start the server of SRC, or connect to it, list its tools, and end it. timeout: seconds for all of it.

    Runs in a thread of its own, so it can be called where an event loop runs. Raises InputError where the server cannot
    be started or reached, does not speak MCP, or has no tools.
    """
    parsed = parse_mcp(source)
    with tempfile.TemporaryDirectory(prefix="toolace-mt-", ignore_cleanup_errors=True) as folder:
        listing = _apart(_list(parsed, Path(folder).resolve(), timeout))
    if not listing.tools:
        raise InputError(f"{parsed.name}: the server {listing.server} offers no tools")
    return listing


async def _list(source: McpSource, root: Path, seconds: float) -> Listing:
    server = McpServer(source, root)
    try:
        await server.start(seconds)
    except ServerDown as down:
        raise InputError(f"{source.name}: no tools could be listed: {source.places(root).outward(str(down))}") from None
    finally:
        await server.stop()
    documents = [tool.model_dump(mode="json", by_alias=True, exclude_none=True) for tool in server.tools]
    return Listing(server.name, tuple(source.places(root).outward(documents)))


def _apart(work: Coroutine[Any, Any, Listing]) -> Listing:
    """Run `work` in a thread with a loop of its own; where the wait for it is broken off, so is the work."""
    result: Future[Listing] = Future()
    begun: Future[tuple[asyncio.AbstractEventLoop, asyncio.Task[Any] | None]] = Future()

    async def main() -> Listing:
        begun.set_result((asyncio.get_running_loop(), asyncio.current_task()))
        return await work

    def run() -> None:
        try:
            result.set_result(asyncio.run(main()))
        except BaseException as error:
            result.set_exception(error)

    thread = threading.Thread(target=run, name="mcp-listing")
    thread.start()
    try:
        return result.result()
    except BaseException:
        loop, task = begun.result()
        with suppress(RuntimeError):  # the loop is closed already
            loop.call_soon_threadsafe(task.cancel if task else loop.stop)
        raise
    finally:
        thread.join()
