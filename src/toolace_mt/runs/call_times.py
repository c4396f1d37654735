"""How long the calls of a run took: kept with its records, for estimates of what more of it takes."""

from __future__ import annotations

from pathlib import Path

import orjson

from toolace_mt.runs.journal import RunStore
from toolace_mt.runs.progress import Progress
from toolace_mt.runs.records import Records, open_records

_NOTE = "call times"


async def keep_call_times(store: RunStore, progress: Progress) -> None:
    """Add the calls of this sitting, as far as they were not answered from the journal. Raises StorageFailed."""
    if not progress.calls_timed:
        return
    calls, seconds = _kept(store.records)
    timed = [calls + progress.calls_timed, seconds + progress.seconds_in_calls]
    await store.put_note(_NOTE, orjson.dumps(timed).decode())


def mean_call_time(folder: Path) -> float | None:
    """Seconds of a call of the run in `folder`, on average over all its sittings; None where none was timed.

    Raises InputError where there is no run.
    """
    with open_records(folder) as records:
        calls, seconds = _kept(records)
    return seconds / calls if calls else None


def _kept(records: Records) -> tuple[int, float]:
    kept = records.note(_NOTE)
    if kept is None:
        return 0, 0.0
    calls, seconds = orjson.loads(kept)
    return calls, seconds
