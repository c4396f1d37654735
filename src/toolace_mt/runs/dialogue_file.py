"""Anybody's dialogues, from a JSONL file: a line is `{"id"?, "messages": [...], "tools": [...]?}` in OpenAI's form.

Rows that toolace-mt exported (`--format messages`) also bring what their `metadata` holds: marks of results, sub-tasks, the
environment. In rows of others nothing marks a result as an error, so its text decides.
"""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

import orjson

from toolace_mt.dialogue.messages import NotADialogue, from_messages
from toolace_mt.dialogue.turns import content_value
from toolace_mt.errors import InputError
from toolace_mt.types import Dialogue, Observation, ToolResult, Turn

_ERROR_FIELDS = ("error", "errors", "exception")


class Row(NamedTuple):
    """One line: its dialogue, and the metadata of a row of our own ({} in those of others)."""

    dialogue: Dialogue
    metadata: dict[str, Any]


def read_rows(path: Path) -> Iterator[Row]:
    """The dialogues of a JSONL file (`.gz`: compressed), line by line; a row without `id` has the number of its line.

    Raises InputError with the file, the line and the field, where something cannot be read.
    """
    try:
        with _opened(path) as lines:
            for number, line in enumerate(lines, start=1):
                if line.strip():
                    yield _read_row(f"{path}:{number}", number, line)
    except (OSError, EOFError) as error:
        reason = getattr(error, "strerror", None) or error
        raise InputError(f"{path}: cannot be read ({reason}); name a JSONL file of dialogues") from None


def _opened(path: Path) -> BinaryIO | gzip.GzipFile:
    return gzip.open(path) if path.suffix == ".gz" else path.open("rb")


def _read_row(where: str, number: int, line: bytes) -> Row:
    try:
        row = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        raise InputError(f"{where}: is not JSON ({error}); write one dialogue on each line") from None
    if not isinstance(row, dict) or "messages" not in row:
        raise InputError(f'{where}: field messages: is missing; a line is {{"id", "messages": [...], "tools": [...]}}')
    metadata = _own_metadata(row.get("metadata"))
    row_id = str(number if row.get("id") is None else row["id"])
    try:
        dialogue = from_messages(row["messages"], row.get("tools") or (), metadata or None, id=row_id)
    except NotADialogue as error:
        raise InputError(f"{where}: {error}; mend the line, or take it out") from None
    return Row(dialogue if metadata else _with_errors_marked(dialogue), metadata)


def _own_metadata(metadata: Any) -> dict[str, Any]:
    """The metadata of a row that toolace-mt wrote; {} for those of others, whose words may mean something else."""
    generator = metadata.get("generator") if isinstance(metadata, dict) else None
    ours = isinstance(generator, dict) and generator.get("name") == "toolace-mt"
    return metadata if ours else {}


def _with_errors_marked(dialogue: Dialogue) -> Dialogue:
    return dialogue.model_copy(update={"turns": tuple(_marked(turn) for turn in dialogue.turns)})


def _marked(turn: Turn) -> Turn:
    if not isinstance(turn, Observation) or not any(map(looks_failed, turn.results)):
        return turn
    results = tuple(r.model_copy(update={"is_error": True}) if looks_failed(r) else r for r in turn.results)
    return turn.model_copy(update={"results": results})


def looks_failed(result: ToolResult) -> bool:
    """Whether an unmarked result tells of an error: `Error: no such order`, or `{"error": "no such order"}`."""
    value = content_value(result.content)
    if isinstance(value, dict):
        return any(value.get(field) for field in _ERROR_FIELDS)
    return result.content.lstrip().lower().startswith(("error:", "error "))
