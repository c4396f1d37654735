"""The figures of a run, or of a file of dialogues."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, get_args

from toolace_mt.errors import InputError
from toolace_mt.metrics.entailment import Entails
from toolace_mt.metrics.figures import Figures
from toolace_mt.metrics.statistics import Made, Statistics
from toolace_mt.runs.dialogue_file import try_rows
from toolace_mt.runs.folder import Run, open_run
from toolace_mt.types import Outcome, Skeleton

_TOLD = 3


def compute_statistics(
    source: Path,
    *,
    duplicates: float | None = None,
    entails: Entails | None = None,
    notify: Callable[[str], object] | None = None,
    progress: Callable[[int], object] | None = None,
) -> Figures:
    """The figures of the dataset of the run in the folder `source`, or of the dialogues in the JSONL file `source`.

    Of a run, its first `run.count` accepted dialogues, and how all attempts ended. Of a file (`-`: standard input), all
    rows that can be read; `notify` is told of the first ones that cannot, `progress` how many dialogues were read.
    duplicates, entails: as `Statistics` takes them. Raises InputError where there is nothing to read.
    """
    statistics = Statistics(duplicates=duplicates, entails=entails)
    progress = progress or _silent
    if source.is_dir():
        _add_run(statistics, open_run(source), progress)
    elif source == Path("-") or source.exists():
        _add_file(statistics, source, notify or _silent, progress)
    else:
        raise InputError(f"{source}: does not exist; name a run folder, or a JSONL file of dialogues")
    return statistics.figures()


def _silent(_: object) -> None:
    pass


def _add_run(statistics: Statistics, run: Run, progress: Callable[[int], object]) -> None:
    wanted = run.config.run.count
    for number, outcome in enumerate(run.outcomes("all"), start=1):
        progress(number)
        broken = {f.rule for f in outcome.findings if f.severity == "error"} if outcome.status != "accepted" else ()
        statistics.add_attempt(outcome.status, broken, outcome.edits, outcome.unfit)
        if outcome.status == "accepted" and wanted:
            wanted -= 1
            _add_outcome(statistics, outcome)


def _add_outcome(statistics: Statistics, outcome: Outcome) -> None:
    if outcome.dialogue is not None:
        done = (edit for edit in outcome.edits if edit.stage == "inject" and edit.accepted)
        injections = tuple((edit.kind, edit.sub_kind) for edit in done)
        statistics.add(outcome.dialogue, Made(injections, outcome.skeleton, outcome.passes, outcome.repairs))


def _add_file(
    statistics: Statistics, file: Path, notify: Callable[[str], object], progress: Callable[[int], object]
) -> None:
    read = 0
    unreadable: list[str] = []
    for row in try_rows(file):
        if isinstance(row, InputError):
            statistics.add_row(None)
            unreadable += [str(row)] if len(unreadable) < _TOLD else []
            continue
        statistics.add_row(row.form)
        statistics.add(row.dialogue, _made(row.metadata), row.line)
        progress(read := read + 1)
    if not read:
        raise InputError(unreadable[0] if unreadable else f"{file}: holds no dialogues; write one on each line")
    for problem in unreadable:
        notify(f"left out: {problem}")


def _made(metadata: dict[str, Any]) -> Made:
    """A row of our own also says what was injected, who made its skeleton, and how much was done to it."""
    listed = metadata.get("injections")
    kinds = (
        ((e.get("kind"), e.get("sub_kind")) for e in listed if isinstance(e, dict)) if isinstance(listed, list) else ()
    )
    injections = tuple((kind, sub if isinstance(sub, str) else "") for kind, sub in kinds if isinstance(kind, str))
    skeleton = next((known for known in get_args(Skeleton) if metadata.get("skeleton") == known), None)
    return Made(injections, skeleton, _count(metadata.get("passes")), _count(metadata.get("repairs")))


def _count(value: Any) -> int | None:
    return value if type(value) is int and value >= 0 else None
