"""The users that dialogues are written for: personas and styles, built-in ones (`people/*.yaml`) or those of a file.

A file has a line for each: plain text, or with the ending .jsonl an object `{"persona", "style"?}` or `{"style", "writes"?}`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from importlib import resources
from pathlib import Path
from typing import Any, TypeVar

import orjson
import yaml

from toolace_mt.config import DiversityConfig
from toolace_mt.errors import InputError
from toolace_mt.stages.variety import Persona, Style, Users

T = TypeVar("T")
LONGEST = 400
"""Characters of one entry at most: it stands in every request."""


def read_users(knobs: DiversityConfig) -> Users:
    """The personas and styles of a run. Raises InputError naming the file, the line and what is wrong."""
    built_in = [Style(entry["name"], entry["writes"]) for entry in _built_in("styles")]
    styles = built_in if knobs.styles else []
    if isinstance(knobs.styles, str):
        styles = _distinct(_styles(Path(knobs.styles)), knobs.styles)
    by_name = {style.name: style for style in (*built_in, *styles)}
    people = _built_in("personas") if knobs.personas is True else ()
    personas = [Persona(who) for who in people]
    if isinstance(knobs.personas, str):
        personas = _distinct(_personas(Path(knobs.personas), by_name), knobs.personas)
    return Users(tuple(personas), tuple(styles))


def told_users(users: Users) -> list[str]:
    """All that users are told of, for a digest of what a run works on."""
    return [repr(entry) for entry in (*users.personas, *users.styles)]


def _built_in(name: str) -> list[Any]:
    folder = resources.files("toolace_mt.runs").joinpath("people")
    return yaml.safe_load(folder.joinpath(f"{name}.yaml").read_text(encoding="utf-8"))


def _personas(file: Path, styles: dict[str, Style]) -> Iterator[Persona]:
    for entry in _entries(file, "persona", "style"):
        named = entry.get("style")
        yield Persona(entry["persona"], styles.get(named, Style(named, named)) if named else None)


def _styles(file: Path) -> Iterator[Style]:
    for entry in _entries(file, "style", "writes"):
        yield Style(entry["style"], entry.get("writes") or entry["style"])


def _entries(file: Path, name: str, other: str) -> Iterator[dict[str, str]]:
    """The fields of each entry: `name` always, `other` where it is given."""
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise InputError(f"{file}: cannot be read ({error.strerror or error})") from None
    except UnicodeDecodeError:
        raise InputError(f"{file}: is not UTF-8 text; write one {name} on each line") from None
    for number, line in enumerate(lines, 1):
        if text := line.strip():
            where = f"{file}:{number}"
            entry = _object(text, where, (name, other)) if file.suffix == ".jsonl" else {name: text}
            if name not in entry:
                raise InputError(f"{where}: field {name} is missing")
            yield {field: _line(value, f"{where}: field {field}") for field, value in entry.items()}


def _object(text: str, where: str, fields: tuple[str, str]) -> dict[str, Any]:
    try:
        entry: Any = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise InputError(f"{where}: is not JSON ({error})") from None
    if not isinstance(entry, dict):
        raise InputError(f'{where}: is no object; write {{"{fields[0]}": ..., "{fields[1]}": ...}}')
    if unknown := [str(field) for field in entry if field not in fields]:
        raise InputError(f"{where}: there is no field {unknown[0]!r}; there are {' and '.join(fields)}")
    return entry


def _line(value: Any, where: str) -> str:
    if not isinstance(value, str) or not value.strip():
        raise InputError(f"{where}: is no text; describe it in a few words")
    if len(value) > LONGEST or not value.isprintable():
        raise InputError(f"{where}: is longer than {LONGEST} characters, or not plain text on one line")
    return value.strip()


def _distinct(entries: Iterable[T], file: str) -> list[T]:
    found = list(dict.fromkeys(entries))
    if not found:
        raise InputError(f"{file}: holds no line; write one entry on each, or set the option to false")
    return found
