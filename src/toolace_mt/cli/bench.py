"""`toolace-mt bench`: methods side by side."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click
import orjson
from rich.console import Console

from toolace_mt.bench.measuring import FEW, Bench, saturated
from toolace_mt.bench.methods import METHODS, choose_methods, configurations
from toolace_mt.bench.picture import check_picture, draw
from toolace_mt.bench.real_clock import measure_on_real_clock
from toolace_mt.bench.tables import table_of
from toolace_mt.bench.trace import write_trace
from toolace_mt.cli.counting import counting
from toolace_mt.cli.options import settings as settings_option
from toolace_mt.config import Prices
from toolace_mt.engines.pricing import prices_of
from toolace_mt.errors import InputError

_MODEL = "gpt-4o-2024-11-20"
_HOW = "--price-prompt and --price-completion give them, or pip install 'toolace-mt[prices]'"


@click.command("bench")
@click.option("--tools", "sources", multiple=True, metavar="SRC", help="Where tools come from; may be given again.")
@click.option("--count", type=click.IntRange(1, 100_000), default=200, show_default=True, help="Dialogues each.")
@click.option("--methods", default="", metavar="NAME,...", help=f"Of {', '.join(METHODS)}; all where not given.")
@click.option("--simulated-tools", is_flag=True, help="No tool runs: models write all results, as in the paper.")
@click.option("--slips", type=click.FloatRange(0, 1), default=0.0, help="Share of calls with a wrong argument put in.")
@click.option("--clock", type=click.Choice(["simulated", "real"]), default="simulated", show_default=True)
@click.option("--speed", type=click.FloatRange(0.1, 1000), default=1.0, help="Divides the real server's times.")
@click.option("--capacity", type=click.IntRange(1, 4096), default=64, show_default=True, help="Of the full server.")
@click.option("--seed", type=int, default=None, metavar="S", help="Another seed, other dialogues (0).")
@click.option("--model", default=_MODEL, show_default=True, metavar="NAME", help="Whose prices the dollars are.")
@click.option("--price-prompt", type=click.FloatRange(0), default=None, help="US dollars per million prompt tokens.")
@click.option("--price-cached", type=click.FloatRange(0), default=None, help="The same, where a cache gave them.")
@click.option("--price-completion", type=click.FloatRange(0), default=None, help="The same, of completion tokens.")
@click.option("--json", "out", type=click.Path(path_type=Path), default=None, metavar="OUT", help="All figures.")
@click.option("--picture", type=click.Path(path_type=Path), default=None, metavar="OUT.svg|png", help="A chart.")
@click.option(
    "--trace", type=click.Path(path_type=Path), default=None, metavar="OUT.jsonl", help="A line for each call."
)
@click.option("--config", "file", type=click.Path(path_type=Path), default=None, metavar="FILE.toml")
@settings_option("refine.passes_max=3")
def command(
    methods: str,
    simulated_tools: bool,
    sources: tuple[str, ...],
    file: Path | None,
    settings: tuple[str, ...],
    count: int,
    seed: int | None,
    clock: str,
    speed: float,
    capacity: int,
    slips: float,
    **given: Any,
) -> None:
    """Make the same dialogues by several methods, and compare calls, tokens, dollars and time.

    The offline engine writes; servers are modelled from published figures (docs/bench.md says how). Nothing is spent.
    """
    names = choose_methods(methods, simulated_tools=simulated_tools)
    if given["picture"]:
        check_picture(given["picture"], names)
    configs = configurations(names, sources, file, settings, count=count, seed=seed, simulated_tools=simulated_tools)
    prices = _prices(given)
    with counting() as say:
        bench = Bench(FEW, saturated(capacity), slips, prices, say)
        measured = {name: bench.measure(name, config) for name, config in configs.items()}
        if clock == "real":
            measured = {
                name: measure_on_real_clock(bench, measured[name], name, configs[name], speed) for name in names
            }
    any_config = configs[names[0]]
    report = bench.report(
        measured,
        {
            "count": count,
            "seed": any_config.run.seed,
            "tools": list(any_config.tools.sources),
            "simulated_tools": simulated_tools,
            "set": list(settings),
            "clock": clock,
            "model": given["model"],
        },
    )
    _write(report, given["out"], given["picture"])
    if given["trace"]:
        write_trace({name: (of_one.unit, of_one.saturated) for name, of_one in measured.items()}, given["trace"])
    Console(highlight=False).print(table_of(report))


def _prices(given: Mapping[str, Any]) -> Prices | None:
    """List prices of the model, with those that the command line gives in their place."""
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
    return Prices.model_validate({**known, **own})


def _write(report: dict[str, Any], out: Path | None, picture: Path | None) -> None:
    if out:
        try:
            out.write_bytes(orjson.dumps(report, option=orjson.OPT_INDENT_2) + b"\n")
        except OSError as error:
            raise InputError(f"--json {out}: cannot be written ({error.strerror or error})") from None
    if picture:
        draw(report, picture)
