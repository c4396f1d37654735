"""What a run has recorded, read from its database: outcomes, usage and notes, also while the run is still on."""

from __future__ import annotations

import fcntl
import sqlite3
from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from toolace_mt.engines.base import CallKey
from toolace_mt.errors import InputError, RequestRefused
from toolace_mt.types import Outcome, Usage

DATABASE = "run.sqlite"
LOCK = "run.lock"
APPLICATION_ID = 0x70016ACE
FORMAT = 1
UNANSWERED = "(unanswered)"
"""Stands for an operation in `usage`: what requests without a usable answer may have cost, as estimated."""
_PAGE = 200
_PAGE_OF_OUTCOMES = """
SELECT number, body FROM outcomes WHERE number > ? AND (? IS NULL OR status = ?) ORDER BY number LIMIT ?
"""
_USED = ("calls", "prompt_tokens", "cached_prompt_tokens", "completion_tokens", "usd")
_USAGE_BY_DIALOGUE = f"""
SELECT dialogue_id, operation, {", ".join(f"sum(json_extract(completion, '$.usage.{name}'))" for name in _USED)}
FROM completions GROUP BY dialogue_id, operation ORDER BY dialogue_id, operation
"""  # noqa: S608 - the names are ours
_USAGE = "SELECT operation, calls, prompt_tokens, cached_prompt_tokens, completion_tokens, usd FROM usage ORDER BY 1"


class Records:
    """Reads through `connection`; each method sees the newest state. Raises InputError where the run is damaged."""

    def __init__(self, connection: sqlite3.Connection, folder: Path) -> None:
        self._connection = connection
        self._folder = folder

    def note(self, key: str) -> str | None:
        """The note kept under `key`; None where there is none."""
        rows = self._rows("SELECT value FROM meta WHERE key = ?", key)
        return rows[0][0] if rows else None

    def counts(self) -> dict[str, int]:
        """Status to number of outcomes."""
        return dict(self._rows("SELECT status, count(*) FROM outcomes GROUP BY status"))

    def outcomes(self, status: str | None = None) -> Iterator[Outcome]:
        """Outcomes by number, of one status where given. Read in pages, so that a slow reader holds nothing up."""
        last = -1
        while True:
            rows = self._rows(_PAGE_OF_OUTCOMES, last, status, status, _PAGE)
            for number, body in rows:
                last = number
                yield self._outcome(body)
            if len(rows) < _PAGE:
                return

    def outcome(self, dialogue_id: str) -> Outcome | None:
        """The outcome of one dialogue; None where there is none."""
        rows = self._rows("SELECT body FROM outcomes WHERE id = ?", dialogue_id)
        return self._outcome(rows[0][0]) if rows else None

    def nothing_answered(self) -> bool:
        """Whether no model and no outside server has answered yet, and nothing ended but by an endpoint's refusals."""
        asked = self._rows("SELECT EXISTS (SELECT 1 FROM completions) OR EXISTS (SELECT 1 FROM tool_calls)")[0][0]
        return not asked and all(map(is_refused, self.outcomes()))

    def call_keys(self) -> Iterator[CallKey]:
        """The keys of all journaled completions."""
        return (CallKey(*row) for row in self._rows("SELECT dialogue_id, step, attempt FROM completions"))

    def usage(self) -> dict[str, Usage]:
        """Operation (or `UNANSWERED`) to what its calls used. Cheap: every write keeps it up to date."""
        rows = self._rows(_USAGE)
        return {operation: Usage(**dict(zip(_USED, counted, strict=True))) for operation, *counted in rows}

    def total_usage(self) -> Usage:
        """What all journaled calls used; its dollars include what `UNANSWERED` requests may have cost."""
        return sum(self.usage().values(), Usage())

    def usage_by_dialogue(self) -> dict[str, dict[str, Usage]]:
        """Dialogue to what its calls used, by operation. Reads every journaled completion."""
        found: dict[str, dict[str, Usage]] = {}
        for dialogue_id, operation, *counted in self._rows(_USAGE_BY_DIALOGUE):
            found.setdefault(dialogue_id, {})[operation] = Usage(**dict(zip(_USED, counted, strict=True)))
        return found

    def _rows(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        try:
            return self._connection.execute(sql, values).fetchall()
        except sqlite3.Error as error:
            raise InputError(f"{self._folder}: cannot be read ({error})") from None

    def _outcome(self, body: str) -> Outcome:
        try:
            return Outcome.model_validate_json(body)
        except ValidationError as error:
            raise InputError(f"{self._folder}: holds an outcome that this version cannot read ({error})") from None


def is_refused(outcome: Outcome) -> bool:
    """Whether the endpoint refused what the dialogue needed: it is made again when the run goes on."""
    return any(finding.rule == RequestRefused.rule for finding in outcome.findings)


@contextmanager
def open_records(folder: Path) -> Generator[Records]:
    """The records of the run in `folder`, which may be in work, or on a read-only disk.

    Raises InputError where it is no run.
    """
    file = folder / DATABASE
    if not file.is_file():
        raise InputError(f"{folder}: is no run folder ({DATABASE} is not in it)")
    with closing(connect_to_read(file)) as connection:
        check_format(connection, file)
        if _pragma(connection, "user_version") == 0:
            raise InputError(f"{folder}: the run has recorded nothing yet")
        yield Records(connection, folder)


def connect_to_read(file: Path) -> sqlite3.Connection:
    """A connection that cannot write. Raises InputError."""
    address = f"{file.absolute().as_uri()}?mode=ro"
    connection = sqlite3.connect(address, uri=True, timeout=10, isolation_level=None)
    try:
        connection.execute("PRAGMA user_version").fetchone()
    except sqlite3.OperationalError:
        # A WAL database needs files beside it, which a read-only folder does not let SQLite make. Where nothing is in a
        # `-wal` (who only reads leaves an empty one) and nobody writes, the database is complete.
        connection.close()
        if _holds_anything(file.with_name(file.name + "-wal")) or _is_in_work(file.with_name(LOCK)):
            raise InputError(f"{file}: cannot be read: the folder is read-only, and the run was not closed") from None
        return sqlite3.connect(f"{address}&immutable=1", uri=True, isolation_level=None)
    except sqlite3.DatabaseError:
        pass  # no database: said by `check_format`
    return connection


def _holds_anything(file: Path) -> bool:
    try:
        return file.stat().st_size > 0
    except FileNotFoundError:
        return False


def _is_in_work(lock: Path) -> bool:
    """Whether a process writes the run now."""
    try:
        with lock.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:  # there is none, or it cannot be locked here: then nobody writes here
        return False
    return False


def check_format(connection: sqlite3.Connection, file: Path) -> None:
    """Raise InputError where the file is damaged, belongs to something else, or to a newer version of toolace-mt."""
    try:
        application = _pragma(connection, "application_id")
        version = _pragma(connection, "user_version")
        tables = connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]
    except sqlite3.OperationalError as error:
        raise InputError(f"{file}: cannot be read ({error})") from None
    except sqlite3.DatabaseError as error:
        raise InputError(f"{file}: is damaged, or not a run of toolace-mt ({error})") from None
    if application != APPLICATION_ID and (application or tables):
        raise InputError(f"{file}: is not a run of toolace-mt")
    if version > FORMAT:
        raise InputError(f"{file}: was written by a newer toolace-mt (format {version}; this one reads {FORMAT})")


def _pragma(connection: sqlite3.Connection, name: str) -> int:
    return connection.execute(f"PRAGMA {name}").fetchone()[0]
