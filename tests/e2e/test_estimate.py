"""`estimate` from the command line: three sources, JSON, what is unknown, and that nothing is paid twice."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.e2e.conftest import POOL, toolace

POOL_OF = ("--tools", POOL)
FIGURES = ("attempts", "calls", "prompt_tokens", "cached_prompt_tokens", "completion_tokens")


def estimate(tmp_path: Path, *more: str | Path) -> tuple[dict[str, Any], str]:
    report = tmp_path / "estimate.json"
    done = toolace("estimate", *more, "--json", report)
    assert done.returncode == 0, done.stderr
    return json.loads(report.read_text()), done.stdout


def test_a_hosted_model_is_estimated_in_dollars_for_nothing(tmp_path: Path) -> None:
    found, said = estimate(tmp_path, *POOL_OF, "--model", "gpt-4o-mini", "--count", "50", "--sample", "3")
    for name in (*FIGURES, "usd", "seconds"):
        assert found[name]["low"] <= found[name]["likely"] <= found[name]["high"], name
    assert found["usd"]["low"] > 0
    assert found["sampled"]["attempts"] == 3
    for part in ("dollars", "90% range", "--accepted", "--latency", "o200k"):
        assert part in said
    dearer, _ = estimate(
        tmp_path, *POOL_OF, "--model", "gpt-4o", "--count", "50", "--sample", "3", "--set", "models.judge=gpt-4o-mini"
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
    found, said = estimate(tmp_path, *paid, "--count", "6", "--spend", "--sample", "3")
    assert found["sampled"]["accepted"] == 3
    assert "measured now" in said
    begun = (out / "run.sqlite").stat().st_size
    done = toolace("generate", *paid, "--count", "6")
    assert done.returncode == 0, done.stderr
    summary = json.loads((out / "summary.json").read_text())
    assert summary["accepted"] == 6
    assert begun > 0
    used = summary["usage"]
    assert set(used["models"]) == {"any", "small"}
    assert sum(each["calls"] for each in used["models"].values()) == used["calls"]
    assert 0 < used["models"]["small"]["usd"] < used["models"]["any"]["usd"]
    refused = toolace("generate", *paid, "--count", "6", "--set", "models.judge=other")
    assert refused.returncode == 2
    assert "models.judge" in refused.stderr
    later, _ = estimate(tmp_path, "--from", out, "--count", "6", *prices, *judge)
    assert later["calls"]["low"] <= used["calls"] <= later["calls"]["high"]
    assert later["usd"]["low"] <= used["usd"] <= later["usd"]["high"]


def test_a_run_without_prices_says_that_its_cost_is_unknown(tmp_path: Path, simulated: str) -> None:
    out = tmp_path / "run"
    done = toolace("generate", *POOL_OF, "--model", "gpt-4o", "--base-url", simulated, "--count", "1", "--out", out)
    assert "cost unknown" in done.stdout
    assert json.loads((out / "summary.json").read_text())["usage"]["usd"] is None


def test_options_that_do_not_go_together_are_refused(tmp_path: Path) -> None:
    for options, said in (
        (("--spend",), "--out"),
        (("--out", tmp_path / "r"), "--spend"),
        (("--from", tmp_path, "--spend", "--out", tmp_path / "r"), "--from"),
        (("--spend", "--out", tmp_path / "r"), "--model"),
        (("--from", tmp_path / "none"), "no run folder"),
        (("--latency", "fast"), "--latency"),
    ):
        done = toolace("estimate", *POOL_OF, *options)
        assert done.returncode == 2, options
        assert said in done.stderr
        assert "Traceback" not in done.stderr
