"""Values that an MCP server is given as variables: nothing that a run writes holds them."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from tests.doubles.mcp_servers import SERVER

OLD, NEW = "tok-5ecret-1234", "tok-0ther-9876"


def generate(out: Path, token: str, count: int) -> subprocess.CompletedProcess[str]:
    source = f"mcp:env TAME=1 API_TOKEN={token} LOG={{scratch}}/log {sys.executable} {SERVER} {{scratch}}"
    command = [sys.executable, "-m", "toolace_mt", "generate", "--tools", source, "--skeleton", "executed"]
    command += ["--set", "initialize.subtasks_max=3", "--set", "initialize.steps_max=3"]
    return subprocess.run(
        [*command, "--count", str(count), "--out", str(out)], capture_output=True, text=True, timeout=100
    )


def test_a_run_holds_no_secret_and_goes_on_with_another(tmp_path: Path) -> None:
    out = tmp_path / "run"
    first = generate(out, OLD, 2)
    assert first.returncode == 0, first.stderr
    second = generate(out, NEW, 4)
    assert second.returncode == 0, second.stderr
    assert OLD not in first.stdout + first.stderr
    assert NEW not in second.stdout + second.stderr
    files = [file for file in out.rglob("*") if file.is_file()]
    assert {"config.json", "run.sqlite", "dataset.jsonl"} <= {file.name for file in files}
    for file in files:
        held = file.read_bytes()
        assert OLD.encode() not in held, file
        assert NEW.encode() not in held, file
    rows = [json.loads(line) for line in (out / "dataset.jsonl").read_text().splitlines()]
    assert len(rows) == 4
    assert "env TAME=*** API_TOKEN=*** LOG={scratch}/log" in (out / "dataset.jsonl").read_text()
    answers = [m["content"] for row in rows for m in row["messages"] if m["role"] == "tool"]
    assert any('"token":"[API_TOKEN]"' in answer for answer in answers), "the server repeats what it was given"
