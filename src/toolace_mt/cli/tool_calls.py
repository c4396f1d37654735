"""The calls of `toolace-mt tools --call`: read, tried, and printed."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import click
import orjson

from toolace_mt.cli.render import clean
from toolace_mt.config import Config
from toolace_mt.errors import InputError
from toolace_mt.runs.trying import Trial, Tried, try_calls
from toolace_mt.tools.notes import LoadedTools

FAILED = 1


class Calls(NamedTuple):
    """What is to be called: (NAME, ARGS) in order. seed: chooses the world."""

    wanted: Sequence[tuple[str, str]]
    seed: int


def run_calls(loaded: LoadedTools, config: Config, calls: Calls, *, as_json: bool) -> bool:
    """Try the calls and print what they gave; whether all succeeded. Raises InputError."""
    trials = [Trial(name, _read_arguments(name, text)) for name, text in calls.wanted]
    tried = asyncio.run(try_calls(loaded, config, trials, calls.seed))
    if as_json:
        # Not orjson: a tool may answer half a surrogate pair, which JSON can escape but UTF-8 cannot hold.
        click.echo(json.dumps({"calls": [call._asdict() for call in tried]}, indent=2))
    else:
        _print(tried, len(trials))
    return not any(call.is_error for call in tried)


def _print(tried: Sequence[Tried], wanted: int) -> None:
    for call in tried:
        if wanted > 1:
            click.echo(f"{call.name}:", err=True)
        if call.is_error:
            click.echo(f"error: {clean(call.content)}", err=True)
        else:
            click.echo(clean(_indented(call.content)))
    if len(tried) < wanted:
        click.echo(f"the {wanted - len(tried)} calls after it were not made", err=True)


def _indented(content: str) -> str:
    """JSON objects and lists over several lines, for people; all else as it is."""
    if content[:1] not in ("{", "["):
        return content
    try:
        return orjson.dumps(orjson.loads(content), option=orjson.OPT_INDENT_2).decode()
    except ValueError:
        return content


def _read_arguments(name: str, text: str) -> dict[str, Any]:
    """ARGS: a JSON object, `@FILE` that holds one, or `-` for standard input. Raises InputError."""
    where = f"--call {name}"
    try:
        body = _body(text)
    except (OSError, UnicodeError) as error:
        raise InputError(f"{where}: {text[1:] or 'standard input'}: cannot be read ({error})") from None
    try:
        arguments = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise InputError(f"{where}: the arguments are not JSON ({error}); write an object such as {_EXAMPLE}") from None
    if not isinstance(arguments, dict):
        raise InputError(f"{where}: the arguments are no JSON object; write one such as {_EXAMPLE}")
    return arguments


_EXAMPLE = """'{"order_id": "W-4412"}', or '{}' for none"""


def _body(text: str) -> bytes | str:
    if text == "-":
        return sys.stdin.buffer.read()
    return Path(text[1:]).read_bytes() if text.startswith("@") else text
