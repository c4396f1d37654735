"""The rows of a file that is refined: read once, so that a run and its fingerprint are of the same bytes."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, cast

import orjson

from toolace_mt.dialogue.formats import read_recorded
from toolace_mt.dialogue.formats.kept import Keeping, keep
from toolace_mt.dialogue.formats.row import id_of
from toolace_mt.dialogue.kept import parts_beside_text
from toolace_mt.dialogue.mending import mend
from toolace_mt.dialogue.recorded import NotADialogue
from toolace_mt.errors import InputError
from toolace_mt.runs.dialogue_file import read_lines, why_no_json
from toolace_mt.stages.recorded import Row, take
from toolace_mt.stages.targets import targets
from toolace_mt.types import InjectionKind, Tool

_LONGEST_ID = 200
_MOST_TOLD = 16
_BLIND = (
    "parts that are no text (images, sounds) are kept, and no model sees them, so nothing is injected or refined there"
)
# Gaps that are filled are no losses.
_MENDED = {
    "trim_start": "what stands before the first user message is taken off",
    "trim_end": "what stands after the last reply is taken off",
    "join": "messages of one side that follow each other become one, with the fields of the first",
    "drop_repeated": "a message that stands there more than once is kept once",
    "drop_results": "results that no call asked for are taken out",
    "late_results": "results that came late are put beside their calls",
    "pair_results": "results are put in the order of their calls",
    "call_ids": "call ids that were used before become other ones",
}


class Rows:
    """The rows of a JSONL file, or of lines at hand, by number, from 0. tools: those of rows that bring none.

    Its lines are kept in memory, as they are in the file; a row is parsed when it is read. Raises InputError where the file
    cannot be read, or holds no line.
    """

    def __init__(self, file: Path | Iterable[bytes], tools: Sequence[Tool] = ()) -> None:
        self._lines = list(read_lines(file) if isinstance(file, Path) else enumerate(file, 1))
        self._tools = tuple(tools)
        if not self._lines:
            where = f"{file}: holds no dialogue; write one on each line"
            raise InputError(where if isinstance(file, Path) else "there is no row to refine")
        self._ids = list(_distinct(_id_of(line, number) for number, line in self._lines))
        self._planned: dict[int, list[InjectionKind]] = {}

    def __len__(self) -> int:
        return len(self._lines)

    @property
    def digest(self) -> str:
        """What the file holds: the same for the same lines at the same places, as ids can come from these."""
        digest = hashlib.blake2b(digest_size=16)
        for number, line in self._lines:
            digest.update(b"%d:%s\n" % (number, line))
        return digest.hexdigest()

    def read(self, number: int) -> Row:
        """Row `number`; one that cannot be read says why."""
        keeping = self._kept(number)
        line, planned = self._lines[number][0], tuple(self._planned.get(number, ()))
        if isinstance(keeping, str):
            return Row(self._ids[number], line, keeping, planned)
        return Row(self._ids[number], line, keeping.recorded, planned, keeping.origin)

    def _kept(self, number: int) -> Keeping | str:
        line, text = self._lines[number]
        try:
            row = orjson.loads(text)
            keeping = keep(row, read_recorded(row, line, tools=self._tools), line)
        except orjson.JSONDecodeError as error:
            return f"the line {why_no_json(text, error)}"
        except NotADialogue as error:
            return str(error)
        except Exception as bug:  # ours: it must cost one row, not the whole run
            return f"{type(bug).__name__}: {bug}; please report this"
        if "id" in row and str(row["id"]) != self._ids[number]:
            keeping.origin.fields["id"] = row["id"]  # another row had it, or it is too long
        return keeping

    def told(self) -> list[str]:
        """What of the rows cannot be written again as it was: a line for each kind, with the number of rows."""
        counts: Counter[str] = Counter()
        for number in range(len(self)):
            keeping = self._kept(number)
            if not isinstance(keeping, str):
                counts.update(keeping.lost)
                counts.update({_BLIND: 1} if next(parts_beside_text(keeping.recorded.dialogue), None) else {})
                counts.update(
                    {_MENDED[edit.kind] for edit in mend(keeping.recorded.dialogue).edits if edit.kind in _MENDED}
                )
        told = [
            f"{count:,} {'row' if count == 1 else 'rows'}: {what}" for what, count in counts.most_common(_MOST_TOLD)
        ]
        return told if len(counts) <= _MOST_TOLD else [*told, "... and more of the kind"]

    def plan(self, quotas: Mapping[InjectionKind, str], seed: int) -> list[str]:
        """Choose the rows that get an injection of each kind, among those that it fits; tells of quotas that cannot be met.

        The choice depends on the rows and `seed` alone.
        """
        fitting: dict[InjectionKind, list[int]] = {kind: [] for kind in quotas}
        for number in range(len(self)) if quotas else ():
            work = take(self.read(number), number)
            if isinstance(work, str) or work.lost or next(parts_beside_text(work.dialogue), None) is not None:
                continue
            for kind in quotas:
                if targets(work.dialogue, kind, ()):
                    fitting[kind].append(number)
        notices: list[str] = []
        for kind, amount in quotas.items():
            wanted = _number_of(amount, len(self))
            if wanted > len(fitting[kind]):
                notices.append(f"{kind}: {wanted} dialogues are to get it, but only {len(fitting[kind])} can")
            drawn = sorted(fitting[kind], key=partial(_lot, seed, kind))
            for number in drawn[:wanted]:
                self._planned.setdefault(number, []).append(kind)
        return notices


def _number_of(amount: str, rows: int) -> int:
    return round(float(amount[:-1]) / 100 * rows) if amount.endswith("%") else int(amount)


def _lot(seed: int, kind: str, number: int) -> bytes:
    return hashlib.blake2b(f"{seed}/{kind}/{number}".encode(), digest_size=8).digest()


def _id_of(line: bytes, number: int) -> str:
    """The row's own id, or the number of its line."""
    try:
        row: Any = orjson.loads(line)
    except orjson.JSONDecodeError:
        return str(number)
    named = id_of(cast("dict[str, Any]", row)) if isinstance(row, dict) else None
    return named if named and len(named) <= _LONGEST_ID else str(number)


def _distinct(ids: Iterator[str]) -> Iterator[str]:
    """Ids with `#2`, `#3`, ... on those that were there before."""
    taken: set[str] = set()
    seen: Counter[str] = Counter()
    for name in ids:
        distinct = name
        while distinct in taken:
            seen[name] += 1
            distinct = f"{name}#{seen[name] + 1}"
        taken.add(distinct)
        yield distinct
