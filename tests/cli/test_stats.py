"""`stats` on a run folder and on files, through click."""

from __future__ import annotations

import asyncio
import gzip
import json
import re
import sys
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
    *("distributions", "tools", "injections_by_sub_kind", "edits", "equal_size", "equal_size_users", "unreadable"),
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
    assert shown["injections_by_sub_kind"] == {"error_simulation/wrong_argument": 2}
    assert shown["edits"]["reasonability/mask_fill"] == {"proposed": 3, "accepted": 0, "unchanged": 0}, (
        "of all attempts"
    )
    assert shown["distributions"]["passes"]["counts"] == {"1": 2}
    assert shown["distributions"]["steps_per_subtask"]["mean"] == 2


def test_what_is_exported_has_the_figures_of_its_run(run: Path, tmp_path: Path) -> None:
    out = tmp_path / "rows.jsonl"
    CliRunner().invoke(
        export.command,
        [str(run), "--format", "messages", "--faulty", "keep", "--out", str(out)],
        catch_exceptions=False,
    )
    of_run, of_file = figures(run), figures(out)
    for only_in_a_run in ("rejections", "attempts", "edits", "forms"):
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
        ("{,", r"rows.jsonl:2: is not JSON"),
        ("[]", r"rows.jsonl:2: field messages: is missing"),
        ('{"id": "x"}', r"rows.jsonl:2: field messages: is missing"),
        ('{"messages": 3}', r"rows.jsonl:2: `messages` is not a list"),
        ('{"messages": [{"role": "nobody"}]}', r"rows.jsonl:2: messages\[0\]: has the role 'nobody'"),
        ('{"messages": [], "tools": [3]}', r"rows.jsonl:2: tools\[0\] is not a function"),
        ('{"messages": [], "metadata": {"generator": {"name": "toolace-mt"}, "task": 3}}', r"jsonl:2: metadata: task"),
    ],
)
def test_a_bad_line(tmp_path: Path, line: str, complaint: str) -> None:
    file = written(tmp_path / "rows.jsonl", FOREIGN, line, FOREIGN)
    result = CliRunner().invoke(stats.command, [str(file), "--json"], catch_exceptions=False)
    assert (result.exit_code, json.loads(result.stdout)["dialogues"]) == (0, 2)
    assert json.loads(result.stdout)["unreadable"] == 1
    assert re.search(complaint, result.stderr), "it is left out, and told"

    with pytest.raises(InputError, match=complaint):
        said(written(tmp_path / "rows.jsonl", "", line))


def test_many_bad_lines_are_counted_and_the_first_ones_told(tmp_path: Path) -> None:
    file = written(tmp_path / "rows.jsonl", *["{,"] * 50, FOREIGN)
    result = CliRunner().invoke(stats.command, [str(file)], catch_exceptions=False)
    assert "unreadable: 50" in result.stdout
    assert result.stderr.count("left out") == 3


def test_all_forms_are_read(tmp_path: Path) -> None:
    call = {"name": "cancel", "arguments": {"order": 7}}
    tagged = f"<tool_call>{json.dumps(call)}</tool_call>"
    rows = {
        "openai": FOREIGN,
        "sharegpt": {
            "conversations": [
                {"from": "human", "value": "Cancel 7."},
                {"from": "function_call", "value": json.dumps(call)},
                {"from": "observation", "value": "done"},
                {"from": "gpt", "value": "It is cancelled."},
            ]
        },
        "hermes": {"conversations": [{"from": "human", "value": "Cancel 7."}, {"from": "gpt", "value": tagged}]},
        "toolace": {
            "conversations": [
                {"from": "user", "value": "Cancel 7."},
                {"from": "assistant", "value": "[cancel(order=7)]"},
            ]
        },
        "xlam": {"query": "Cancel 7.", "answers": json.dumps([call]), "tools": json.dumps([{"name": "cancel"}])},
    }
    shown = figures(written(tmp_path / "rows.jsonl", *rows.values()))
    assert shown["forms"] == dict.fromkeys(sorted(rows), 1)
    assert (shown["dialogues"], shown["calls"], shown["tools"]) == (5, 5, {"cancel": 5})


def test_standard_input() -> None:
    result = CliRunner().invoke(stats.command, ["-", "--json"], input=json.dumps(FOREIGN), catch_exceptions=False)
    assert json.loads(result.stdout)["dialogues"] == 1
    with pytest.raises(InputError, match="holds no dialogues"):
        CliRunner().invoke(stats.command, ["-"], input="\n", catch_exceptions=False)


def test_duplicates(run: Path) -> None:
    shown = json.loads(said(run, "--json", "--duplicates", "--similarity", "0.9"))["duplicates"]
    assert shown["threshold"] == 0.9
    assert shown["as_said"]["groups"] == [["000000", "000002"]]
    assert "2 dialogues (100.0%) in 1 group; the closest: 000000 and 000002 (1.00)" in said(run, "--duplicates")
    assert "near-duplicates" not in said(run)


def test_duplicates_of_one_id_are_named_by_their_lines(tmp_path: Path) -> None:
    rows = [{**FOREIGN, "id": "000000"}, "", {**FOREIGN, "id": "000000"}]
    shown = said(written(tmp_path / "rows.jsonl", *rows), "--duplicates", "--similarity", "0.5")
    assert "the closest: 000000 (line 1) and 000000 (line 3) (1.00)" in shown


def test_shares_of_nothing_are_not_told(tmp_path: Path) -> None:
    rows = written(tmp_path / "rows.jsonl", FOREIGN)
    assert figures(rows)["linked_subtasks"] is None
    assert "0.0% use a value that an earlier result gave\n" in re.sub(r" +\n", "\n", said(rows))
    assert "linked sub-tasks" not in said(rows)


def test_plots(run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    result = CliRunner().invoke(stats.command, [str(run), "--plots", str(tmp_path / "a" / "b")], catch_exceptions=False)
    assert "turns.png" in result.stderr
    assert {file.name for file in (tmp_path / "a" / "b").iterdir()} >= {"turns.png", "edits.png", "rejections.png"}
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(InputError, match=r"toolace-mt\[plot\]"):
        said(run, "--plots", tmp_path)


def test_extras_that_are_missing(run: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("rensa", "torch", "transformers"):
        monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(InputError, match=r"toolace-mt\[dedup\]"):
        said(run, "--duplicates")
    with pytest.raises(InputError, match=r"toolace-mt\[nli\]"):
        said(run, "--nli", "some-model")
    assert "entropy" in said(run), "nothing else needs them"


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
