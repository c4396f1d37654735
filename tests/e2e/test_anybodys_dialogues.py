"""`corrupt`, `verify`, `calibrate` and `refine` through the real command line, on dialogues that `generate` made."""

from __future__ import annotations

import json
import signal
import time
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.conftest import start, toolace


def rows(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text().splitlines()]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A dataset of eight dialogues, as `generate` leaves it."""
    run = tmp_path_factory.mktemp("made") / "run"
    done = toolace("generate", "--tools", "builtin", "--count", "8", "--seed", "11", "--out", run)
    assert done.returncode == 0, done.stderr
    return run / "dataset.jsonl"


@pytest.fixture(scope="module")
def labelled(made: Path) -> Path:
    """The same dialogues, and a copy of each for every kind of damage that fits."""
    out = made.parent / "labelled.jsonl"
    done = toolace("corrupt", made, "--out", out, "--keep", "--seed", "2")
    assert done.returncode == 0, done.stderr
    return out


pytestmark = pytest.mark.xdist_group("anybodys-dialogues")


def test_what_generate_accepts_verify_accepts(made: Path) -> None:
    done = toolace("verify", made)

    assert done.returncode == 0, done.stdout
    assert "8 dialogues: 8 accepted (100.0%), 0 rejected" in done.stdout


@pytest.mark.parametrize("form", ["sharegpt", "hermes", "toolace"])
def test_other_forms_of_the_same_dialogues_are_found_out_and_accepted(made: Path, tmp_path: Path, form: str) -> None:
    exported = tmp_path / "rows.jsonl"
    assert toolace("export", made.parent, "--format", form, "--out", exported).returncode == 0

    done = toolace("verify", exported, "--json", "-")

    findings = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 0, [row for row in findings if not row["accepted"]]
    assert len(findings) == 8


def test_damage_is_rejected_in_the_order_of_the_file(labelled: Path, tmp_path: Path) -> None:
    done = toolace("verify", labelled, "--json", tmp_path / "out.jsonl", "--report", tmp_path / "report.html")

    assert done.returncode == 1
    found = rows(tmp_path / "out.jsonl")
    assert [row["id"] for row in found] == [row["id"] for row in rows(labelled)]
    kinds = {row["id"].partition("~")[2]: row["accepted"] for row in found}
    assert kinds[""]
    assert not any(
        kinds[kind] for kind in ("truncated_arguments", "unknown_tool", "missing_required", "dropped_result")
    )
    assert "<table>" in (tmp_path / "report.html").read_text()


def test_calibration_tells_what_is_found(labelled: Path, tmp_path: Path) -> None:
    done = toolace("calibrate", labelled, "--json", tmp_path / "figures.json")

    assert done.returncode == 0, done.stderr
    assert "structure" in done.stdout
    assert json.loads((tmp_path / "figures.json").read_text())


def test_experts_are_asked_over_http_and_nothing_is_asked_twice(labelled: Path, tmp_path: Path, simulated: str) -> None:
    file = tmp_path / "few.jsonl"
    file.write_text("".join(labelled.read_text().splitlines(keepends=True)[:20]))
    judged = ("verify", file, "--judges", "--model", "any", "--base-url", simulated, "--json")

    first = toolace(*judged, tmp_path / "first.jsonl")
    gone = ("http://127.0.0.1:9/v1", "--set", "engine.retries=0")  # whoever asks there gets no answer
    again = toolace(*judged[:6], *gone, "--json", tmp_path / "again.jsonl")

    assert first.returncode == 1, first.stderr
    assert again.returncode == 1, again.stderr
    assert "Traceback" not in first.stderr
    assert (tmp_path / "again.jsonl").read_bytes() == (tmp_path / "first.jsonl").read_bytes()


def test_damaged_dialogues_are_mended_and_kill_9_loses_nothing(labelled: Path, tmp_path: Path) -> None:
    file = tmp_path / "damaged.jsonl"
    wanted = (
        "changed_code",
        "misspelt_tool",
        "repeated_call_id",
        "missing_required",
        "truncated_arguments",
        "leaked_template",
    )
    chosen = [row for row in rows(labelled) if row["id"].partition("~")[2] in wanted]
    file.write_text("".join(json.dumps(row) + "\n" for row in chosen))
    refine = ("refine", file, "--inject", "1", "--passes", "1", "--out")
    whole = toolace(*refine, tmp_path / "whole")
    assert whole.returncode in (0, 1), whole.stderr

    for seconds in (0.9, 1.3):
        process = start(*refine, tmp_path / "killed")
        time.sleep(seconds)
        process.send_signal(signal.SIGKILL)
        process.communicate(timeout=30)
    resumed = toolace(*refine, tmp_path / "killed")

    assert resumed.returncode == whole.returncode, resumed.stderr
    assert (tmp_path / "killed" / "dataset.jsonl").read_bytes() == (tmp_path / "whole" / "dataset.jsonl").read_bytes()
    mended = rows(tmp_path / "whole" / "dataset.jsonl")
    assert len(mended) >= 0.8 * len(chosen)
    assert {row["id"] for row in mended} <= {row["id"] for row in chosen}
    assert toolace("verify", tmp_path / "whole" / "dataset.jsonl").returncode == 0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("verify", "absent.jsonl"), "absent.jsonl"),
        (("verify", "."), "name a JSONL file"),
        (("corrupt", "absent.jsonl", "--out", "x.jsonl"), "absent.jsonl"),
        (("calibrate", "absent.jsonl"), "absent.jsonl"),
        (("refine", "absent.jsonl", "--out", "run"), "absent.jsonl"),
    ],
)
def test_files_that_cannot_be_read(tmp_path: Path, arguments: tuple[str, ...], said: str) -> None:
    done = toolace(*(tmp_path / a if a.endswith((".jsonl", "run", ".")) else a for a in arguments))

    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert len(done.stderr.splitlines()) == 1
