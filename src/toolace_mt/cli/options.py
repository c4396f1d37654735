"""Options that several commands have: flags that set one key of the configuration."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import click

from toolace_mt.config import Config, load_config
from toolace_mt.errors import InputError

Decorator = Callable[[Callable[..., None]], Callable[..., None]]


def flag(name: str, key: str, help_: str, **more: Any) -> Decorator:
    """A flag that sets the configuration's `key`; without it, the file and `--set` decide."""
    return click.option(name, key.replace(".", "__"), default=None, help=help_, **more)


def by_key(flags: Mapping[str, Any]) -> dict[str, Any]:
    """What click gives for flags, by the keys that they set."""
    return {key.replace("__", "."): value for key, value in flags.items()}


def openapi_flags(command: Callable[..., None]) -> Callable[..., None]:
    """Where the operations of an OpenAPI document are called, and which."""
    where = flag(
        "--openapi-base-url", "tools.openapi_base_url", "Where the operations of an openapi: source run.", metavar="URL"
    )
    which = flag(
        "--openapi-execute",
        "tools.openapi_execute",
        "Really call them: only those that read (GET), or all.",
        type=click.Choice(["reads", "all"]),
    )
    return where(which(command))


def mcp_flag(command: Callable[..., None]) -> Callable[..., None]:
    """Which tools of an MCP server are called."""
    return flag(
        "--mcp-execute",
        "tools.mcp_execute",
        "Which tools of MCP servers are called: all (default), or those marked as reading only.",
        type=click.Choice(["reads", "all"]),
    )(command)


def settings(example: str) -> Decorator:
    """`--set KEY=VALUE`, any number of times."""
    return click.option(
        "--set", "settings", multiple=True, metavar="KEY=VALUE", help=f"One setting, such as {example}."
    )


def judging_flags(command: Callable[..., None]) -> Callable[..., None]:
    """`--judges`, and who the experts are: the model, its endpoint, and how much may be spent on it."""
    for option in (
        settings("verify.votes=3"),
        click.option(
            "--config", "config_file", type=click.Path(path_type=Path), metavar="FILE.toml", help="Configuration."
        ),
        click.option(
            "--judged",
            type=click.Path(path_type=Path),
            metavar="FOLDER",
            help="Keeps the model's answers, so that nothing is paid for twice (FILE.judged).",
        ),
        flag("--budget-usd", "run.budget_usd", "Stop before more than this is spent.", type=float, metavar="X"),
        flag(
            "--concurrency", "run.concurrency", "Dialogues before the experts at one time (16).", type=int, metavar="K"
        ),
        flag("--api-key-env", "engine.api_key_env", "Environment variable that holds the key.", metavar="VAR"),
        flag("--base-url", "engine.base_url", "OpenAI-compatible endpoint.", metavar="URL"),
        flag("--model", "engine.model", "Model of the experts; without it the offline engine judges.", metavar="M"),
        click.option(
            "--judges", is_flag=True, help="Ask the experts too: coherence, faithfulness, completion and others."
        ),
    ):
        command = option(command)
    return command


def judging_config(
    judges: bool, file: Path | None, settings: tuple[str, ...], flags: Mapping[str, Any]
) -> Config | None:
    """What `judging_flags` gave, as a configuration; None without `--judges`. Says so where the offline engine judges.

    Raises InputError where settings of a model are given, but it is not asked.
    """
    if not judges:
        if file is not None or settings or any(value is not None for value in flags.values()):
            raise InputError("settings of a model are given, but it is not asked: add --judges")
        return None
    config = load_config(file, settings, by_key(flags))
    if config.engine.model is None:
        click.echo("no --model: the offline engine judges, by simple checks", err=True)
    return config
