"""`toolace-mt corrupt`: damaged copies of anybody's dialogues."""

from __future__ import annotations

from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from toolace_mt.corruption.kinds import FAMILIES, KINDS, kinds_named
from toolace_mt.dialogue.recorded import FORMS, Form
from toolace_mt.errors import InputError
from toolace_mt.runs.corrupting import Corrupted, Corrupting, corrupt_file
from toolace_mt.runs.whole_file import STANDARD_OUTPUT


@click.command("corrupt")
@click.argument("file", type=click.Path(path_type=Path, allow_dash=True), metavar="FILE", required=False)
@click.option("--out", type=click.Path(path_type=Path), metavar="OUT.jsonl", help="The file to write.")
@click.option("--kinds", metavar="A,B", help="Kinds or whole families, split by commas; without it, all.")
@click.option("--seed", type=int, default=0, show_default=True, metavar="S", help="Another seed, other damage.")
@click.option(
    "--per-dialogue",
    type=click.IntRange(min=1),
    metavar="N",
    help="N kinds for each dialogue, drawn from those that fit; without it, every kind that fits.",
)
@click.option(
    "--share", type=click.FloatRange(0, 1), metavar="X", help="Damage this share of the dialogues, once each."
)
@click.option("--keep", is_flag=True, help="Write the originals too, damaged or not.")
@click.option(
    "--form",
    type=click.Choice(FORMS),
    help="The form of the rows; without it, it is found out row by row.",
)
@click.option("--list", "listed", is_flag=True, help="Print the kinds: family, what they do, where they were seen.")
def command(
    file: Path | None,
    out: Path | None,
    kinds: str | None,
    seed: int,
    per_dialogue: int | None,
    share: float | None,
    keep: bool,
    form: Form | None,
    listed: bool,
) -> None:
    """Write copies of the dialogues in FILE with one realistic damage each.

    For measuring rules and judges (`calibrate` reads the copies), and for negative examples. FILE is JSONL in any form that
    `verify` reads (also .gz; - for standard input); OUT.jsonl is in OpenAI's form. The id of a copy ends in ~KIND, and its
    metadata.corruption says what was done: kind, family, seed, message_index, tool_call_id, before, after. The same
    seed gives the same copies.
    """
    chosen = kinds_named(kinds)
    if listed:
        _print_kinds({kind.name for kind in chosen})
        return
    if file is None or out is None:
        raise InputError("name the FILE of dialogues and the file to write: toolace-mt corrupt FILE --out OUT.jsonl")
    if per_dialogue is not None and share is not None:
        raise InputError("--share damages a dialogue once at most; leave --per-dialogue or --share out")
    done = corrupt_file(file, out, Corrupting(chosen, seed, per_dialogue, share, keep, form))
    _print(done, out)


def _print_kinds(names: set[str]) -> None:
    for family, what in FAMILIES.items():
        shown = [kind for kind in KINDS.values() if kind.family == family and kind.name in names]
        if shown:
            click.echo(f"{family}: {what}")
        for kind in shown:
            click.echo(f"  {kind.name:<25} {kind.what}\n  {'':<25} seen: {kind.seen}")


def _print(done: Corrupted, out: Path) -> None:
    kept = f", and {done.originals:,} as they were" if done.originals else ""
    beside = out == STANDARD_OUTPUT
    click.echo(f"{done.kinds.total():,} damaged copies of {done.rows:,} dialogues written to {out}{kept}", err=beside)
    if done.skipped:
        click.echo(f"  {done.skipped:,} rows were damaged copies already; left out", err=beside)
    if done.unreadable:
        click.echo(
            f"  {done.unreadable:,} lines could not be read, and are left out; the first: {done.problem}", err=beside
        )
    table = Table(show_header=False, box=None, padding=(0, 2, 0, 2))
    for name, kind in KINDS.items():
        if done.kinds[name]:
            table.add_row(name, kind.family, f"{done.kinds[name]:,}")
    if done.kinds:
        Console(stderr=beside, soft_wrap=True, highlight=False, markup=False).print(table)
