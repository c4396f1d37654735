"""Does an estimate hold? `python benchmarks/estimate.py`: estimates from a few dialogues, then real runs beside them.

For each way to make dialogues and each seed: an estimate for 60 accepted dialogues from `--sample` dialogues of another
seed, then the run itself, both by the offline engine, and whether what was used lies in the 90 % range. The run is a run
folder as `generate` makes it; its figures are those of its summary.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import tempfile
from collections import Counter
from pathlib import Path

from toolace_mt.config import Config, load_config
from toolace_mt.errors import RunStopped
from toolace_mt.runs.estimating import Assumptions, estimate_offline
from toolace_mt.runs.local import generate
from toolace_mt.runs.progress import Progress
from toolace_mt.runs.summary import write_summary

WAYS = {
    "llm": ["run.skeleton=llm"],
    "parallel": ["run.decoding=parallel"],
    "executed": ["run.skeleton=executed"],
    "mas": ["run.method=mas"],
}
FIELDS = ("attempts", "calls", "prompt_tokens", "completion_tokens")
OTHER_SEED = 1000


def used(config: Config) -> dict[str, float]:
    """What a run really uses."""
    with tempfile.TemporaryDirectory() as folder:
        run = asyncio.run(generate(config, Path(folder) / "run", Progress(config.run.count)))
        summary = write_summary(run)
    attempts = summary["accepted"] + summary["rejected"] + summary["failed"]
    return {"attempts": attempts, **summary["usage"]}


def compare(way: str, seed: int, sample: int, count: int) -> dict[str, bool]:
    """Estimate, run, print a line for each field; whether each lies in its range."""
    settings = [*WAYS[way], f"run.count={count}"]
    config = load_config(None, [*settings, f"run.seed={seed}"], {})
    other = load_config(None, [*settings, f"run.seed={seed + OTHER_SEED}"], {})
    estimate = asyncio.run(estimate_offline(other, sample, Assumptions())).forecast
    actual = used(config)
    held: dict[str, bool] = {}
    for field in FIELDS:
        found = estimate.attempts if field == "attempts" else estimate.totals[field]
        held[field] = found.low <= actual[field] <= found.high
        told = f"{found.likely:12,.0f} ({found.low:,.0f} to {found.high:,.0f})"
        print(
            f"{way:9} {seed:3} {field:18} {told:50} {actual[field]:12,.0f} {'' if held[field] else 'outside'}",
            flush=True,
        )
    return held


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--sample", type=int, default=5)
    parser.add_argument("--count", type=int, default=60)
    parser.add_argument("--ways", nargs="*", default=list(WAYS), choices=list(WAYS))
    options = parser.parse_args()
    gc.set_threshold(100_000, 50, 50)
    print(f"{'way':9} {'seed':3} {'figure':18} {'likely, and the 90 % range':>50} {'used':>12}")
    for way in options.ways:
        held: Counter[str] = Counter()
        tried = 0
        for seed in range(options.seeds):
            try:
                held.update(
                    field for field, inside in compare(way, seed, options.sample, options.count).items() if inside
                )
            except RunStopped as stop:
                print(f"{way:9} {seed:3} stopped: {stop}")
                continue
            tried += 1
        print(
            f"{way}: within the range: " + ", ".join(f"{field} {held[field]} of {tried}" for field in FIELDS),
            flush=True,
        )


if __name__ == "__main__":
    main()
