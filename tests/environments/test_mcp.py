"""MCP servers: what is listed, how calls are answered, and what becomes of servers that fail."""

from __future__ import annotations

import asyncio
import json
import os
import re
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from tests.doubles.mcp_servers import config_of, listed, over_http, own_copy, shared
from toolace_mt.environments.base import Environment, ToolOutput
from toolace_mt.environments.mcp.health import ToolHealth
from toolace_mt.environments.mcp.listing import mcp_tools
from toolace_mt.environments.mcp.server import McpServer, ServerDown
from toolace_mt.environments.mcp.source import parse_mcp
from toolace_mt.environments.mcp.world import McpWorld
from toolace_mt.errors import InputError, ToolServerFailed, ToolServerUnavailable

Use = Callable[[Environment, McpWorld], Awaitable[Any]]


def with_world(source: str, folder: Path, use: Use, **limits: Any) -> Any:
    config, loaded = config_of(source, **limits)

    async def go() -> Any:
        world = McpWorld(parse_mcp(source), loaded.tools, {}, config.tools, folder / "shared")
        environment = world.open(folder / "000000")
        try:
            return await use(environment, world)
        finally:
            await environment.close()
            await world.close()

    return asyncio.run(asyncio.wait_for(go(), 60))


def test_tools_are_listed_with_schemas_and_legal_names() -> None:
    tools = {tool.name: tool for tool in listed().tools}
    assert tools["add_note"].environment == own_copy()
    assert tools["add_note"].group == "notes-server"
    assert tools["add_note"].required == ("text",)
    assert set((tools["add_note"].returns or {})["properties"]) == {"number", "text"}
    assert tools["notes_path"].source_name == "notes.path"
    assert "/scratch" in tools["notes_path"].description, "no folder of this one start"
    assert "toolace-mt-" not in tools["notes_path"].description


def test_what_only_reads_is_known_where_the_server_says_so() -> None:
    hints = {tool.name: tool.read_only for tool in listed().tools}
    assert (hints["read_flood"], hints["flood"], hints["add_note"]) == (True, False, None)


def test_answers(tmp_path: Path) -> None:
    async def use(environment: Environment, _: McpWorld) -> None:
        call = environment.call
        assert await call("add_note", {"text": "é"}) == ToolOutput('{"number":1,"text":"é"}', False)
        assert await call("list_notes", {}) == ToolOutput('{"result":["é"]}', False)
        assert (tmp_path / "000000" / "scratch" / "notes.txt").read_text() == "é\n"
        where, is_error, _ = await call("notes_path", {"folder_path": "/scratch"})
        assert json.loads(where) == {"result": "/scratch/notes.txt; given /scratch; is there: True"}
        assert not is_error
        text, is_error, _ = await call("picture", {})
        assert text == "a picture:\n[image]\n[resource file:///scratch/notes.txt]"
        text, is_error, _ = await call("fail", {"reason": "no ink"})
        assert is_error
        assert "no ink" in text
        text, is_error, _ = await call("add_note", {"txt": "wrong name"})
        assert is_error
        text, is_error, _ = await call("flood", {"size": 5000})
        assert is_error
        assert "5,0" in text
        assert "1,000" in text
        assert (await call("flood", {"size": 500})).is_error is False
        uncertain = {"fail": {"reason": "x"}, "flood": {"size": 5000}, "read_flood": {"size": 5000}}
        outputs = {name: await call(name, arguments) for name, arguments in uncertain.items()}
        assert all(output.is_error for output in outputs.values())
        assert {name for name, output in outputs.items() if output.uncertain} == {"flood"}
        assert (await call("nothing", {})).is_error
        assert (await call("add_note", {"text": "half \ud800"})).is_error
        assert (await call("hang", {})) == ToolOutput(
            '{"error":"The call failed: no answer came within 4 seconds."}', is_error=True, uncertain=True
        )
        assert json.loads((await call("list_notes", {})).content) == {"result": ["é"]}, "it still works"

    with_world(own_copy(), tmp_path, use, call_timeout=4, longest_output=1000)


def test_a_server_that_dies_loses_the_call_and_tells_its_last_words(tmp_path: Path) -> None:
    async def use(environment: Environment, _: McpWorld) -> None:
        with pytest.raises(ToolServerFailed, match=r"went away during die.*dying now"):
            await environment.call("die", {})
        assert (await environment.call("remembered", {})).content == '{"result":0}', "started again"

    with_world(shared(tmp_path), tmp_path, use)


def test_a_tool_that_ends_or_hangs_the_server_is_given_up(tmp_path: Path) -> None:
    async def use(environment: Environment, world: McpWorld) -> None:
        lines: list[str] = []
        world.health = ToolHealth("mcp:notes", lines.append)
        for _ in range(2):
            with pytest.raises(ToolServerFailed):
                await environment.call("die", {})
            assert (await environment.call("hang", {})).uncertain
            assert not (await environment.call("fail", {"reason": "x"})).uncertain
        assert [line.split(" so ")[0] for line in lines] == [
            "mcp:notes: die ended the server again,",
            "mcp:notes: hang hung the server again,",
        ]
        for name in ("die", "hang"):
            gone = ToolOutput(json.dumps({"error": f"{name} is out of service."}, separators=(",", ":")), is_error=True)
            assert await world.open(tmp_path / "000001").call(name, {}) == gone, "for sure, and for all dialogues"
        assert not (await environment.call("list_notes", {})).is_error
        assert "no ink" in (await environment.call("fail", {"reason": "no ink"})).content, "an error is no harm"

    with_world(shared(tmp_path), tmp_path, use, call_timeout=1)


