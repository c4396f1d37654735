"""The baseline through the real command line: a dataset, its exports, and going on after a crash."""

from __future__ import annotations

import json
import signal
import sqlite3
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.conftest import POOL, start, toolace

Generate = Callable[..., subprocess.CompletedProcess[str]]
FORMATS = ("messages", "trl", "sharegpt", "hermes", "toolace")


@pytest.mark.parametrize(
    ("tools", "more"),
    [("builtin", ()), ("builtin", ("--set", "tools.execute=false")), (POOL, ())],
    ids=["tools that run", "tools that do not", "own tools"],
)
def test_agents_make_a_verified_dataset(
    generate: Generate, tmp_path: Path, tools: str | Path, more: tuple[str, ...]
) -> None:
    done = generate("--method", "mas", *more, tools=tools, count=6)
    assert done.returncode == 0, done.stderr
    rows = rows_of(tmp_path / "run")
    assert len(rows) == 6
    assert {row["metadata"]["skeleton"] for row in rows} == {"simulated"}
    steps = steps_of(tmp_path / "run")
    assert {step.split("/")[0] for step in steps} == {"init", "mas", "verify"}
    assert any(step.endswith("/tool") for step in steps) == (tools == POOL or bool(more))
    for name in FORMATS:
        out = tmp_path / f"{name}.jsonl"
        assert toolace("export", tmp_path / "run", "--format", name, "--out", out).returncode == 0
        assert len(out.read_text().splitlines()) == 6
    stats = json.loads(toolace("stats", tmp_path / "run", "--json").stdout)
    assert stats["skeletons"] == {"simulated": 6}
    assert "sub-task 0" in toolace("show", tmp_path / "run").stdout


def steps_of(run: Path) -> list[str]:
    with sqlite3.connect(run / "run.sqlite") as database:
        return [step for (step,) in database.execute("SELECT step FROM completions")]


def test_a_run_that_was_killed_goes_on_to_the_same_bytes(generate: Generate, tmp_path: Path) -> None:
    assert generate("--method", "mas", out="whole", count=8).returncode == 0
    arguments = ("generate", "--tools", "builtin", "--method", "mas", "--count", "8", "--out", str(tmp_path / "killed"))
    kills = 0
    for delay in (1.2, 1.8, 2.4):
        process = start(*arguments)
        time.sleep(delay)
        process.send_signal(signal.SIGKILL)
        process.communicate(timeout=30)
        kills += process.returncode == -signal.SIGKILL
    assert toolace(*arguments).returncode == 0
    assert kills >= 1
    whole, killed = ((tmp_path / out / "dataset.jsonl").read_bytes() for out in ("whole", "killed"))
    assert whole == killed


def test_behind_a_server_it_makes_the_same_dialogues(generate: Generate, simulated: str, tmp_path: Path) -> None:
    assert generate("--method", "mas", count=3, out="here").returncode == 0
    remote = ("--model", "offline", "--base-url", simulated)
    done = generate("--method", "mas", *remote, count=3, out="there", env={"OPENAI_API_KEY": "none"})
    assert done.returncode == 0, done.stderr
    here, there = ([row["messages"] for row in rows_of(tmp_path / out)] for out in ("here", "there"))
    assert here == there


def test_a_server_finds_the_operation_in_the_system_message(generate: Generate, simulated: str, tmp_path: Path) -> None:
    """Where it gets no response_format; the requests say more then, so the dialogues are others."""
    remote = ("--model", "offline", "--base-url", simulated, "--set", "engine.structured_output=text")
    done = generate("--method", "mas", *remote, count=2, env={"OPENAI_API_KEY": "none"})
    assert done.returncode == 0, done.stderr
    assert len(rows_of(tmp_path / "run")) == 2


def rows_of(run: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (run / "dataset.jsonl").read_text().splitlines()]


def test_what_it_has_not_is_said(generate: Generate) -> None:
    done = generate("--method", "mas", "--skeleton", "executed")
    assert done.returncode == 2
    assert "run.method=mas has no skeleton" in done.stderr
    assert "Traceback" not in done.stderr
