"""The rows of a file that is refined: read once, so that a run and its fingerprint are of the same bytes."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, cast

import orjson

from toolace_mt.dialogue.formats import read_recorded
from toolace_mt.dialogue.formats.row import id_of
from toolace_mt.dialogue.recorded import NotADialogue, Recorded
from toolace_mt.errors import InputError
from toolace_mt.runs.dialogue_file import read_lines
from toolace_mt.stages.recorded import Row, take
from toolace_mt.stages.targets import targets
from toolace_mt.types import InjectionKind, Tool

_LONGEST_ID = 200


class Rows:
    """The rows of a JSONL file by number, from 0. tools: those of rows that bring none.

    Its lines are kept in memory, as they are in the file; a row is parsed when it is read. Raises InputError where the file
    cannot be read, or holds no line.
    """

    def __init__(self, file: Path, tools: Sequence[Tool] = ()) -> None:
        self._lines = list(read_lines(file))
        self._tools = tuple(tools)
        if not self._lines:
            raise InputError(f"{file}: holds no dialogue; write one on each line")
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
        line, text = self._lines[number]
        return Row(self._ids[number], line, self._found(line, text), tuple(self._planned.get(number, ())))

    def _found(self, line: int, text: bytes) -> Recorded | str:
        try:
            return read_recorded(orjson.loads(text), line, tools=self._tools)
        except orjson.JSONDecodeError as error:
            return f"the line is not JSON ({error})"
        except NotADialogue as error:
            return str(error)
        except Exception as bug:  # ours: it must cost one row, not the whole run
            return f"{type(bug).__name__}: {bug}; please report this"

    def plan(self, quotas: Mapping[InjectionKind, str], seed: int) -> list[str]:
        """Choose the rows that get an injection of each kind, among those that it fits; tells of quotas that cannot be met.

        The choice depends on the rows and `seed` alone.
        """
        fitting: dict[InjectionKind, list[int]] = {kind: [] for kind in quotas}
        for number in range(len(self)) if quotas else ():
            work = take(self.read(number), number)
            if isinstance(work, str) or work.lost:
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
