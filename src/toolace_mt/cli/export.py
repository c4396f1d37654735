"""`toolace-mt export`: a run's dialogues in a training format."""

from __future__ import annotations

from pathlib import Path

import click

from toolace_mt.api import export
from toolace_mt.cli.render import clean
from toolace_mt.exporters.registry import FORMATS, ExportReport, Faulty
from toolace_mt.runs.folder import Which, open_run
from toolace_mt.runs.whole_file import STANDARD_OUTPUT, refuse_overwriting

_MOST_FIELDS = 12
_NOTES = {
    "skipped": "skipped: without a dialogue, or not alternating",
    "faulty_masked": "turns with a faulty call masked (weight 0)",
    "faulty_dropped": "turns with a faulty call taken out, with their errors",
    "texts_dropped": "texts beside calls left out: the format has no place for them",
    "replies_untrained": "replies that a tool is missing kept out of the loss (weight 0): the row lists all tools",
    "tools_announced": "tool updates told in the user's message",
    "parts_skipped": "skipped: with images or other parts that are no text; the format messages keeps them",
    "weights_dropped": "messages with weight 0 in the file that was refined: the format has no weights, and trains them",
}


@click.command("export")
@click.argument("run", type=click.Path(path_type=Path), metavar="RUN")
@click.option("--format", "format_", required=True, type=click.Choice(list(FORMATS)), help="Form of the rows.")
@click.option("--out", required=True, type=click.Path(path_type=Path), metavar="FILE", help="The file to write.")
@click.option(
    "--which",
    type=click.Choice(["accepted", "rejected", "all"]),
    default="accepted",
    show_default=True,
    help="accepted: the first N accepted ones. rejected: those that failed verification, and unfinished ones.",
)
@click.option(
    "--faulty",
    type=click.Choice(["auto", "mask", "drop", "keep"]),
    default="auto",
    show_default=True,
    help="Deliberately wrong calls: out of the loss, out of the rows, or trained on. auto: mask where the format can.",
)
def command(run: Path, format_: str, out: Path, which: Which, faulty: Faulty) -> None:
    """Write the dialogues of RUN to FILE, whole or not at all.

    messages: OpenAI's form, JSONL, with all that is known, and all tools listed from the start (replies that one is
    missing have weight 0). parquet: the same as Parquet. trl: TRL's SFTTrainer.
    sharegpt: LLaMA-Factory. hermes: Hermes function calling. toolace: calls as Python writes them.
    """
    opened = open_run(run)
    refuse_overwriting("--out", out, *opened.files)
    report = export(opened, format_, out, which=which, faulty=faulty)
    beside = out == STANDARD_OUTPUT  # notes go where they are in nobody's way
    click.echo(f"{report.rows:,} rows written to {report.out}", err=beside)
    for line in _notes(report):
        click.echo(f"  {line}", err=beside)
    if not report.rows:
        click.echo(f"{run} has no {'' if which == 'all' else f'{which} '}dialogues to export: {out} is empty", err=True)
    wanted = opened.config.run.count
    makes_dialogues = opened.config.rows.file is None  # a run on a file's rows has made all that it will
    if which == "accepted" and report.rows < wanted and makes_dialogues:
        click.echo(f"  the run is not finished: it wants {wanted:,} accepted dialogues", err=beside)


def _notes(report: ExportReport) -> list[str]:
    told = [f"{count:,} {note}" for name, note in _NOTES.items() if (count := getattr(report, name))]
    if report.fields_left:
        named = ", ".join(f"{name}: {count:,} rows" for name, count in list(report.fields_left.items())[:_MOST_FIELDS])
        told.append(f"left out, as the format has no place for them: {clean(named)}")
    return told
