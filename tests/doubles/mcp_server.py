"""An MCP server to test with: `python mcp_server.py FOLDER [CALLS [PORT]]`. Its state is FOLDER/notes.txt.

Notes are counted in the file CALLS, if one is given, before they are made, and in CALLS.all every call is, with the
dialogue that FOLDER belongs to. With PORT it serves HTTP, at /mcp.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Annotated, Any

import anyio
from mcp.server.mcpserver import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp.types import CallToolResult, ImageContent, ResourceLink, TextContent, ToolAnnotations
from pydantic import BaseModel, Field

folder = Path(sys.argv[1])
calls = Path(sys.argv[2]) if len(sys.argv) > 2 and sys.argv[2] else None


class CountingServer(MCPServer):
    async def call_tool(self, name: str, arguments: dict[str, Any], context: Any = None) -> Any:
        if calls is not None:
            given = json.loads(json.dumps(arguments).replace(str(folder), "/scratch"))
            with calls.with_name(f"{calls.name}.all").open("a") as file:
                file.write(json.dumps([folder.parent.name, name, given]) + "\n")
        return await super().call_tool(name, arguments, context)


server = CountingServer("notes-server")
memory: list[str] = []


class Noted(BaseModel):
    number: int
    text: str


def count(what: str) -> None:
    if calls is not None:
        with calls.open("a") as file:
            file.write(f"{what}\n")


def lines() -> list[str]:
    file = folder / "notes.txt"
    return file.read_text().splitlines() if file.exists() else []


@server.tool()
async def add_note(text: Annotated[str, Field(description="One line")], seconds: float = 0) -> Noted:
    """Add a line to the notes."""
    count(text)
    await anyio.sleep(seconds)
    with (folder / "notes.txt").open("a") as file:
        file.write(f"{text}\n")
    memory.append(text)
    return Noted(number=len(lines()), text=text)


@server.tool()
def list_notes() -> list[str]:
    """All lines."""
    return lines()


@server.tool(name="notes.path", description=f"The folder; notes are kept in {folder}")
def notes_path(folder_path: str = "") -> str:
    return f"{folder}/notes.txt; given {folder_path}; is there: {Path(folder_path or folder).is_dir()}"


@server.tool()
def remembered() -> int:
    """How many lines this process added."""
    return len(memory)


if token := os.environ.get("API_TOKEN"):

    @server.tool(description=f"Tells who asks, by the token {token}.")
    def who_asks() -> dict[str, str]:
        return {"token": token, "name": "Ada"}


if not os.environ.get("TAME"):

    @server.tool()
    def fail(reason: str) -> str:
        """Fails."""
        raise ToolError(f"cannot: {reason}")

    @server.tool()
    async def hang() -> str:
        """Never answers."""
        await anyio.sleep(600)
        return "late"

    @server.tool(annotations=ToolAnnotations(read_only_hint=False))
    def flood(size: int) -> str:
        """Answers too much."""
        return "x" * size

    @server.tool(annotations=ToolAnnotations(read_only_hint=True))
    def read_flood(size: int) -> str:
        """Answers too much, and changes nothing."""
        return "x" * size

    @server.tool()
    def die() -> str:
        """Ends the server."""
        count("die")
        print("dying now", file=sys.stderr, flush=True)
        os._exit(7)

    @server.tool()
    def picture() -> CallToolResult:
        """Blocks of several kinds."""
        blocks: list[Any] = [
            TextContent(text="a picture:"),
            ImageContent(data="AAAA", mime_type="image/png"),
            ResourceLink(name="n", uri=f"file://{folder}/notes.txt"),
        ]
        return CallToolResult(content=blocks)


if __name__ == "__main__":
    if len(sys.argv) > 3:
        server.run("streamable-http", host="127.0.0.1", port=int(sys.argv[3]))
    else:
        server.run("stdio")
