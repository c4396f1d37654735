"""What a row's metadata says by the index of messages, after messages were put in or taken out."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from typing import Any

from toolace_mt.dialogue.formats.row import is_our_own

_MARKS = ("tools_added", "faulty_calls", "error_results", "simulated_results", "findings")
_INDICES = ("faulty_messages", "untrained_messages")


def shifted(metadata: dict[str, Any], before: Sequence[Any], after: Sequence[Any]) -> dict[str, Any]:
    """`metadata` with the indices of messages that our own rows have there, moved from `before` to `after`.

    Messages are the same where they are the same object. What spoke of a message that is gone speaks of the next one.
    """
    if len(before) == len(after) or not is_our_own(metadata):
        return metadata
    places = _places(before, after)
    moved = dict(metadata)
    for name in _MARKS:
        if isinstance(metadata.get(name), list):
            moved[name] = [_moved(entry, ("message_index",), places) for entry in metadata[name]]
    if isinstance(metadata.get("subtasks"), list):
        moved["subtasks"] = [_moved(entry, ("start", "end"), places) for entry in metadata["subtasks"]]
    for name in _INDICES:
        if isinstance(metadata.get(name), list):
            moved[name] = [_at(index, places) for index in metadata[name]]
    return moved


def _places(before: Sequence[Any], after: Sequence[Any]) -> list[int]:
    """For each message of `before`, and its end, the place in `after`."""
    at = {id(message): place for place, message in enumerate(after)}
    kept = [place for place, message in enumerate(before) if id(message) in at]
    new = [at[id(before[place])] for place in kept]
    found: list[int] = []
    for place in range(len(before) + 1):
        following = bisect_left(kept, place)
        found.append(new[following] if following < len(kept) else len(after))
    return found


def _moved(entry: Any, fields: Sequence[str], places: Sequence[int]) -> Any:
    if not isinstance(entry, dict):
        return entry
    return {**entry, **{field: _at(entry[field], places) for field in fields if field in entry}}


def _at(index: Any, places: Sequence[int]) -> Any:
    return places[index] if isinstance(index, int) and 0 <= index < len(places) else index
