"""Rows as lines of JSON."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, BinaryIO

from toolace_mt.dialogue.turns import json_text

Row = dict[str, Any]
OWN_FIELDS = ("id", "messages", "conversations", "tools", "metadata")
"""Fields of rows that only we write: another one of that name would be read in place of ours."""


def write_jsonl(rows: Iterable[Row], file: BinaryIO) -> None:
    """One row a line, as compact JSON with the keys in the order of the row: the same rows give the same bytes."""
    for row in rows:
        file.write(json_text(row).encode() + b"\n")
