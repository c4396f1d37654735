"""The summary of a run on a narrow terminal."""

from __future__ import annotations

from typing import Any

import pytest

from toolace_mt.cli.summary import print_summary
from toolace_mt.runs.summary import summarize
from toolace_mt.types import Usage

USED = Usage(calls=1_234_567, prompt_tokens=2_041_000_000, completion_tokens=300_000_000).model_dump()


def lines(usage: dict[str, Any], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> list[str]:
    monkeypatch.setenv("COLUMNS", "80")
    print_summary({**summarize(()), "usage": usage})
    return [" ".join(line.split()) for line in capsys.readouterr().out.splitlines()]


@pytest.mark.parametrize(("usd", "told"), [(None, "cost unknown"), (12_345.6, "cost $12,345.6000")])
def test_the_cost_stays_in_one_piece(
    usd: float | None, told: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    printed = lines({**USED, "usd": usd}, capsys, monkeypatch)
    assert told in printed
    assert "used 1,234,567 calls, 2,041,000,000 tokens in, 300,000,000 out" in printed


def test_so_it_does_for_each_model(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    models = {"small": {**USED, "usd": 1.5}, "large": {**USED, "usd": None}}
    printed = lines({**USED, "usd": None, "models": models}, capsys, monkeypatch)
    assert printed.count("unknown") == 1
    assert "$1.5000" in printed


def test_what_costs_nothing_tells_no_cost(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    assert not [line for line in lines({**USED, "usd": 0.0}, capsys, monkeypatch) if "cost" in line]
