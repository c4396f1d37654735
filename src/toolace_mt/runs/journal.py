"""Writing a run: every completion and outcome, each durable before anybody acts on it.

Calls on built-in worlds are not kept: a dialogue that is taken up again replays them from the world's seed. Calls on
outside servers cannot be repeated, and have a table of their own: each is recorded before it is made, and again when it
has its output.

One SQLite file in WAL mode with `synchronous=FULL`: after a crash or `kill -9` it holds all that was acknowledged.
"""

from __future__ import annotations

import fcntl
import os
import sqlite3
from contextlib import ExitStack, closing
from pathlib import Path
from types import TracebackType

import orjson

from toolace_mt.engines.base import CallKey, Completion
from toolace_mt.environments.base import ToolOutput
from toolace_mt.errors import InputError, StorageFailed
from toolace_mt.runs.group_commit import GroupCommit
from toolace_mt.runs.records import (
    APPLICATION_ID,
    DATABASE,
    FORMAT,
    LOCK,
    UNANSWERED,
    Records,
    check_format,
    connect_to_read,
)
from toolace_mt.types import Outcome

_SCHEMA = f"""
BEGIN IMMEDIATE;
CREATE TABLE completions (
    number INTEGER PRIMARY KEY,  -- in the order of their coming
    dialogue_id TEXT NOT NULL, step TEXT NOT NULL, attempt INTEGER NOT NULL,
    fingerprint TEXT NOT NULL, operation TEXT NOT NULL, completion TEXT NOT NULL,
    UNIQUE (dialogue_id, step, attempt)
);
CREATE TABLE tool_calls (
    number INTEGER PRIMARY KEY,
    dialogue_id TEXT NOT NULL, step TEXT NOT NULL, attempt INTEGER NOT NULL,
    fingerprint TEXT NOT NULL, output TEXT NOT NULL,  -- empty while the call is under way
    UNIQUE (dialogue_id, step, attempt)
);
CREATE TABLE outcomes (number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, status TEXT NOT NULL, body TEXT NOT NULL);
CREATE INDEX outcomes_by_status ON outcomes (status, number);
CREATE TABLE usage (
    operation TEXT PRIMARY KEY, calls INTEGER NOT NULL, prompt_tokens INTEGER NOT NULL,
    cached_prompt_tokens INTEGER NOT NULL, completion_tokens INTEGER NOT NULL, usd REAL NOT NULL
) WITHOUT ROWID;
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
PRAGMA application_id = {APPLICATION_ID};
PRAGMA user_version = {FORMAT};
COMMIT;
"""
_GET_COMPLETION = "SELECT fingerprint, completion FROM completions WHERE dialogue_id = ? AND step = ? AND attempt = ?"
_GET_TOOL_OUTPUT = "SELECT fingerprint, output FROM tool_calls WHERE dialogue_id = ? AND step = ? AND attempt = ?"
_ADD_COMPLETION = (
    "INSERT INTO completions (dialogue_id, step, attempt, operation, fingerprint, completion) VALUES (?, ?, ?, ?, ?, ?)"
)
_ADD_USAGE = """
INSERT INTO usage VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (operation) DO UPDATE SET
    calls = calls + excluded.calls, prompt_tokens = prompt_tokens + excluded.prompt_tokens,
    cached_prompt_tokens = cached_prompt_tokens + excluded.cached_prompt_tokens,
    completion_tokens = completion_tokens + excluded.completion_tokens, usd = usd + excluded.usd
"""
_BEGIN_TOOL_CALL = "INSERT INTO tool_calls (dialogue_id, step, attempt, fingerprint, output) VALUES (?, ?, ?, ?, '')"
_PUT_TOOL_OUTPUT = "UPDATE tool_calls SET output = ? WHERE dialogue_id = ? AND step = ? AND attempt = ? AND output = ''"
_REPLACE_OUTCOME = "UPDATE outcomes SET status = ?, body = ? WHERE number = ?"
_ADD_OUTCOME = "INSERT INTO outcomes VALUES (?, ?, ?, ?)"
_PUT_NOTE = "INSERT OR REPLACE INTO meta VALUES (?, ?)"


