"""`verify --judges`: a file against the rules, and the rows that these accept before the experts."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import aclosing
from pathlib import Path
from typing import Any, NamedTuple

from toolace_mt.config import Config
from toolace_mt.dialogue.formats import read_recorded
from toolace_mt.dialogue.recorded import Form
from toolace_mt.dialogue.turns import json_text
from toolace_mt.rules.verdicts import Verdict, place
from toolace_mt.runs.dialogue_file import read_lines
from toolace_mt.runs.judging import Judges, in_order, open_judges
from toolace_mt.runs.verifying import Checking, Tally, check_line, refuse_empty


class _Row(NamedTuple):
    verdict: Verdict
    row: Any
    form: Form | None
    bytes: int


async def judge_file(
    path: Path,
    checking: Checking,
    config: Config,
    folder: Path,
    *,
    write: Callable[[bytes], object] | None = None,
    progress: Callable[[Tally], object] | None = None,
    notify: Callable[[str], None] = lambda _: None,
) -> Tally:
    """As `verify_file`, in one process, with the experts of `config` after the rules; results come in the file's order.

    folder: keeps the answers of a model, so that the same command goes on where it stopped (see `open_judges`).
    Raises InputError for bad input, and RunStopped where the model cannot be asked further; what was written stays.
    """
    total = Tally()
    async with open_judges(config, folder, notify) as judges:

        async def look(line: tuple[int, bytes]) -> _Row:
            return await _look(*line, checking, judges)

        async with aclosing(in_order(read_lines(path), look, config.run.concurrency)) as rows:
            async for row in rows:
                total.count(row.verdict, row.row)
                total.bytes += row.bytes
                if row.form is not None:
                    total.forms[row.form] += 1
                if write is not None:
                    write(f"{json_text(row.verdict.to_json())}\n".encode())
                if progress is not None:
                    progress(total)
    refuse_empty(path, total)
    return total


async def _look(number: int, line: bytes, checking: Checking, judges: Judges) -> _Row:
    verdict, row, form = check_line(line, number, checking)
    if verdict.accepted:
        recorded = read_recorded(row, number, form=checking.form, tools=checking.tools)
        judged = await judges.ask(recorded)
        found = tuple(place(recorded, finding) for finding in judged.findings)
        verdict = verdict._replace(findings=(*verdict.findings, *found))
    return _Row(verdict, row, form, len(line))
