"""`toolace-mt estimate`: calls, tokens, dollars and time of a run, before it is paid for."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import orjson
from rich.console import Console
from rich.table import Table
from rich.text import Text

from toolace_mt.cli.generation_flags import generation_flags
from toolace_mt.cli.options import by_key
from toolace_mt.cli.render import clean
from toolace_mt.cli.running import drive
from toolace_mt.config import Config, load_config
from toolace_mt.errors import InputError
from toolace_mt.metrics.forecast import LEVEL, Range
from toolace_mt.runs.earlier import with_run
from toolace_mt.runs.estimating import (
    Assumptions,
    Estimate,
    estimate_from_run,
    estimate_live,
    estimate_offline,
)
from toolace_mt.runs.faults import parse_times
from toolace_mt.runs.progress import Progress
from toolace_mt.runs.whole_file import whole_file

_TITLES = {
    "calls": "calls",
    "prompt_tokens": "tokens in",
    "cached_prompt_tokens": "  of them cached",
    "completion_tokens": "tokens out",
}


@click.command("estimate")
@generation_flags
@click.option("--from", "earlier", type=click.Path(path_type=Path), metavar="RUN", help="Estimate from an earlier run.")
@click.option("--sample", type=click.IntRange(2, 1000), default=5, show_default=True, metavar="K", help="Sample size.")
@click.option(
    "--spend", is_flag=True, help="Make the K dialogues at the endpoint, as the beginning of the run in --out."
)
@click.option("--out", type=click.Path(path_type=Path), metavar="RUN", help="The run folder that --spend begins.")
@click.option(
    "--accepted", type=click.FloatRange(0.01, 1), metavar="SHARE", help="Share of dialogues that will be accepted."
)
@click.option(
    "--answers",
    type=click.FloatRange(0.1, 20),
    default=1.0,
    metavar="FACTOR",
    help="A model's answers are so many times as long as the offline engine's (1).",
)
@click.option("--latency", metavar="base=S,prompt=S,output=S", help="Seconds per request, and per token (0).")
@click.option("--json", "report", type=click.Path(path_type=Path), metavar="OUT", help="Write all figures, unrounded.")
def command(
    sources: tuple[str, ...],
    file: Path | None,
    settings: tuple[str, ...],
    earlier: Path | None,
    sample: int,
    spend: bool,
    out: Path | None,
    accepted: float | None,
    answers: float,
    latency: str | None,
    report: Path | None,
    **flags: Any,
) -> None:
    """Estimate what `generate` with the same options will use: calls, tokens, dollars, time.

    K dialogues of these tools are made now by the offline engine, for nothing, and the tokens of their real requests are
    counted. With --from RUN, the dialogues of an earlier run are taken, with its settings; other prices, models and counts
    may be given. With --spend, K accepted dialogues are really made and paid for, and `generate` goes on from them:
    nothing is paid twice.

    Each figure has a range, which holds the true one in 9 of 10 cases as far as the sample tells (docs/cost.md).
    """
    _refuse_mix(earlier, spend, out)
    if report is not None and not report.parent.is_dir():
        raise InputError(f"--json {report}: there is no folder {report.parent}; make it, or name another file")
    config = load_config(file, settings, {"tools.sources": sources or None, **by_key(flags)})
    assumed = Assumptions(parse_times(latency) if latency else None, accepted, answers)
    if earlier is not None:
        estimate = asyncio.run(estimate_from_run(with_run(config, earlier), earlier, assumed))
    elif spend and out is not None:
        estimate = _spend(config, sample, out, assumed)
    else:
        estimate = asyncio.run(estimate_offline(config, sample, assumed))
    if report is not None:
        with whole_file(report) as written:
            written.write(orjson.dumps(estimate.to_json(), option=orjson.OPT_INDENT_2) + b"\n")
    _print(estimate)


def _refuse_mix(earlier: Path | None, spend: bool, out: Path | None) -> None:
    if earlier is not None and spend:
        raise InputError("--from takes an earlier run and --spend makes a new one: give one of them")
    if spend != (out is not None):
        raise InputError("--spend keeps what it pays for in a run folder: give both --spend and --out RUN, or neither")


def _spend(config: Config, sample: int, out: Path, assumed: Assumptions) -> Estimate:
    if config.engine.model is None:
        raise InputError("--spend asks a model: name one with --model")
    progress = Progress(sample)
    return drive(estimate_live(config, sample, out, assumed, progress), progress, out)


def _print(estimate: Estimate) -> None:
    table = Table(box=None, padding=(0, 2, 0, 0))
    table.add_column(f"for {estimate.count:,} accepted")
    table.add_column("likely", justify="right")
    table.add_column(f"{LEVEL:.0%} range", justify="right")
    found = estimate.forecast
    _add(table, "dialogues tried", found.attempts, _count)
    for name, title in _TITLES.items():
        _add(table, title, found.totals[name], _count)
    if not estimate.models:
        table.add_row("dollars", "none", "the offline engine is free")
    elif estimate.priced:
        _add(table, "dollars", found.totals["usd"], lambda usd: f"${usd:,.2f}" if usd >= 1 else f"${usd:.4f}")
    else:
        table.add_row("dollars", "unknown", "")
    if estimate.models:
        _add(table, "time", found.totals["seconds"], _clock)
    table.add_row("calls in sequence", f"{estimate.depth:.1f}", "in a dialogue, on average")
    console = Console(soft_wrap=True, highlight=False)
    console.print(table)
    console.print()
    accepted = f"{estimate.sampled_accepted} of {estimate.sampled} accepted"
    for note in (f"from {estimate.source} ({accepted})", *estimate.notes):
        console.print(Text(f"- {clean(note)}"))


def _add(table: Table, title: str, found: Range, show: Callable[[float], str]) -> None:
    table.add_row(title, show(found.likely), f"{show(found.low)} to {show(found.high)}")


def _count(value: float) -> str:
    return f"{value:,.0f}"


def _clock(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}"
