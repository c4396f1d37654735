"""`toolace-mt calibrate`: how much of known damage rules and experts find, and what they say of good rows."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
import orjson

from toolace_mt.cli.calibration_tables import print_markdown, print_tables
from toolace_mt.cli.counting import counting
from toolace_mt.cli.notices import Notices
from toolace_mt.cli.options import judging_config, judging_flags
from toolace_mt.cli.stopping import run_until_stopped, stopped
from toolace_mt.dialogue.recorded import FORMS, Form
from toolace_mt.errors import RunStopped
from toolace_mt.metrics.calibration import Calibration
from toolace_mt.runs.calibration import calibrate
from toolace_mt.runs.verifying import Checking
from toolace_mt.runs.whole_file import refuse_overwriting, whole_file


@click.command("calibrate")
@click.argument("files", type=click.Path(path_type=Path), nargs=-1, required=True, metavar="FILE...")
@click.option("--form", type=click.Choice(FORMS), help="The form of the rows.")
@click.option("--json", "out", type=click.Path(path_type=Path), metavar="OUT", help="Write all figures, unrounded.")
@click.option("--markdown", is_flag=True, help="Print Markdown tables.")
@click.option("--skip-rule", "skip", multiple=True, metavar="RULE", help="Leave a rule out; may be given again.")
@judging_flags
def command(
    files: tuple[Path, ...],
    form: Form | None,
    out: Path | None,
    markdown: bool,
    skip: tuple[str, ...],
    judges: bool,
    judged: Path | None,
    config_file: Path | None,
    settings: tuple[str, ...],
    **flags: Any,
) -> None:
    """Measure rules, and with --judges the experts, on dialogues whose faults are known.

    A row with metadata.corruption (see `toolace-mt corrupt`) is bad; else its field "label" says "good" or "bad"; without
    both it is good. Give good rows too: without them there is no rate of false alarms. What the good row ID has as well
    is not counted as found in ID~KIND.

    Exit code 0: measured; 1: stopped, and the same command goes on; 2: bad input.
    """
    refuse_overwriting("--json", out, *files)
    config = judging_config(judges, config_file, settings, flags)
    try:
        with counting() as tell:
            work = calibrate(
                files,
                Checking(form, (), skip),
                judges=config,
                folder=judged,
                progress=lambda rows: tell(f"{rows:,} dialogues"),
                notify=Notices(),
            )
            counted = run_until_stopped(work)
    except RunStopped:
        click.echo("nothing is lost: the same command goes on from here", err=True)
        raise
    except KeyboardInterrupt as interrupt:
        raise stopped(interrupt) from None
    _show(counted, out, markdown)


def _show(counted: Calibration, out: Path | None, markdown: bool) -> None:
    if out is not None:
        with whole_file(out) as file:
            file.write(orjson.dumps(counted.to_json(), option=orjson.OPT_INDENT_2) + b"\n")
    if markdown:
        print_markdown(counted)
    else:
        print_tables(counted)
