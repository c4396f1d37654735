"""Bad input of every kind gets one clear message, the right exit code, and no traceback."""

from __future__ import annotations

import os
import subprocess
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.e2e.conftest import toolace

Generate = Callable[..., subprocess.CompletedProcess[str]]


def check(done: subprocess.CompletedProcess[str], code: int, *said: str) -> None:
    assert done.returncode == code, done.stderr
    assert "Traceback" not in done.stderr
    for text in said:
        assert text in done.stderr, done.stderr


FILES = {
    "absent.json": (None, ["absent.json"]),
    "broken.jsonl": ('{"name": "a", "parameters": {}}\n{"name": \n', ["broken.jsonl:2"]),
    "broken.json": ('[{"name": "a"},\n  {"name": ]\n', ["broken.json:2"]),
    "nameless.json": ('[{"description": "no name"}]', ["nameless.json", "name"]),
    "empty.json": ("", ["empty.json"]),
    "notools.json": ("[]", ["notools.json"]),
    "broken.yaml": ("- name: a\n  parameters: {\n", ["broken.yaml"]),
}


@pytest.mark.parametrize("name", FILES)
def test_tool_files(generate: Generate, tmp_path: Path, name: str) -> None:
    text, said = FILES[name]
    if text is not None:
        (tmp_path / name).write_text(text)
    check(generate(tools=tmp_path / name), 2, *said)
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--set", "refine.passs=1"], ["refine.passs", "no such option"]),
        (["--set", "refine.passes_max=-1"], ["refine.passes_max"]),
        (["--config", "/nonexistent.toml"], ["/nonexistent.toml"]),
        (["--tools", "builtin:atlantis"], ["atlantis", "travel"]),
        (["--tools", "carrier-pigeon:x"], ["carrier-pigeon"]),
        (["--base-url", "http://127.0.0.1:9/v1"], ["--model"]),
        (["--budget-usd", "1", "--model", "m"], ["prices"]),
        (["--set", "initialize.examples=/nonexistent.jsonl"], ["/nonexistent.jsonl"]),
        (["--set", "engine.prompts=/nonexistent"], ["engine.prompts", "/nonexistent"]),
        (["--set", f"engine.prompts={Path(__file__).parents[1]}/recorded"], ["README.md", "mask_fill"]),
        (["--set", "verify.skip_rules=['no-such-rule']"], ["no-such-rule", "unknown-tool"]),
        (["--base-url", "localhost", "--model", "m"], ["--base-url localhost"]),
    ],
)
def test_settings(generate: Generate, tmp_path: Path, arguments: list[str], said: list[str]) -> None:
    check(generate(*arguments), 2, *said)
    assert not (tmp_path / "run").exists()


def test_an_example_without_a_goal(generate: Generate, tmp_path: Path) -> None:
    (tmp_path / "examples.jsonl").write_text('{"subtasks": [{"tools": ["a"], "steps": 1}]}\n')
    check(generate("--set", f"initialize.examples={tmp_path}/examples.jsonl"), 2, "examples.jsonl:1", "goal")


def test_usage() -> None:
    for arguments in (["generate"], ["generate", "--count", "x", "--out", "o"], ["generat"], ["generate", "--bogus"]):
        done = toolace(*arguments)
        assert done.returncode == 2
        assert "Traceback" not in done.stderr
        assert "Usage" in done.stderr


def test_an_endpoint_that_nobody_serves(generate: Generate, free_port: int) -> None:
    done = generate("--model", "m", "--base-url", f"http://127.0.0.1:{free_port}/v1")
    check(done, 1, f"127.0.0.1:{free_port}", "same command goes on")


class Refusing(BaseHTTPRequestHandler):
    """Answers every request with 401."""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        body = b'{"error": {"message": "Incorrect API key provided"}}'
        self.send_response(401)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        pass


def test_a_key_that_is_refused(generate: Generate, tmp_path: Path) -> None:
    with ThreadingHTTPServer(("127.0.0.1", 0), Refusing) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{server.server_address[1]}/v1"
        arguments = ("--model", "m", "--base-url", url, "--api-key-env", "SOME_KEY")
        done = generate(*arguments, env={"SOME_KEY": "sk-very-secret"})
        server.shutdown()
    check(done, 1, "401", "SOME_KEY", "same command goes on")
    kept = b"".join(file.read_bytes() for file in (tmp_path / "run").iterdir())
    assert b"sk-very-secret" not in kept + done.stderr.encode() + done.stdout.encode()


def test_a_folder_that_holds_something_else(generate: Generate, tmp_path: Path) -> None:
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "thesis.txt").write_text("mine")
    check(generate(), 2, "not empty")
    assert (tmp_path / "run" / "thesis.txt").read_text() == "mine"


def test_an_out_that_is_a_file(generate: Generate, tmp_path: Path) -> None:
    (tmp_path / "run").write_text("mine")
    check(generate(), 2, "run")


def test_reading_a_run_that_is_none(tmp_path: Path) -> None:
    for command in (
        ["show", str(tmp_path)],
        ["export", str(tmp_path), "--format", "trl", "--out", str(tmp_path / "x")],
    ):
        check(toolace(*command), 2, str(tmp_path))


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="/dev/full is a device of Linux")
def test_an_output_that_cannot_be_written(generate: Generate, tmp_path: Path) -> None:
    assert generate(count=1).returncode == 0
    command = f"exec {os.sys.executable} -m toolace_mt show {tmp_path}/run > /dev/full"
    check(subprocess.run(["bash", "-c", command], capture_output=True, text=True, timeout=60), 1, "cannot be written")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="/dev/full is a device of Linux")
def test_a_full_disk_while_exporting(generate: Generate, tmp_path: Path) -> None:
    # 33 KiB: room for what SQLite puts beside the run to read it, and not for the dataset.
    assert generate(count=4).returncode == 0
    done = subprocess.run(
        [
            "bash",
            "-c",
            f"ulimit -f 33; exec {os.sys.executable} -m toolace_mt export {tmp_path}/run --format messages"
            f" --out {tmp_path}/big.jsonl",
        ],
        capture_output=True,
        text=True,
        timeout=60,
    )
    check(done, 1, "big.jsonl")
    assert not (tmp_path / "big.jsonl").exists()
