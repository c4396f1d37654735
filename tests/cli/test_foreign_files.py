"""`verify`, `corrupt` and `refine` through click, on files in the forms of xLAM and tau-bench."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from tests.doubles.foreign_rows import xlam
from toolace_mt.cli import group

Row = dict[str, Any]


def run(*arguments: object) -> tuple[int, str]:
    done = CliRunner().invoke(group, [*map(str, arguments)])
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done.exit_code, done.stdout


def rows(text: str) -> list[Row]:
    return [json.loads(line) for line in text.splitlines()]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A good row, one with an argument that breaks its type, one whose tool does not exist, one without a call."""
    good = xlam()
    wrong = [{"name": "get_weather", "arguments": {"city": "Oslo", "days": "two"}}]
    unknown = [{"name": "get_wether", "arguments": {"city": "Oslo"}}]
    made = [good, *({**good, "id": n, "answers": json.dumps(a)} for n, a in enumerate((wrong, unknown, [])))]
    path = tmp_path / "xlam.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in made))
    return path


@pytest.mark.parametrize("named", [(), ("--form", "xlam")])
def test_verify_judges_answers_by_their_types(file: Path, named: tuple[str, ...]) -> None:
    code, said = run("verify", file, "--jobs", 1, "--json", "-", *named)

    found = rows(said)
    errors = [[(f["rule"], f["message_index"]) for f in r["findings"] if f["severity"] == "error"] for r in found]
    assert code == 1
    assert [r["id"] for r in found] == ["17", "0", "1", "2"]
    assert errors == [[], [("arguments", 1)], [("unknown-tool", 1)], []]
    assert [f["rule"] for f in found[0]["findings"]] == ["alternation"]


def test_corrupt_writes_openais_form(file: Path, tmp_path: Path) -> None:
    code, _ = run("corrupt", file, "--form", "xlam", "--keep", "--out", tmp_path / "out.jsonl")

    first = rows((tmp_path / "out.jsonl").read_text())[0]
    assert code == 0
    assert first["tools"][0]["function"]["parameters"]["required"] == ["city"]
    assert len(first["messages"][1]["tool_calls"]) == 2


def test_refine_makes_whole_dialogues_of_queries_and_calls(file: Path, tmp_path: Path) -> None:
    run("refine", file, "--out", tmp_path / "run")

    made = {row["id"]: row for row in rows((tmp_path / "run" / "dataset.jsonl").read_text())}
    roles = [message["role"] for message in made["17"]["messages"]]
    assert roles == ["user", "assistant", "tool", "tool", "assistant"]
    assert made["17"]["messages"][-1]["content"]


def test_rows_of_tau_bench_have_the_names_of_their_tasks(tmp_path: Path) -> None:
    path = tmp_path / "tau.jsonl"
    traj = [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Hello, what can I do for you?"}]
    path.write_text(
        "".join(json.dumps({"task_id": 3, "trial": n, "reward": 1.0, "traj": traj}) + "\n" for n in range(2))
    )

    code, said = run("verify", path, "--jobs", 1, "--json", "-")
    run("refine", path, "--out", tmp_path / "run")

    assert code == 0
    assert [row["id"] for row in rows(said)] == ["3-0", "3-1"]
    assert [row["id"] for row in rows((tmp_path / "run" / "dataset.jsonl").read_text())] == ["3-0", "3-1"]
