"""`toolace-mt refine`: stages 2 and 3 on dialogues that exist already."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from toolace_mt.api import finished
from toolace_mt.cli.options import by_key, flag, settings
from toolace_mt.cli.render import clean
from toolace_mt.cli.running import drive, tell_end
from toolace_mt.config import load_config
from toolace_mt.errors import InputError
from toolace_mt.runs.progress import Progress
from toolace_mt.runs.refining import named_sources, read_file, refine_file


@click.command("refine")
@click.argument("file", type=click.Path(path_type=Path), metavar="FILE")
@click.option("--out", required=True, type=click.Path(path_type=Path), metavar="RUN", help="The run folder.")
@click.option(
    "--tools", "sources", multiple=True, metavar="SRC", help="Tools for rows that bring none; see `generate`."
)
@click.option("--inject", type=click.IntRange(min=0), metavar="N", help="Injections into each dialogue (0).")
@click.option(
    "--quota",
    "quotas",
    multiple=True,
    metavar="KIND=AMOUNT",
    help="Inject a kind into so many dialogues: clarification=20% or error_simulation=10; may be given again.",
)
@click.option("--passes", type=click.IntRange(min=0), metavar="N", help="Reasonability passes over each dialogue (0).")
@flag("--seed", "run.seed", "Same seed, same choices (0).", type=int, metavar="S")
@flag("--model", "engine.model", "Model name at the endpoint; without it the offline engine writes.", metavar="M")
@flag("--base-url", "engine.base_url", "OpenAI-compatible endpoint.", metavar="URL")
@flag("--api-key-env", "engine.api_key_env", "Environment variable that holds the key (OPENAI_API_KEY).", metavar="VAR")
@flag("--concurrency", "run.concurrency", "Dialogues in work at one time (16).", type=int, metavar="K")
@flag("--budget-usd", "run.budget_usd", "Stop before more than this is spent.", type=float, metavar="X")
@click.option(
    "--config", "config_file", type=click.Path(path_type=Path), metavar="FILE.toml", help="Configuration file."
)
@settings("repair.rounds=3")
@click.pass_context
def command(
    context: click.Context,
    file: Path,
    out: Path,
    sources: tuple[str, ...],
    inject: int | None,
    quotas: tuple[str, ...],
    passes: int | None,
    config_file: Path | None,
    settings: tuple[str, ...],
    **flags: Any,
) -> None:
    """Verify the dialogues in FILE, and repair those that have errors.

    FILE is JSONL (also .gz), a dialogue on each line, in any form that `verify` reads. On request complexity is injected
    (--inject, --quota) and turns are refined (--passes). The run folder, `show`, `export` and `stats` are those of
    `generate`; the same command on the same RUN goes on where it stopped.

    Exit code 0: all dialogues accepted; 1: some rejected, or stopped short; 2: bad usage or input.
    """
    amounts = {"refine.injections_min": inject, "refine.injections_max": inject}
    amounts |= {"refine.passes_min": passes, "refine.passes_max": passes}
    told = {**by_key(flags), **amounts, "rows.file": str(file), **_quotas(quotas)}
    config = load_config(config_file, settings, told)
    config, rows = read_file(config, sources or named_sources(config))
    if config.engine.model is None:
        click.echo("no --model: the offline engine repairs, in the words of templates", err=True)
    for line in rows.told():
        click.echo(clean(line), err=True)
    progress = Progress(config.run.count)
    summary = tell_end(drive(finished(refine_file(config, rows, out, progress)), progress, out))
    context.exit(0 if summary["accepted"] == len(rows) else 1)


def _quotas(given: tuple[str, ...]) -> dict[str, str]:
    """`--quota KIND=AMOUNT`, by the keys of the configuration that they set."""
    quotas: dict[str, str] = {}
    for text in given:
        kind, equals, amount = text.partition("=")
        if not equals or not kind or "." in kind:
            raise InputError(f"--quota {text}: write it as KIND=AMOUNT, for example clarification=20%")
        quotas[f"rows.quotas.{kind.strip()}"] = amount.strip()
    return quotas
