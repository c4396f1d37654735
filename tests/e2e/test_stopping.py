"""A run that is told to stop, by the real command line against a slow server: nothing that was paid for is lost."""

from __future__ import annotations

import asyncio
import json
import os
import pty
import signal
import sqlite3
import sys
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.doubles.loopback import Call, Loopback, Reply, answer_body, loopback
from tests.e2e.conftest import POOL
from toolace_mt.runs.records import DATABASE

AT_ONCE = 3
SLOW = 1.5


async def _start(server: Loopback, out: Path, stderr: Any = asyncio.subprocess.PIPE) -> asyncio.subprocess.Process:
    """A run, when all its dialogues have their requests at the server."""
    asked = len(server.calls) + AT_ONCE
    prices = ("--set", "engine.prices.prompt=1", "--set", "engine.prices.completion=1", "--budget-usd", "5")
    command = ("generate", "--tools", POOL, "--count", AT_ONCE, "--concurrency", AT_ONCE, "--out", out, *prices)
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "toolace_mt", *map(str, command), "--model", "m", "--base-url", server.base_url),
        stdout=asyncio.subprocess.DEVNULL,
        stderr=stderr,
        start_new_session=True,
    )
    while len(server.calls) < asked:
        server.called.clear()
        await asyncio.wait_for(server.called.wait(), 60)
    return process


def _slow(call: Call) -> Reply:
    return Reply(answer_body("{}"), delay=SLOW)


def _used(out: Path) -> dict[str, Any]:
    return json.loads((out / "summary.json").read_bytes())["usage"]


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)])
def test_answers_under_way_are_waited_for_and_kept(number: signal.Signals, code: int, tmp_path: Path) -> None:
    out = tmp_path / "run"

    async def go() -> tuple[int | None, str, list[Call]]:
        async with loopback(_slow) as server:
            for _ in range(2):
                process = await _start(server, out)
                process.send_signal(number)
                _, said = await asyncio.wait_for(process.communicate(), 60)
            return process.returncode, said.decode(), server.calls

    returned, said, calls = asyncio.run(go())
    assert returned == code
    assert f"waiting for {AT_ONCE} answers under way" in said
    assert "nothing is lost" in said
    assert len({(json.dumps(call.body["messages"]), call.body.get("seed")) for call in calls}) == 2 * AT_ONCE
    assert list(_used(out)["models"]) == ["m"]  # and nothing that is (unanswered)
    with closing(sqlite3.connect(out / DATABASE)) as rows:
        assert rows.execute("SELECT count(*) FROM completions").fetchone() == (2 * AT_ONCE,)


def test_a_second_signal_gives_up_on_them(tmp_path: Path) -> None:
    async def go() -> tuple[int | None, str, float]:
        async with loopback(lambda _: Reply(answer_body("{}"), delay=30)) as server:
            process = await _start(server, tmp_path / "run")
            assert process.stderr is not None
            process.send_signal(signal.SIGINT)
            first = await asyncio.wait_for(process.stderr.readline(), 10)  # it is said at once
            begun = time.monotonic()
            process.send_signal(signal.SIGINT)
            _, rest = await asyncio.wait_for(process.communicate(), 60)
            return process.returncode, (first + rest).decode(), time.monotonic() - begun

    returned, said, seconds = asyncio.run(go())
    assert returned == 130
    assert seconds < 10
    assert "another Ctrl-C gives them up" in said
    assert "answers under way were given up" in said
    assert "Traceback" not in said
    assert list(_used(tmp_path / "run")["models"]) == ["(unanswered)"]


def test_a_terminal_that_goes_away_is_no_reason_to_lose_answers(tmp_path: Path) -> None:
    async def go() -> int:
        async with loopback(_slow) as server:
            ours, theirs = pty.openpty()
            process = await _start(server, tmp_path / "run", stderr=theirs)
            os.close(theirs)
            os.close(ours)  # what is written there fails from now on
            process.send_signal(signal.SIGHUP)
            return await asyncio.wait_for(process.wait(), 60)

    assert asyncio.run(go()) == 129
    assert list(_used(tmp_path / "run")["models"]) == ["m"]
