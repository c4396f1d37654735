"""Files of dialogues, line by line."""

from __future__ import annotations

import gzip
import json
import re
from pathlib import Path

import pytest

from tests.doubles.foreign_rows import FORMS
from toolace_mt.dialogue.recorded import Form
from toolace_mt.errors import InputError
from toolace_mt.runs.dialogue_file import Row, read_lines, try_rows


@pytest.mark.parametrize("form", FORMS)
def test_rows_of_every_form(tmp_path: Path, form: Form) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_text(f"\n{json.dumps(FORMS[form]())}\n")
    (row,) = try_rows(path)
    assert isinstance(row, Row)
    assert (len(row.dialogue.calls), row.metadata) == (2, {})


def test_lines_have_their_numbers(tmp_path: Path) -> None:
    plain, packed = tmp_path / "a.jsonl", tmp_path / "a.jsonl.gz"
    content = b'\xef\xbb\xbf{}\r\n\n  {"a": 1}  \n[3]'
    plain.write_bytes(content)
    packed.write_bytes(gzip.compress(content))
    assert list(read_lines(plain)) == [(1, b"{}"), (3, b'{"a": 1}'), (4, b"[3]")]
    assert list(read_lines(packed)) == list(read_lines(plain))


@pytest.mark.parametrize("content", ['[{"conversations": []}]', '\n[\n  {"conversations": []}\n]', "[ {"])
def test_one_json_list_is_refused_with_what_to_do(tmp_path: Path, content: str) -> None:
    path = tmp_path / "data.json"
    path.write_text(content)
    with pytest.raises(InputError, match=r"data\.json:\d: begins a JSON list.*JSONL.*json\.load"):
        list(read_lines(path))


def test_what_is_no_gzip_or_no_file_is_said(tmp_path: Path) -> None:
    broken = tmp_path / "a.jsonl.gz"
    for content in (b"{}", gzip.compress(b"{}\n" * 1000)[:-9], gzip.compress(b"{}" * 9)[:12] + b"\xff" * 20):
        broken.write_bytes(content)
        with pytest.raises(InputError, match="cannot be read"):
            list(read_lines(broken))
    with pytest.raises(InputError, match="cannot be read"):
        list(read_lines(tmp_path / "none.jsonl"))
    with pytest.raises(InputError, match="cannot be read"):
        list(read_lines(tmp_path))


def test_what_is_unread_is_said_with_its_line(tmp_path: Path) -> None:
    row = FORMS["hermes"]()
    row["conversations"][2]["value"] = "<tool_call>\n{oops}\n</tool_call>"
    path = tmp_path / "rows.jsonl"
    path.write_text(f"{json.dumps(FORMS['openai']())}\n{json.dumps(row)}\n")
    first, second = try_rows(path)
    assert isinstance(first, Row)
    assert isinstance(second, InputError)
    assert re.search(r"rows.jsonl:2: messages\[2\]: .*not valid JSON", str(second))
