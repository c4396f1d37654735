"""How tests name the MCP server of `mcp_server.py`, and run it behind HTTP."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from toolace_mt.config import Config
from toolace_mt.environments.mcp.source import shown_source
from toolace_mt.runs.sources import read_tools
from toolace_mt.tools.notes import LoadedTools

SERVER = Path(__file__).with_name("mcp_server.py")


def own_copy(calls: Path | str = "", *, tame: bool = False) -> str:
    """A server for each dialogue. tame: without the tools that fail, hang, flood and die."""
    return f"mcp:{'env TAME=1 ' if tame else ''}{sys.executable} {SERVER} {{scratch}} '{calls}'"


def shared(folder: Path, calls: Path | str = "") -> str:
    """A server for all dialogues."""
    return f"mcp:{sys.executable} {SERVER} {folder} '{calls}'"


@contextmanager
def over_http(folder: Path, calls: Path | str = "", port: int = 0) -> Iterator[str]:
    """A server that runs already, at an address; ends when the context does."""
    if not port:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, SERVER, folder, str(calls), str(port)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        for _ in range(200):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        yield f"mcp+http://127.0.0.1:{port}/mcp"
    finally:
        process.kill()
        process.wait()


def config_of(*sources: str, **tools: object) -> tuple[Config, LoadedTools]:
    """A configuration of these sources, and their tools: listed once, since each start takes its time."""
    config = Config.model_validate({"tools": {"sources": sources, **tools}, "run": {"skeleton": "executed"}})
    named = [tool.model_copy(update={"environment": shown_source(s)}) for s in sources for tool in listed().tools]
    return config, LoadedTools(tuple(named))


@cache
def listed() -> LoadedTools:
    """What the server lists."""
    return read_tools([own_copy()])
