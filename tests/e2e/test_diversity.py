"""Users, shares and near-duplicates of a run, by the command line."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.conftest import POOL, toolace


def rows_of(run: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (run / "dataset.jsonl").read_text().splitlines()]


def test_users_are_told_in_metadata_and_come_equally_often(tmp_path: Path) -> None:
    people = tmp_path / "people.txt"
    people.write_text("a sailor\na smith\na baker\n")
    command = ("generate", "--tools", "builtin:shop", "--count", "9", "--out", tmp_path / "run")
    done = toolace(*command, "--set", f"diversity.personas={people}")
    assert done.returncode == 0, done.stderr
    users = [row["metadata"]["user_profile"] for row in rows_of(tmp_path / "run")]
    assert {user["persona"] for user in users} == {"a sailor", "a smith", "a baker"}
    assert len({(user["persona"], user["style"]) for user in users}) == 9
    assert "a sailor, writes: " in toolace("show", tmp_path / "run", "--limit", "9").stdout
    people.write_text("a sailor\na smith\na thief\n")
    changed = toolace(*command, "--set", f"diversity.personas={people}")
    assert changed.returncode == 2
    assert "have changed since" in changed.stderr


def test_shares_are_met(tmp_path: Path) -> None:
    shares = ("subtasks.2=50%", "subtasks.3=50%", "steps.1=100%", "injections.non_function_calling/small_talk=50%")
    settings = [part for share in shares for part in ("--set", f"diversity.{share}")]
    done = toolace("generate", "--tools", POOL, "--count", "10", "--out", tmp_path / "run", *settings)
    assert done.returncode == 0, done.stderr
    rows = rows_of(tmp_path / "run")
    tried = json.loads((tmp_path / "run" / "summary.json").read_text())
    missed = tried["rejected"] + tried["failed"]
    kinds = Counter(i["sub_kind"] for row in rows for i in row["metadata"]["injections"])
    assert abs(tried["spread"]["subtasks"]["2"] - 5) <= 1 + missed
    assert set(tried["spread"]["subtasks"]) == {"2", "3"}
    assert set(tried["spread"]["planned_steps"]) == {"1"}
    assert abs(kinds["small_talk"] - 5) <= 1 + missed
    assert not {"general_question", "follow_up"} & kinds.keys()


def test_near_duplicates_are_rejected_alike_in_one_sitting_and_in_two(tmp_path: Path) -> None:
    pytest.importorskip("rensa", reason="near-duplicates need the extra dedup")
    command = ("generate", "--tools", "builtin:files", "--seed", "2", "--set", "diversity.near_duplicates=0.15")
    few = ("--set", "initialize.subtasks_max=2", "--set", "initialize.steps_max=1")
    whole = toolace(*command, *few, "--count", "8", "--concurrency", "1", "--out", tmp_path / "whole")
    assert whole.returncode == 0, whole.stderr
    summary = json.loads((tmp_path / "whole" / "summary.json").read_text())
    assert summary["rejections"]["near-duplicate"] > 0
    for count in ("3", "8"):
        assert toolace(*command, *few, "--count", count, "--out", tmp_path / "two").returncode == 0
    assert (tmp_path / "two" / "dataset.jsonl").read_bytes() == (tmp_path / "whole" / "dataset.jsonl").read_bytes()
    again = json.loads((tmp_path / "two" / "summary.json").read_text())
    assert again["rejections"] == summary["rejections"]


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        ("diversity.subtasks.2=120%", "2=120%: write a share in whole percent"),
        ("diversity.subtasks.7=20%", "diversity.subtasks.7: is outside the configured range, which is 2 to 5"),
        ("diversity.injections.jokes=20%", "there is no kind 'jokes'"),
        ("diversity.injections.clarification/odd=20%", "clarification has no sub-kind 'odd'"),
        ("diversity.near_duplicates=2", "diversity.near_duplicates"),
        ("diversity.personas=nobody.txt", "nobody.txt: cannot be read"),
    ],
)
def test_what_cannot_be_is_one_clear_error(tmp_path: Path, setting: str, said: str) -> None:
    done = toolace("generate", "--tools", "builtin", "--count", "1", "--out", tmp_path / "run", "--set", setting)
    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "run").exists()
