"""Servers that people use: their recorded listings, and the servers themselves where they are installed."""

from __future__ import annotations

import asyncio
import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from toolace_mt.config import Config
from toolace_mt.environments.base import ToolOutput
from toolace_mt.runs.outside import OutsideServers
from toolace_mt.runs.sources import read_tools
from toolace_mt.schema.validate import schema_problem
from toolace_mt.tools.mend import mend_tool
from toolace_mt.tools.notes import Refusal
from toolace_mt.types import EnvironmentRef

RECORDED = Path(__file__).parents[3] / "shared" / "data" / "mcp"


@pytest.mark.parametrize("file", sorted(RECORDED.glob("tools_list_*.json")) or [None], ids=lambda f: f and f.stem)
def test_recorded_listings_become_tools(file: Path | None) -> None:
    if file is None:
        pytest.skip(f"no recorded listings in {RECORDED}")
    documents = json.loads(file.read_text())["raw_tools_list_response"]["result"]["tools"]
    for document in documents:
        mended = mend_tool(document, file.name)
        assert not isinstance(mended, Refusal)
        tool, notes = mended
        assert tool.name == document["name"]
        assert schema_problem(tool.parameters) is None
        assert "$schema" not in tool.parameters
        assert (tool.returns is not None) == ("outputSchema" in document)
        assert {note.kind for note in notes} <= {"schema", "items"}


def calls_on(source: str, folder: Path, *calls: tuple[str, dict[str, Any]]) -> list[ToolOutput]:
    loaded = read_tools([source])
    config = Config.model_validate({"tools": {"sources": [source]}})

    async def go() -> list[ToolOutput]:
        async with OutsideServers(config, loaded, folder) as outside:
            environment = outside.open_for("000000")(EnvironmentRef(name=source, seed=0))
            return [await environment.call(name, arguments) for name, arguments in calls]

    return asyncio.run(asyncio.wait_for(go(), 120))


def needs(command: str) -> None:
    if shutil.which(command) is None:
        pytest.skip(f"{command} is not on PATH")


def test_filesystem(tmp_path: Path) -> None:
    needs("mcp-server-filesystem")
    (tmp_path / "papers").mkdir()
    (tmp_path / "papers" / "a.txt").write_text("old")
    wrote, listed, outside, allowed = calls_on(
        f"mcp:mcp-server-filesystem {{copy:{tmp_path}/papers}}",
        tmp_path / "run",
        ("write_file", {"path": "/papers/b.txt", "content": "new"}),
        ("list_directory", {"path": "/papers"}),
        ("read_text_file", {"path": f"{tmp_path}/papers/a.txt"}),
        ("list_allowed_directories", {}),
    )
    assert json.loads(wrote.content) == {"content": "Successfully wrote to /papers/b.txt"}
    assert json.loads(listed.content) == {"content": "[FILE] a.txt\n[FILE] b.txt"}
    assert outside.is_error
    assert json.loads(allowed.content) == {"content": "Allowed directories:\n/papers"}
    assert [file.name for file in (tmp_path / "papers").iterdir()] == ["a.txt"]


def test_memory(tmp_path: Path) -> None:
    needs("mcp-server-memory")
    entity = {"name": "Ada", "entityType": "person", "observations": ["writes programs"]}
    made, found = calls_on(
        "mcp:env MEMORY_FILE_PATH={scratch}/memory.json mcp-server-memory",
        tmp_path,
        ("create_entities", {"entities": [entity]}),
        ("search_nodes", {"query": "programs"}),
    )
    assert not made.is_error
    assert json.loads(found.content)["entities"] == [entity]


def test_time(tmp_path: Path) -> None:
    needs("mcp-server-time")
    now, wrong = calls_on(
        "mcp:mcp-server-time --local-timezone UTC",
        tmp_path,
        ("get_current_time", {"timezone": "Europe/Paris"}),
        ("get_current_time", {"timezone": "Nowhere"}),
    )
    assert json.loads(now.content)["timezone"] == "Europe/Paris"
    assert wrong.is_error


def test_git(tmp_path: Path) -> None:
    needs("mcp-server-git")
    project = tmp_path / "project"
    project.mkdir()
    (project / "a.txt").write_text("a")
    for command in (
        ["init", "-q"],
        ["add", "."],
        ["-c", "user.name=n", "-c", "user.email=e@x", "commit", "-qm", "one"],
    ):
        subprocess.run(["git", "-C", project, *command], check=True)
    status, log = calls_on(
        f"mcp:mcp-server-git --repository {{copy:{project}}}",
        tmp_path / "run",
        ("git_status", {"repo_path": "/project"}),
        ("git_log", {"repo_path": "/project"}),
    )
    assert "nothing to commit" in status.content
    assert "one" in log.content
    assert str(tmp_path) not in status.content + log.content
