"""The bench from end to end: figures by the contract, and the same ones again."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from click.testing import CliRunner

from toolace_mt.bench.clocks import Pass
from toolace_mt.bench.measuring import FEW, Bench, saturated
from toolace_mt.bench.methods import configurations
from toolace_mt.bench.picture import draw
from toolace_mt.bench.real_clock import measure_on_real_clock
from toolace_mt.bench.report import figures_of, ratios, statistics_at_equal_size
from toolace_mt.cli.bench import command
from toolace_mt.config import Prices
from toolace_mt.errors import InputError
from toolace_mt.types import Action, Dialogue, Observation, Outcome

CONTRACT = {
    "attempted",
    "accepted",
    "calls",
    "depth",
    "prompt_tokens",
    "cached_prompt_tokens",
    "completion_tokens",
    "usd",
    "seconds",
}
SMALL = ("initialize.subtasks_max=2", "initialize.steps_max=2", "refine.passes_max=1")


def bench(*arguments):
    result = CliRunner().invoke(command, list(arguments), catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


@pytest.fixture(scope="module")
def measured(tmp_path_factory):
    """The report on three dialogues, twice: (JSON, JSON of the second time, lines of the trace, table)."""
    folder = tmp_path_factory.mktemp("bench")
    options = [option for setting in SMALL for option in ("--set", setting)]
    options += ["--count", "3", "--price-prompt", "2", "--price-cached", "1", "--price-completion", "8"]
    table = bench(*options, "--json", str(folder / "a.json"), "--trace", str(folder / "t.jsonl"))
    bench(*options, "--json", str(folder / "b.json"))
    return (*((folder / f"{n}.json").read_bytes() for n in "ab"), (folder / "t.jsonl").read_text().splitlines(), table)


def test_every_method_has_the_figures_of_the_contract(measured):
    report = json.loads(measured[0])
    assert list(report["methods"]) == ["mas", "nar-sequential", "nar-parallel", "nar-executed"]
    for name, figures in report["methods"].items():
        assert set(figures) >= CONTRACT
        assert figures["attempted"] == 3
        assert 0 < figures["accepted"] <= 3, name
        assert set(figures["seconds"]) == {"few", "saturated"}
        assert figures["same_on_every_clock"], name
        assert 1 <= figures["depth"] <= figures["calls"]
        assert figures["cached_prompt_tokens"] <= figures["prompt_tokens"]
        fresh = figures["prompt_tokens"] - figures["cached_prompt_tokens"]
        usd = (2 * fresh + figures["cached_prompt_tokens"] + 8 * figures["completion_tokens"]) / 1e6
        assert figures["usd"] == pytest.approx(usd)


def test_the_same_command_gives_the_same_bytes(measured):
    assert measured[0] == measured[1]


def test_the_trace_has_the_calls_that_are_counted(measured):
    report, lines = json.loads(measured[0]), [json.loads(line) for line in measured[2]]
    for name, figures in report["methods"].items():
        calls = [line for line in lines if line["method"] == name and "number" in line]
        assert len(calls) == pytest.approx(figures["calls"] * figures["accepted"])


def test_the_table_shows_methods_side_by_side(measured):
    assert "calls in sequence" in " ".join(measured[3].split()) or "sequence" in measured[3]
    assert "nar-executed" in measured[3] or "nar-exec" in measured[3]


def test_the_picture_needs_its_baseline_and_a_name_that_says_its_form(measured, tmp_path):
    pytest.importorskip("matplotlib")
    report = json.loads(measured[0])
    for name in ("a.svg", "b.svg", "c.png"):
        draw(report, tmp_path / name)
    assert (tmp_path / "a.svg").read_bytes() == (tmp_path / "b.svg").read_bytes()
    with pytest.raises(InputError, match="ends in"):
        draw(report, tmp_path / "a.txt")
    with pytest.raises(InputError, match="mas"):
        draw({**report, "methods": {"nar-parallel": {}}}, tmp_path / "a.svg")
    with pytest.raises(InputError, match="written"):
        draw(report, tmp_path / "missing" / "a.svg")


def test_attempts_that_failed_are_paid_by_those_that_were_accepted():
    outcomes = [Outcome(id=str(n), number=n, status="accepted" if n else "failed") for n in range(3)]
    unit = Pass(outcomes, [], [4.0, 6.0, 2.0], 8.0)
    served = Pass(outcomes, [], [3.0, 3.0, 3.0], 10.0, busy=4.0)
    figures = figures_of(unit, served, served, None)
    assert figures["depth"] == 6
    assert figures["per_attempted"]["depth"] == 4
    assert figures["seconds"] == {"few": 5, "saturated": 2}
    assert figures["usd"] is None
    assert figures["pass_rate"] == pytest.approx(2 / 3)


def test_where_nothing_was_accepted_there_are_no_figures_by_accepted_dialogue():
    outcomes = [Outcome(id="0", number=0, status="failed")]
    nothing = Pass(outcomes, [], [1.0], 1.0)
    figures = figures_of(nothing, nothing, nothing, Prices(prompt=1, completion=1))
    assert figures["calls"] is None
    assert figures["usd"] is None
    assert ratios({"mas": figures, "nar-parallel": figures})["nar-parallel"]["calls"] is None
    assert ratios({"nar-parallel": figures}) == {}


def test_statistics_are_compared_at_the_size_of_the_smallest_corpus():
    def outcome(number, words):
        turns = (Observation(text=" ".join(["word"] * words)), Action(text="ok"))
        dialogue = Dialogue(id=str(number), tools=(), turns=turns)
        return Outcome(id=str(number), number=number, status="accepted", dialogue=dialogue)

    found = statistics_at_equal_size(
        {"mas": [outcome(n, 9) for n in range(8)], "nar": [outcome(n, 9) for n in range(2)]}
    )
    assert found["mas"]["dialogues"] == found["nar"]["dialogues"] == 2
    assert found["mas"]["tokens"] == 20


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--methods", "slow"], "no method"),
        (["--picture", "a.doc"], "ends in"),
        (["--picture", "a.svg", "--methods", "nar-parallel"], "mas"),
        (["--tools", "mcp:nothing-there"], ""),
        (["--model", "no-such-model", "--price-prompt", "1"], "--price-completion"),
        (["--set", "engine.model=x"], "offline engine"),
        (["--json", "/nowhere/at/all.json", "--methods", "nar-executed"], "cannot be written"),
    ],
)
def test_what_cannot_be_is_said(arguments, said):
    result = CliRunner().invoke(command, ["--count", "1", *arguments])
    assert isinstance(result.exception, InputError), result.output
    assert said in str(result.exception)


def test_a_real_server_takes_about_as_long_as_the_simulated_one():
    pytest.importorskip("uvicorn")
    made = configurations(["nar-executed"], [], None, SMALL, count=2, seed=0, simulated_tools=False)
    server = replace(FEW.server, base=4.0)  # long times against what this machine needs, on a clock ten times as fast
    bench = Bench(replace(FEW, server=server), replace(saturated(2), server=replace(saturated(2).server, base=4.0)))
    simulated = bench.measure("nar-executed", made["nar-executed"])
    real = measure_on_real_clock(bench, simulated, "nar-executed", made["nar-executed"], speed=10.0).figures
    assert real["same_on_every_clock"], "the same dialogues over HTTP as in process"
    assert real["real_calls"] == real["calls"] * real["accepted"]
    for regime, simulated_seconds in real["simulated_seconds"].items():
        # Work of this machine counts ten times here, so there is only a floor to rely on.
        assert 0.95 * simulated_seconds <= real["seconds"][regime] <= 8 * simulated_seconds


def test_slips_are_for_the_simulated_clock():
    made = configurations(["nar-executed"], [], None, SMALL, count=1, seed=0, simulated_tools=False)
    bench = Bench(FEW, saturated(2), slips=0.5)
    with pytest.raises(InputError, match="--slips"):
        measure_on_real_clock(bench, bench.measure("nar-executed", made["nar-executed"]), "x", made["nar-executed"], 1)
