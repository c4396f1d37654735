"""`show` and `export` on a run folder, through click."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.doubles.trips import RECEIPT, call, outcome, result, trip, with_turn, without_turns
from toolace_mt.cli import export, show
from toolace_mt.config import Config, RunConfig
from toolace_mt.errors import InputError
from toolace_mt.runs.folder import begin_run
from toolace_mt.types import Dialogue, Finding, Outcome


def _rejected() -> Outcome:
    dialogue = without_turns(trip(), 13).model_copy(update={"id": "000001"})
    finding = Finding(rule="alternation", turn=12, detail="the dialogue ends with tool results")
    return outcome(dialogue, number=1, status="rejected", findings=(finding,))


@pytest.fixture
def run(tmp_path: Path) -> Path:
    """Four accepted dialogues (the run wants three), one rejected, one failed."""
    outcomes = [outcome(trip().model_copy(update={"id": f"{n:06d}"}), number=n) for n in (0, 2, 3, 5)]
    failed = Outcome(id="000004", number=4, status="failed", findings=(Finding(rule="no-usable-answer", detail="x"),))

    async def record() -> None:
        _, store = begin_run(tmp_path / "run", Config(run=RunConfig(count=3)), "digest")
        async with store:
            for made in (*outcomes, _rejected(), failed):
                await store.put_outcome(made)

    asyncio.run(record())
    return tmp_path / "run"


def invoke(command: object, *arguments: object, **more: object) -> Result:
    return CliRunner().invoke(command, [str(a) for a in arguments], catch_exceptions=False, **more)  # type: ignore[arg-type]


class TestExport:
    @pytest.mark.parametrize("name", ["dataset.jsonl", "run.sqlite", "config.json"])
    def test_nothing_of_the_run_is_overwritten(self, run: Path, name: str) -> None:
        with pytest.raises(InputError, match="would be lost"):
            invoke(export.command, run, "--format", "trl", "--out", run / name)

    def test_a_run_on_rows_of_a_file_wants_no_more_than_it_has(self, run: Path, tmp_path: Path) -> None:
        config = json.loads((run / "config.json").read_text())
        unfinished = invoke(export.command, run, "--format", "trl", "--out", tmp_path / "a", "--which", "accepted")
        config["config"]["run"]["count"] = 50
        (run / "config.json").write_text(json.dumps(config))
        wanting = invoke(export.command, run, "--format", "trl", "--out", tmp_path / "a")
        config["config"]["rows"]["file"] = "rows.jsonl"
        (run / "config.json").write_text(json.dumps(config))
        of_rows = invoke(export.command, run, "--format", "trl", "--out", tmp_path / "a")
        said = ["not finished" in done.output for done in (unfinished, wanting, of_rows)]
        assert said == [False, True, False]

    def test_rows_go_to_standard_output_and_notes_beside_them(self, run: Path) -> None:
        done = invoke(export.command, run, "--format", "trl", "--out", "-")
        assert len([json.loads(line) for line in done.stdout.splitlines()]) == 3
        assert "3 rows written" in done.stderr

    def test_the_first_accepted_ones_are_written(self, run: Path, tmp_path: Path) -> None:
        done = invoke(export.command, run, "--format", "trl", "--out", tmp_path / "out.jsonl")

        assert done.exit_code == 0
        assert "3 rows written" in done.output
        assert "3 turns with a faulty call taken out" in done.output
        written = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text().splitlines()]
        assert [row["id"] for row in written] == ["000000", "000002", "000003"]

    def test_that_nothing_was_exported_is_said(self, tmp_path: Path) -> None:
        begin_run(tmp_path / "run", Config(), "digest")[1].close()
        done = invoke(export.command, tmp_path / "run", "--format", "trl", "--out", tmp_path / "out.jsonl")

        assert done.exit_code == 0
        assert "has no accepted dialogues to export" in done.stderr
        assert (tmp_path / "out.jsonl").read_bytes() == b""

    @pytest.mark.parametrize(("which", "rows", "skipped"), [("accepted", 3, 0), ("rejected", 1, 1), ("all", 5, 1)])
    def test_which(self, run: Path, tmp_path: Path, which: str, rows: int, skipped: int) -> None:
        done = invoke(export.command, run, "--format", "messages", "--out", tmp_path / "out", "--which", which)

        assert f"{rows} rows written" in done.output
        assert ("skipped" in done.output) is bool(skipped)
        assert len((tmp_path / "out").read_text().splitlines()) == rows

    def test_a_folder_without_a_run_is_an_input_error(self, tmp_path: Path) -> None:
        with pytest.raises(InputError, match="no run folder"):
            invoke(export.command, tmp_path, "--format", "messages", "--out", tmp_path / "out")

    def test_an_unknown_format_is_bad_usage(self, run: Path, tmp_path: Path) -> None:
        assert invoke(export.command, run, "--format", "csv", "--out", tmp_path / "out").exit_code == 2


class TestShow:
    def test_a_dialogue_is_printed_readably(self, run: Path) -> None:
        shown = invoke(show.command, run, "000002").output

        assert "000002  accepted" in shown
        assert 'search_flights(origin="LHR", destination="JFK", date="2025-05-02")' in shown
        assert "sub-task 1: Send the receipt." in shown
        assert "tools added: send-receipt" in shown
        assert 'book_flight(flight_id="JFK-1234", seats=1)  faulty' in shown
        assert "error_simulation/wrong_argument" in shown
        assert "the old turn says more" in shown
        assert "\x1b" not in shown, "no colours where nobody sees them"
        assert not [line for line in shown.splitlines() if line != line.rstrip()]

    def test_a_terminal_gets_colours(self, run: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("FORCE_COLOR", "1")
        monkeypatch.delenv("NO_COLOR", raising=False)
        monkeypatch.setenv("TERM", "xterm-256color")

        assert "\x1b[" in invoke(show.command, run, "000002", color=True).output

    def test_findings_are_printed(self, run: Path) -> None:
        shown = invoke(show.command, run, "1").output

        assert "000001  rejected" in shown
        assert "alternation" in shown
        assert "turn 12" in shown

    def test_the_skeleton_has_no_edits(self, run: Path) -> None:
        shown = invoke(show.command, run, "000000", "--skeleton").output

        assert "12 turns" in shown
        assert "faulty" not in shown
        assert "edits" not in shown

    def test_some_are_listed(self, run: Path) -> None:
        listed = invoke(show.command, run, "--limit", 2)

        assert [n in listed.stdout for n in ("━━ 000000", "━━ 000001", "━━ 000002", "━━ 000003")] == [
            True,
            False,
            True,
            False,
        ]
        assert "there are more" in listed.stderr
        assert "━━ 000004  failed" in invoke(show.command, run, "--which", "rejected").stdout

    def test_an_unknown_id_is_an_input_error_with_near_ones(self, run: Path) -> None:
        with pytest.raises(InputError, match="did you mean 000002"):
            invoke(show.command, run, "00000002")
        with pytest.raises(InputError, match="from 000000 to 000005"):
            invoke(show.command, run, "zebra")

    def test_results_are_shortened_unless_all_is_wanted(self, tmp_path: Path) -> None:
        long = "word " * 200
        dialogue = with_turn(trip(), 2, results=(result("c1", "search_flights", long),))
        run = _recorded(tmp_path, dialogue)

        short, whole = invoke(show.command, run).output, invoke(show.command, run, "--full").output

        assert "(1,000 characters)" in short
        assert long.rstrip() not in short
        assert long.rstrip() in whole

    def test_hostile_text_cannot_steer_the_terminal(self, tmp_path: Path) -> None:
        evil = "\x1b]0;owned\x07[red]\x9b2J\u202e"
        dialogue = with_turn(trip(), 7, text=evil)
        dialogue = with_turn(dialogue, 1, calls=(call("c1", evil, **{evil: evil}),))
        dialogue = with_turn(dialogue, 10, tools_added=(RECEIPT.model_copy(update={"name": evil}),))

        shown = invoke(show.command, _recorded(tmp_path, dialogue)).output

        assert not set("\x1b\x07\x9b\u202e") & set(shown)
        assert "[red]" in shown


def _recorded(folder: Path, dialogue: Dialogue) -> Path:
    async def record() -> None:
        _, store = begin_run(folder / "one", Config(), "digest")
        async with store:
            await store.put_outcome(outcome(dialogue))

    asyncio.run(record())
    return folder / "one"
