"""The figures of a run, or of a file of dialogues."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

from toolace_mt.errors import InputError
from toolace_mt.metrics.statistics import Figures, Statistics
from toolace_mt.runs.dialogue_file import Row, read_rows
from toolace_mt.runs.folder import Run, open_run
from toolace_mt.types import Outcome, Skeleton


def compute_statistics(source: Path) -> Figures:
    """The figures of the dataset of the run in the folder `source`, or of the dialogues in the JSONL file `source`.

    Of a run, its first `run.count` accepted dialogues, and how all attempts ended. Raises InputError.
    """
    if source.is_dir():
        return _of_run(open_run(source))
    if not source.exists():
        raise InputError(f"{source}: does not exist; name a run folder, or a JSONL file of dialogues")
    statistics = Statistics()
    for row in read_rows(source):
        _add_row(statistics, row)
    return statistics.figures()


def _of_run(run: Run) -> Figures:
    statistics = Statistics()
    wanted = run.config.run.count
    for outcome in run.outcomes("all"):
        if outcome.status != "accepted":
            statistics.add_attempt(outcome.status, (f.rule for f in outcome.findings if f.severity == "error"))
            continue
        statistics.add_attempt("accepted")
        if wanted:
            wanted -= 1
            _add_outcome(statistics, outcome)
    return statistics.figures()


def _add_outcome(statistics: Statistics, outcome: Outcome) -> None:
    if outcome.dialogue is not None:
        done = [edit.kind for edit in outcome.edits if edit.stage == "inject" and edit.accepted]
        statistics.add(outcome.dialogue, done, outcome.skeleton, repaired=outcome.repairs > 0)


def _add_row(statistics: Statistics, row: Row) -> None:
    """A row of our own also says what was injected, and who made its skeleton."""
    listed = row.metadata.get("injections")
    injections = [each.get("kind") for each in listed if isinstance(each, dict)] if isinstance(listed, list) else []
    skeleton = next((known for known in get_args(Skeleton) if row.metadata.get("skeleton") == known), None)
    statistics.add(row.dialogue, [kind for kind in injections if isinstance(kind, str)], skeleton)
