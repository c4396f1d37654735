"""Outside servers of a run: whose environments they are, their folders, and calls that are made once at most."""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import orjson
import pytest

from tests.doubles.mcp_servers import config_of, own_copy, shared
from toolace_mt.config import Config
from toolace_mt.environments.base import Environment, OpenEnvironment, ToolOutput
from toolace_mt.environments.mcp.source import shown_source
from toolace_mt.errors import InputError, RunStopped, ToolCallInterrupted
from toolace_mt.runs.journal import RunStore
from toolace_mt.runs.outside import FOLDER, OutsideServers, check_writer, fallback_notice
from toolace_mt.runs.records import DATABASE, open_records
from toolace_mt.tools.notes import LoadedTools
from toolace_mt.types import EnvironmentRef, Finding, Outcome, Tool


def opened(open_environment: OpenEnvironment, name: str) -> Environment:
    return open_environment(EnvironmentRef(name=name, seed=0))


def outcome(dialogue_id: str, rule: str = "") -> Outcome:
    findings = (Finding(rule=rule, detail=""),) if rule else ()
    return Outcome(id=dialogue_id, number=int(dialogue_id), status="failed" if rule else "accepted", findings=findings)


def run(source: str, folder: Path, use: Any, **tools: object) -> Any:
    config, loaded = config_of(source, **tools)

    async def go() -> Any:
        async with RunStore(folder) as store, OutsideServers(config, loaded, folder / FOLDER) as outside:
            outside.take_up(store)
            return await use(outside, store)

    return asyncio.run(asyncio.wait_for(go(), 60))


def test_a_dialogue_keeps_one_environment_and_its_folder_goes_with_its_outcome(tmp_path: Path) -> None:
    source = own_copy()

    async def use(outside: OutsideServers, store: RunStore) -> None:
        first = opened(outside.open_for("000000"), source)
        assert opened(outside.open_for("000000"), source) is first
        assert opened(outside.open_for("000001"), source) is not first
        assert opened(outside.open_for("000000"), "shop").repeatable
        assert first.brief == {"knows": {"folder_path": ["/scratch"], "text": ["milk"]}}
        assert not (tmp_path / FOLDER).exists(), "nothing is started before a call"
        for dialogue_id in ("000000", "000002"):
            await opened(outside.open_for(dialogue_id), source).call("add_note", {"text": "a"})
            await opened(outside.open_for(dialogue_id), source).close()
        await store.put_outcome(outcome("000000"))
        await outside.settle(outcome("000000"))
        await outside.settle(outcome("000001"))
        await outside.settle(outcome("000002", "request-refused"))
        assert [folder.name for folder in (tmp_path / FOLDER).iterdir()] == ["000002"], "that one is made again"

    known = tmp_path / "known.json"
    known.write_text('{"text": ["milk"]}')
    run(source, tmp_path, use, knows=str(known))

    async def again(outside: OutsideServers, store: RunStore) -> None:
        environment = opened(outside.open_for("000002"), source)
        assert await environment.call("add_note", {"text": "a"}) == ToolOutput('{"number":1,"text":"a"}', False)
        assert await environment.call("add_note", {"text": "b"}) == ToolOutput('{"number":2,"text":"b"}', False), (
            "on its folder"
        )
        (tmp_path / FOLDER / "000000").mkdir()

    run(source, tmp_path, again, knows=str(known))
    run(source, tmp_path, lambda *_: asyncio.sleep(0), knows=str(known))
    assert [folder.name for folder in (tmp_path / FOLDER).iterdir()] == ["000002"], "what a crash left is removed"


def test_a_dialogue_that_goes_on_with_a_server_started_anew_is_told_of_once(tmp_path: Path) -> None:
    source = own_copy()
    told: list[str] = []

    def sitting(calls: int) -> None:
        async def use(outside: OutsideServers, store: RunStore) -> None:
            outside.take_up(store, told.append)
            for dialogue_id in ("000000", "000001"):
                for _ in range(calls):
                    await opened(outside.open_for(dialogue_id), source).call("remembered", {})

        run(source, tmp_path, use)

    sitting(1)
    assert told == []
    sitting(2)
    assert len(told) == 1
    assert "started anew" in told[0]


