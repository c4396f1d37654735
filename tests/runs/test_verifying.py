"""Files are verified line by line: in order, by any number of processes, whatever the lines hold."""

from __future__ import annotations

import gc
import gzip
import subprocess
import sys
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.doubles.rows import lines, sound, spoilt
from tests.doubles.strategies import json_values
from toolace_mt.errors import InputError
from toolace_mt.runs import dialogue_file, verifying
from toolace_mt.runs.verifying import Checking, Tally, check_line, verify_file


def verified(path: Path, *, jobs: int = 1, **checking: Any) -> tuple[Tally, list[dict[str, Any]]]:
    written: list[bytes] = []
    tally = verify_file(path, Checking(**checking), jobs=jobs, write=written.append)
    return tally, [orjson.loads(line) for line in b"".join(written).splitlines()]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "rows.jsonl"
    path.write_bytes(lines(sound(), spoilt(), sound(None)))
    return path


def test_a_line_for_each_row_in_order_with_the_place_in_the_row(file: Path) -> None:
    tally, out = verified(file)

    assert [(row["id"], row["accepted"]) for row in out] == [("a", True), ("b", False), ("3", True)]
    assert out[0]["findings"] == []
    (finding,) = out[1]["findings"]
    assert finding["rule"] == "unknown-tool"
    assert finding["severity"] == "error"
    assert finding["message_index"] == 2
    assert finding["tool_call_id"] == "c1"
    assert "get_weather" in finding["detail"]
    assert (tally.rows, tally.accepted, tally.rejected) == (3, 2, 1)
    assert tally.dialogues == {("unknown-tool", "error"): 1}


def test_compressed_files_are_read_as_others(file: Path, tmp_path: Path) -> None:
    packed = tmp_path / "rows.jsonl.gz"
    packed.write_bytes(gzip.compress(file.read_bytes()))

    assert verified(packed)[1] == verified(file)[1]


def test_garbage_is_looked_for_as_before_once_the_file_is_done(file: Path) -> None:
    before = gc.get_threshold()
    during: list[tuple[int, int, int]] = []

    verify_file(file, Checking(), jobs=1, progress=lambda _: during.append(gc.get_threshold()))

    assert gc.get_threshold() == before
    assert during
    assert during[0][0] > before[0]


