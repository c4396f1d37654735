"""`stats` on a run folder and on files, through click."""

from __future__ import annotations

import asyncio
import gzip
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from tests.doubles.trips import outcome, trip
from toolace_mt.cli import export, stats
from toolace_mt.cli import group as main
from toolace_mt.config import Config, RunConfig
from toolace_mt.errors import InputError
from toolace_mt.runs.folder import begin_run
from toolace_mt.types import Finding, Outcome

CONTRACT = {
    *("dialogues", "user_turns", "calls_per_user_turn", "entropy_bits", "distinct_3", "injections", "rejections"),
    *(
        "steps",
        "parallel_steps",
        "error_results",
        "domains",
        "linked_steps",
        "unstated_links",
        "linked_subtasks",
        "skeletons",
        "tools_used",
    ),
}

FOREIGN = {
    "messages": [
        {"role": "user", "content": "Cancel it, please."},
        {
            "role": "assistant",
            "content": None,
            "tool_calls": [{"id": "1", "type": "function", "function": {"name": "cancel", "arguments": "{}"}}],
        },
        {"role": "tool", "tool_call_id": "1", "content": "Error: which order?"},
        {"role": "assistant", "content": "Which order?"},
    ],
    "metadata": {"task": "of another kind", "subtasks": "none"},
}


@pytest.fixture
def run(tmp_path: Path) -> Path:
    """Three accepted dialogues (the run wants two), one rejected, one failed."""
    rejected = Outcome(
        id="000001",
        number=1,
        status="rejected",
        dialogue=trip(),
        findings=(Finding(rule="alternation", detail="x"), Finding(rule="style", severity="warning", detail="x")),
    )
    failed = Outcome(id="000003", number=3, status="failed", findings=(Finding(rule="no-usable-answer", detail="x"),))
    accepted = [outcome(trip().model_copy(update={"id": f"{n:06d}"}), number=n) for n in (0, 2, 4)]

    async def record() -> None:
        _, store = begin_run(tmp_path / "run", Config(run=RunConfig(count=2)), "digest")
        async with store:
            for made in (*accepted, rejected, failed):
                await store.put_outcome(made)

    asyncio.run(record())
    return tmp_path / "run"


def said(*arguments: object) -> str:
    result = CliRunner().invoke(stats.command, [str(a) for a in arguments], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.stdout


def figures(source: Path) -> dict[str, Any]:
    return json.loads(said(source, "--json"))


def written(path: Path, *rows: Any) -> Path:
    path.write_text("\n".join(row if isinstance(row, str) else json.dumps(row) for row in rows))
    return path


def test_a_run(run: Path) -> None:
    shown = figures(run)
    assert set(shown) >= CONTRACT
    assert (shown["dialogues"], shown["user_turns"], shown["tools_used"]) == (2, 3, 3)
    assert shown["injections"] == {"error_simulation": 2}
    assert shown["rejections"] == {"alternation": 1, "no-usable-answer": 1}
    assert shown["attempts"] == {"accepted": 3, "failed": 1, "rejected": 1}
    assert shown["skeletons"] == {"llm": 2}
    assert shown["domains"] == {"travel": 1}


def test_what_is_exported_has_the_figures_of_its_run(run: Path, tmp_path: Path) -> None:
    out = tmp_path / "rows.jsonl"
    CliRunner().invoke(
        export.command,
        [str(run), "--format", "messages", "--faulty", "keep", "--out", str(out)],
        catch_exceptions=False,
    )
    of_run, of_file = figures(run), figures(out)
    for only_in_a_run in ("rejections", "attempts", "skeletons"):
        of_run.pop(only_in_a_run)
        of_file.pop(only_in_a_run)
    assert of_file == of_run


def test_rows_of_others(tmp_path: Path) -> None:
    file = written(tmp_path / "rows.jsonl", FOREIGN, "", {**FOREIGN, "id": 7, "tools": None})
    shown = figures(file)
    assert (shown["dialogues"], shown["steps"], shown["error_results"]) == (2, 2, 1)
    assert (shown["domains"], shown["injections"], shown["rejections"]) == ({"unknown": 1}, {}, {})

    packed = tmp_path / "rows.jsonl.gz"
    packed.write_bytes(gzip.compress(file.read_bytes()))
    assert figures(packed) == shown


@pytest.mark.parametrize(
    ("content", "failed"),
    [
        ("Error: no such order", True),
        ('{"error": "no such order"}', True),
        ('{"output": null, "exception": "x"}', True),
        ('{"error": null, "n": 1}', False),
        ('{"errors": []}', False),
        ("No errors found", False),
        ("errors.txt", False),
    ],
)
def test_errors_in_rows_of_others(tmp_path: Path, content: str, failed: bool) -> None:
    row = json.loads(json.dumps(FOREIGN))
    row["messages"][2]["content"] = content
    assert figures(written(tmp_path / "rows.jsonl", row))["error_results"] == failed


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("{", r"rows.jsonl:2: is not JSON"),
        ("[]", r"rows.jsonl:2: field messages: is missing"),
        ('{"id": "x"}', r"rows.jsonl:2: field messages: is missing"),
        ('{"messages": 3}', r"rows.jsonl:2: `messages` is not a list"),
        ('{"messages": [{"role": "nobody"}]}', r"rows.jsonl:2: messages\[0\]: has the role 'nobody'"),
        ('{"messages": [], "tools": [3]}', r"rows.jsonl:2: tools\[0\] is not a function"),
        ('{"messages": [], "metadata": {"generator": {"name": "toolace-mt"}, "task": 3}}', r"jsonl:2: metadata: task"),
    ],
)
def test_a_bad_line(tmp_path: Path, line: str, complaint: str) -> None:
    with pytest.raises(InputError, match=complaint):
        said(written(tmp_path / "rows.jsonl", FOREIGN, line))


def test_what_is_no_run_and_no_file(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="does not exist"):
        said(tmp_path / "absent")
    with pytest.raises(InputError, match="no run folder"):
        said(tmp_path)
    (tmp_path / "rows.jsonl.gz").write_text("not compressed")
    with pytest.raises(InputError, match="cannot be read"):
        said(tmp_path / "rows.jsonl.gz")


def test_the_table(run: Path, tmp_path: Path) -> None:
    shown = said(run)
    assert "alternation: 1" in shown
    assert "error_simulation: 2" in shown
    assert "33.3% with parallel calls" not in shown
    assert "25.0% with parallel calls" in shown
    assert "travel: 100.0%" in shown

    evil = written(tmp_path / "rows.jsonl", {**FOREIGN, "tools": [{"name": "cancel"}]})
    assert "rejected for" not in said(evil), "what there is none of is not shown"


def test_names_cannot_steer_the_terminal(tmp_path: Path) -> None:
    metadata = {"generator": {"name": "toolace-mt"}, "injections": [{"kind": "\x1b[31m[red]"}]}
    shown = said(written(tmp_path / "rows.jsonl", {**FOREIGN, "metadata": metadata}))
    assert "\x1b" not in shown
    assert "[red]: 1" in shown


def test_it_is_a_command() -> None:
    assert "Print the figures" in CliRunner().invoke(main, ["--help"]).output
    assert CliRunner().invoke(main, ["stats", "--help"]).exit_code == 0
