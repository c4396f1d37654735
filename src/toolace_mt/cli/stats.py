"""`toolace-mt stats`: the figures of a run, or of a file of dialogues."""

from __future__ import annotations

from pathlib import Path

import click
import orjson
from rich.console import Console

from toolace_mt.cli.counting import counting
from toolace_mt.cli.figures import table_of
from toolace_mt.cli.notices import Notices
from toolace_mt.metrics.duplicates import THRESHOLD
from toolace_mt.runs.nli import load_nli
from toolace_mt.runs.plots import draw_plots, refuse_without_matplotlib
from toolace_mt.runs.statistics import compute_statistics
from toolace_mt.runs.verifying import sparing_garbage_collection

_WIDTH = 200


@click.command("stats")
@click.argument("source", type=click.Path(path_type=Path, allow_dash=True), metavar="RUN|FILE")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object, with all figures unrounded.")
@click.option("--plots", type=click.Path(path_type=Path), metavar="DIR", help="Draw pictures into this folder.")
@click.option("--duplicates", is_flag=True, help="Look for near-duplicates too.")
@click.option(
    "--similarity",
    type=click.FloatRange(0, 1, min_open=True),
    default=THRESHOLD,
    show_default=True,
    help="How alike near-duplicates are at least.",
)
@click.option("--nli", metavar="MODEL", help="Entailment ratio by this model: a folder, or a name on Hugging Face.")
def command(
    source: Path, as_json: bool, plots: Path | None, duplicates: bool, similarity: float, nli: str | None
) -> None:
    """Print the figures of a dataset; docs/statistics.md says what each of them is.

    Of a RUN, its accepted dialogues are counted, and how all attempts ended. A FILE (JSONL, also .gz; - for standard
    input) has a dialogue on each line, in any form that `verify` reads; lines that cannot be read are left out and told.

    Entropy and distinct-3 fall with the size of a dataset: compare them at equal size.
    """
    if plots is not None:
        refuse_without_matplotlib()
    with sparing_garbage_collection(), counting() as tell:
        figures = compute_statistics(
            source,
            duplicates=similarity if duplicates else None,
            entails=load_nli(nli) if nli else None,
            notify=Notices(),
            progress=lambda read: tell(f"{read:,} dialogues"),
        )
    if as_json:
        click.echo(orjson.dumps(figures.to_json(), option=orjson.OPT_INDENT_2))
    else:
        console = Console(soft_wrap=True, highlight=False, markup=False)
        if not console.is_terminal:  # nobody says how wide a file is
            console.width = _WIDTH
        console.print(table_of(figures))
    if plots is not None:
        drawn = draw_plots(figures, plots)
        click.echo(f"drawn: {', '.join(map(str, drawn)) or 'nothing, as there is nothing to draw'}", err=True)
