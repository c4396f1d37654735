"""The bench from end to end: figures by the contract, and the same ones again."""

from __future__ import annotations

import json
from dataclasses import replace
from importlib import import_module

import pytest
from click.testing import CliRunner

from toolace_mt.bench.clocks import Pass
from toolace_mt.bench.measuring import FEW, Bench, saturated
from toolace_mt.bench.methods import configurations
from toolace_mt.bench.picture import draw
from toolace_mt.bench.real_clock import for_real_clock, measure_on_real_clock
from toolace_mt.bench.report import figures_of, ratios, statistics_at_equal_size
from toolace_mt.bench.tables import tables_of
from toolace_mt.cli.bench import command
from toolace_mt.config import Prices
from toolace_mt.errors import InputError
from toolace_mt.types import Action, Dialogue, Observation, Outcome

cli_bench = import_module("toolace_mt.cli.bench")
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
SMALL = ("initialize.subtasks_max=2", "initialize.steps_max=1", "refine.passes_max=1", "refine.injections_max=1")
ALL = ["mas", "mas-executed", "nar-sequential", "nar-parallel", "nar-executed", "nar-executed-sequential"]


def bench(*arguments):
    result = CliRunner().invoke(command, list(arguments), catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


@pytest.fixture(scope="module")
def measured(tmp_path_factory):
    """The report on two dialogues, some of it again: (JSON, of two methods from two processes, lines of trace, tables)."""
    folder = tmp_path_factory.mktemp("bench")
    options = [option for setting in SMALL for option in ("--set", setting)]
    options += ["--count", "2", "--price-prompt", "2", "--price-cached", "1", "--price-completion", "8"]
    traced = ("--json", str(folder / "a.json"), "--trace", str(folder / "t.jsonl"))
    table = bench(*options, "--jobs", "1", *traced)
    bench(*options, "--jobs", "2", "--methods", "nar-parallel,mas", "--json", str(folder / "b.json"))
    return (*((folder / f"{n}.json").read_bytes() for n in "ab"), (folder / "t.jsonl").read_text().splitlines(), table)


def test_every_method_has_the_figures_of_the_contract(measured):
    report = json.loads(measured[0])
    assert list(report["methods"]) == ALL
    for name, figures in report["methods"].items():
        assert set(figures) >= CONTRACT
        assert figures["attempted"] == 2
        assert 0 < figures["accepted"] <= 2, name
        assert set(figures["seconds"]) == {"few", "saturated"}
        assert figures["same_on_every_clock"], name
        assert 1 <= figures["depth"] <= figures["calls"]
        assert figures["cached_prompt_tokens"] <= figures["prompt_tokens"]
        fresh = figures["prompt_tokens"] - figures["cached_prompt_tokens"]
        usd = (2 * fresh + figures["cached_prompt_tokens"] + 8 * figures["completion_tokens"]) / 1e6
        assert figures["usd"] == pytest.approx(usd)
        turns = figures["per_user_turn"]
        assert turns["calls"] * turns["user_turns"] == pytest.approx(figures["calls"] * figures["accepted"])
        few = turns["seconds"]["few"] * turns["user_turns"]
        assert few == pytest.approx(figures["seconds"]["few"] * figures["accepted"])


def test_what_runs_tools_is_compared_with_a_simulation_that_runs_them_too(measured):
    report = json.loads(measured[0])
    assert {base: list(ratios) for base, ratios in report["ratios"].items()} == {
        "mas": ALL,
        "mas-executed": ["mas-executed", "nar-executed", "nar-executed-sequential"],
    }
    base, own = (report["methods"][name]["calls"] for name in ("mas-executed", "nar-executed"))
    assert report["ratios"]["mas-executed"]["nar-executed"]["calls"] == pytest.approx(base / own)


def test_each_server_is_asked_in_the_form_that_suits_it(measured):
    settings = json.loads(measured[0])["settings"]
    assert (settings["few"]["structure"], settings["saturated"]["structure"]) == ("json_object", "json_schema")


def test_the_same_figures_come_out_again_from_any_number_of_processes(measured):
    once, again = (json.loads(report)["methods"] for report in measured[:2])
    assert list(again) == ["nar-parallel", "mas"]
    for name, figures in again.items():
        del figures["statistics"], once[name]["statistics"]  # at the size of the smallest corpus of either command
        assert figures == once[name]


def test_the_trace_has_the_calls_that_are_counted(measured):
    report, lines = json.loads(measured[0]), [json.loads(line) for line in measured[2]]
    for name, figures in report["methods"].items():
        calls = [line for line in lines if line["method"] == name and "number" in line]
        assert len(calls) == pytest.approx(figures["calls"] * figures["accepted"])


def test_the_table_shows_methods_side_by_side(measured):
    assert "calls in" in measured[3]
    assert "nar-exe" in measured[3]
    assert "where tools run" in measured[3]
    assert "per turn of the user" in measured[3]
    assert "attempted" in measured[3]
    assert "as are drawn, as in the paper, in nar-sequential" in measured[3]
    assert "(adaptive), in nar-parallel, nar-executed, nar-executed-sequential" in measured[3]
    assert "2 prompt, 1 of the prompt from the cache, 8 completion" in measured[3]


def test_nothing_is_said_of_a_baseline_that_nothing_is_compared_with(measured):
    report = json.loads(measured[0])
    for kept in (["nar-parallel"], ["mas"]):
        methods = {name: report["methods"][name] for name in kept}
        tables = list(tables_of({**report, "methods": methods, "ratios": ratios(methods)}))
        assert not any("mas" in str(table.title) for table in tables)


def test_more_caching_is_no_ratio(measured):
    report = json.loads(measured[0])
    assert "prompt_tokens" in report["ratios"]["mas"]["nar-parallel"]
    assert "cached_prompt_tokens" not in report["ratios"]["mas"]["nar-parallel"]


@pytest.mark.parametrize(
    ("given", "prices"),
    [
        ({}, (2.5, 1.25, 10)),
        ({"price_prompt": 0.1}, (0.1, 0.05, 10)),
        ({"price_prompt": 0.1, "price_cached": 0.09, "price_completion": 0.4}, (0.1, 0.09, 0.4)),
        ({"price_completion": 0.4}, (2.5, 1.25, 0.4)),
        ({"model": "none", "price_prompt": 2, "price_completion": 3}, (2, None, 3)),
    ],
)
def test_a_cache_makes_a_given_price_cheaper_as_on_the_list(given, prices, monkeypatch):
    listed = Prices(prompt=2.5, cached_prompt=1.25, completion=10)
    monkeypatch.setattr(cli_bench, "prices_of", lambda model: None if model == "none" else listed)
    keys = ("price_prompt", "price_cached", "price_completion")
    found = cli_bench._prices({"model": "listed", **dict.fromkeys(keys), **given})
    assert (found.prompt, found.cached_prompt, found.completion) == prices


def test_the_picture_needs_its_baseline_and_a_name_that_says_its_form(measured, tmp_path):
    pytest.importorskip("matplotlib")
    report = json.loads(measured[1])
    for name in ("a.svg", "b.svg", "c.png"):
        draw(report, tmp_path / name)
    draw(json.loads(measured[0]), tmp_path / "two.svg")
    assert "where the tools run" in (tmp_path / "two.svg").read_text()
    assert "where the tools run" not in (tmp_path / "a.svg").read_text()
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


def test_turns_of_the_user_are_those_of_accepted_dialogues():
    turns = (Observation(text="one"), Action(text="ok"), Observation(text="two"), Action(text="ok"))
    outcomes = [
        Outcome(id=str(n), number=n, status=status, dialogue=Dialogue(id=str(n), tools=(), turns=turns))
        for n, status in enumerate(("accepted", "rejected", "accepted"))
    ]
    served = Pass(outcomes, [], [1.0] * 3, 6.0, busy=2.0)
    found = figures_of(served, served, served, None)["per_user_turn"]
    assert found["user_turns"] == 4
    assert found["seconds"] == {"few": 1.5, "saturated": 0.5}


def test_where_nothing_was_accepted_there_are_no_figures_by_accepted_dialogue():
    outcomes = [Outcome(id="0", number=0, status="failed")]
    nothing = Pass(outcomes, [], [1.0], 1.0)
    figures = figures_of(nothing, nothing, nothing, Prices(prompt=1, completion=1))
    assert figures["calls"] is None
    assert figures["usd"] is None
    assert ratios({"mas": figures, "nar-parallel": figures})["mas"]["nar-parallel"]["calls"] is None
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
    failed = [Outcome(id="0", number=0, status="failed")]
    found = statistics_at_equal_size({"mas": [outcome(n, 9) for n in range(8)], "nar": failed})
    assert found["mas"]["dialogues"] == 8, "a method of which nothing was accepted takes nothing from the others"
    assert (found["nar"]["dialogues"], found["nar"]["entropy_bits"]) == (0, None)
    assert found["mas"]["entailment_ratio"] is None, "nobody named a model"
    found = statistics_at_equal_size({"mas": [outcome(0, 9)], "nar": failed}, lambda pairs: [True for _ in pairs])
    assert found["mas"]["entailment_ratio"] == 1.0
    assert found["nar"]["entailment_ratio"] is None


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--methods", "slow"], "no method"),
        (["--picture", "a.doc"], "ends in"),
        (["--picture", "a.svg", "--methods", "nar-parallel"], "mas"),
        (["--tools", "mcp:nothing-there"], ""),
        (["--model", "no-such-model", "--price-prompt", "1"], "--price-completion"),
        (["--set", "engine.model=x"], "offline engine"),
        (["--json", "/nowhere/at/all.json"], "--json /nowhere/at/all.json: cannot be written"),
        (["--trace", "/nowhere/at/all.jsonl"], "--trace /nowhere/at/all.jsonl: cannot be written"),
        (["--picture", "/nowhere/at/all.svg"], "--picture /nowhere/at/all.svg: cannot be written"),
        (["--json", "/"], "folder"),
        (["--picture", "a.pdf"], ".svg or .png"),
        (["--slips", "0.1", "--clock", "real"], "--slips"),
        (["--methods", "mas,mas"], "twice"),
        (["--set", "refine.adaptive=false"], "--methods"),
        (["--set", "run.count=3"], "--count"),
        (["--set", "diversity.near_duplicates=0.7"], "near_duplicates"),
    ],
)
def test_what_cannot_be_is_said_before_anything_is_measured(arguments, said, monkeypatch):
    monkeypatch.setattr(Bench, "measure", lambda *_: pytest.fail("it was measured"))
    monkeypatch.setattr(Bench, "measure_all", lambda *_: pytest.fail("it was measured"))
    result = CliRunner().invoke(command, ["--count", "1", *arguments])
    assert isinstance(result.exception, InputError), result.output
    assert said in str(result.exception)


