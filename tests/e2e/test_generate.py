from __future__ import annotations

import itertools
import json
import re
import signal
import sqlite3
import subprocess
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from tests.e2e.conftest import POOL, SHARED, start, toolace

Generate = Callable[..., subprocess.CompletedProcess[str]]


def rows_of(run: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (run / "dataset.jsonl").read_text().splitlines()]


def broken_calls(row: dict[str, Any]) -> list[str]:
    """Calls, marked faulty ones aside, that break their schema, by a validator that is not ours."""
    schemas = {t["function"]["name"]: t["function"]["parameters"] for t in row["tools"]}
    broken = []
    for message in row["messages"]:
        for call in message.get("tool_calls") or () if message.get("weight") != 0 else ():
            function = call["function"]
            arguments = json.loads(function["arguments"])
            try:
                jsonschema.validate(arguments, schemas[function["name"]])
            except (jsonschema.ValidationError, KeyError) as error:
                broken.append(f"{function['name']}({arguments}): {error}")
    return broken


@pytest.mark.parametrize("tools", ["builtin", POOL], ids=["builtin", "own tools"])
def test_from_tools_to_a_verified_dataset(generate: Generate, tmp_path: Path, tools: str | Path) -> None:
    done = generate("--seed", "3", tools=tools, count=12)
    assert done.returncode == 0, done.stderr
    assert "accepted" in done.stdout
    rows = rows_of(tmp_path / "run")
    assert len(rows) == 12
    assert [error for row in rows for error in broken_calls(row)] == []
    for row in rows:
        roles = [m["role"] for m in row["messages"]]
        assert roles[:2] == ["system", "user"] or roles[0] == "user"
        assert roles[-1] == "assistant"
        assert all(pair != ("user", "user") for pair in itertools.pairwise(roles))
    texts = [m["content"] for row in rows for m in row["messages"] if m["role"] == "user"]
    assert len(set(texts)) > 0.95 * len(texts)


def test_the_same_command_again_makes_nothing_new(generate: Generate, tmp_path: Path) -> None:
    assert generate().returncode == 0
    before = (tmp_path / "run" / "dataset.jsonl").read_bytes()
    journal = journal_keys(tmp_path / "run")
    assert generate().returncode == 0
    assert (tmp_path / "run" / "dataset.jsonl").read_bytes() == before
    assert journal_keys(tmp_path / "run") == journal


def journal_keys(run: Path) -> list[tuple[Any, ...]]:
    with sqlite3.connect(run / "run.sqlite") as database:
        return database.execute("SELECT dialogue_id, step, attempt FROM completions ORDER BY 1, 2, 3").fetchall()


def test_another_configuration_is_refused_with_the_difference(generate: Generate) -> None:
    assert generate(count=2).returncode == 0
    done = generate("--seed", "5", count=2)
    assert done.returncode == 2
    assert "run.seed: 0 there, 5 now" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_larger_count_extends_a_run(generate: Generate, tmp_path: Path) -> None:
    assert generate(count=3).returncode == 0
    three = (tmp_path / "run" / "dataset.jsonl").read_bytes()
    journal = journal_keys(tmp_path / "run")
    assert generate(count=6).returncode == 0
    assert generate(count=6, out="whole").returncode == 0
    six = (tmp_path / "run" / "dataset.jsonl").read_bytes()
    assert six.startswith(three)
    assert six == (tmp_path / "whole" / "dataset.jsonl").read_bytes()
    assert set(journal) < set(journal_keys(tmp_path / "run"))


def test_neither_timing_nor_the_wire_changes_a_byte(generate: Generate, tmp_path: Path, simulated: str) -> None:
    one = generate("--concurrency", "1", out="one", count=8)
    many = generate("--concurrency", "64", out="many", count=8)
    served = generate("--model", "any", "--base-url", simulated, "--concurrency", "16", out="served", count=8)
    for done in (one, many, served):
        assert done.returncode == 0, done.stderr
    datasets = {(tmp_path / out / "dataset.jsonl").read_bytes() for out in ("one", "many", "served")}
    assert len(datasets) == 1


