"""Workers do what they are given, and do not outlive who began them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from toolace_mt.runs.workers import worker_pool

PARENT = """
import os, sys, time
from toolace_mt.runs.workers import worker_pool

if __name__ == "__main__":
    pool = worker_pool(2)
    print(*{pool.submit(os.getpid).result() for _ in range(8)}, flush=True)
    [pool.submit(time.sleep, 600) for _ in range(2)]
    time.sleep(600)
"""
PATIENCE = 60


def test_it_works() -> None:
    with worker_pool(1) as pool:
        assert list(pool.map(abs, [-1, 2])) == [1, 2]


@pytest.mark.skipif(not hasattr(os, "kill") or sys.platform == "win32", reason="needs POSIX signals")
@pytest.mark.parametrize("ending", ["SIGKILL", "SIGTERM"])
def test_workers_end_with_the_process_that_began_them(tmp_path: Path, ending: str) -> None:
    (tmp_path / "parent.py").write_text(PARENT)
    parent = subprocess.Popen(
        [sys.executable, tmp_path / "parent.py"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    assert parent.stdout is not None
    workers = [int(pid) for pid in parent.stdout.readline().split()]
    assert workers
    parent.send_signal(getattr(signal, ending))
    parent.wait()
    parent.stdout.close()
    until = time.monotonic() + PATIENCE
    while any(map(_runs, workers)) and time.monotonic() < until:
        time.sleep(0.1)
    left = [pid for pid in workers if _runs(pid)]
    for pid in left:
        os.kill(pid, signal.SIGKILL)
    assert left == []


def _runs(pid: int) -> bool:
    try:
        return "Z" not in Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except FileNotFoundError:
        return False
