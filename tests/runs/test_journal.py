"""The run's records: durable, exclusive, readable while they are written."""

from __future__ import annotations

import asyncio
import os
import resource
import signal
import sqlite3
import subprocess
import sys
import textwrap

import pytest

from tests.doubles.engines import make_completion
from toolace_mt.engines.base import CallKey
from toolace_mt.environments.base import ToolOutput
from toolace_mt.errors import InputError, StorageFailed
from toolace_mt.runs.journal import LOCK, RunStore
from toolace_mt.runs.records import DATABASE, UNANSWERED, open_records
from toolace_mt.types import Outcome, Usage

KEY = CallKey("d0", "plan", 0)


def in_store(folder, use):
    async def go():
        async with RunStore(folder) as store:
            return await use(store)

    return asyncio.run(asyncio.wait_for(go(), 30))


def outcome(number, status="accepted"):
    return Outcome(id=f"d{number}", number=number, status=status)


def test_completions_come_back_after_reopening(tmp_path):
    completion = make_completion("caf\u00e9 \x00 \U0001f600")

    async def write(store):
        await store.put(KEY, "plan", "print", completion)
        assert await store.get(KEY) == ("print", completion)

    in_store(tmp_path / "new" / "run", write)
    assert in_store(tmp_path / "new" / "run", lambda store: store.get(KEY)) == ("print", completion)
    assert in_store(tmp_path / "new" / "run", lambda store: store.get(KEY._replace(attempt=1))) is None


def test_tool_outputs_notes_and_outcomes_come_back(tmp_path):
    async def write(store):
        await store.begin_tool_call(KEY, "print")
        assert await store.get_tool_output(KEY) == ("print", None), "under way"
        with pytest.raises(StorageFailed):
            await store.begin_tool_call(KEY, "print")
        await store.put_tool_output(KEY, ToolOutput('{"ok": 1}', False))
        await store.begin_tool_call(KEY._replace(step="late"), "p")
        await store.put_tool_output(KEY._replace(step="late"), ToolOutput("no answer", is_error=True, uncertain=True))
        await store.put_note("version", "1")
        await store.put_note("version", "2")
        await asyncio.gather(*(store.put_outcome(outcome(n, ("accepted", "failed")[n % 2])) for n in (3, 1, 2)))

    async def read(store):
        assert await store.get_tool_output(KEY) == ("print", ToolOutput('{"ok": 1}', False))
        assert await store.get_tool_output(KEY._replace(step="x")) is None
        late = KEY._replace(step="late")
        assert await store.get_tool_output(late) == ("p", ToolOutput("no answer", is_error=True, uncertain=True))

    in_store(tmp_path, write)
    in_store(tmp_path, read)
    with open_records(tmp_path) as records:
        assert records.note("version") == "2"
        assert records.note("none") is None
        assert [o.number for o in records.outcomes()] == [1, 2, 3]
        assert [o.number for o in records.outcomes("failed")] == [1, 3]
        assert records.counts() == {"accepted": 1, "failed": 2}
        assert records.outcome("d2") == outcome(2)
        assert records.outcome("d9") is None


def test_outcomes_are_read_in_pages_without_loss(tmp_path):
    async def write(store):
        await asyncio.gather(*(store.put_outcome(outcome(n)) for n in range(450)))

    in_store(tmp_path, write)
    with open_records(tmp_path) as records:
        assert [o.number for o in records.outcomes()] == list(range(450))


def test_usage_is_counted_by_operation(tmp_path):
    async def write(store):
        for n in range(5):
            completion = make_completion(prompt_tokens=10, completion_tokens=n)
            await store.put(KEY._replace(attempt=n), f"op{n % 2}", "print", completion)

    in_store(tmp_path, write)
    with open_records(tmp_path) as records:
        assert records.usage()["op1"] == Usage(calls=2, prompt_tokens=20, completion_tokens=4)
        assert records.total_usage() == Usage(calls=5, prompt_tokens=50, completion_tokens=10)


def test_what_unanswered_requests_may_have_cost_is_kept(tmp_path):
    async def write(store):
        await asyncio.gather(store.charge(0.25), store.charge(0.5), store.put(KEY, "op", "print", make_completion()))

    in_store(tmp_path, write)
    with open_records(tmp_path) as records:
        assert records.usage()[UNANSWERED] == Usage(usd=0.75)
        assert records.total_usage() == records.usage()["op"] + Usage(usd=0.75)


def test_a_tool_output_is_written_once(tmp_path):
    async def write(store):
        await store.begin_tool_call(KEY, "print")
        await store.put_tool_output(KEY, ToolOutput("1", False))
        await store.put_tool_output(KEY, ToolOutput("2", False))
        with pytest.raises(StorageFailed, match="twice"):
            await store.begin_tool_call(KEY, "print")
        assert (await store.get_tool_output(KEY))[1].content == "1"

    in_store(tmp_path, write)


