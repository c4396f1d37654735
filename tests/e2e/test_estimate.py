"""`estimate` from the command line: three sources, JSON, what is unknown, and that nothing is paid twice."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from tests.e2e.conftest import POOL, toolace
from toolace_mt.cli import group
from toolace_mt.errors import InputError

POOL_OF = ("--tools", POOL)
FIGURES = ("attempts", "calls", "prompt_tokens", "cached_prompt_tokens", "completion_tokens")


def estimate(tmp_path: Path, *more: str | Path) -> tuple[dict[str, Any], str]:
    report = tmp_path / "estimate.json"
    done = here("estimate", *more, "--json", report)
    assert done.exit_code == 0, done.exception
    return json.loads(report.read_text()), done.stdout


def here(*arguments: str | Path) -> Result:
    """The command line in this process, which needs no start; processes of their own are kept for runs that are paid for."""
    return CliRunner().invoke(group, [str(argument) for argument in arguments])


def test_a_hosted_model_is_estimated_in_dollars_for_nothing(tmp_path: Path) -> None:
    found, said = estimate(tmp_path, *POOL_OF, "--model", "gpt-4o-mini", "--count", "50", "--sample", "2")
    for name in (*FIGURES, "usd", "seconds"):
        assert found[name]["low"] <= found[name]["likely"] <= found[name]["high"], name
    assert found["usd"]["low"] > 0
    assert found["sampled"]["attempts"] == 2
    for part in ("dollars", "90% range", "--accepted", "--latency", "o200k"):
        assert part in said
    dearer, _ = estimate(
        tmp_path, *POOL_OF, "--model", "gpt-4o", "--count", "50", "--sample", "2", "--set", "models.judge=gpt-4o-mini"
    )
    assert dearer["usd"]["likely"] > found["usd"]["likely"]
    assert dearer["models"] == ["gpt-4o", "gpt-4o-mini"]


def test_unknown_prices_are_said_and_not_counted_as_nothing(tmp_path: Path) -> None:
    local = ("--model", "gpt-4o", "--base-url", "http://127.0.0.1:9/v1", "--sample", "2")
    found, said = estimate(tmp_path, *POOL_OF, *local)
    assert found["usd"] is None
    assert "unknown" in said
    priced = ("--set", "engine.prices.prompt=1", "--set", "engine.prices.completion=2")
    found, _ = estimate(tmp_path, *POOL_OF, *local, *priced)
    assert found["usd"]["likely"] > 0


def test_dialogues_that_are_paid_for_are_the_beginning_of_the_run(tmp_path: Path, simulated: str) -> None:
    out = tmp_path / "run"
    endpoint = ("--model", "any", "--base-url", simulated, "--set", "models.judge=small")
    prices = ("--set", "engine.prices.prompt=1", "--set", "engine.prices.completion=2")
    judge = ("--set", "models.prices.small.prompt=0.1", "--set", "models.prices.small.completion=0.2")
    paid = (*POOL_OF, *endpoint, *prices, *judge, "--out", out)
    first = toolace("estimate", *paid, "--count", "4", "--spend", "--sample", "2", "--json", tmp_path / "first.json")
    assert first.returncode == 0, first.stderr
    assert json.loads((tmp_path / "first.json").read_text())["sampled"]["accepted"] == 2
    assert "measured now" in first.stdout
    for source in (("--spend", "--sample", "2", *paid), ("--from", out, *prices, *judge)):
        _, again = estimate(tmp_path, *source, "--count", "4")
        assert "made now" not in again, "nothing was"
        assert "measured when" in again, "the speed is kept with the run"
    _, elsewhere = estimate(tmp_path, "--from", out, "--model", "another")
    assert "measured" not in elsewhere
    begun = (out / "run.sqlite").stat().st_size
    done = toolace("generate", *paid, "--count", "4")
    assert done.returncode == 0, done.stderr
    summary = json.loads((out / "summary.json").read_text())
    assert summary["accepted"] == 4
    assert begun > 0
    used = summary["usage"]
    assert set(used["models"]) == {"any", "small"}
    assert sum(each["calls"] for each in used["models"].values()) == used["calls"]
    assert 0 < used["models"]["small"]["usd"] < used["models"]["any"]["usd"]
    refused = toolace("generate", *paid, "--count", "4", "--set", "models.judge=other")
    assert refused.returncode == 2
    assert "models.judge" in refused.stderr
    later, _ = estimate(tmp_path, "--from", out, "--count", "4", *prices, *judge)
    assert later["calls"]["low"] <= used["calls"] <= later["calls"]["high"]
    assert later["usd"]["low"] <= used["usd"] <= later["usd"]["high"]


def test_a_run_without_prices_says_that_its_cost_is_unknown(tmp_path: Path, simulated: str) -> None:
    out = tmp_path / "run"
    done = toolace("generate", *POOL_OF, "--model", "gpt-4o", "--base-url", simulated, "--count", "1", "--out", out)
    assert "cost unknown" in " ".join(done.stdout.split()), "however narrow the terminal"
    assert json.loads((out / "summary.json").read_text())["usage"]["usd"] is None


def test_options_that_do_not_go_together_are_refused(tmp_path: Path) -> None:
    for options, said in (
        (("--spend",), "--out"),
        (("--out", tmp_path / "r"), "--spend"),
        (("--from", tmp_path, "--spend", "--out", tmp_path / "r"), "--from"),
        (("--spend", "--out", tmp_path / "r"), "--model"),
        (("--from", tmp_path / "none"), "no run folder"),
        (("--latency", "fast"), "--latency"),
        (("--latency", "saturation=4"), "base, prompt, output"),
        (("--json", tmp_path / "nowhere" / "x.json"), "no folder"),
    ):
        done = here("estimate", *POOL_OF, *options)
        assert isinstance(done.exception, InputError), options  # told in one message, exit 2 (test_bad_input.py)
        assert said in str(done.exception)
    assert not (tmp_path / "nowhere").exists()


def test_the_speed_of_the_endpoint_changes_the_time_alone(tmp_path: Path) -> None:
    hosted = (*POOL_OF, "--model", "gpt-4o-mini", "--count", "20", "--sample", "2")
    usual, _ = estimate(tmp_path, *hosted)
    slow, _ = estimate(tmp_path, *hosted, "--latency", "base=9")
    assert usual["cached_prompt_tokens"]["likely"] > 0
    assert {name for name in usual if usual[name] != slow[name]} == {"seconds", "notes"}


def test_a_budget_below_the_estimate_is_said_to_stop_the_run(tmp_path: Path) -> None:
    hosted = (*POOL_OF, "--model", "gpt-4o-mini", "--count", "20", "--sample", "2")
    for budget, said in (("0.001", True), ("1000", False)):
        _, told = estimate(tmp_path, *hosted, "--budget-usd", budget)
        assert ("would stop at $0.001" in told) is said


def test_a_run_says_nothing_about_another_configuration(tmp_path: Path) -> None:
    out = tmp_path / "run"
    assert here("generate", *POOL_OF, "--count", "2", "--out", out).exit_code == 0
    for options, said in (
        (("--method", "mas"), "run.method"),
        (("--tools", "builtin"), "tools.sources"),
        (("--set", "refine.enabled=false"), "refine.enabled"),
        (("--skeleton", "executed"), "run.skeleton"),
    ):
        done = here("estimate", "--from", out, *options)
        assert isinstance(done.exception, InputError), options
        assert said in str(done.exception)
    free = ("--count", "30", "--concurrency", "2", "--seed", "5", "--max-attempts", "40", *POOL_OF)
    found, _ = estimate(tmp_path, "--from", out, *free)
    assert found["count"] == 30
    assert 0 < found["calls_in_sequence"] <= found["calls"]["likely"] / found["attempts"]["likely"] * 1.5


def test_what_the_offline_engine_wrote_is_no_model_s_share(tmp_path: Path) -> None:
    out = tmp_path / "run"
    assert here("generate", *POOL_OF, "--count", "3", "--out", out).exit_code == 0
    found, said = estimate(tmp_path, "--from", out, "--model", "gpt-4o-mini", "--count", "40")
    fresh, _ = estimate(tmp_path, *POOL_OF, "--model", "gpt-4o-mini", "--count", "40", "--sample", "3")
    assert found["cached_prompt_tokens"]["likely"] > 0
    for part in ("72%", "--answers", "offline engine"):
        assert part in said
    assert found["attempts"] == fresh["attempts"]


def test_a_run_stopped_by_its_budget_leaves_its_usage_by_model(tmp_path: Path, simulated: str) -> None:
    out = tmp_path / "run"
    prices = ("--set", "engine.prices.prompt=1", "--set", "engine.prices.completion=2")
    paid = ("--model", "any", "--base-url", simulated, *prices, "--budget-usd", "0.05", "--out", out)
    done = toolace("generate", *POOL_OF, *paid, "--count", "50")
    assert done.returncode == 1, done.stderr
    assert "set aside" in done.stderr
    used = json.loads((out / "summary.json").read_text())["usage"]["models"]["any"]
    assert used["calls"] > 0
    assert 0 < used["usd"] <= 0.05


def test_the_help_says_which_tools_are_taken_by_default() -> None:
    assert "come from (builtin)" in " ".join(here("estimate", "--help").stdout.split())
