"""The options of `generate` that say what is made: `estimate` has the same ones."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import click

from toolace_mt.cli.options import flag, mcp_flag, openapi_flags, settings


def generation_flags(command: Callable[..., None]) -> Callable[..., None]:
    """`--tools` (sources), `--config` (file), `--set` (settings), and the flags that set keys of the configuration."""
    for option in reversed(
        (
            click.option(
                "--tools",
                "sources",
                multiple=True,
                metavar="SRC",
                help="Where tools come from (builtin); may be given again.",
            ),
            flag(
                "--count",
                "run.count",
                "Accepted dialogues wanted (20; those of the run that goes on); a larger N extends it.",
                type=int,
                metavar="N",
            ),
            flag("--seed", "run.seed", "Same seed, same dialogues (0).", type=int, metavar="S"),
            *_ENDPOINT,
            *_METHOD,
            flag("--concurrency", "run.concurrency", "Dialogues in work at one time (16).", type=int, metavar="K"),
            flag("--max-attempts", "run.max_attempts", "Dialogues tried at most (4 N + 20).", type=int, metavar="A"),
            flag("--budget-usd", "run.budget_usd", "Stop before more than this is spent.", type=float, metavar="X"),
            openapi_flags,
            mcp_flag,
            click.option(
                "--config", "file", type=click.Path(path_type=Path), metavar="FILE.toml", help="Configuration file."
            ),
            settings("refine.enabled=false"),
        )
    ):
        command = option(command)
    return command


_ENDPOINT = (
    flag("--model", "engine.model", "Model name at the endpoint; without it the offline engine writes.", metavar="M"),
    flag(
        "--base-url",
        "engine.base_url",
        "OpenAI-compatible endpoint, for example http://127.0.0.1:8000/v1.",
        metavar="URL",
    ),
    flag(
        "--api-key-env",
        "engine.api_key_env",
        "Environment variable that holds the key (OPENAI_API_KEY).",
        metavar="VAR",
    ),
)
_METHOD = (
    flag(
        "--skeleton",
        "run.skeleton",
        "llm: the model writes calls (default); executed: tools that run make them.",
        type=click.Choice(["llm", "executed"]),
    ),
    flag(
        "--method",
        "run.method",
        "nar: non-autoregressive, the paper's method (default); mas: multi-agent simulation, the baseline.",
        type=click.Choice(["nar", "mas"]),
    ),
    flag(
        "--decoding",
        "run.decoding",
        "sequential: the paper's order (default); parallel: what does not depend on each other at the same time.",
        type=click.Choice(["sequential", "parallel"]),
    ),
)
