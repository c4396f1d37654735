"""`toolace-mt bench`: methods side by side."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click
import orjson
from rich.console import Console

from toolace_mt.bench.measuring import FEW, Bench, saturated
from toolace_mt.bench.methods import METHODS, MOST, choose_methods, configurations, that_can_run
from toolace_mt.bench.outputs import check_out, write_out
from toolace_mt.bench.picture import check_picture, draw
from toolace_mt.bench.real_clock import check_slips, for_real_clock, measure_on_real_clock
from toolace_mt.bench.tables import notes_of, tables_of
from toolace_mt.bench.trace import write_trace
from toolace_mt.cli.counting import counting
from toolace_mt.cli.options import settings as settings_option
from toolace_mt.config import Prices
from toolace_mt.engines.pricing import prices_of
from toolace_mt.errors import InputError
from toolace_mt.runs.nli import load_nli

_MODEL = "gpt-4o-2024-11-20"
_HOW = "--price-prompt and --price-completion give them, or pip install 'toolace-mt[prices]'"


@click.command("bench")
@click.option("--tools", "sources", multiple=True, metavar="SRC", help="Where tools come from; may be given again.")
@click.option("--count", type=click.IntRange(1, MOST), default=None, help="Dialogues each (200).")
@click.option("--methods", default=None, metavar="NAME,...", help=f"Of {', '.join(METHODS)}; all where not given.")
@click.option("--slips", type=click.FloatRange(0, 1), default=0.0, help="Share of calls with a wrong argument put in.")
@click.option("--jobs", type=click.IntRange(1, 64), default=None, help="Methods measured at one time (all cores).")
@click.option("--clock", type=click.Choice(["simulated", "real"]), default="simulated", show_default=True)
@click.option("--speed", type=click.FloatRange(0.1, 1000), default=1.0, help="Divides the real server's times.")
@click.option("--capacity", type=click.IntRange(1, 4096), default=64, show_default=True, help="Of the full server.")
@click.option("--seed", type=int, default=None, metavar="S", help="Another seed, other dialogues (0).")
@click.option("--model", default=_MODEL, show_default=True, metavar="NAME", help="Whose prices the dollars are.")
@click.option("--price-prompt", type=click.FloatRange(0), default=None, help="US dollars per million prompt tokens.")
@click.option("--price-cached", type=click.FloatRange(0), default=None, help="The same, where a cache gave them.")
@click.option("--price-completion", type=click.FloatRange(0), default=None, help="The same, of completion tokens.")
@click.option("--nli", default=None, metavar="MODEL", help="Entailment ratios by this model, as in `stats`.")
@click.option("--json", "out", type=click.Path(path_type=Path), default=None, metavar="OUT", help="All figures.")
@click.option("--picture", type=click.Path(path_type=Path), default=None, metavar="OUT.svg|png", help="A chart.")
@click.option(
    "--trace", type=click.Path(path_type=Path), default=None, metavar="OUT.jsonl", help="A line for each call."
)
@click.option("--config", "file", type=click.Path(path_type=Path), default=None, metavar="FILE.toml")
@settings_option("refine.passes_max=3")
def command(
    methods: str | None,
    sources: tuple[str, ...],
    file: Path | None,
    settings: tuple[str, ...],
    count: int | None,
    seed: int | None,
    clock: str,
    speed: float,
    capacity: int,
    slips: float,
    jobs: int | None,
    **given: Any,
) -> None:
    """Make the same dialogues by several methods, and compare calls, tokens, dollars and time.

    The offline engine writes; servers are modelled from published figures (docs/bench.md says how). Nothing is spent.
    """
    names = choose_methods(methods)
    if clock == "real":
        check_slips(slips)
    _check_outputs(given, names)
    entails = load_nli(given["nli"]) if given["nli"] else None
    chosen = configurations(names, sources, file, settings, count=count, seed=seed)
    configs = that_can_run(chosen, lambda said: click.echo(said, err=True))
    prices = _prices(given)
    with counting() as say:
        few = for_real_clock(FEW) if clock == "real" else FEW
        bench = Bench(few, saturated(capacity), slips, prices, say)
        measured = bench.measure_all(configs, jobs or os.cpu_count() or 1)
        if clock == "real":
            measured = {
                name: measure_on_real_clock(bench, of_one, name, configs[name], speed)
                for name, of_one in measured.items()
            }
    any_config = next(iter(configs.values()))
    report = bench.report(
        measured,
        {
            "count": any_config.run.count,
            "seed": any_config.run.seed,
            "tools": list(any_config.tools.sources),
            "set": list(settings),
            "clock": clock,
            "model": given["model"],
        },
        entails,
    )
    try:
        write_out("--json", given["out"], orjson.dumps(report, option=orjson.OPT_INDENT_2) + b"\n")
        if given["picture"]:
            draw(report, given["picture"])
        if given["trace"]:
            write_trace({name: (of_one.unit, of_one.saturated) for name, of_one in measured.items()}, given["trace"])
    finally:  # a disk that is full, or a reader that goes away, takes only one of files and tables
        _show(report)


def _show(report: dict[str, Any]) -> None:
    for table in tables_of(report):
        Console(highlight=False).print(table)
    for note in notes_of(report):
        click.echo(note)


def _prices(given: Mapping[str, Any]) -> Prices | None:
    """List prices of the model, with those that the command line gives in their place.

    Where only the price of prompts is given, a cache makes them cheaper by the same share as on the list.
    """
    listed = prices_of(given["model"])
    own = {
        "prompt": given["price_prompt"],
        "cached_prompt": given["price_cached"],
        "completion": given["price_completion"],
    }
    own = {name: price for name, price in own.items() if price is not None}
    if listed is None and own and not {"prompt", "completion"} <= set(own):
        raise InputError(
            f"the prices of {given['model']} are not known: give both --price-prompt and --price-completion"
        )
    known = listed.model_dump() if listed else {}
    if not known and not own:
        click.echo(f"the prices of {given['model']} are not known, so dollars are left out: {_HOW}", err=True)
        return None
    if listed and listed.cached_prompt is not None and listed.prompt and "prompt" in own:
        own = {"cached_prompt": own["prompt"] * listed.cached_prompt / listed.prompt, **own}
    return Prices.model_validate({**known, **own})


def _check_outputs(given: Mapping[str, Any], methods: Sequence[str]) -> None:
    """Raises InputError where what is measured could not be written."""
    for option, out in (("--json", given["out"]), ("--picture", given["picture"]), ("--trace", given["trace"])):
        check_out(option, out)
    if given["picture"]:
        check_picture(given["picture"], methods)
