"""Writing a file whole or not at all."""

from __future__ import annotations

import os
import sys
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from toolace_mt.errors import InputError, StorageFailed

STANDARD_OUTPUT = Path("-")


def refuse_overwriting(option: str, out: Path | None, *others: Path | None) -> None:
    """Raises InputError where `out` is, by whatever name, one of the files that are read or written besides."""
    for other in others:
        if out is None or other is None:
            continue
        same = out.exists() and other.exists() and out.samefile(other) and out.is_file()
        if same or os.path.realpath(out) == os.path.realpath(other) != os.devnull:
            raise InputError(f"{option} {out}: is {other} itself, which would be lost; name another file")


@contextmanager
def whole_file(out: Path) -> Generator[BinaryIO]:
    """A file to write, which takes the name `out` only once it is complete and on the disk; missing folders are made.

    A link stays a link: the file that it names is replaced. A device or pipe is written as it is; `-` is standard output.

    Raises InputError where `out` is a folder, StorageFailed where the disk is full or cannot be written. Whatever goes
    wrong, an older `out` stays as it was, and nothing half-written is left.
    """
    if out == STANDARD_OUTPUT:
        yield sys.stdout.buffer
        sys.stdout.flush()
        return
    if out.is_dir():
        raise InputError(f"{out}: is a folder; name a file with --out")
    out = Path(os.path.realpath(out))
    if out.exists() and not out.is_file():
        with _opened(out) as file:
            yield file
        return
    part = out.with_name(f".{out.name}.{os.getpid()}.part")
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        with part.open("wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        part.replace(out)
    except OSError as error:
        _remove(part)
        raise StorageFailed(
            f"{out}: cannot be written ({error.strerror or error}); make room, or name another file"
        ) from None
    except BaseException:
        _remove(part)
        raise


@contextmanager
def _opened(out: Path) -> Generator[BinaryIO]:
    """A device or a pipe. Raises StorageFailed where it cannot be written."""
    try:
        with out.open("wb") as file:
            yield file
    except OSError as error:
        raise StorageFailed(f"{out}: cannot be written ({error.strerror or error}); name another file") from None


def _remove(part: Path) -> None:
    with suppress(OSError):  # the folder itself is gone or closed: the first error says so
        part.unlink(missing_ok=True)
