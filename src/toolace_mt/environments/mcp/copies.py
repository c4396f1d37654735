"""Copies of people's folders from which no link leads back: what a dialogue writes stays in its copy."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path


class LeadsOutside(Exception):
    """A link in a folder leads to something outside that is no file; `str()` names both."""


def copy_folder(original: Path, place: Path) -> None:
    """Copy a folder, given as its real path, to `place`, which is not there yet.

    Links that lead inside lead inside the copy; a link to a file outside becomes a copy of that file. Raises LeadsOutside,
    before anything is copied, for a link to anything else outside, also one to nothing: it could be made there; OSError.
    """
    links = {link: Path(os.path.realpath(original / link)) for link in _links(original)}
    for link, target in links.items():
        if not target.is_relative_to(original) and not target.is_file():
            raise LeadsOutside(f"the link {original / link} leads to {target}, which is outside and no file")
    shutil.copytree(original, place, symlinks=True)
    root = place.resolve()
    for link, target in links.items():
        copied = root / link
        if not target.is_relative_to(original):
            copied.unlink()
            shutil.copy2(target, copied)
        elif Path(os.path.realpath(copied)) != root / target.relative_to(original):
            copied.unlink()
            copied.symlink_to(os.path.relpath(target, (original / link).parent))


def _links(folder: Path) -> Iterator[Path]:
    """Every link in the folder, as a path from there."""
    for parent, folders, files in os.walk(folder):
        for name in (*folders, *files):
            path = Path(parent, name)
            if path.is_symlink():
                yield path.relative_to(folder)