def test_a_tool_that_is_slow_now_and_then_is_not_given_up() -> None:
    health = ToolHealth("mcp:notes", pytest.fail)
    for _ in range(5):
        health.note("search", "hung")
        health.note("search", "")
    assert not health.is_given_up("search")


def test_a_server_that_cannot_be_started_again_stops_the_run(tmp_path: Path) -> None:
    async def use(environment: Environment, _: McpWorld) -> None:
        (tmp_path / "000000").write_text("in the way")
        with pytest.raises(ToolServerUnavailable, match="cannot be started: its folder"):
            await environment.call("list_notes", {})

    with_world(own_copy(), tmp_path, use)


def test_over_http(tmp_path: Path) -> None:
    async def use(environment: Environment, _: McpWorld) -> None:
        await environment.call("add_note", {"text": "a", "seconds": 0.1})
        assert (await environment.call("list_notes", {})).content == '{"result":["a"]}'
        assert (await environment.call("fail", {"reason": "x"})).is_error
        assert (await environment.call("hang", {})).is_error
        with pytest.raises(ToolServerFailed):
            await environment.call("die", {})
        with pytest.raises(ToolServerUnavailable, match="cannot be started"):
            await environment.call("list_notes", {})

    with over_http(tmp_path) as source:
        assert mcp_tools(source).server == "notes-server"
        with_world(source, tmp_path, use, call_timeout=3)


def test_dialogues_on_one_server_take_turns(tmp_path: Path) -> None:
    async def use(environment: Environment, world: McpWorld) -> None:
        other = world.open(tmp_path / "000001")

        async def add(to: Environment, text: str) -> None:
            async with to.alone():
                for part in "ab":
                    await to.call("add_note", {"text": text + part, "seconds": 0.05})

        await asyncio.gather(*(add(to, text) for to, text in ((environment, "1"), (other, "2"))))
        assert (tmp_path / "notes.txt").read_text().split() == ["1a", "1b", "2a", "2b"]
        async with other.alone():
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.05):
                    await environment.call("list_notes", {})
        assert (await environment.call("list_notes", {})).is_error is False

    with_world(shared(tmp_path), tmp_path, use)


def test_servers_of_their_own_share_nothing(tmp_path: Path) -> None:
    async def use(environment: Environment, world: McpWorld) -> None:
        other = world.open(tmp_path / "000001")
        await environment.call("add_note", {"text": "a"})
        async with environment.alone():
            assert (await other.call("list_notes", {})).content == '{"result":[]}'
        await other.close()
        assert (await environment.call("remembered", {})).content == '{"result":1}'

    with_world(own_copy(), tmp_path, use)


def test_a_server_ends_when_its_task_is_cancelled_in_a_call(tmp_path: Path) -> None:
    calls = tmp_path / "calls"

    async def go() -> int:
        server = McpServer(parse_mcp(own_copy(calls)), tmp_path / "d")
        await server.start()
        task = asyncio.create_task(server.call("add_note", {"text": str(os.getpid()), "seconds": 30}, 60))
        while not calls.exists():  # noqa: ASYNC110 - no event tells it
            await asyncio.sleep(0.01)
        task.cancel()
        await asyncio.wait({task})
        await server.stop()
        await server.stop()
        assert not server.runs
        with pytest.raises(ServerDown):
            await server.call("list_notes", {}, 1)
        return len(calls.read_text().split())

    assert asyncio.run(asyncio.wait_for(go(), 30)) == 1
    assert not _processes_with(str(tmp_path / "d"))


def _processes_with(text: str) -> list[str]:
    lines = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            line = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")
        except OSError:
            continue
        if text in line and folder.name != str(os.getpid()):
            lines.append(line)
    return lines


PYTHON = sys.executable


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("mcp:false", "it ended, or closed the connection"),
        (f"mcp:{PYTHON} -c 'import sys; sys.exit(\"no key given\")'", "it said: no key given"),
        ("mcp:sleep 60", "did not answer within 1 seconds"),
        ("mcp:echo hello", "it ended, or closed the connection"),
        ("mcp:cat", "Method not found"),
        ("mcp+http://127.0.0.1:9/mcp", "connection"),
    ],
)
def test_what_is_no_mcp_server_is_refused_in_one_message(
    source: str, said: str, capfd: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(InputError, match=re.escape(source)) as refused:
        mcp_tools(source, 1)
    assert said in str(refused.value)
    assert "\n" not in str(refused.value)
    assert capfd.readouterr() == ("", ""), "nothing of a server reaches the terminal"


def test_a_server_without_tools_is_refused() -> None:
    code = "from mcp.server.mcpserver import MCPServer; MCPServer('empty').run('stdio')"
    with pytest.raises(InputError, match="the server empty offers no tools"):
        mcp_tools(f'mcp:{PYTHON} -c "{code}"')


def test_without_the_package_the_remedy_is_named(tmp_path: Path) -> None:
    import subprocess

    code = (
        "import sys; sys.modules['mcp'] = None\n"
        "from toolace_mt.cli import main; sys.argv = ['toolace-mt', 'tools', 'mcp:cat']; main()"
    )
    done = subprocess.run([PYTHON, "-c", code], capture_output=True, text=True, timeout=60)
    assert done.returncode == 2
    assert "pip install 'toolace-mt[mcp]'" in done.stderr
    assert "Traceback" not in done.stderr