def test_a_real_server_takes_about_as_long_as_the_simulated_one():
    pytest.importorskip("uvicorn")
    short = (*SMALL, "refine.enabled=false", "verify.experts=[]")
    made = configurations(["nar-executed"], [], None, short, count=2, seed=0)
    server = replace(FEW.server, base=4.0)  # long times against what this machine needs, on a clock ten times as fast
    few = for_real_clock(replace(FEW, server=server))
    bench = Bench(few, replace(saturated(2), server=replace(saturated(2).server, base=4.0)))
    simulated = bench.measure("nar-executed", made["nar-executed"])
    real = measure_on_real_clock(bench, simulated, "nar-executed", made["nar-executed"], speed=10.0).figures
    assert real["same_on_every_clock"], "the same dialogues over HTTP as in process"
    assert real["real_calls"] == real["calls"] * real["accepted"]
    for regime, simulated_seconds in real["simulated_seconds"].items():
        # Work of this machine counts ten times here, so there is only a floor to rely on.
        assert 0.95 * simulated_seconds <= real["seconds"][regime] <= 8 * simulated_seconds


def test_slips_are_for_the_simulated_clock():
    made = configurations(["nar-executed"], [], None, SMALL, count=1, seed=0)
    bench = Bench(FEW, saturated(2), slips=0.5)
    with pytest.raises(InputError, match="--slips"):
        measure_on_real_clock(bench, bench.measure("nar-executed", made["nar-executed"]), "x", made["nar-executed"], 1)
