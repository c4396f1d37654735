"""Labelled dialogues against rules and experts: what of the known damage is found, and what good rows are accused of.

The files are read twice, good rows first: what a rule finds in the good twin of a damaged row is no find of the damage. Only
the findings of good rows are kept meanwhile, so memory does not grow with the files.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncGenerator, Callable, Iterator, Sequence
from contextlib import AsyncExitStack, aclosing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import orjson

from toolace_mt.config import Config
from toolace_mt.dialogue.formats import read_recorded
from toolace_mt.dialogue.recorded import NotADialogue
from toolace_mt.errors import InputError
from toolace_mt.metrics.calibration import Calibration, Found, Label
from toolace_mt.rules.verdicts import Placed, Verdict
from toolace_mt.runs.dialogue_file import read_lines
from toolace_mt.runs.judging import Judges, in_order, judged_folder, open_judges
from toolace_mt.runs.verifying import Checking, check_line

_UNTOLD = "(not told)"
_Labelled = tuple[Path, Label, int, bytes]
_Finding = tuple[str, str, str]  # rule, severity, detail: details name no places, so twins can be compared


class _Row(NamedTuple):
    """A labelled row of a file. failed: by expert, whether it failed the row; None where the experts are not asked."""

    file: Path
    label: Label
    verdict: Verdict
    failed: dict[str, bool] | None = None


@dataclass
class _Twins:
    """What was found in good rows, by file and id; most have nothing, and are not kept.

    A damaged row has its twin (the id before the last `~`) in its own file, where that has good rows; else in any other.
    """

    findings: dict[str, dict[Path, Counter[_Finding]]] = field(default_factory=dict[str, dict[Path, Counter[_Finding]]])
    files: set[Path] = field(default_factory=set[Path])

    def take(self, row: _Row) -> list[Found]:
        """What was found in a row; of a damaged one, what its good twin does not have too."""
        findings = row.verdict.findings
        known: Counter[_Finding] = Counter()
        if row.label.bad:
            twins = self.findings.get(row.verdict.id.rpartition("~")[0], {})
            here = [row.file] if row.file in self.files else list(twins)
            for file in here:
                known.update(twins.get(file, ()))
        else:
            self.files.add(row.file)
            if findings:
                self.findings.setdefault(row.verdict.id, {})[row.file] = Counter(map(_comparable, findings))
        return [Found(f.rule, f.severity, f.message_index, f.tool_call_id) for f in findings if not _strike(known, f)]


def _strike(known: Counter[_Finding], finding: Placed) -> bool:
    """Whether a finding is one of the known, which is then used up."""
    key = _comparable(finding)
    known[key] -= 1
    return known[key] >= 0


def _comparable(finding: Placed) -> _Finding:
    return finding.rule, finding.severity, finding.detail


async def calibrate(
    files: Sequence[Path],
    checking: Checking,
    *,
    judges: Config | None = None,
    folder: Path | None = None,
    progress: Callable[[int], object] = lambda _: None,
    notify: Callable[[str], None] = lambda _: None,
) -> Calibration:
    """Count how the rules, and the experts of `judges` where it is given, judge the rows of `files`.

    A row with `metadata.corruption` is bad; else its `label` ("good" or "bad") counts; without both it is good.
    folder: keeps the answers of a model (see `open_judges`); beside the first file where not given. progress: is told the
    number of rows done.
    Raises InputError where a file cannot be read or no row is bad, and a RunStopped where the experts cannot be asked.
    """
    for file in files:
        if not file.is_file():
            raise InputError(f"{file}: is no file; calibrate reads its files twice, so a pipe cannot be one")
    counted, twins, done = Calibration(), _Twins(), 0
    async with AsyncExitStack() as resources:
        asked = None
        if judges is not None:
            kept = folder or judged_folder(files[0])
            asked = await resources.enter_async_context(open_judges(judges, kept, notify))
        for bad in (False, True):
            rows = _rows(files, bad, checking, asked, judges.run.concurrency if judges else 1)
            await resources.enter_async_context(aclosing(rows))
            async for row in rows:
                counted.count(row.label, twins.take(row), row.failed)
                done += 1
                progress(done)
    if not counted.kinds:
        raise InputError(
            'no row is known to be bad: a bad row has metadata.corruption (see `toolace-mt corrupt`) or "label": "bad"'
        )
    return counted


async def _rows(
    files: Sequence[Path], bad: bool, checking: Checking, judges: Judges | None, at_once: int
) -> AsyncGenerator[_Row]:
    lines = _labelled(files, bad)
    if judges is None:
        for file, label, number, line in lines:
            yield _Row(file, label, check_line(line, number, checking)[0])
        return

    async def look(labelled: _Labelled) -> _Row:
        file, label, number, line = labelled
        verdict, row, _ = check_line(line, number, checking)
        return _Row(file, label, verdict, await _ask(judges, row, number, checking))

    async with aclosing(in_order(lines, look, at_once)) as rows:
        async for row in rows:
            yield row


async def _ask(judges: Judges, row: Any, number: int, checking: Checking) -> dict[str, bool]:
    """Which experts fail a row; {} where it cannot be shown to them, or they are refused an answer."""
    try:
        recorded = read_recorded(row, number, form=checking.form, tools=checking.tools)
    except NotADialogue:
        return {}
    return {opinion.expert: opinion.failed for opinion in (await judges.ask(recorded)).opinions}


def _labelled(files: Sequence[Path], bad: bool) -> Iterator[_Labelled]:
    for file in files:
        for number, line in read_lines(file):
            label = _label(line, f"{file}:{number}")
            if label.bad == bad:
                yield file, label, number, line


def _label(line: bytes, where: str) -> Label:
    """What is known of a row. Raises InputError for a label that is neither good nor bad."""
    try:
        row = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        raise InputError(
            f"{where}: is not JSON ({error}), so its label cannot be read; mend or drop the line"
        ) from None
    fields: dict[str, Any] = row if isinstance(row, dict) else {}
    metadata = fields.get("metadata")
    metadata = metadata if isinstance(metadata, dict) else {}
    damage = metadata.get("corruption")
    if isinstance(damage, dict):
        return _damaged(damage)
    given = fields.get("label", metadata.get("label"))
    if given not in ("good", "bad", None):
        raise InputError(f'{where}: field label: is {str(given)[:60]!r}; write "good" or "bad"')
    return Label(True, _UNTOLD, _UNTOLD) if given == "bad" else Label(False)


def _damaged(damage: dict[str, Any]) -> Label:
    index, call_id = damage.get("message_index"), damage.get("tool_call_id")
    return Label(
        bad=True,
        kind=str(damage.get("kind") or _UNTOLD),
        family=str(damage.get("family") or _UNTOLD),
        message_index=index if isinstance(index, int) else None,
        call_id=call_id if isinstance(call_id, str) else None,
    )
