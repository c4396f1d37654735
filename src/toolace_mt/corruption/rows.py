"""Damaged copies of rows: a seed, a row and a kind always give the same copy."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from typing import Any

from toolace_mt.corruption.kinds import Kind
from toolace_mt.corruption.marking import shifted
from toolace_mt.corruption.transcript import DEEPEST, Transcript, nests_deeper

Row = dict[str, Any]


def corruptions(row: Row, kinds: Iterable[Kind], seed: int) -> Iterator[Row]:
    """A copy of an OpenAI-form row with one damage, for each of `kinds` that it gives a place for.

    Its id ends in `~kind`, and `metadata.corruption` says what was done: `{"kind", "family", "seed", "message_index",
    "tool_call_id"?, "before", "after"}`. The rest is the row's own; nothing of `row` is changed.
    """
    if nests_deeper(row, DEEPEST):
        return
    transcript = Transcript(row)
    for kind in kinds:
        damaged = _corrupted(transcript, kind, seed)
        if damaged is not None:
            yield damaged


def _corrupted(transcript: Transcript, kind: Kind, seed: int) -> Row | None:
    row = transcript.row
    damage = kind.damage(transcript, random.Random(f"{seed}/{row.get('id')!r}/{kind.name}"))
    if damage is None:
        return None
    record = {"kind": kind.name, "family": kind.family, "seed": seed, "message_index": damage.message_index}
    if damage.call_id is not None:
        record["tool_call_id"] = damage.call_id
    metadata = row["metadata"] if isinstance(row.get("metadata"), dict) else {}
    return {
        **row,
        "id": f"{row.get('id')}~{kind.name}",
        "messages": damage.messages,
        "metadata": {
            **shifted(metadata, transcript.messages, damage.messages),
            "corruption": {**record, "before": damage.before, "after": damage.after},
        },
    }
