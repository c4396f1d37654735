"""Export of many outcomes: counts, files that are whole or not there, and what a format cannot do."""

from __future__ import annotations

import errno
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.doubles.trips import outcome, trip, with_turn, without_turns
from toolace_mt.errors import InputError, StorageFailed
from toolace_mt.exporters import FORMATS, export
from toolace_mt.types import Outcome

JSONL = [name for name in FORMATS if name != "parquet"]


def rows(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


@pytest.mark.parametrize("format_", JSONL)
def test_rows_are_written_in_order_and_counted(tmp_path: Path, format_: str) -> None:
    outcomes = [outcome(trip().model_copy(update={"id": f"{n:06d}"})) for n in range(3)]
    out = tmp_path / "deep" / "file.jsonl"

    report = export(outcomes, format_, out)

    assert report.rows == 3
    assert [row["id"] for row in rows(out)] == ["000000", "000001", "000002"]
    assert [file.name for file in out.parent.iterdir()] == ["file.jsonl"]


@pytest.mark.parametrize("format_", list(FORMATS))
def test_the_same_outcomes_give_the_same_bytes(tmp_path: Path, format_: str) -> None:
    if format_ == "parquet":
        pytest.importorskip("pyarrow")
    export([outcome()], format_, tmp_path / "a")
    export([outcome()], format_, tmp_path / "b")

    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


@pytest.mark.parametrize(
    ("format_", "masked", "dropped", "texts", "announced"),
    [
        ("messages", 1, 0, 0, 0),
        ("trl", 0, 1, 0, 1),
        ("sharegpt", 0, 1, 1, 1),
        ("hermes", 0, 1, 0, 1),
        ("toolace", 0, 1, 1, 1),
    ],
)
def test_the_report_says_what_became_of_the_rest(
    tmp_path: Path, format_: str, masked: int, dropped: int, texts: int, announced: int
) -> None:
    report = export([outcome()], format_, tmp_path / "out")

    assert (report.faulty_masked, report.faulty_dropped) == (masked, dropped)
    assert (report.texts_dropped, report.tools_announced) == (texts, announced)
    assert ("JFK-1234" in (tmp_path / "out").read_text()) is bool(masked)


def test_faulty_calls_can_be_kept_or_dropped_anywhere(tmp_path: Path) -> None:
    assert export([outcome()], "trl", tmp_path / "a", faulty="keep").faulty_dropped == 0
    assert "JFK-1234" in (tmp_path / "a").read_text()
    assert export([outcome()], "messages", tmp_path / "b", faulty="drop").faulty_dropped == 1
    (row,) = rows(tmp_path / "b")
    assert row["metadata"]["faulty_messages"] == []
    assert row["metadata"]["injections"] == [], "the mistake that was put in has gone"
    assert [i for i, m in enumerate(row["messages"]) if "weight" in m] == row["metadata"]["untrained_messages"]


@pytest.mark.parametrize(("format_", "untrained"), [("messages", 1), ("trl", 0)])
def test_replies_for_lack_of_a_listed_tool_are_counted(tmp_path: Path, format_: str, untrained: int) -> None:
    assert export([outcome()], format_, tmp_path / "out").replies_untrained == untrained


@pytest.mark.parametrize("format_", JSONL)
def test_long_integers_in_results_stay_exact(tmp_path: Path, format_: str) -> None:
    (given,) = trip().turns[2].results  # type: ignore[union-attr]
    long = given.model_copy(update={"content": '{"n":123456789012345678901}'})

    export([outcome(with_turn(trip(), 2, results=(long,)))], format_, tmp_path / "out")

    assert "123456789012345678901" in (tmp_path / "out").read_text()


def test_a_format_that_cannot_mask_says_so(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="trl cannot keep faulty calls out of the loss"):
        export([outcome()], "trl", tmp_path / "out", faulty="mask")


def test_an_unknown_format_is_named_with_those_there_are(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"'csv'.*messages, trl"):
        export([], "csv", tmp_path / "out")


@pytest.mark.parametrize("format_", ["trl", "sharegpt", "hermes", "toolace"])
def test_what_no_trainer_takes_is_skipped(tmp_path: Path, format_: str) -> None:
    cut_off = without_turns(trip(), 12, 13)
    unpaired = with_turn(trip(), 2, results=())
    outcomes = [outcome(), outcome(cut_off), outcome(unpaired), outcome(dialogue=None, status="failed")]
    outcomes[-1] = outcomes[-1].model_copy(update={"dialogue": None})

    report = export(outcomes, format_, tmp_path / "out")

    assert (report.rows, report.skipped) == (1, 3)


def test_the_archive_takes_every_dialogue(tmp_path: Path) -> None:
    report = export([outcome(), outcome(without_turns(trip(), 12, 13))], "messages", tmp_path / "out")

    assert (report.rows, report.skipped) == (2, 0)


def test_parquet_has_the_rows_of_messages_as_strings(tmp_path: Path) -> None:
    pq = pytest.importorskip("pyarrow.parquet")
    export([outcome()] * 1500, "parquet", tmp_path / "out.parquet")
    export([outcome()], "messages", tmp_path / "out.jsonl")

    table = pq.read_table(tmp_path / "out.parquet").to_pylist()

    (row,) = rows(tmp_path / "out.jsonl")
    assert len(table) == 1500
    assert {k: json.loads(v) if k != "id" else v for k, v in table[-1].items()} == row


def test_parquet_without_pyarrow_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "pyarrow", None)

    with pytest.raises(InputError, match=r"toolace-mt\[parquet\]"):
        export([outcome()], "parquet", tmp_path / "out")
    assert list(tmp_path.iterdir()) == []


def test_nothing_to_export_is_an_empty_file(tmp_path: Path) -> None:
    assert export([], "messages", tmp_path / "out").rows == 0
    assert (tmp_path / "out").read_bytes() == b""


class TestWholeOrNothing:
    def failing(self, error: BaseException) -> Iterator[Outcome]:
        yield outcome()
        raise error

    @pytest.mark.parametrize(
        "error", [OSError(errno.ENOSPC, "No space left on device"), InputError("x"), KeyboardInterrupt()]
    )
    def test_an_older_file_stays_as_it_was(self, tmp_path: Path, error: BaseException) -> None:
        out = tmp_path / "out"
        out.write_text("old")

        with pytest.raises(StorageFailed if isinstance(error, OSError) else type(error)):
            export(self.failing(error), "messages", out)

        assert out.read_text() == "old"
        assert [file.name for file in tmp_path.iterdir()] == ["out"]

    def test_a_full_disk_is_said(self) -> None:
        if not Path("/dev/full").exists():
            pytest.skip("there is no /dev/full here")
        with pytest.raises(StorageFailed, match="cannot be written"):
            export([outcome()], "messages", Path("/dev/full/out"))

    def test_a_folder_is_no_file(self, tmp_path: Path) -> None:
        with pytest.raises(InputError, match="is a folder"):
            export([outcome()], "messages", tmp_path)


def test_odd_values_are_written(tmp_path: Path) -> None:
    turns = list(trip().turns)
    odd = turns[1].model_copy(update={"calls": (trip().calls[0].model_copy(update={"arguments": {"n": 10**30}}),)})
    dialogue = trip().model_copy(update={"turns": (turns[0], odd, *turns[2:])})

    for format_ in JSONL:
        assert export([outcome(dialogue)], format_, tmp_path / format_).rows == 1
        assert "1" + "0" * 30 in (tmp_path / format_).read_text()
