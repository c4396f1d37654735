"""`corrupt` on files, through click."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import orjson
import pytest
from click.testing import CliRunner, Result

from tests.doubles.trips import trip
from toolace_mt.cli import group as main
from toolace_mt.corruption.kinds import KINDS
from toolace_mt.dialogue.messages import from_messages, to_messages
from toolace_mt.errors import InputError

Row = dict[str, Any]


def row(id_: str | None, **more: Any) -> Row:
    messages, tools, extras = to_messages(trip())
    return {"id": id_, "messages": messages, "tools": tools, "metadata": extras, "source": "a test", **more}


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, ["corrupt", *map(str, arguments)])


def rows_of(path: Path) -> list[Row]:
    return [orjson.loads(line) for line in path.read_bytes().splitlines()]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "rows.jsonl"
    path.write_text("\n".join(json.dumps(row(f"r{n}")) for n in range(40)))
    return path


def test_copies_go_to_standard_output_and_notes_beside_them(file: Path, tmp_path: Path) -> None:
    done = run(file, "--out", "-", "--kinds", "refusal")
    assert run(file, "--out", tmp_path / "out.jsonl", "--kinds", "refusal").exit_code == done.exit_code == 0
    assert done.stdout_bytes == (tmp_path / "out.jsonl").read_bytes()
    assert "damaged copies of 40 dialogues" in done.stderr


@pytest.mark.parametrize("line", ["null", "5", "true", '"text"'])
def test_a_line_that_is_no_object_is_told(tmp_path: Path, line: str) -> None:
    (tmp_path / "rows.jsonl").write_text(line)
    done = run(tmp_path / "rows.jsonl", "--out", tmp_path / "out.jsonl")
    assert isinstance(done.exception, InputError)
    assert "rows.jsonl:1: field messages" in str(done.exception)


def test_every_kind_that_fits_and_the_same_bytes_again(file: Path, tmp_path: Path) -> None:
    out, again, other = (tmp_path / name for name in ("out.jsonl", "again.jsonl", "other.jsonl"))
    first = run(file, "--out", out)
    assert first.exit_code == 0, first.output
    assert run(file, "--out", again).exit_code == run(file, "--out", other, "--seed", "1").exit_code == 0
    assert out.read_bytes() == again.read_bytes() != other.read_bytes()
    rows = rows_of(out)
    assert f"{len(rows)} damaged copies of 40 dialogues" in first.output.replace(",", "")
    kinds = [r["metadata"]["corruption"]["kind"] for r in rows if r["id"].startswith("r7~")]
    assert len(kinds) == len(set(kinds)) > 25
    assert all(r["source"] == "a test" for r in rows)


def test_kinds_and_their_number(file: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"
    assert run(file, "--out", out, "--kinds", "dropped_result,texts", "--per-dialogue", "2").exit_code == 0
    rows = rows_of(out)
    assert len(rows) == 80
    assert {KINDS[r["metadata"]["corruption"]["kind"]].family for r in rows} <= {"structure", "texts"}
    assert len({r["metadata"]["corruption"]["kind"] for r in rows}) > 3


def test_a_share_beside_the_originals(file: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"
    assert run(file, "--out", out, "--share", "0.5", "--keep").exit_code == 0
    damaged = [r for r in rows_of(out) if "corruption" in r["metadata"]]
    kept = [r for r in rows_of(out) if "corruption" not in r["metadata"]]
    assert kept == rows_of(file)
    assert 10 <= len(damaged) <= 30
    assert len({r["id"].split("~")[0] for r in damaged}) == len(damaged)


def test_damaged_copies_are_not_damaged_again(file: Path, tmp_path: Path) -> None:
    out, twice = tmp_path / "out.jsonl", tmp_path / "twice.jsonl"
    assert run(file, "--out", out, "--kinds", "refusal").exit_code == 0
    done = run(out, "--out", twice)
    assert "40 rows were damaged copies already" in done.output
    assert twice.read_bytes() == b""


def test_other_forms_come_out_in_openais(tmp_path: Path) -> None:
    shared = {
        "conversations": [
            {"from": "human", "value": "What is the weather in Lisbon?"},
            {"from": "function_call", "value": '{"name": "get_weather", "arguments": {"city": "Lisbon"}}'},
            {"from": "observation", "value": '{"sky": "clear"}'},
            {"from": "gpt", "value": "The sky over Lisbon is clear today."},
        ],
        "tools": '[{"name": "get_weather", "parameters": {"type": "object", "properties": {"city": {"type": "string"}}}}]',
    }
    file, out = tmp_path / "rows.jsonl.gz", tmp_path / "out.jsonl"
    file.write_bytes(gzip.compress(orjson.dumps(shared)))
    done = run(file, "--out", out, "--kinds", "misspelt_tool", "--keep")
    assert done.exit_code == 0, done.output
    original, damaged = rows_of(out)
    assert original["id"] == "1"
    assert damaged["id"] == "1~misspelt_tool"
    assert from_messages(original["messages"], original["tools"]).calls[0].name == "get_weather"
    assert from_messages(damaged["messages"], damaged["tools"]).calls[0].name != "get_weather"


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("not json", "rows.jsonl:1: is not JSON"),
        ('{"x": 1}', "rows.jsonl:1: field messages: is missing"),
        ("", "holds no dialogues"),
        ('{"messages": [' + "[" * 300 + "]" * 300 + "]}", "rows.jsonl:1: is nested more than"),
    ],
)
def test_what_cannot_be_read_is_named(tmp_path: Path, text: str, wanted: str) -> None:
    file, out = tmp_path / "rows.jsonl", tmp_path / "out.jsonl"
    file.write_text(text)
    error = run(file, "--out", out).exception
    assert isinstance(error, InputError)
    assert wanted in str(error)
    assert not out.exists()


@pytest.mark.parametrize(
    ("arguments", "wanted"),
    [
        ([], "name the FILE of dialogues"),
        (["{file}"], "and the file to write"),
        (["{file}", "--out", "{file}"], "itself, which would be lost"),
        (["{file}", "--out", "o", "--kinds", "nonsense"], "'nonsense' is no kind and no family"),
        (["{file}", "--out", "o", "--share", "0.1", "--per-dialogue", "2"], "--share damages a dialogue once"),
    ],
)
def test_wrong_usage_is_one_message(file: Path, arguments: list[str], wanted: str) -> None:
    error = run(*(argument.format(file=file) for argument in arguments)).exception
    assert isinstance(error, InputError)
    assert wanted in str(error)


def test_the_list_tells_every_kind() -> None:
    told = run("--list").output
    assert all(name in told and kind.what in told and kind.seen in told for name, kind in KINDS.items())
    assert "changed_amount" not in run("--list", "--kinds", "structure").output


def test_lines_that_cannot_be_read_are_left_out_and_told(file: Path, tmp_path: Path) -> None:
    file.write_text('{"id": "cut\n' + file.read_text() + "\n[]\n")

    done = run(file, "--out", tmp_path / "out.jsonl", "--kinds", "dropped_result")

    assert done.exit_code == 0
    assert "40 damaged copies of 40 dialogues" in done.output
    assert "2 lines could not be read" in done.output
    assert "rows.jsonl:1: is not JSON" in done.output
