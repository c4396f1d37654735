"""Where the tokens of a trace go."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from toolace_mt.bench.by_step import by_step, command
from toolace_mt.bench.replay import read_trace
from toolace_mt.errors import InputError

HEAD = {"method": "mas", "attempted": 2, "accepted": ["a"]}


def line(number, step, attempt=0, dialogue="a"):
    counts = {"prompt_tokens": 40, "cached_tokens": 10, "output_tokens": 3}
    return {"dialogue": dialogue, "number": number, "step": step, "attempt": attempt, **counts}


@pytest.fixture
def trace(tmp_path):
    lines = [HEAD, line(0, "init/task"), line(1, "refine/1/fill-12"), line(2, "refine/23/fill-4", 1), line(3, "end")]
    file = tmp_path / "trace.jsonl"
    file.write_text("".join(json.dumps(each) + "\n" for each in lines))
    return file


def test_steps_of_a_kind_are_added_up_and_told_by_attempted_dialogue(trace):
    (method,) = read_trace(trace)
    found = by_step(method)
    assert list(found) == ["init/task", "refine/#/fill-#", "end", "all"]
    expected = {"calls": 1, "re-asks": 0.5, "prompt": 40, "cached": 10, "uncached": 30, "written": 3}
    assert found["refine/#/fill-#"] == expected
    assert found["all"]["calls"] == 2
    assert found["all"]["uncached"] == 60


def test_the_command_shows_a_table_for_each_method(trace):
    result = CliRunner().invoke(command, [str(trace)], catch_exceptions=False)
    assert result.exit_code == 0
    assert "mas: per attempted dialogue" in result.output
    assert "refine/#/fill-#" in result.output


def test_what_is_no_trace_is_said(tmp_path):
    result = CliRunner().invoke(command, [str(tmp_path / "none.jsonl")])
    assert isinstance(result.exception, InputError)
