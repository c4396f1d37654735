"""The real command line, in processes of its own."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

POOL = Path(__file__).parent / "data" / "library_tools.json"
SHARED = Path(__file__).parents[3] / "shared"


def toolace(
    *arguments: str | Path, env: dict[str, str] | None = None, timeout: float = 240
) -> subprocess.CompletedProcess[str]:
    """Run the command line and wait for it."""
    return subprocess.run(
        [sys.executable, "-m", "toolace_mt", *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=timeout,
        env={**os.environ, **(env or {})},
    )


def start(*arguments: str | Path, env: dict[str, str] | None = None) -> subprocess.Popen[str]:
    """Start the command line, to be ended by the test."""
    return subprocess.Popen(
        [sys.executable, "-m", "toolace_mt", *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, **(env or {})},
    )


@pytest.fixture(scope="module")
def simulated(free_port: int) -> Iterator[str]:
    """The base URL of `toolace-mt simulate`."""
    server = start("simulate", "--port", str(free_port))
    try:
        wait_for_port(free_port)
        yield f"http://127.0.0.1:{free_port}/v1"
    finally:
        server.kill()
        server.communicate(timeout=10)


@pytest.fixture(scope="module")
def free_port() -> int:
    """A port that nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for_port(port: int, seconds: float = 30) -> None:
    """Wait until somebody listens on `port`."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise TimeoutError(f"nobody listens on {port}")


@pytest.fixture
def generate(tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """`toolace-mt generate` into `tmp_path / out`, on built-in tools unless said otherwise."""

    def run(
        *more: str | Path,
        out: str = "run",
        tools: str | Path = "builtin",
        count: int = 6,
        env: dict[str, str] | None = None,
    ) -> subprocess.CompletedProcess[str]:
        arguments = ("generate", "--tools", tools, "--count", str(count), "--out", tmp_path / out, *more)
        return toolace(*arguments, env=env)

    return run
