"""Where the words of requests come from: built-in instructions, and a folder that overrides some."""

from __future__ import annotations

from pathlib import Path

import pytest

from toolace_mt.errors import InputError
from toolace_mt.operations.base import instructions
from toolace_mt.operations.initialize import TASK_INITIALIZATION, TaskInput
from toolace_mt.types import Tool

GIVEN = TaskInput((Tool(name="find_flight", description="Find a flight."),), (1,))


def test_a_folder_overrides_what_it_names_and_is_read_each_time(tmp_path: Path) -> None:
    (tmp_path / "judge.md").write_text("one\n")
    before = instructions(tmp_path)
    (tmp_path / "judge.md").write_text("two\n")
    assert (before["judge"], instructions(tmp_path)["judge"]) == ("one", "two")
    built_in = instructions()
    assert list(before) == list(built_in)
    assert before | {"judge": built_in["judge"]} == built_in


def test_a_request_has_the_words_that_it_is_given() -> None:
    texts = instructions() | {"preamble": "Be kind.", "task_initialization": "Write one."}
    system, user = TASK_INITIALIZATION.render(GIVEN, texts)
    assert (system, user.rpartition("\n\n")[2]) == ("Be kind.", "Write one.")


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("judge.md", b" \n", "judge.md is empty"),
        ("judge.md", b"\xff", "judge.md: the instruction cannot be read"),
        ("judgement.md", b"x", "has judgement.md; the instructions are"),
        ("judge.txt", b"x", "has no NAME.md"),
    ],
)
def test_a_folder_that_cannot_be_used_is_named(name: str, content: bytes, told: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(InputError, match=told):
        instructions(tmp_path)