def test_a_key_is_written_once(tmp_path):
    async def write(store):
        await store.put(KEY, "plan", "print", make_completion("first"))
        others = [store.put(KEY._replace(attempt=n), "plan", "p", make_completion()) for n in range(1, 20)]
        results = await asyncio.gather(
            store.put(KEY, "plan", "print", make_completion("second")), *others, return_exceptions=True
        )
        assert isinstance(results[0], StorageFailed)
        assert results[1:] == [None] * 19
        assert (await store.get(KEY))[1].text == "first"
        assert store.records.total_usage().calls == 20

    in_store(tmp_path, write)


def test_many_writers_share_transactions(tmp_path):
    async def write(store):
        await asyncio.gather(*(store.put(KEY._replace(attempt=n), "op", "p", make_completion()) for n in range(2500)))
        assert store.records.total_usage().calls == 2500

    in_store(tmp_path, write)


def test_a_cancelled_writer_troubles_nobody(tmp_path):
    async def write(store):
        writers = [
            asyncio.create_task(store.put(KEY._replace(attempt=n), "op", "p", make_completion())) for n in range(50)
        ]
        await asyncio.sleep(0)
        for writer in writers[::2]:
            writer.cancel()
        await asyncio.gather(*writers, return_exceptions=True)
        await store.put(KEY._replace(step="last"), "op", "p", make_completion())
        for n in range(1, 50, 2):
            assert await store.get(KEY._replace(attempt=n))

    in_store(tmp_path, write)


def test_a_run_can_be_read_while_it_is_written(tmp_path):
    async def write(store):
        with pytest.raises(InputError, match="nowhere"), open_records(tmp_path / "nowhere"):
            pass
        with open_records(tmp_path) as records:
            assert records.counts() == {}
            await store.put_outcome(outcome(1))
            assert records.counts() == {"accepted": 1}
            reading = records.outcomes()
            assert next(reading).number == 1
            await store.put_outcome(outcome(2))

    in_store(tmp_path, write)


def test_another_process_is_kept_out_until_this_one_ends(tmp_path):
    opening = [sys.executable, "-c", "import sys, pathlib; from toolace_mt.runs.journal import RunStore;"]
    opening[-1] += "RunStore(pathlib.Path(sys.argv[1])).close()"
    store = RunStore(tmp_path)
    refused = subprocess.run([*opening, tmp_path], capture_output=True, text=True)
    assert f"process {os.getpid()}" in refused.stderr
    assert "InputError" in refused.stderr
    with pytest.raises(InputError, match="another toolace-mt"):
        RunStore(tmp_path)
    store.close()
    store.close()
    assert subprocess.run([*opening, tmp_path]).returncode == 0


def test_a_closed_store_takes_nothing_more(tmp_path):
    async def write():
        async with RunStore(tmp_path) as store:
            pass
        await store.put_outcome(outcome(1))

    with pytest.raises(StorageFailed, match="closed"):
        asyncio.run(asyncio.wait_for(write(), 5))


def test_closing_leaves_one_plain_file(tmp_path):
    in_store(tmp_path, lambda store: store.put_outcome(outcome(1)))
    assert sorted(p.name for p in tmp_path.iterdir()) == sorted([DATABASE, LOCK])


@pytest.fixture
def read_only_disk(monkeypatch):
    """SQLite can open nothing that needs files beside it."""
    connect = sqlite3.connect

    class ReadOnlyDisk(sqlite3.Connection):
        def execute(self, *args):
            raise sqlite3.OperationalError("unable to open database file")

    def refusing(address, **more):
        return connect(address, **more, **({} if "immutable" in address else {"factory": ReadOnlyDisk}))

    def begin():
        monkeypatch.setattr(sqlite3, "connect", refusing)

    return begin


def test_a_closed_run_on_a_read_only_disk_can_be_read(tmp_path, read_only_disk):
    in_store(tmp_path, lambda store: store.put_outcome(outcome(1)))
    with open_records(tmp_path) as records:  # leaves an empty `-wal`, as who only reads cannot remove it
        assert records.counts() == {"accepted": 1}
    assert (tmp_path / f"{DATABASE}-wal").stat().st_size == 0
    (tmp_path / f"{DATABASE}-shm").unlink()
    read_only_disk()
    with open_records(tmp_path) as records:
        assert records.counts() == {"accepted": 1}
    (tmp_path / LOCK).unlink()  # as where only the database was copied
    with open_records(tmp_path) as records:
        assert records.counts() == {"accepted": 1}


def test_a_run_on_a_read_only_disk_that_was_not_closed_is_refused(tmp_path, read_only_disk):
    in_store(tmp_path, lambda store: store.put_outcome(outcome(1)))
    (tmp_path / f"{DATABASE}-wal").write_bytes(b"what the database lacks")
    read_only_disk()
    with pytest.raises(InputError, match="read-only"), open_records(tmp_path):
        pass


def test_a_run_that_is_in_work_is_not_read_as_if_nobody_wrote(tmp_path, read_only_disk):
    async def write(store):
        await store.put_outcome(outcome(1))
        (tmp_path / f"{DATABASE}-wal").write_bytes(b"")  # just taken over into the database
        read_only_disk()
        with pytest.raises(InputError, match="read-only"), open_records(tmp_path):
            pass

    in_store(tmp_path, write)


