"""Words for a value that a user has not seen yet, by which the assistant finds it in the results: `the cheapest one`."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping, Sequence
from typing import Any

from toolace_mt.engines.offline.language import is_plural, ordinal, pluralize
from toolace_mt.engines.offline.sources import Source, at_path
from toolace_mt.engines.offline.spoken import Reference
from toolace_mt.schema.names import entity_words, name_in_words, singular, words

_IDS = re.compile(r" ?\b(id|ids|number|code|key|uuid|symbol|identifier|name|names|no|ref|reference|sha|hash)$")
_PLACES = frozenset({"path", "filepath", "paths", "dir", "directory", "folder"})
_PREPOSITIONS = (
    "from",
    "to",
    "source",
    "target",
    "destination",
    "origin",
    "new",
    "old",
    "current",
    "user",
    "given",
    "my",
)
_LONG = 60
_COMMIT = re.compile(r"[0-9a-f]{40}")
# Fields by which one entry stands out: (word of the field, the smallest one is, the largest one is).
_EXTREMES: tuple[tuple[str, str, str], ...] = (
    ("price", "cheapest", "most expensive"),
    ("cost", "cheapest", "most expensive"),
    ("fare", "cheapest", "most expensive"),
    ("fee", "cheapest", "most expensive"),
    ("rating", "", "best-rated"),
    ("stars", "", "best-rated"),
    ("distance", "nearest", "farthest"),
    ("km", "nearest", "farthest"),
    ("miles", "nearest", "farthest"),
    ("duration", "shortest", "longest"),
    ("size", "smallest", "largest"),
    ("created", "oldest", "newest"),
    ("placed", "oldest", "most recent"),
    ("updated", "", "most recently updated"),
    ("date", "earliest", "latest"),
    ("timestamp", "earliest", "latest"),
)


def thing_of(name: str, value: Any = None) -> str:
    """What a parameter asks for, as a noun: `order` for order_id, `file` for a path; nothing where the name tells none."""
    if isinstance(value, str) and _COMMIT.fullmatch(value):
        return "commit"
    said = name_in_words(name)
    is_place = set(words(name)) & _PLACES or (isinstance(value, str) and value.startswith("/"))
    if is_place and isinstance(value, str):
        return "file" if "." in posixpath.basename(value) else "folder"
    thing = _IDS.sub("", re.sub(r" \d+$", "", said)).strip()
    first, _, rest = thing.partition(" ")
    return rest if first in _PREPOSITIONS and rest else "" if thing in _PREPOSITIONS else thing


def same_again(name: str, value: Any, thing: str = "") -> Reference:
    """A thing that the message has spoken of already: `that order`."""
    thing = thing or thing_of(name, value)
    return Reference(f"{'those' if is_plural(thing.split()[-1]) else 'that'} {thing}" if thing else "it")


def refer(name: str, value: Any, source: Source, *, is_id: bool, thing: str = "") -> Reference:
    """A value out of a result; thing: what it is, where the caller knows better than the parameter's name."""
    thing = thing or thing_of(name, value) or thing_of(source.field, value) or name_in_words(name)
    if isinstance(value, list | dict):
        return Reference(_whole(name, value, source))
    if source.place is not None and source.place[1] > 1 and not _shared(source, value):
        return Reference(_entry(thing or "result", source, is_id=is_id))
    if not source.path or (isinstance(value, str) and len(value) > _LONG):
        return Reference(f"that {thing}" if thing else "what comes out of that")
    field = _IDS.sub("", name_in_words(source.field)).strip() if is_id else name_in_words(source.field)
    field = re.sub(r" usd$|^usd ", "", field)
    if isinstance(value, str) and value.startswith("/"):
        return Reference(f"that {thing}")
    if source.whole and field and not is_id and entity_words(field)[-1:] != entity_words(thing)[-1:]:
        return Reference(f"the {field}" if field not in ("result", "value", "output") else f"that {thing or field}")
    return Reference(f"that {thing or field}")


def _whole(name: str, value: Any, source: Source) -> str:
    said = name_in_words(source.field or name)
    if isinstance(value, list):
        return f"those {said if is_plural(said.split()[-1]) else pluralize(said)}"
    return f"that {said}"


def _shared(source: Source, value: Any) -> bool:
    """Whether all entries of the list have the value, as the flights of one search have one destination."""
    depth = _depth(source)
    if source.line is not None or depth is None or depth == len(source.path) - 1:
        return False
    entries = at_path(source.content, source.path[:depth])
    return isinstance(entries, list) and all(isinstance(e, dict) and e.get(source.field) == value for e in entries)


def _depth(source: Source) -> int | None:
    """Where in the path the place in the innermost list stands."""
    return next((d for d in range(len(source.path) - 1, -1, -1) if isinstance(source.path[d], int)), None)


def _entry(thing: str, source: Source, *, is_id: bool) -> str:
    """An entry of a list: by what sets it apart, else by its place."""
    place, length = source.place or (0, 1)
    thing = " ".join([*thing.split()[:-1], singular(thing.split()[-1])])
    noun = "one" if is_id and source.age == 0 else thing
    if source.line is None and (best := _extreme(source)):
        return f"the {best} {noun}" if is_id or thing.endswith("name") else f"the {thing} of the {best} one"
    if place == length - 1 and length > 2:
        return f"the last {noun}"
    return f"the {ordinal(place)} {noun}"


def _extreme(source: Source) -> str:
    """How the entry differs from all others of its list, by a number or a date: `cheapest`; nothing where it does not."""
    depth = _depth(source)
    holder = at_path(source.content, source.path[:depth]) if depth is not None else None
    if depth is None or depth == len(source.path) - 1 or not isinstance(holder, list):
        return ""
    entries: Sequence[Any] = holder
    chosen = entries[int(source.path[depth])]
    if not all(isinstance(entry, dict) for entry in entries):
        return ""
    return next((best for field in chosen if (best := _stands_out(chosen, entries, field))), "")


def _stands_out(chosen: Mapping[str, Any], entries: Sequence[Mapping[str, Any]], field: str) -> str:
    row = next((row for row in _EXTREMES if row[0] in words(field)), None)
    values = [entry.get(field) for entry in entries]
    own = chosen[field]
    dated = row is not None and row[0] in ("created", "placed", "updated", "date", "timestamp")
    kind = str if dated else (int, float)
    if row is None or values.count(own) > 1 or not all(isinstance(v, kind) and not isinstance(v, bool) for v in values):
        return ""
    if dated and not all(re.match(r"\d{4}-\d\d-\d\d", str(v)) for v in values):
        return ""
    ordered = sorted(values)  # pyright: ignore[reportArgumentType] - all texts or all numbers, as seen above
    return row[1] if own == ordered[0] else row[2] if own == ordered[-1] else ""
