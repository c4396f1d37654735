"""Executed skeletons through the real command line."""

from __future__ import annotations

import asyncio
import json
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.conftest import start, toolace
from toolace_mt.environments.builtin import BUILTIN, open_builtin
from toolace_mt.runs.folder import open_run
from toolace_mt.stages.execution import replay
from toolace_mt.types import Outcome

Generate = Callable[..., subprocess.CompletedProcess[str]]
COUNT = 24
pytestmark = pytest.mark.xdist_group("executed")  # one run for all tests
EXECUTED = ("generate", "--tools", "builtin", "--skeleton", "executed", "--count", str(COUNT), "--seed", "4")


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("executed") / "run"
    done = toolace(*EXECUTED, "--out", out)
    assert done.returncode == 0, done.stderr
    return out


def outcomes(run: Path) -> list[Outcome]:
    return list(open_run(run).outcomes("accepted"))


def test_nearly_all_skeletons_are_made_by_the_tools_of_every_world(run: Path) -> None:
    accepted = outcomes(run)
    assert sum(outcome.skeleton == "executed" for outcome in accepted) >= 0.9 * COUNT
    worlds = {o.dialogue.environment.name for o in accepted if o.dialogue and o.dialogue.environment}
    assert worlds <= set(BUILTIN)
    assert len(worlds) >= 6


def test_every_accepted_dialogue_replays_exactly(run: Path) -> None:
    for outcome in outcomes(run):
        assert outcome.dialogue is not None
        replayed = asyncio.run(replay(open_builtin, outcome.dialogue))
        assert replayed.differences == ()
        assert replayed.state == outcome.dialogue.state is not None


def test_a_skeleton_takes_one_request(run: Path) -> None:
    for outcome in outcomes(run):
        if outcome.skeleton == "executed":
            edits = sum(edit.stage == "inject" for edit in outcome.edits)
            assert outcome.usage.calls <= 3 + 3 * edits + 2 * outcome.passes + 5 + 5


def test_errors_are_real(run: Path) -> None:
    """What a tool that runs never said is not put into its mouth."""
    found = [e for o in outcomes(run) for e in o.edits if e.kind == "error_simulation" and e.accepted]
    assert found
    assert {edit.sub_kind for edit in found} == {"wrong_argument"}
    results = [r for edit in found for turn in edit.after if turn.type == "observation" for r in turn.results]
    assert any(result.is_error for result in results)
    assert not any(result.simulated for result in results)


def test_stats_tell_what_executed_dialogues_are_like(run: Path) -> None:
    done = toolace("stats", run, "--json")
    assert done.returncode == 0, done.stderr
    figures: dict[str, Any] = json.loads(done.stdout)
    assert figures["dialogues"] == COUNT
    assert figures["linked_steps"] > 1 / 3
    assert 0.05 < figures["parallel_steps"] < 0.5
    assert figures["error_results"] > 0
    assert figures["simulated_errors"] == 0
    assert sum(figures["domains"].values()) == pytest.approx(1)
    assert figures["skeletons"]["executed"] >= 0.9 * COUNT


def test_neither_timing_nor_the_wire_nor_a_kill_changes_a_byte(run: Path, tmp_path: Path, simulated: str) -> None:
    whole = (run / "dataset.jsonl").read_bytes()
    served = toolace(*EXECUTED, "--out", tmp_path / "served", "--model", "any", "--base-url", simulated)
    assert served.returncode == 0, served.stderr
    assert (tmp_path / "served" / "dataset.jsonl").read_bytes() == whole
    killed = start(*EXECUTED, "--out", tmp_path / "killed", "--concurrency", "3")
    time.sleep(3)
    killed.send_signal(signal.SIGKILL)
    killed.communicate(timeout=30)
    assert toolace(*EXECUTED, "--out", tmp_path / "killed", "--concurrency", "5").returncode == 0
    assert (tmp_path / "killed" / "dataset.jsonl").read_bytes() == whole


def test_tools_that_do_not_run_fall_back_to_the_model(generate: Generate, tmp_path: Path) -> None:
    done = generate("--skeleton", "executed", tools=Path(__file__).parent / "data" / "library_tools.json", count=3)
    assert done.returncode == 0, done.stderr
    assert {outcome.skeleton for outcome in outcomes(tmp_path / "run")} == {"llm"}
