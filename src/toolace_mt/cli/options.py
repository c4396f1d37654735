"""Options that several commands have: flags that set one key of the configuration."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import click

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


def settings(example: str) -> Decorator:
    """`--set KEY=VALUE`, any number of times."""
    return click.option(
        "--set", "settings", multiple=True, metavar="KEY=VALUE", help=f"One setting, such as {example}."
    )
