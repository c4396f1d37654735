"""Pictures without a display, of whatever names there are."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.doubles.trips import outcome, trip
from toolace_mt.errors import InputError
from toolace_mt.metrics.figures import Figures
from toolace_mt.metrics.statistics import Made, Statistics
from toolace_mt.runs.plots import draw_plots

PNG = b"\x89PNG"


def figures() -> Figures:
    statistics = Statistics()
    for _ in range(3):
        statistics.add(trip(), Made((("clarification", "vague_value"), ("tool_awareness", ""))))
    statistics.add_attempt("rejected", ["alternation"], outcome().edits)
    return statistics.figures()


def test_a_picture_for_each_question(tmp_path: Path) -> None:
    drawn = draw_plots(figures(), tmp_path)
    assert [file.name for file in drawn] == [
        *("turns.png", "calls.png", "tools.png", "injections.png", "rejections.png", "edits.png"),
    ]
    assert all(file.read_bytes().startswith(PNG) for file in drawn)
    once = {file.name: file.read_bytes() for file in drawn}
    assert {file.name: file.read_bytes() for file in draw_plots(figures(), tmp_path)} == once


def test_names_of_every_kind(tmp_path: Path) -> None:
    """Formulas that are none, signs that no font has, nothing, and far too many."""
    names = ["$\\frac{$", "工具", "\x1b[31m", "", "x" * 500, "_", *(f"tool {n}" for n in range(100))]
    strange = replace(figures(), tools=dict.fromkeys(names, 1))
    assert (tmp_path / "tools.png") in draw_plots(strange, tmp_path)


def test_nothing_to_draw(tmp_path: Path) -> None:
    assert draw_plots(Statistics().figures(), tmp_path / "new") == []


def test_no_folder(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="is no folder"):
        draw_plots(figures(), tmp_path / "file" / "inside")
