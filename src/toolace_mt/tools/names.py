"""Legal and distinct names. A tool's `source_name` keeps what its source says, so that calls can be mapped back."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Sequence

_LONGEST = 64
_ILLEGAL = re.compile(r"[^A-Za-z0-9_-]+")
_LEGAL = re.compile(r"[A-Za-z0-9_-]{1,64}")


def is_legal(name: str) -> bool:
    """Whether OpenAI's API takes it as a function's name."""
    return _LEGAL.fullmatch(name) is not None


def legal_name(source_name: str) -> str:
    """The name itself where it is legal, else the nearest legal one: `uber.ride` becomes `uber_ride`.

    A name that is too long, or has no Latin letter or digit to keep, gets 8 hexadecimal digits of its hash.
    """
    if is_legal(source_name):
        return source_name
    latin = unicodedata.normalize("NFKD", source_name).encode("ascii", "ignore").decode()
    name = _ILLEGAL.sub("_", latin.strip())
    if not name.strip("_-"):
        return f"tool_{_digest(source_name)}"
    return name if len(name) <= _LONGEST else f"{name[: _LONGEST - 9]}_{_digest(source_name)}"


def distinct_names(wanted: Sequence[str], kept: Iterable[str] = ()) -> list[str]:
    """A name for each wanted legal one: the same for the first who wants it, then with `_2`, `_3`, ...

    Names in `kept` are for nobody here.
    """
    kept = set(kept)
    taken = kept | set(wanted)
    given: set[str] = set()
    counts: dict[str, int] = {}
    names: list[str] = []
    for name in wanted:
        free = name
        if name in kept or name in given:
            while free in taken:
                counts[name] = counts.get(name, 1) + 1
                suffix = f"_{counts[name]}"
                free = name[: _LONGEST - len(suffix)] + suffix
        taken.add(free)
        given.add(free)
        names.append(free)
    return names


def _digest(text: str) -> str:
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=4).hexdigest()