def test_a_bad_line_costs_that_line_only(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_bytes(lines(sound("a")) + b'{"id": "cut", "messages": [{"ro\n' + b"[1, 2]\n\n" + lines(sound("b")))

    _, out = verified(path)

    assert [(row["id"], row["accepted"]) for row in out] == [("a", True), ("2", False), ("3", False), ("b", True)]
    assert {f["rule"] for row in out for f in row["findings"]} == {"unreadable"}


def test_rules_can_be_left_out(file: Path) -> None:
    tally, _ = verified(file, skip=("unknown-tool",))

    assert not tally.rejected


def test_processes_give_what_one_gives(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_bytes(lines(*(spoilt(str(n)) if n % 7 == 0 else sound(str(n)) for n in range(300))))
    monkeypatch.setattr(verifying, "_BLOCK_BYTES", 4_000)
    monkeypatch.setattr(verifying, "_WORTH_PROCESSES", 16_000)

    alone, together = verified(path), verified(path, jobs=2)

    assert together == alone
    assert [row["id"] for row in together[1]] == [str(n) for n in range(300)]


def test_a_script_without_a_guard_verifies_a_large_file_in_its_own_process(tmp_path: Path) -> None:
    done = in_a_script(tmp_path, "")
    assert (done.returncode, done.stdout) == (0, "300\n"), done.stderr


def test_a_script_that_asks_for_processes_is_told_of_the_guard(tmp_path: Path) -> None:
    assert "__main__" in in_a_script(tmp_path, ", jobs=2").stderr.splitlines()[-1]


def in_a_script(folder: Path, jobs: str) -> subprocess.CompletedProcess[str]:
    """What a script does that verifies a file large enough for processes."""
    (folder / "rows.jsonl").write_bytes(lines(*(sound(str(n)) for n in range(300))))
    (folder / "script.py").write_text(
        "from pathlib import Path\n"
        "from toolace_mt.runs import verifying\n"
        "verifying._BLOCK_BYTES, verifying._WORTH_PROCESSES = 4_000, 16_000\n"
        f"print(verifying.verify_file(Path('rows.jsonl'), verifying.Checking(){jobs}).rows)\n"
    )
    return subprocess.run([sys.executable, "script.py"], cwd=folder, capture_output=True, text=True, timeout=120)


def test_examples_are_few_however_many_findings(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_bytes(lines(*(spoilt(str(n)) for n in range(200))))

    tally, _ = verified(path)

    assert tally.findings["unknown-tool", "error"] == 200
    assert len(tally.examples["unknown-tool", "error"]) == 20
    assert "get_wether" in tally.examples["unknown-tool", "error"][0].excerpt


def test_a_line_that_is_longer_than_any_dialogue_costs_that_line_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_bytes(lines(sound("a")) + b'{"id": "' + b"x" * 10_000 + b'"}\n' + lines(sound("b")))
    monkeypatch.setattr(dialogue_file, "LONGEST_LINE", 2_000)
    monkeypatch.setattr(verifying, "LONGEST_LINE", 2_000)

    _, out = verified(path)

    assert [(row["id"], row["accepted"]) for row in out] == [("a", True), ("2", False), ("b", True)]


def test_a_file_without_rows_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_bytes(b"\n\n")

    with pytest.raises(InputError, match="holds no dialogues"):
        verified(path)


def test_a_fault_of_ours_costs_one_row(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RecursionError("too deep")

    monkeypatch.setattr(verifying, "judge", broken)

    verdict, _, _ = check_line(orjson.dumps(sound()), 1, Checking())

    assert not verdict.accepted
    assert [f.rule for f in verdict.findings] == ["internal-error"]


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=200) | json_values.map(orjson.dumps))
def test_any_line_gets_a_verdict(line: bytes) -> None:
    verdict, _, _ = check_line(line, 7, Checking())

    assert not verdict.accepted
    assert "internal-error" not in {f.rule for f in verdict.findings}


NAMES = (
    *("id", "messages", "tools", "role", "content", "tool_calls", "function", "name", "arguments", "tool_call_id"),
    *("parameters", "properties", "type", "required", "conversations", "from", "value", "system", "metadata"),
)
MEMBERS = st.sampled_from(NAMES)


@st.composite
def mangled(draw: st.DrawFn) -> Any:
    """The sound row with some of its values taken for others."""
    row = sound()
    for _ in range(draw(st.integers(1, 3))):
        holders = [row, *row["messages"], *row["tools"]] if isinstance(row.get("messages"), list) else [row]
        holders = [holder for holder in holders if isinstance(holder, dict)]
        holder = draw(st.sampled_from(holders))
        holder[draw(MEMBERS)] = draw(
            json_values | st.sampled_from(["user", "assistant", "tool", "[f(", "<tool_call>", "{"])
        )
        if not isinstance(row.get("tools"), list):
            row["tools"] = []
    return row


@settings(max_examples=300, deadline=None)
@given(mangled())
def test_any_row_gets_a_verdict(row: Any) -> None:
    verdict, _, _ = check_line(orjson.dumps(row), 7, Checking())

    assert "internal-error" not in {f.rule for f in verdict.findings}, verdict
    assert orjson.loads(orjson.dumps(verdict.to_json()))["accepted"] is verdict.accepted


def test_a_file_that_is_not_utf8_says_how_to_make_it_so(tmp_path: Path) -> None:
    path = tmp_path / "latin.jsonl"
    path.write_bytes('{"id": "a", "messages": [{"role": "user", "content": "Où?"}]}\n'.encode("latin-1"))
    _, (row,) = verified(path)
    assert "is not UTF-8" in row["findings"][0]["detail"]
    assert "iconv" in row["findings"][0]["detail"]


def test_a_form_that_does_not_fit_is_told(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_bytes(
        orjson.dumps(
            {"conversations": [{"from": "human", "value": "Hi!"}, {"from": "gpt", "value": "Hello, how are you?"}]}
        )
    )
    _, (row,) = verified(path, form="openai")
    assert "as --form says; the row looks like sharegpt" in row["findings"][0]["detail"]
    assert not row["accepted"]
    _, (row,) = verified(path, form="sharegpt")
    assert row["accepted"]