def test_kill_9_at_any_moment_loses_nothing(generate: Generate, tmp_path: Path) -> None:
    assert generate(out="whole", count=16).returncode == 0
    arguments = ("generate", "--tools", "builtin", "--count", "16", "--out", str(tmp_path / "killed"))
    kills = 0
    answered: list[tuple[Any, ...]] = []
    for delay in (0.9, 1.1, 1.3, 1.6, 2.0, 2.5):
        process = start(*arguments)
        time.sleep(delay)
        process.send_signal(signal.SIGKILL)
        process.communicate(timeout=30)
        kills += process.returncode == -signal.SIGKILL
        if (tmp_path / "killed" / "run.sqlite").exists():
            known = journal_keys(tmp_path / "killed")
            assert set(answered) <= set(known), "an answered call was lost"
            answered = known
    assert toolace(*arguments).returncode == 0
    assert kills >= 1
    assert journal_keys(tmp_path / "killed") == journal_keys(tmp_path / "whole"), (
        "something was asked twice or not at all"
    )
    whole, killed = ((tmp_path / out / "dataset.jsonl").read_bytes() for out in ("whole", "killed"))
    assert whole == killed


def test_stages_can_be_switched_off(generate: Generate, tmp_path: Path) -> None:
    assert generate("--set", "refine.enabled=false", "--set", "verify.enabled=false", count=3).returncode == 0
    steps = {step.split("/")[0] for _, step, _ in journal_keys(tmp_path / "run")}
    assert steps == {"init"}


def test_knobs_hold(generate: Generate, tmp_path: Path) -> None:
    knobs = [
        "initialize.subtasks_min=2",
        "initialize.subtasks_max=2",
        "initialize.steps_min=3",
        "initialize.steps_max=3",
    ]
    knobs += ["refine.injections_min=2", "refine.injections_max=2", "refine.passes_min=1", "refine.passes_max=1"]
    assert generate(*(word for knob in knobs for word in ("--set", knob)), count=5).returncode == 0
    summary = json.loads((tmp_path / "run" / "summary.json").read_text())["spread"]
    assert summary["subtasks"] == {"2": 5}
    assert summary["planned_steps"] == {"3": 10}
    assert summary["injections"] == {"2": 5}
    assert summary["passes"] == {"1": 5}


def test_too_few_attempts_stop_the_run_with_the_reason(generate: Generate) -> None:
    done = generate("--max-attempts", "2", count=3)
    assert done.returncode == 1
    assert re.search(r"[0-2] of 3 dialogues were accepted in 2 attempts", done.stderr)
    assert "same command goes on" in done.stderr
    assert generate("--max-attempts", "30", count=3).returncode == 0


@pytest.mark.skipif(not SHARED.exists(), reason="the development data beside the repository is absent")
def test_a_pool_that_nobody_here_wrote(generate: Generate, tmp_path: Path) -> None:
    pool = SHARED / "data" / "real" / "toolpool_bfcl_multiturn.jsonl"
    done = generate("--seed", "1", tools=pool, count=40)
    assert done.returncode == 0, done.stderr
    rows = rows_of(tmp_path / "run")
    assert [error for row in rows for error in broken_calls(row)] == []
    spread = json.loads((tmp_path / "run" / "summary.json").read_text())["spread"]
    assert set(spread["subtasks"]) == {"2", "3", "4", "5"}
    assert set(spread["planned_steps"]) == {"1", "2", "3", "4", "5", "6"}
    assert set(spread["injections"]) == {"1", "2", "3"}
    kinds = Counter(name.split("/")[0] for name in spread["injection_kinds"])
    assert set(kinds) == {"clarification", "tool_awareness", "error_simulation", "non_function_calling"}


def test_what_an_engine_wrote_before_changes_nothing(generate: Generate, tmp_path: Path) -> None:
    """Many dialogues of a pool of two tools have the same tools, in another order: each is written as if it were the first."""
    tools = tmp_path / "two.json"
    tools.write_text(json.dumps([_asking("get_time", "city"), _asking("ping_host", "host")]))
    few = ["--set", "initialize.subtasks_max=2", "--set", "initialize.steps_max=1", "--set", "diversity.styles=false"]
    for out, counts in (("once", (24,)), ("twice", (14, 24))):
        for count in counts:
            done = generate("--seed", "2", *few, tools=tools, count=count, out=out)
            assert done.returncode == 0, done.stderr
    once, twice = ((tmp_path / out / "dataset.jsonl").read_bytes() for out in ("once", "twice"))
    assert once == twice


def _asking(name: str, parameter: str) -> dict[str, Any]:
    """A tool of one parameter."""
    schema = {"type": "object", "properties": {parameter: {"type": "string"}}, "required": [parameter]}
    return {"name": name, "description": name.replace("_", " ").capitalize() + ".", "parameters": schema}