class RunStore:
    """The records of one run, open to write by this process alone.

    records: reads what was written, newest state.
    """

    def __init__(self, folder: Path) -> None:
        """Open the run in `folder`; made where missing.

        Raises InputError where another process is writing there or it holds something else, StorageFailed where the disk
        refuses.
        """
        self.folder = folder
        file = folder / DATABASE
        with ExitStack() as resources:
            resources.callback(os.close, _lock(folder))
            try:
                writing = _connect_to_write(file, resources)
            except sqlite3.Error as error:
                raise StorageFailed(f"{file}: cannot be written ({error})") from None
            self._commits = GroupCommit(writing, str(folder))
            resources.callback(self._commits.close)
            # Closed first: the last connection to close tidies up, and this one could not.
            self._reading = resources.enter_context(closing(connect_to_read(file)))
            self.records = Records(self._reading, folder)
            # Hashes of all keys: nearly every call of a run is new, and needs no look into the database to know it.
            self._known = {hash(key) for key in self.records.call_keys()}
            self._resources = resources.pop_all()

    def close(self) -> None:
        """Write what is queued, close the files, and let other processes in. May be called again."""
        self._resources.close()

    async def __aenter__(self) -> RunStore:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    async def get(self, key: CallKey) -> tuple[str, Completion] | None:
        """The fingerprint and completion stored under `key`; None where there is none."""
        row = self._fetch(_GET_COMPLETION, key) if hash(key) in self._known else None
        return (row[0], Completion.model_validate_json(row[1])) if row else None

    async def put(self, key: CallKey, operation: str, fingerprint: str, completion: Completion) -> None:
        """Store a completion and count its usage. Raises StorageFailed."""
        self._known.add(hash(key))
        used = completion.usage
        tokens = (used.prompt_tokens, used.cached_prompt_tokens, used.completion_tokens)
        await self._commits.write(
            (_ADD_COMPLETION, (*key, operation, fingerprint, completion.model_dump_json())),
            (_ADD_USAGE, (operation, used.calls, *tokens, used.usd)),
        )

    async def charge(self, usd: float, operation: str = UNANSWERED) -> None:
        """Count dollars besides those of completions: by default, what requests without a usable answer may have cost.

        Raises StorageFailed.
        """
        await self._commits.write((_ADD_USAGE, (operation, 0, 0, 0, 0, usd)))

    async def get_tool_output(self, key: CallKey) -> tuple[str, ToolOutput | None] | None:
        """The fingerprint and output of a call on an outside server; no output where it was begun only."""
        row = self._fetch(_GET_TOOL_OUTPUT, key)
        return (row[0], ToolOutput(*orjson.loads(row[1])) if row[1] else None) if row else None

    async def begin_tool_call(self, key: CallKey, fingerprint: str) -> None:
        """Record that a call on an outside server is about to be made. Raises StorageFailed, also where it was before."""
        await self._commits.write((_BEGIN_TOOL_CALL, (*key, fingerprint)))

    async def put_tool_output(self, key: CallKey, output: ToolOutput) -> None:
        """Store what a call that was begun gave. Raises StorageFailed."""
        await self._commits.write((_PUT_TOOL_OUTPUT, (orjson.dumps(list(output)).decode(), *key)))

    async def put_outcome(self, outcome: Outcome) -> None:
        """Store how one dialogue ended. Raises StorageFailed, also where its number or id is taken."""
        await self._commits.write(
            (_ADD_OUTCOME, (outcome.number, outcome.id, outcome.status, outcome.model_dump_json()))
        )

    async def replace_outcome(self, outcome: Outcome) -> None:
        """Store another end of a dialogue in place of the one under its number. Raises StorageFailed."""
        await self._commits.write((_REPLACE_OUTCOME, (outcome.status, outcome.model_dump_json(), outcome.number)))

    async def drop_outcome(self, number: int) -> None:
        """Forget how dialogue `number` ended, so that it can be made again. Raises StorageFailed."""
        await self._commits.write(("DELETE FROM outcomes WHERE number = ?", (number,)))

    async def put_note(self, key: str, value: str) -> None:
        """Store a note about the run, in place of an older one under `key`. Raises StorageFailed."""
        await self._commits.write((_PUT_NOTE, (key, value)))

    def _fetch(self, sql: str, key: CallKey) -> tuple[str, str] | None:
        try:
            return self._reading.execute(sql, key).fetchone()
        except sqlite3.Error as error:
            raise StorageFailed(f"{self.folder}: cannot be read ({error})") from None


def _lock(folder: Path) -> int:
    """Take the folder for this process; the operating system gives it back when the process ends, however it ends."""
    file = folder / LOCK
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = os.open(file, os.O_RDWR | os.O_CREAT, 0o644)
    except (FileExistsError, NotADirectoryError):
        raise InputError(f"{folder}: is a file, or lies under one; name a folder") from None
    except OSError as error:
        raise StorageFailed(f"{folder}: cannot be written ({error.strerror or error})") from None
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        os.ftruncate(lock, 0)
        os.write(lock, f"{os.getpid()}\n".encode())
    except BlockingIOError:
        owner = os.pread(lock, 20, 0).decode("ascii", "replace").strip() or "unknown"
        os.close(lock)
        raise InputError(
            f"{folder}: another toolace-mt (process {owner}) is writing there; wait for it, or use another folder"
        ) from None
    except OSError as error:
        os.close(lock)
        raise StorageFailed(f"{file}: cannot be locked ({error.strerror or error})") from None
    return lock


def _connect_to_write(file: Path, resources: ExitStack) -> sqlite3.Connection:
    """A connection usable from any thread, with the tables made where missing. Raises sqlite3.Error."""
    writing = sqlite3.connect(file, timeout=10, isolation_level=None, check_same_thread=False)
    resources.callback(writing.close)
    check_format(writing, file)
    writing.execute("PRAGMA journal_mode = WAL")
    writing.execute("PRAGMA synchronous = FULL")
    if writing.execute("PRAGMA user_version").fetchone()[0] == 0:
        writing.executescript(_SCHEMA)
    return writing
