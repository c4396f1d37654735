"""Anybody's dialogues, from a JSONL file: a line is `{"id"?, "messages": [...], "tools": [...]?}`, or has another known form.

Rows that toolace-mt exported (`--format messages`) also bring what their `metadata` holds: marks of results, sub-tasks, the
environment. In rows of others nothing marks a result as an error, so its text decides.
"""

from __future__ import annotations

import gzip
import sys
import zlib
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple, cast

import orjson

from toolace_mt.dialogue.formats import read_recorded
from toolace_mt.dialogue.formats.row import is_our_own
from toolace_mt.dialogue.messages import NotADialogue, raise_unread
from toolace_mt.dialogue.recorded import Form
from toolace_mt.errors import InputError
from toolace_mt.types import Dialogue

LONGEST_LINE = 64 * 1024 * 1024
_BOM = b"\xef\xbb\xbf"


class Row(NamedTuple):
    """One line: its dialogue, the metadata of a row of our own ({} in those of others), its form, and its number."""

    dialogue: Dialogue
    metadata: dict[str, Any]
    form: Form
    line: int


def try_rows(path: Path) -> Iterator[Row | InputError]:
    """The dialogues of a JSONL file, line by line; a row without `id` has the number of its line.

    A row that cannot be read is given as the error that says why, with the file, the line and the field, and the next ones
    follow. Raises InputError where the file cannot be read.
    """
    for number, line in read_lines(path):
        where = f"{path}:{number}"
        try:
            yield _read_row(where, number, line)
        except InputError as error:
            yield error
        except Exception as bug:  # ours: it must cost one row, not the whole file
            yield InputError(f"{where}: {type(bug).__name__}: {bug}; please report this")


def read_lines(path: Path) -> Iterator[tuple[int, bytes]]:
    """The lines of a JSONL file with their numbers, from 1; blank ones are left out. `.gz`: compressed; `-`: standard input.

    One line at a time is in memory; one that is longer than LONGEST_LINE is cut there. Raises InputError where the file
    cannot be read, or is one JSON list.
    """
    try:
        with _opened(path) as lines:
            begun = False
            for number, line in enumerate(_bounded(lines), start=1):
                if number == 1:
                    _refuse_other_files(path, line)
                text = (line.removeprefix(_BOM) if number == 1 else line).strip()
                if text and not begun:
                    _refuse_list(path, number, text)
                    begun = True
                if text:
                    yield number, text
    except (OSError, EOFError, zlib.error) as error:
        reason = getattr(error, "strerror", None) or error
        raise InputError(f"{path}: cannot be read ({reason}); name a JSONL file of dialogues") from None


def why_no_json(line: bytes, error: orjson.JSONDecodeError) -> str:
    """What is wrong with a line that orjson refuses, to stand behind "the line"."""
    try:
        line.decode()
    except UnicodeDecodeError as wrong:
        at = f"byte {wrong.start + 1}"
        return f"is not UTF-8 ({at}); write the file as UTF-8 first (iconv -f LATIN1 -t UTF-8, if it is Latin-1)"
    return f"is not JSON ({error})"


def _bounded(file: BinaryIO) -> Iterator[bytes]:
    """The lines of a file, each but for what is longer than any dialogue."""
    while line := file.readline(LONGEST_LINE):
        yield line
        while len(line) == LONGEST_LINE and not line.endswith(b"\n"):
            line = file.readline(LONGEST_LINE)


_OTHER_FILES = {
    b"\x1f\x8b": "is compressed by gzip; give it a name that ends with .gz",
    b"\x28\xb5\x2f\xfd": "is compressed by zstd; unpack it first (zstd -d)",
    b"PK\x03\x04": "is a zip archive; unpack it first",
    b"PAR1": "is Parquet; write it as JSONL first (pandas: read_parquet(...).to_json(..., orient='records', lines=True))",
    b"\xff\xfe": "is UTF-16; write it as UTF-8 first (iconv -f UTF-16 -t UTF-8)",
    b"\xfe\xff": "is UTF-16; write it as UTF-8 first (iconv -f UTF-16 -t UTF-8)",
}


def _refuse_other_files(path: Path, beginning: bytes) -> None:
    """By its first bytes, as each line of such a file would be one more row that says nothing."""
    for sign, what in _OTHER_FILES.items():
        if beginning.startswith(sign):
            raise InputError(f"{path}: {what}")


def _opened(path: Path) -> AbstractContextManager[BinaryIO]:
    if str(path) == "-":
        return nullcontext(sys.stdin.buffer)
    return cast("BinaryIO", gzip.open(path)) if path.suffix == ".gz" else path.open("rb")


def _refuse_list(path: Path, number: int, line: bytes) -> None:
    """A file that is one JSON list would be one line too long for memory, or many that say nothing; so would one object."""
    if line == b"{":
        raise InputError(
            f"{path}:{number}: begins an object that goes on over several lines; write each dialogue on one line"
            f" (jq -c . {path.name} > rows.jsonl)"
        )
    if line[:1] == b"[" and line[1:].lstrip()[:1] in (b"", b"{"):
        raise InputError(
            f"{path}:{number}: begins a JSON list, not a dialogue on each line; turn it into JSONL first: "
            f"python -c 'import json,sys; [print(json.dumps(row)) for row in json.load(sys.stdin)]' < {path.name} > rows.jsonl"
        )


def _read_row(where: str, number: int, line: bytes) -> Row:
    try:
        row = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        raise InputError(f"{where}: {why_no_json(line, error)}; write one dialogue on each line") from None
    try:
        recorded = read_recorded(row, number)
        raise_unread(recorded.unread)
    except NotADialogue as error:
        raise InputError(f"{where}: {error}; mend the line, or take it out") from None
    return Row(recorded.dialogue, recorded.metadata if is_our_own(recorded.metadata) else {}, recorded.form, number)
