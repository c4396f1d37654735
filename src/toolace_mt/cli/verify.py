"""`toolace-mt verify`: anybody's dialogues against the rules."""

from __future__ import annotations

import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from toolace_mt.cli.counting import counting
from toolace_mt.cli.notices import Notices
from toolace_mt.cli.options import judging_config, judging_flags
from toolace_mt.cli.render import clean
from toolace_mt.cli.stopping import run_until_stopped, stopped
from toolace_mt.config import Config
from toolace_mt.dialogue.recorded import FORMS, Form
from toolace_mt.errors import InputError, RunStopped
from toolace_mt.runs.judged_file import judge_file
from toolace_mt.runs.judging import judged_folder
from toolace_mt.runs.sources import read_tools
from toolace_mt.runs.verification_report import by_weight, check_report_name, write_report
from toolace_mt.runs.verifying import (
    Checking,
    Tally,
    check_rule_names,
    cores,
    sparing_garbage_collection,
    verify_file,
)
from toolace_mt.runs.whole_file import refuse_overwriting, whole_file

_DETAIL = 110
_WIDTH = 200


@click.command("verify")
@click.argument("file", type=click.Path(path_type=Path, allow_dash=True), metavar="FILE")
@click.option(
    "--tools", "sources", multiple=True, metavar="SRC", help="Tools for rows that bring none; see `generate`."
)
@click.option(
    "--form",
    type=click.Choice(FORMS),
    help="The form of the rows; without it, it is found out row by row.",
)
@click.option(
    "--json",
    "out",
    type=click.Path(path_type=Path, allow_dash=True),
    metavar="OUT.jsonl",
    help="Write all findings, a line for each row; - prints them.",
)
@click.option("--report", type=click.Path(path_type=Path), metavar="OUT.html|.md", help="Write a report to read.")
@click.option("--skip-rule", "skip", multiple=True, metavar="RULE", help="Leave a rule out; may be given again.")
@click.option("--jobs", type=click.IntRange(min=1), metavar="N", help="Processes (as many as there are cores).")
@judging_flags
@click.pass_context
def command(
    context: click.Context,
    file: Path,
    sources: tuple[str, ...],
    form: Form | None,
    out: Path | None,
    report: Path | None,
    skip: tuple[str, ...],
    jobs: int | None,
    judges: bool,
    judged: Path | None,
    config_file: Path | None,
    settings: tuple[str, ...],
    **flags: Any,
) -> None:
    """Check the dialogues in FILE, with rules only: no LLM, nothing is sent anywhere. With --judges, experts are asked too.

    FILE is JSONL (also .gz; - for standard input), a dialogue on each line: OpenAI's form {"id"?, "messages": [...],
    "tools": [...]?}, ShareGPT with function_call and observation, Hermes with <tool_call> tags, ToolACE's
    [func(a=1)] text, xLAM's {"query", "answers", "tools"}, or logs of tau-bench and tau2-bench. Only errors
    reject; warnings are told.

    Exit code 0: all accepted; 1: some rejected; 2: the file cannot be read. The rules are described in docs/rules.
    """
    check_rule_names(skip, "--skip-rule")
    if report is not None:
        check_report_name(report)
    for option, path, others in (("--json", out, (file, report)), ("--report", report, (file, out))):
        if path != Path("-"):
            refuse_overwriting(option, path, *(other for other in others if other != Path("-")))
    tools = read_tools(sources).tools if sources else ()
    checking = Checking(form, tuple(tools), skip)
    config = judging_config(judges, config_file, settings, flags)
    try:
        with _output(out) as write, counting() as tell:

            def progress(tally: Tally) -> None:
                tell(_so_far(tally))

            if config is None:
                tally = verify_file(file, checking, jobs=jobs or cores(), write=write, progress=progress)
            else:
                tally = _judged(file, checking, config, judged, write, progress)
    except KeyboardInterrupt as interrupt:
        raise stopped(interrupt) from None
    if report is not None:
        write_report(report, str(file), tally)
    _print(tally, to_stderr=out == Path("-"))
    context.exit(1 if tally.rejected else 0)


def _judged(
    file: Path,
    checking: Checking,
    config: Config,
    folder: Path | None,
    write: Callable[[bytes], object] | None,
    progress: Callable[[Tally], object] | None,
) -> Tally:
    if folder is None and file == Path("-"):
        raise InputError("--judges on standard input: name a folder that keeps the answers, with --judged FOLDER")
    work = judge_file(
        file, checking, config, folder or judged_folder(file), write=write, progress=progress, notify=Notices()
    )
    try:
        with sparing_garbage_collection():
            return run_until_stopped(work)
    except RunStopped:
        click.echo("the answers are kept: the same command goes on from here", err=True)
        raise


@contextmanager
def _output(out: Path | None) -> Generator[Callable[[bytes], object] | None]:
    if out is None:
        yield None
    elif out == Path("-"):
        yield sys.stdout.buffer.write
        sys.stdout.buffer.flush()
    else:
        with whole_file(out) as file:
            yield file.write


def _so_far(tally: Tally) -> str:
    return f"{tally.rows:,} dialogues, {tally.bytes / 1e6:,.0f} MB, {tally.rejected:,} rejected"


def _print(tally: Tally, *, to_stderr: bool) -> None:
    console = Console(soft_wrap=True, highlight=False, markup=False, stderr=to_stderr)
    if not console.is_terminal:  # nobody says how wide a file is
        console.width = _WIDTH
    share = f" ({tally.accepted / tally.rows:.1%})" if tally.rows else ""
    console.print(f"{tally.rows:,} dialogues: {tally.accepted:,} accepted{share}, {tally.rejected:,} rejected")
    if tally.dialogues:
        console.print(_table(tally))


def _table(tally: Tally) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    for name, justify in (("rule", "left"), ("severity", "left"), ("dialogues", "right"), ("findings", "right")):
        table.add_column(name, justify=justify)  # pyright: ignore[reportArgumentType]
    table.add_column("the first one")
    for rule, severity in by_weight(tally):
        key = (rule, severity)
        first = tally.examples[key][0]
        at = "" if first.finding.message_index is None else f"[{first.finding.message_index}]"
        table.add_row(
            rule,
            Text(severity, "red" if severity == "error" else "yellow"),
            f"{tally.dialogues[key]:,}",
            f"{tally.findings[key]:,}",
            Text(clean(f"{first.id}{at}: {first.finding.detail}", _DETAIL)),
        )
    return table
