"""Files that a measurement writes: looked at before it begins, so that none is lost at its end for a wrong name."""

from __future__ import annotations

from pathlib import Path

from toolace_mt.errors import InputError


def check_out(option: str, out: Path | None) -> None:
    """Raises InputError where `out`, given to `option`, is in no folder, or is one itself."""
    if out is None:
        return
    if out.is_dir():
        raise InputError(f"{option} {out}: cannot be written (it is a folder; name a file in it)")
    if not out.parent.is_dir():
        raise InputError(f"{option} {out}: cannot be written ({out.parent} is no folder; make it first)")


def write_out(option: str, out: Path | None, content: bytes) -> None:
    """Write `content` to `out`, where one is given to `option`. Raises InputError."""
    if out is None:
        return
    try:
        out.write_bytes(content)
    except OSError as error:
        raise InputError(f"{option} {out}: cannot be written ({error.strerror or error})") from None
