"""Tools that run and are the user's own: `python:MODULE[:NAME]`."""

from __future__ import annotations

import asyncio
import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.e2e.conftest import start, toolace, wait_for_port
from toolace_mt.runs.folder import open_run
from toolace_mt.runs.sources import opener_of, read_tools
from toolace_mt.stages.execution import replay

Generate = Callable[..., subprocess.CompletedProcess[str]]
EXAMPLES = Path(__file__).parents[2] / "examples"
LIBRARY = f"python:{EXAMPLES}/own_tools.py:Library"
THERMOSTAT = f"python:{Path(__file__).parents[1]}/environments/examples/thermostat.py"


def test_dialogues_on_the_example_of_the_readme(generate: Generate, tmp_path: Path) -> None:
    done = generate("--seed", "2", tools=LIBRARY, count=4)
    assert done.returncode == 0, done.stderr
    outcomes = list(open_run(tmp_path / "run").outcomes("all"))
    assert {o.dialogue.environment.name for o in outcomes if o.dialogue and o.dialogue.environment} == {LIBRARY}
    open_environment = opener_of(read_tools([LIBRARY]).tools)
    for outcome in outcomes:
        assert outcome.dialogue is not None
        assert sum(len(turn.results) for turn in outcome.dialogue.turns if turn.type == "observation") >= 2
        assert asyncio.run(replay(open_environment, outcome.dialogue)).differences == ()
    before = (tmp_path / "run" / "dataset.jsonl").read_bytes()
    (tmp_path / "run" / "dataset.jsonl").unlink()
    assert generate("--seed", "2", tools=LIBRARY, count=4).returncode == 0
    assert (tmp_path / "run" / "dataset.jsonl").read_bytes() == before


def test_a_seed_without_a_world_fails_its_dialogue_alone(generate: Generate, tmp_path: Path) -> None:
    picky = tmp_path / "picky.py"
    picky.write_text(
        (EXAMPLES / "own_tools.py").read_text()
        + "\n\nclass Picky(Library):\n    def __init__(self, seed: int = 0) -> None:\n        if seed % 2:\n"
        + "            raise ValueError('no odd worlds')\n        super().__init__(seed)\n"
    )
    done = generate(tools=f"python:{picky}:Picky", count=3)
    assert done.returncode == 0, done.stderr
    failed = [o for o in open_run(tmp_path / "run").outcomes("all") if o.status == "failed"]
    assert failed, "no seed was odd"
    assert {f.rule for o in failed for f in o.findings} == {"world-not-built"}
    assert "Picky cannot be built: ValueError: no odd worlds" in failed[0].findings[0].detail


def test_an_interrupted_run_goes_on_in_the_same_worlds(generate: Generate, tmp_path: Path) -> None:
    assert generate(tools=LIBRARY, count=6, out="whole").returncode == 0
    assert generate("--max-attempts", "2", tools=LIBRARY, count=6, out="halves").returncode == 1
    assert generate(tools=LIBRARY, count=6, out="halves").returncode == 0
    whole, halves = ((tmp_path / out / "dataset.jsonl").read_bytes() for out in ("whole", "halves"))
    assert whole == halves


def test_a_changed_class_is_another_run(generate: Generate, tmp_path: Path) -> None:
    mine = tmp_path / "mine.py"
    shutil.copy(EXAMPLES / "own_tools.py", mine)
    assert generate(tools=f"python:{mine}:Library", count=1).returncode == 0
    mine.write_text(mine.read_text().replace("Find books by", "Look for books by"))
    done = generate(tools=f"python:{mine}:Library", count=1)
    assert done.returncode == 2
    assert "have changed since" in done.stderr


def test_classes_without_a_brief_and_functions(generate: Generate, tmp_path: Path) -> None:
    """The module prints, leaves by SystemExit and raises KeyboardInterrupt: none of it reaches the command line."""
    done = generate(tools=THERMOSTAT, count=4)
    assert done.returncode == 0, done.stderr
    assert done.stdout.lstrip().startswith("accepted")
    assert not {"setting", "before", "printed while importing"} & set(done.stdout.splitlines())


def test_what_is_read(tmp_path: Path) -> None:
    done = toolace("tools", LIBRARY, THERMOSTAT, "--json")
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    lend = next(tool for tool in said["tools"] if tool["function"]["name"] == "lend_book")
    assert lend["environment"] == LIBRARY
    assert lend["function"]["parameters"]["properties"]["book_id"]["description"] == "The book to lend."
    assert {mend["kind"] for mend in said["mended"]} == {"description", "parameters"}
    assert {refusal["name"] for refusal in said["refused"]} == {"each", "Ledger"}
    assert "Library" in toolace("tools", LIBRARY).stdout


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("python:no_such_module_at_all:X", "no module 'no_such_module_at_all'"),
        (f"python:{EXAMPLES}/absent.py", "there is no file"),
        (f"python:{EXAMPLES}/own_tools.py:Museum", "there is no 'Museum'"),
        ("python:", "python:MODULE"),
    ],
)
def test_bad_sources(generate: Generate, source: str, said: str) -> None:
    done = generate(tools=source)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert said in done.stderr


def test_a_simulated_server_that_is_told_of_the_source(generate: Generate, tmp_path: Path, free_port: int) -> None:
    server = start("simulate", "--port", str(free_port), "--tools", LIBRARY)
    try:
        wait_for_port(free_port)
        url = f"http://127.0.0.1:{free_port}/v1"
        served = generate("--model", "any", "--base-url", url, tools=LIBRARY, count=3, out="served")
        assert served.returncode == 0, served.stderr
    finally:
        server.kill()
        server.communicate(timeout=10)
    assert generate(tools=LIBRARY, count=3, out="local").returncode == 0
    served_rows, local_rows = ((tmp_path / out / "dataset.jsonl").read_bytes() for out in ("served", "local"))
    assert served_rows == local_rows