def test_a_shared_server_logs_into_the_run_folder(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    source = shared(tmp_path)

    async def use(outside: OutsideServers, _: RunStore) -> None:
        for dialogue_id in ("000000", "000001"):
            await opened(outside.open_for(dialogue_id), source).call("add_note", {"text": dialogue_id})
            await outside.settle(outcome(dialogue_id))

    run(source, tmp_path, use)
    assert (tmp_path / "notes.txt").read_text().split() == ["000000", "000001"]
    assert capfd.readouterr() == ("", "")


SITTING = """
import asyncio, sys
from pathlib import Path
from toolace_mt.config import Config
from toolace_mt.errors import DialogueFailed
from toolace_mt.runs.journal import RunStore
from toolace_mt.runs.outside import FOLDER, OutsideServers
from toolace_mt.tools.notes import LoadedTools
from toolace_mt.types import EnvironmentRef, Finding, Outcome, Tool

source, folder, names = sys.argv[1], Path(sys.argv[2]), sys.argv[3].split(",")

async def dialogue(number, outside, store):
    name = f"{number:06d}"
    if store.records.outcome(name):
        return
    findings = ()
    try:
        for step in range(6):
            environment = outside.open_for(name)(EnvironmentRef(name=source, seed=0))
            await environment.call("add_note", {"text": f"{name}/{step}", "seconds": 0.1})
        notes = await environment.call("list_notes", {})
        findings = (Finding(rule="notes", detail=notes.content),)
    except DialogueFailed as failure:
        findings = (Finding(rule=failure.rule, detail=str(failure)),)
    outcome = Outcome(id=name, number=number, status="failed", findings=findings)
    await store.put_outcome(outcome)
    await outside.settle(outcome)

async def main():
    config = Config.model_validate({"tools": {"sources": [source]}})
    loaded = LoadedTools(tuple(Tool(name=name, environment=source) for name in ("add_note", "list_notes")))
    async with RunStore(folder) as store, OutsideServers(config, loaded, folder / FOLDER) as outside:
        outside.take_up(store)
        await asyncio.gather(*(dialogue(int(name), outside, store) for name in names))

asyncio.run(main())
"""


def _count(calls: Path) -> int:
    return len(calls.read_text().splitlines()) if calls.exists() else 0


def test_no_call_is_made_twice_by_a_run_that_is_killed(tmp_path: Path) -> None:
    calls, folder = tmp_path / "calls", tmp_path / "run"
    source = own_copy(calls)
    root = Path(__file__).parents[2]
    command = [sys.executable, "-c", SITTING, source, str(folder), "0,1"]
    deadline = time.monotonic() + 100
    for kill_after in (3, 6, 1000):
        process = subprocess.Popen(command, cwd=root, stderr=subprocess.PIPE)
        while process.poll() is None and _count(calls) < kill_after and time.monotonic() < deadline:
            time.sleep(0.005)
        if process.poll() is None:
            process.kill()
        assert process.stderr is not None
        said = process.stderr.read().decode()
        process.wait()
        process.stderr.close()
    assert process.returncode == 0, said
    made = Counter(calls.read_text().split())
    assert max(made.values()) == 1, f"made twice: {made.most_common(3)}"
    with open_records(folder) as records:
        findings = {o.id: o.findings[0] for o in records.outcomes()}
    for name in ("000000", "000001"):
        if findings[name].rule == "notes":
            assert json.loads(findings[name].detail)["result"] == [f"{name}/{step}" for step in range(6)]
        else:
            assert findings[name].rule == "interrupted-tool-call"
    assert any(f.rule == "interrupted-tool-call" for f in findings.values()), "it was killed in the middle of a call"
    assert not (folder / FOLDER).exists(), "nothing is left of what is finished"


def _fingerprints(source: str, calls: Path) -> Iterator[tuple[str, str]]:
    """(dialogue, fingerprint) of every call that came to a server, by the servers' own account."""
    for line in calls.with_name(f"{calls.name}.all").read_bytes().splitlines():
        dialogue_id, tool, arguments = orjson.loads(line)
        call = [shown_source(source), tool.replace(".", "_"), arguments]
        body = orjson.dumps(call, option=orjson.OPT_SORT_KEYS)
        yield dialogue_id, hashlib.blake2b(body, digest_size=16).hexdigest()


def test_a_run_that_is_killed_goes_on_and_makes_its_dialogues(tmp_path: Path) -> None:
    calls, out = tmp_path / "calls", tmp_path / "run"
    known = tmp_path / "known.json"
    known.write_text(json.dumps({"text": ["milk", "eggs", "bread", "tea"], "seconds": [0.1]}))
    source = own_copy(calls, tame=True)
    command = [sys.executable, "-m", "toolace_mt", "generate", "--tools", source, "--skeleton", "executed"]
    command += ["--count", "3", "--concurrency", "2", "--out", str(out), "--set", f"tools.knows={known}"]
    command += [
        "--set",
        "tools.call_timeout=5",
        "--set",
        "initialize.steps_max=2",
        "--set",
        "initialize.subtasks_max=2",
    ]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 60
    while process.poll() is None and _count(Path(f"{calls}.all")) < 2 and time.monotonic() < deadline:
        time.sleep(0.002)
    process.send_signal(signal.SIGKILL)
    process.wait()
    before = len(list(_fingerprints(source, calls)))
    done = subprocess.run(command, capture_output=True, text=True, timeout=100)
    assert done.returncode == 0, done.stderr
    with closing(sqlite3.connect(out / DATABASE)) as rows:
        begun = Counter(rows.execute("SELECT dialogue_id, fingerprint FROM tool_calls").fetchall())
    made = Counter(_fingerprints(source, calls))
    assert made.total() > before >= 2, "it went on"
    # Each number of a dialogue has one row. A call that was made again for its number would be one more than the rows.
    assert made - begun == Counter(), "made twice, or never begun"
    assert begun.total() - made.total() <= 2, "what was begun at the moment of the kill, and no other, was not made"
    assert str(tmp_path / "run") not in (out / "dataset.jsonl").read_text()


def test_an_interrupted_run_ends_its_servers_and_loses_no_call(tmp_path: Path) -> None:
    calls = tmp_path / "calls"
    source = own_copy(calls)

    async def interrupted(outside: OutsideServers, _: RunStore) -> None:
        environment = opened(outside.open_for("000000"), source)
        call = asyncio.create_task(environment.call("add_note", {"text": "a", "seconds": 0.3}))
        while not calls.exists():  # noqa: ASYNC110 - no event tells it
            await asyncio.sleep(0.01)
        call.cancel()
        await asyncio.wait({call})
        raise RunStopped("stopped")

    with pytest.raises(RunStopped):
        run(source, tmp_path / "run", interrupted)
    assert _servers(calls) == []

    async def resumed(outside: OutsideServers, _: RunStore) -> None:
        environment = opened(outside.open_for("000000"), source)
        assert await environment.call("add_note", {"text": "a", "seconds": 0.3}) == ToolOutput(
            '{"number":1,"text":"a"}', False
        )
        assert await environment.call("list_notes", {}) == ToolOutput('{"result":["a"]}', False)

    run(source, tmp_path / "run", resumed)
    assert _count(calls) == 1


def test_a_call_whose_server_died_stays_lost(tmp_path: Path) -> None:
    source = own_copy()

    async def dies(outside: OutsideServers, _: RunStore) -> None:
        with pytest.raises(Exception, match="went away"):
            await opened(outside.open_for("000000"), source).call("die", {})

    async def resumed(outside: OutsideServers, _: RunStore) -> None:
        with pytest.raises(ToolCallInterrupted):
            await opened(outside.open_for("000000"), source).call("die", {})

    run(source, tmp_path, dies)
    run(source, tmp_path, resumed)


def _servers(calls: Path) -> list[str]:
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            words = (folder / "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        if os.fsencode(calls) in words:
            found.append(folder.name)
    return found


def test_the_offline_engine_writes_no_calls_on_outside_servers() -> None:
    outside = Tool(name="a", environment="mcp:x")
    config = Config()
    with pytest.raises(InputError, match=r"--skeleton executed.*--model"):
        check_writer(config, [outside, Tool(name="b")])
    check_writer(config, [outside, Tool(name="b", environment="shop")])
    check_writer(config, [Tool(name="b")])
    check_writer(Config.model_validate({"run": {"skeleton": "executed"}}), [outside])
    check_writer(Config.model_validate({"engine": {"model": "m"}}), [outside])


def test_tools_that_do_not_run_are_said_to_fall_back_on_the_model() -> None:
    executed = Config.model_validate({"run": {"skeleton": "executed"}})
    a, b = Tool(name="a"), Tool(name="b", environment="shop")
    assert "none of the tools runs, so the offline engine writes" in fallback_notice(executed, [a])
    assert "1 of 2 tools do not run (a):" in fallback_notice(executed, [a, b])
    assert fallback_notice(executed, [b]) == ""
    assert fallback_notice(Config(), [a]) == ""


def test_known_values_without_outside_tools_are_refused(tmp_path: Path) -> None:
    config = Config.model_validate({"tools": {"knows": str(tmp_path / "k.json")}})
    with pytest.raises(InputError, match="no tools on outside servers"):
        OutsideServers(config, LoadedTools((Tool(name="b", environment="shop"),)), tmp_path)


def test_the_sdk_is_imported_only_for_its_sources() -> None:
    code = (
        "import sys\n"
        "from toolace_mt.runs.local import generate\n"
        "from toolace_mt.runs.sources import read_tools\n"
        "read_tools(['builtin:shop'])\n"
        "sys.exit('mcp' in sys.modules or 'anyio' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], timeout=60).returncode == 0
