"""Estimates know what a run does: near-duplicates, dialogues that it has already, answers that it does not ask for again."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from tests.e2e.conftest import POOL
from toolace_mt.config import Config, load_config
from toolace_mt.errors import InputError
from toolace_mt.runs.estimating import Assumptions, estimate_live
from toolace_mt.runs.folder import begin_run, open_run
from toolace_mt.runs.local import generate
from toolace_mt.runs.progress import Progress
from toolace_mt.runs.sampling import sample_offline, sample_run
from toolace_mt.runs.serving.model import HOSTED


def config(*settings: str) -> Config:
    return load_config(None, list(settings), {"tools.sources": [str(POOL)]})


def test_near_duplicates_of_a_sample_are_not_accepted(tmp_path: Path) -> None:
    pytest.importorskip("rensa", reason="near-duplicates need the extra dedup")
    strict = config("diversity.near_duplicates=0.01", "run.count=2", "verify.enabled=false")
    sample = asyncio.run(sample_offline(strict, 4, HOSTED))
    lax = asyncio.run(sample_offline(config("verify.enabled=false"), 4, HOSTED))
    assert sample.accepted < lax.accepted == 4
    asyncio.run(generate(config("run.count=4", "verify.enabled=false"), tmp_path / "run", Progress(4)))
    assert sample_run(tmp_path / "run", strict, HOSTED).accepted == sample.accepted


def test_paying_for_a_sample_takes_nothing_from_a_larger_run(tmp_path: Path) -> None:
    larger = config("run.count=20", "engine.model=any", "engine.base_url=http://127.0.0.1:9/v1")
    begin_run(tmp_path / "run", larger, "inputs")[1].close()
    with pytest.raises(InputError, match=r"20 dialogues.*--from"):
        asyncio.run(estimate_live(larger, 2, tmp_path / "run", Assumptions(), Progress(2)))
    assert open_run(tmp_path / "run").config.run.count == 20


def test_answers_of_an_interrupted_sitting_are_counted_and_not_timed(tmp_path: Path) -> None:
    first, second = Progress(2), Progress(2)
    asyncio.run(generate(config("run.count=2"), tmp_path / "run", first))
    assert first.calls_timed == first.calls > 0
    run, store = begin_run(tmp_path / "run", config("run.count=2"), _inputs(tmp_path / "run"))

    async def forget_outcomes() -> None:
        async with store:
            for outcome in list(run.outcomes("all")):
                await store.drop_outcome(outcome.number)

    asyncio.run(forget_outcomes())
    asyncio.run(generate(config("run.count=2"), tmp_path / "run", second))
    assert (second.calls, second.calls_timed, second.seconds_in_calls) == (first.calls, 0, 0.0)


def _inputs(folder: Path) -> str:
    return json.loads((folder / "config.json").read_text())["inputs"]