@pytest.mark.parametrize("content", [b"this is no database at all, is it", b"SQLite format 3\x00" + b"\x07" * 4096])
def test_a_file_that_is_no_run_is_refused(tmp_path, content):
    (tmp_path / DATABASE).write_bytes(content)
    with pytest.raises(InputError, match=DATABASE):
        RunStore(tmp_path)
    with pytest.raises(InputError, match=DATABASE), open_records(tmp_path):
        pass
    (tmp_path / DATABASE).unlink()
    RunStore(tmp_path).close()  # and the lock was given back


@pytest.mark.parametrize(
    ("sql", "said"),
    [("CREATE TABLE theirs (x)", "not a run"), ("PRAGMA application_id = 77", "not a run"), (None, "newer toolace-mt")],
)
def test_a_database_of_others_is_refused(tmp_path, sql, said):
    if sql is None:
        RunStore(tmp_path).close()
    database = sqlite3.connect(tmp_path / DATABASE)
    database.execute(sql or "PRAGMA user_version = 99")
    database.commit()
    database.close()
    for opening in (lambda: RunStore(tmp_path), lambda: open_records(tmp_path).__enter__()):
        with pytest.raises(InputError, match=said):
            opening()


def test_a_run_cut_off_while_it_was_made_is_begun_again(tmp_path):
    (tmp_path / DATABASE).touch()
    with pytest.raises(InputError, match="nothing yet"), open_records(tmp_path):
        pass
    in_store(tmp_path, lambda store: store.put_outcome(outcome(1)))


def test_a_folder_that_cannot_be_is_said(tmp_path):
    (tmp_path / "file").write_text("x")
    for folder in (tmp_path / "file", tmp_path / "file" / "under"):
        with pytest.raises(InputError, match="is a file"):
            RunStore(folder)
    with pytest.raises(StorageFailed, match="cannot be written"):
        RunStore(tmp_path / ("x" * 300))


def test_a_full_disk_fails_the_write_and_all_later_ones_and_keeps_the_rest(tmp_path):
    async def fill(store):
        store._commits._database.execute("PRAGMA max_page_count = 60")
        puts = [store.put(KEY._replace(attempt=n), "op", "p", make_completion("x" * 5000)) for n in range(100)]
        results = [await asyncio.gather(put, return_exceptions=True) for put in puts]
        kept = results.count([None])
        assert all(isinstance(result[0], StorageFailed) and "full" in str(result[0]) for result in results[kept:])
        with pytest.raises(StorageFailed):
            await store.put_outcome(outcome(1))
        return kept

    kept = in_store(tmp_path, fill)
    assert kept > 5

    async def check(store):
        assert store.records.total_usage().calls == kept
        for n in range(kept):
            assert await store.get(KEY._replace(attempt=n))
        await store.put_outcome(outcome(1))

    in_store(tmp_path, check)


WRITER = textwrap.dedent(
    """
    import asyncio, sys
    from pathlib import Path
    from tests.doubles.engines import make_completion
    from toolace_mt.engines.base import CallKey
    from toolace_mt.runs.journal import RunStore

    async def write(store, lane):
        for n in range(100000):
            await store.put(CallKey(f"lane{lane}", "step", n), "op", "print", make_completion("x" * 3000))
            print(lane, n, flush=True)

    async def main():
        store = RunStore(Path(sys.argv[1]))
        await asyncio.gather(*(write(store, lane) for lane in range(16)))

    asyncio.run(main())
    """
)


def acknowledged(lines):
    """What the writer said to be stored; its very last line may be cut off."""
    pairs = (line.split() for line in lines.rpartition("\n")[0].splitlines())
    return {(int(lane), int(n)) for lane, n in pairs}


def check_kept(folder, pairs):
    assert len(pairs) > 100

    async def check(store):
        for lane, n in pairs:
            assert await store.get(CallKey(f"lane{lane}", "step", n)), (lane, n)
        assert store.records.total_usage().calls >= len(pairs)

    in_store(folder, check)


def test_after_kill_9_all_that_was_acknowledged_is_there(tmp_path):
    with subprocess.Popen(
        [sys.executable, "-c", WRITER, tmp_path / "run"], stdout=subprocess.PIPE, text=True
    ) as writer:
        said = "".join(writer.stdout.readline() for _ in range(300))
        writer.send_signal(signal.SIGKILL)
        said += writer.stdout.read()
    check_kept(tmp_path / "run", acknowledged(said))


def test_when_the_disk_takes_no_more_the_writer_stops_with_a_clear_error(tmp_path):
    def limit_file_size():
        resource.setrlimit(resource.RLIMIT_FSIZE, (2_000_000, 2_000_000))

    ended = subprocess.run(
        [sys.executable, "-c", WRITER, tmp_path / "run"], capture_output=True, text=True, preexec_fn=limit_file_size
    )
    assert ended.returncode == 1
    assert "StorageFailed" in ended.stderr
    assert "cannot be written" in ended.stderr
    check_kept(tmp_path / "run", acknowledged(ended.stdout))
