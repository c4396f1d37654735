"""The same measurement on a real clock: a server process on loopback, real HTTP, the journal, and waiting.

It is there to check the simulated clocks, so it is for few dialogues: it takes as long as the servers take, divided by
`speed`.
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
import tempfile
import time
from collections.abc import Generator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

from toolace_mt.bench.measuring import Bench, Measured, Regime, structure_of
from toolace_mt.config import Config
from toolace_mt.errors import InputError
from toolace_mt.runs.faults import LATENCIES
from toolace_mt.runs.folder import open_run
from toolace_mt.runs.local import AttemptsExhausted, generate
from toolace_mt.runs.progress import Progress
from toolace_mt.runs.serving.model import ServerProfile
from toolace_mt.types import Outcome, Usage

_SECONDS_TO_STOP = 10


@dataclass(frozen=True, slots=True)
class RealRun:
    """What a run took on a real clock, times already multiplied by the speed."""

    outcomes: Sequence[Outcome]
    seconds: float
    usage: Usage


def for_real_clock(regime: Regime) -> Regime:
    """`regime` asked with json_schema: the offline engine draws by the text of a request, and words of a schema change that."""
    return replace(regime, structure="json_schema")


def check_slips(slips: float) -> None:
    """Raises InputError where mistakes are to be put in on a real clock."""
    if slips:
        raise InputError("--slips: is for the simulated clock; on the real one the server answers, without slips")


def measure_on_real_clock(bench: Bench, measured: Measured, name: str, config: Config, speed: float) -> Measured:
    """`measured` with the seconds of a real run in place of the simulated ones, which are kept as `simulated_seconds`.

    On the saturated server they are what passed on the clock, the time in which it fills and runs dry included, and so
    are the simulated ones beside them. Raises InputError.
    """
    check_slips(bench.slips)
    bench.say(f"{name}: few dialogues at a time, on a real clock")
    few = run_really(config, bench.few, speed)
    bench.say(f"{name}: on a saturated server, on a real clock")
    full = run_really(config, bench.saturated, speed)
    accepted = [sum(outcome.status == "accepted" for outcome in run.outcomes) for run in (few, full)]
    seconds = {
        regime: run.seconds / count if count else None
        for regime, run, count in zip(("few", "saturated"), (few, full), accepted, strict=True)
    }
    dialogues = [outcome.dialogue for outcome in measured.outcomes]
    figures = {
        **measured.figures,
        "seconds": seconds,
        "wall_seconds": seconds,
        "simulated_seconds": measured.figures["wall_seconds"],
        "real_calls": few.usage.calls,
        "real_cached_prompt_tokens": few.usage.cached_prompt_tokens,
        "same_on_every_clock": measured.figures["same_on_every_clock"]
        and all([outcome.dialogue for outcome in run.outcomes] == dialogues for run in (few, full)),
    }
    return replace(measured, figures=figures)


def run_really(config: Config, regime: Regime, speed: float) -> RealRun:
    """Make the `config.run.count` dialogues over HTTP on a server of `regime`, `speed` times as fast."""
    with (
        serving(replace(regime.server, speed=speed), config.tools.sources) as base_url,
        tempfile.TemporaryDirectory() as folder,
    ):
        out = Path(folder) / "run"
        begun = time.perf_counter()
        with suppress(AttemptsExhausted):  # where some are rejected: all were tried, and that is what is asked for
            asyncio.run(generate(_over_http(config, base_url, regime), out, Progress(config.run.count)))
        seconds = (time.perf_counter() - begun) * speed
        outcomes = sorted(open_run(out).outcomes("all"), key=lambda outcome: outcome.number)
        return RealRun(outcomes, seconds, sum((outcome.usage for outcome in outcomes), Usage()))


def _over_http(config: Config, base_url: str, regime: Regime) -> Config:
    structure = structure_of(config, regime)
    engine = config.engine.model_copy(update={"model": "offline", "base_url": base_url, "structured_output": structure})
    all_tried = {"concurrency": regime.at_once, "max_attempts": config.run.count, "give_up_after": 0}
    run = config.run.model_copy(update=all_tried)
    return config.model_copy(update={"engine": engine, "run": run})


@contextmanager
def serving(profile: ServerProfile, sources: Sequence[str] = ()) -> Generator[str]:
    """The base URL of a server process with the times of `profile`. Raises InputError where it does not start."""
    latency = ",".join(f"{name}={getattr(profile, name)}" for name in LATENCIES)
    own = [argument for source in sources if source.startswith("python:") for argument in ("--tools", source)]
    command = [sys.executable, "-m", "toolace_mt", "simulate", "--port", "0", "--latency", latency, *own]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as server:  # noqa: S603
        try:
            assert server.stdout is not None
            line = server.stdout.readline().split()
            if "--base-url" not in line:
                raise InputError(f"the server did not start: {_last_words(server)}")
            yield line[line.index("--base-url") + 1]
        finally:
            server.terminate()
            try:
                server.wait(_SECONDS_TO_STOP)
            except subprocess.TimeoutExpired:
                server.kill()


def _last_words(server: subprocess.Popen[str]) -> str:
    assert server.stderr is not None
    return " ".join(server.stderr.read().split())[-500:] or "it said nothing"
