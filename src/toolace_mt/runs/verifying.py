"""Anybody's file of dialogues against the rules: line by line, on all cores, in memory that does not grow with the file."""

from __future__ import annotations

import gc
import os
from collections import Counter, deque
from collections.abc import Callable, Collection, Generator, Iterable, Iterator
from concurrent.futures import Future
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import orjson

from toolace_mt.dialogue.formats import read_recorded
from toolace_mt.dialogue.formats.row import messages_of
from toolace_mt.dialogue.recorded import Form, NotADialogue
from toolace_mt.dialogue.turns import json_text
from toolace_mt.errors import InputError, RunStopped
from toolace_mt.rules import RULES
from toolace_mt.rules.verdicts import INTERNAL_ERROR, UNREADABLE, Placed, Verdict, judge, unreadable
from toolace_mt.runs.dialogue_file import LONGEST_LINE, read_lines, why_no_json
from toolace_mt.runs.workers import worker_pool
from toolace_mt.types import Severity, Tool

_BLOCK_BYTES = 512 * 1024
_WORTH_PROCESSES = 8 * _BLOCK_BYTES
_EXAMPLES_KEPT = 20
_EXCERPT = 400


@dataclass(frozen=True)
class Checking:
    """How rows are read and checked. form: None finds it out row by row. tools: for rows that bring none."""

    form: Form | None = None
    tools: tuple[Tool, ...] = ()
    skip: tuple[str, ...] = ()


class Example(NamedTuple):
    """A finding with the row that it is in, and the beginning of its message."""

    id: str
    finding: Placed
    excerpt: str


@dataclass
class Tally:
    """What was found so far. dialogues and findings are by (rule, severity); examples are the first ones of each."""

    rows: int = 0
    accepted: int = 0
    bytes: int = 0
    forms: Counter[str] = field(default_factory=Counter[str])
    dialogues: Counter[tuple[str, Severity]] = field(default_factory=Counter[tuple[str, Severity]])
    findings: Counter[tuple[str, Severity]] = field(default_factory=Counter[tuple[str, Severity]])
    examples: dict[tuple[str, Severity], list[Example]] = field(
        default_factory=dict[tuple[str, Severity], list[Example]]
    )

    @property
    def rejected(self) -> int:
        """Rows with an error."""
        return self.rows - self.accepted

    def count(self, verdict: Verdict, row: Any) -> None:
        """Take in the verdict on `row`."""
        self.rows += 1
        self.accepted += verdict.accepted
        if not verdict.findings:
            return
        self.dialogues.update({(f.rule, f.severity) for f in verdict.findings})
        for finding in verdict.findings:
            key = (finding.rule, finding.severity)
            self.findings[key] += 1
            shown = self.examples.setdefault(key, [])
            if len(shown) < _EXAMPLES_KEPT:
                shown.append(Example(verdict.id, finding, _excerpt(row, finding.message_index)))

    def add(self, other: Tally) -> None:
        """Take in what was found in the rows that follow."""
        self.rows += other.rows
        self.accepted += other.accepted
        self.bytes += other.bytes
        self.forms.update(other.forms)
        self.dialogues.update(other.dialogues)
        self.findings.update(other.findings)
        for key, examples in other.examples.items():
            shown = self.examples.setdefault(key, [])
            shown += examples[: _EXAMPLES_KEPT - len(shown)]


class Checked(NamedTuple):
    """A block of lines when it is done: its lines of output, and what was found in it."""

    output: bytes
    tally: Tally


def check_rule_names(named: Collection[str], where: str) -> None:
    """Raises InputError, which begins with `where`, if there is no rule of one of the names."""
    if unknown := [name for name in named if name not in RULES]:
        raise InputError(f"{where}: there is no rule {', '.join(unknown)}; the rules are {', '.join(RULES)}")


def verify_file(
    path: Path,
    checking: Checking,
    *,
    jobs: int = 1,
    write: Callable[[bytes], object] | None = None,
    progress: Callable[[Tally], object] | None = None,
) -> Tally:
    """Check every row of the JSONL file `path` (`.gz`: compressed; `-`: standard input).

    jobs: processes; small files are done in this one. A script that asks for more than one needs the guard
    `if __name__ == "__main__":`, as each imports it. write: takes the lines of `verify --json`, in the order of the file.
    progress: is told what was found so far, now and then.
    Raises InputError where the file cannot be read, and RunStopped where the system ends a process.
    """
    total = Tally()
    blocks = _blocks(read_lines(path))
    with sparing_garbage_collection():
        for checked in _work(blocks, checking, jobs):
            total.add(checked.tally)
            if write is not None:
                write(checked.output)
            if progress is not None:
                progress(total)
    refuse_empty(path, total)
    return total


@contextmanager
def sparing_garbage_collection() -> Generator[None]:
    """Rows live shortly, and nothing in them goes in circles: looking for that at every 700 new values costs a tenth.

    Afterwards it is looked for as often as before.
    """
    before = gc.get_threshold()
    _spare_garbage_collection()
    try:
        yield
    finally:
        gc.set_threshold(*before)


