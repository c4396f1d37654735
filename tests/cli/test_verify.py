"""`verify` through click: exit codes, the output of others' programs, and the reports."""

from __future__ import annotations

from pathlib import Path

import orjson
import pytest
from click.testing import CliRunner

from tests.doubles.rows import WEATHER, lines, sound, spoilt
from toolace_mt.cli import group
from toolace_mt.errors import InputError


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "rows.jsonl"
    path.write_bytes(lines(sound(), spoilt()))
    return path


def run(*arguments: object, stdin: bytes | None = None) -> tuple[int, str]:
    done = CliRunner().invoke(group, ["verify", *map(str, arguments)], input=stdin)
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done.exit_code, done.output


def test_all_accepted_is_0(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_bytes(lines(sound()))

    code, said = run(path)

    assert code == 0
    assert "1 dialogues: 1 accepted (100.0%), 0 rejected" in said


def test_some_rejected_is_1_and_the_rule_is_told(file: Path) -> None:
    code, said = run(file)

    assert code == 1
    assert "1 accepted (50.0%), 1 rejected" in said
    assert "unknown-tool" in said
    assert "b[2]" in said


def test_findings_as_other_programs_read_them(file: Path, tmp_path: Path) -> None:
    out = tmp_path / "sub" / "findings.jsonl"

    run(file, "--json", out)

    one, two = map(orjson.loads, out.read_bytes().splitlines())
    assert one == {"id": "a", "accepted": True, "findings": []}
    assert set(two) == {"id", "accepted", "findings"}
    assert set(two["findings"][0]) == {"rule", "severity", "message_index", "tool_call_id", "detail"}


def test_findings_on_standard_output_stand_alone(file: Path) -> None:
    done = CliRunner().invoke(group, ["verify", str(file), "--json", "-"])

    assert [orjson.loads(line)["id"] for line in done.stdout.splitlines()] == ["a", "b"]
    assert "1 rejected" in done.stderr


def test_standard_input() -> None:
    code, said = run("-", stdin=lines(sound()))

    assert code == 0
    assert "1 accepted" in said


def test_tools_for_rows_that_bring_none(tmp_path: Path) -> None:
    row = spoilt()
    del row["tools"]
    path, tools = tmp_path / "rows.jsonl", tmp_path / "tools.json"
    path.write_bytes(lines(row))
    tools.write_bytes(orjson.dumps([WEATHER]))

    code, said = run(path, "--tools", tools)

    assert code == 1
    assert "unknown-tool" in said


@pytest.mark.parametrize("end", ["md", "html"])
def test_reports(file: Path, tmp_path: Path, end: str) -> None:
    row = spoilt("<script>alert(1)</script>", name="a|b`<b>")
    file.write_bytes(file.read_bytes() + lines(row))
    report = tmp_path / f"report.{end}"

    run(file, "--report", report)

    text = report.read_text()
    assert "3 dialogues: 1 accepted (33.3%), 2 rejected." in text
    assert "unknown" in text
    assert "<script>" not in text
    assert ("<table>" in text) == (end == "html")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--skip-rule", "nonsense"), "there is no rule nonsense"),
        (("--report", "report.txt"), "end the name with .html or .md"),
        (("--tools", "absent.json"), "absent.json"),
    ],
)
def test_bad_options(file: Path, arguments: tuple[str, ...], said: str) -> None:
    with pytest.raises(InputError, match=said):
        run(file, *arguments)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"absent\.jsonl: "):
        run(tmp_path / "absent.jsonl")


def test_a_report_that_cannot_be_is_told_before_the_work(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"html or \.md"):
        run(tmp_path / "absent.jsonl", "--report", tmp_path / "report")


def test_no_file_is_lost_to_its_own_findings(file: Path, tmp_path: Path) -> None:
    before = file.read_bytes()
    link = tmp_path / "link.jsonl"
    link.symlink_to(file)

    for arguments in (("--json", file), ("--json", link), ("--report", tmp_path / "r.md", "--json", tmp_path / "r.md")):
        with pytest.raises(InputError, match="itself, which would be lost"):
            run(file, *arguments)

    assert file.read_bytes() == before


def test_a_device_stays_a_device(file: Path) -> None:
    assert run(file, "--json", "/dev/null")[0] == 1
    assert Path("/dev/null").is_char_device()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"PAR1\x15\x04", "is Parquet"),
        (b"\x1f\x8b\x08\x00", "compressed by gzip"),
        (b"\xff\xfe{\x00", "UTF-16"),
        (b'{\n "messages": []\n}\n', "over several lines"),
    ],
)
def test_files_of_other_kinds_are_told_by_name(tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_bytes(content)

    with pytest.raises(InputError, match=said):
        run(path)
