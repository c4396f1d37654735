"""Operations of an OpenAPI document that really run, over HTTP, through the real command line."""

from __future__ import annotations

import asyncio
import json
import signal
import sqlite3
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.doubles.lending import COVER, DOCUMENT, KNOWS, Library, lending
from tests.e2e.conftest import start, toolace

SOURCE = f"openapi:{DOCUMENT}"


@contextmanager
def served(library: Library) -> Iterator[str]:
    """The base URL of `library`, served from a thread."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    service = lending(library)
    try:
        yield asyncio.run_coroutine_threadsafe(service.__aenter__(), loop).result(10)
    finally:
        asyncio.run_coroutine_threadsafe(service.__aexit__(None, None, None), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


def command(base_url: str, out: Path, count: int, *more: str | Path) -> tuple[str | Path, ...]:
    where = ("--openapi-base-url", base_url, "--openapi-execute", "all")
    shape = ("--skeleton", "executed", "--set", "initialize.subtasks_max=3", "--set", "initialize.steps_max=4")
    return ("generate", "--tools", SOURCE, *where, *shape, "--count", str(count), "--out", out, *more)


def results(out: Path) -> Counter[str]:
    """What tools gave in the dataset, but for calls that were never sent: their arguments are against the schema."""
    rows = [json.loads(line) for line in (out / "dataset.jsonl").read_text().splitlines()]
    contents = [m["content"] for row in rows for m in row["messages"] if m["role"] == "tool"]
    return Counter(content for content in contents if not content.startswith('{"error":"arguments'))


def answers(library: Library) -> Counter[str]:
    """What the server gave, as a dialogue is to show it."""
    return Counter(_shown(status, body) for status, body in library.answered)


def _shown(status: int, body: bytes) -> str:
    if body == COVER:
        return f"[image/png, {len(COVER)} bytes]"
    value = json.loads(body) if body else None
    if status < 300 and body:
        return _compact(value)
    return _compact({"status": status} | ({"body": value} if body else {}))


def _compact(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


@pytest.mark.parametrize("knows", [False, True])
def test_results_in_the_dataset_are_what_the_server_answered(tmp_path: Path, knows: bool) -> None:
    (tmp_path / "knows.json").write_text(json.dumps(KNOWS))
    more = ("--set", f"tools.knows={tmp_path / 'knows.json'}") if knows else ()
    library = Library()
    with served(library) as base_url:
        done = toolace(*command(base_url, tmp_path / "run", 8, *more))
    assert done.returncode == 0, done.stderr
    given = results(tmp_path / "run")
    assert given.total() > 20
    assert list(given - answers(library)) == []
    assert {path.split("/")[2].partition("?")[0] for _, path in library.seen} >= {"titles", "members", "loans"}
    made = json.loads((tmp_path / "run" / "summary.json").read_text())
    assert made["rejected"] + made["failed"] <= 2, made["rejections"]


def test_a_run_that_is_killed_goes_on_and_sends_nothing_twice(tmp_path: Path) -> None:
    library, out = Library(delay=0.02), tmp_path / "run"
    with served(library) as base_url:
        process = start(*command(base_url, out, 6, "--concurrency", "3"))
        deadline = time.monotonic() + 60
        while process.poll() is None and len(library.seen) < 12 and time.monotonic() < deadline:
            time.sleep(0.002)
        process.send_signal(signal.SIGKILL)
        process.communicate()
        time.sleep(0.1)
        before = len(library.seen)
        done = toolace(*command(base_url, out, 6, "--concurrency", "3"))
    assert done.returncode == 0, done.stderr
    assert 12 <= before < len(library.seen)
    with sqlite3.connect(out / "run.sqlite") as rows:
        outputs = [output for (output,) in rows.execute("SELECT output FROM tool_calls")]
    sent = sum(bool(output) and '\\"error\\":\\"arguments' not in output for output in outputs)
    assert sent <= len(library.seen) <= sent + outputs.count(""), "a call that was under way may or may not have come"
    assert outputs.count("") <= 1, "calls that change something take turns"
    assert list(results(out) - answers(library)) == []


def test_a_tool_is_tried_and_what_is_not_allowed_is_not_sent(tmp_path: Path) -> None:
    library = Library(key="k-123456")
    with served(library) as base_url:
        reads = ("tools", SOURCE, "--openapi-base-url", base_url, "--openapi-execute", "reads")
        keyed = (*reads, "--set", "tools.openapi_header_env.X-Library-Key=LIBRARY_KEY")
        call = ("--call", "getMember", '{"member_id": "m-1001"}')
        done = toolace(*keyed, *call, env={"LIBRARY_KEY": "k-123456"})
        assert (done.returncode, json.loads(done.stdout)["name"]) == (0, "Ada Fenn")
        assert library.seen == [("GET", "/v1/members/m-1001")]
        refused = toolace(*keyed, "--call", "payFees", "{}", env={"LIBRARY_KEY": "k-123456"})
        assert refused.returncode == 2
        assert "payFees: this tool does not run: POST is more than reading (--openapi-execute all)" in refused.stderr
        unset = toolace(*keyed, *call, env={"LIBRARY_KEY": ""})
        assert unset.returncode == 2
        assert "variable LIBRARY_KEY" in unset.stderr
    assert len(library.seen) == 1


def test_the_listing_says_what_runs_and_why_not() -> None:
    described = toolace("tools", SOURCE)
    assert "only described (--openapi-base-url URL --openapi-execute reads or all lets it run)" in described.stdout
    where = ("--openapi-base-url", "http://127.0.0.1:1", "--openapi-execute", "reads")
    reads = toolace("tools", SOURCE, *where)
    assert "POST is more than reading (--openapi-execute all): payFees, borrowCopy, renewLoan" in reads.stdout
    assert reads.stdout.count("http (shared)") == 7
    said = {t["function"]["name"]: t for t in json.loads(toolace("tools", SOURCE, *where, "--json").stdout)["tools"]}
    assert said["getTitle"]["environment"] == SOURCE
    assert "DELETE is more than reading" in said["returnCopy"]["why_not"]
    where_to = toolace("tools", SOURCE, "--openapi-execute", "all")
    assert where_to.returncode == 2
    assert "--openapi-base-url URL" in where_to.stderr