def _spare_garbage_collection() -> None:
    gc.set_threshold(100_000, 50, 50)


def refuse_empty(path: Path, tally: Tally) -> None:
    """Raises InputError where a file held no row at all: nobody should take that for a pass."""
    if not tally.rows:
        raise InputError(f"{path}: holds no dialogues; name a JSONL file with a dialogue on each line")


def cores() -> int:
    """The cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def check_line(line: bytes, number: int, checking: Checking) -> tuple[Verdict, Any, Form | None]:
    """The verdict on a line, the row that it holds (None where it holds none), and its form. Nothing makes it raise."""
    if len(line) >= LONGEST_LINE:
        return unreadable(str(number), f"the line is longer than {LONGEST_LINE >> 20} MB"), None, None
    try:
        row = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        return unreadable(str(number), f"the line {why_no_json(line, error)}"), None, None
    verdict, form = _check_row(row, number, checking)
    if checking.form is not None and not verdict.accepted:
        verdict = _with_hint(verdict, row, number, checking)
    return verdict, row, form


def _check_row(row: Any, number: int, checking: Checking) -> tuple[Verdict, Form | None]:
    try:
        recorded = read_recorded(row, number, form=checking.form, tools=checking.tools)
    except NotADialogue as error:
        return unreadable(_id_of(row, number), str(error)), None
    except Exception as bug:  # ours: it must cost one row, not the whole file
        return _our_fault(_id_of(row, number), bug), None
    try:
        return judge(recorded, checking.skip), recorded.form
    except Exception as bug:
        return _our_fault(recorded.id, bug), recorded.form


def _with_hint(verdict: Verdict, row: Any, number: int, checking: Checking) -> Verdict:
    """The verdict; where the row has fewer errors in the form that it seems to have, a warning says so."""
    other, form = _check_row(row, number, replace(checking, form=None))
    if form in (None, checking.form) or _errors(other) >= _errors(verdict):
        return verdict
    detail = f"read as {checking.form}, as --form says; the row looks like {form}, and has fewer errors when read so"
    return verdict._replace(findings=(Placed(UNREADABLE, "warning", None, None, detail), *verdict.findings))


def _errors(verdict: Verdict) -> int:
    return sum(finding.severity == "error" for finding in verdict.findings)


def _our_fault(id: str, bug: Exception) -> Verdict:
    detail = f"{type(bug).__name__}: {bug}; please report this"
    return Verdict(id, (Placed(INTERNAL_ERROR, "error", None, None, detail[:_EXCERPT]),))


def _id_of(row: Any, number: int) -> str:
    named = row.get("id") if isinstance(row, dict) else None
    return str(number if named is None else named)


def _blocks(lines: Iterable[tuple[int, bytes]]) -> Iterator[list[tuple[int, bytes]]]:
    block: list[tuple[int, bytes]] = []
    size = 0
    for number, line in lines:
        block.append((number, line))
        size += len(line)
        if size >= _BLOCK_BYTES:
            yield block
            block, size = [], 0
    if block:
        yield block


def _check_block(block: list[tuple[int, bytes]], checking: Checking) -> Checked:
    tally = Tally()
    output: list[str] = []
    for number, line in block:
        verdict, row, form = check_line(line, number, checking)
        tally.count(verdict, row)
        tally.bytes += len(line)
        if form is not None:
            tally.forms[form] += 1
        output.append(json_text(verdict.to_json()))
    return Checked("\n".join([*output, ""]).encode(), tally)


def _work(blocks: Iterator[list[tuple[int, bytes]]], checking: Checking, jobs: int) -> Iterator[Checked]:
    """The blocks, checked, in order: the first ones here, and by processes where enough is left for these to pay."""
    done = 0
    for block in blocks:
        yield _check_block(block, checking)
        done += sum(len(line) for _, line in block)
        if jobs > 1 and done >= _WORTH_PROCESSES:
            yield from _in_processes(blocks, checking, jobs)


def _in_processes(blocks: Iterator[list[tuple[int, bytes]]], checking: Checking, jobs: int) -> Iterator[Checked]:
    waiting: deque[Future[Checked]] = deque()
    pool = worker_pool(jobs, _spare_garbage_collection)
    try:
        for block in blocks:
            waiting.append(pool.submit(partial(_check_block, block, checking)))
            if len(waiting) > 2 * jobs:  # what is read ahead is bounded, so memory is
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    except BrokenProcessPool:
        raise RunStopped(
            "a process that checks rows has ended, perhaps for want of memory, or as the calling script lacks the guard"
            ' `if __name__ == "__main__":`; one process (--jobs 1) needs neither'
        ) from None
    finally:
        pool.shutdown(cancel_futures=True)


def _excerpt(row: Any, index: int | None) -> str:
    """The beginning of a message as JSON; empty where there is no such message."""
    if index is None:
        return ""
    try:
        messages, _ = messages_of(row, None)
    except NotADialogue:
        return ""
    return json_text(messages[index])[:_EXCERPT] if 0 <= index < len(messages) else ""
