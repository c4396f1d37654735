"""Dialogues verified per second on one core, and what that costs beside one jsonschema validation per call.

The dialogues are the offline engine's, of 18-22 messages, in OpenAI's form, each with its own list of tools and no metadata.

all        the whole of `verify`: read the line, read the dialogue, all rules, write the line of findings
rules      the rules alone, on dialogues that are read already
arguments  the check of arguments against their schemas alone
naive      one `jsonschema.validate` per call, without anything kept: what a script does; checks arguments and nothing else

`python benchmarks/verification.py [--count N] [--file FILE.jsonl[.gz]]`. With --memory MB it also writes a file of so many
megabytes and reports the most memory that verifying it took. Compare ratios, not times of different days.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import os
import platform
import statistics
import subprocess
import sys
import sysconfig
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import orjson

from toolace_mt.config import Config
from toolace_mt.dialogue.formats import read_recorded
from toolace_mt.dialogue.recorded import NotADialogue
from toolace_mt.exporters.registry import export
from toolace_mt.rules import RULES, check
from toolace_mt.rules.reading import Reading
from toolace_mt.runs.dialogue_file import read_lines
from toolace_mt.runs.local import generate
from toolace_mt.runs.progress import Progress
from toolace_mt.runs.verifying import Checking, check_line, sparing_garbage_collection

REPEATS = 5
MESSAGES = range(18, 23)


def interpreter() -> str:
    """Which Python this is: one that was built with profile-guided optimisation does the same in some 1.3 times less.

    The options of its build are all there is to tell that by; Debian's own is optimised, and its options say nothing.
    """
    options = str(sysconfig.get_config_var("CONFIG_ARGS"))
    told = "says that it is" if "--enable-optimizations" in options else "does not say whether it is"
    name = f"{platform.python_implementation()} {platform.python_version()}, {platform.python_compiler()}"
    return f"{name}; {told} built with profile-guided optimisation"


def made_lines(count: int, folder: Path) -> list[bytes]:
    """Lines of dialogues of about 20 messages that the offline engine made."""
    config = Config.model_validate(
        {
            "run": {"count": count, "seed": 1},
            "initialize": {"subtasks_max": 3, "steps_max": 3},
            "refine": {"weights": {"error_simulation": 0}},  # their marks stand in the metadata
        }
    )
    run = asyncio.run(generate(config, folder / "run", Progress(count)))
    out = export(run.outcomes(), "messages", folder / "made.jsonl").out
    lines = [line for _, line in read_lines(out)]
    rows = [orjson.loads(line) for line in lines]
    chosen = [row for row in rows if len(row["messages"]) in MESSAGES]
    return [orjson.dumps({key: row[key] for key in ("id", "messages", "tools")}) for row in chosen]


def per_second(work: Callable[[], object], size: int) -> float:
    """The median of several times through, in dialogues a second."""
    seconds: list[float] = []
    for _ in range(REPEATS):
        gc.collect()
        start = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - start)
    return size / statistics.median(seconds)


def naive(rows: list[dict[str, Any]]) -> None:
    """Validate each call as the documentation of jsonschema shows it."""
    for row in rows:
        schemas = {tool["function"]["name"]: tool["function"]["parameters"] for tool in row["tools"]}
        for message in row["messages"]:
            for call in message.get("tool_calls") or ():
                schema = schemas.get(call["function"]["name"])
                if schema is not None:
                    try:
                        arguments = call["function"]["arguments"]
                        jsonschema.validate(
                            orjson.loads(arguments) if isinstance(arguments, str) else arguments, schema
                        )
                    except jsonschema.ValidationError:
                        pass


def speeds(lines: list[bytes]) -> None:
    """Print the figures of these lines."""
    checking = Checking()
    rows = [orjson.loads(line) for line in lines]
    verdicts = [check_line(line, number, checking) for number, line in enumerate(lines, 1)]
    dialogues = [recorded for recorded in map(_dialogue, rows) if recorded is not None]
    messages = statistics.mean(len(row["messages"]) for row in rows)
    size = statistics.mean(map(len, lines))
    rejected = sum(not verdict.accepted for verdict, _, _ in verdicts)
    print(f"{len(lines)} dialogues, {messages:.1f} messages and {size / 1024:.1f} KB each; {rejected} rejected")
    whole = per_second(lambda: [orjson.dumps(check_line(line, 1, checking)[0].to_json()) for line in lines], len(lines))
    alone = per_second(lambda: [check(dialogue) for dialogue in dialogues], len(dialogues))
    calls = sum(len(dialogue.calls) for dialogue in dialogues)
    arguments = RULES["arguments"]
    checked = per_second(lambda: [arguments(Reading(dialogue)) for dialogue in dialogues], calls)
    sample = rows[:40]
    script = per_second(lambda: naive(sample), len(sample))
    naively = script / len(sample) * sum(len(dialogue.calls) for dialogue in dialogues[: len(sample)])
    print(f"all        {whole:>9,.0f} dialogues/s   {whole * messages / 20:>9,.0f} as dialogues of 20 messages")
    print(f"rules      {alone:>9,.0f} dialogues/s")
    print(f"arguments  {checked:>9,.0f} calls/s")
    print(
        f"naive      {naively:>9,.0f} calls/s, {script:,.0f} dialogues/s;"
        f" arguments is {checked / naively:.0f} times that, all {whole / script:.1f} times, with all other rules"
    )


def _dialogue(row: dict[str, Any]) -> Any:
    try:
        return read_recorded(row, 1).dialogue
    except NotADialogue:
        return None


def memory(lines: list[bytes], megabytes: int, folder: Path) -> None:
    """Write a file of that size, verify it by the command, and print the most memory that all its processes took."""
    big = folder / "big.jsonl"
    written = number = 0
    with big.open("wb") as file:
        while written < megabytes * 1_000_000:
            row = orjson.loads(lines[number % len(lines)])
            number += 1
            written += file.write(orjson.dumps({**row, "id": f"row-{number}"}) + b"\n")
    start = time.perf_counter()
    command = [sys.executable, "-m", "toolace_mt", "verify", str(big), "--json", str(folder / "out.jsonl")]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    most = 0
    while process.poll() is None:
        most = max(most, sum(map(_kilobytes, _family(process.pid))))
        time.sleep(0.05)
    seconds = time.perf_counter() - start
    print(
        f"memory {written / 1e6:,.0f} MB, {number:,} dialogues in {seconds:.1f} s on {os.cpu_count()} cores,"
        f" {number / seconds:,.0f} dialogues/s; at most {most / 1024:.0f} MB in all processes"
    )


def _family(pid: int) -> list[int]:
    """A process and those that it began, as Linux tells them."""
    found = [pid]
    for process in found:
        try:
            children = Path(f"/proc/{process}/task/{process}/children").read_text()
        except OSError:
            continue
        found += map(int, children.split())
    return found


def _kilobytes(pid: int) -> int:
    """The memory of a process; what it shares with others counts by their number."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)


def main() -> None:
    """Print all figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=120, help="dialogues that the offline engine makes")
    parser.add_argument("--file", type=Path, help="time these dialogues, too")
    parser.add_argument("--memory", type=int, metavar="MB", help="verify a file of that size, too")
    options = parser.parse_args()
    print(interpreter())
    with tempfile.TemporaryDirectory() as name, sparing_garbage_collection():
        lines = made_lines(options.count, Path(name))
        speeds(lines)
        if options.file:
            speeds([line for _, line in read_lines(options.file)])
        if options.memory:
            memory(lines, options.memory, Path(name))


if __name__ == "__main__":
    main()
