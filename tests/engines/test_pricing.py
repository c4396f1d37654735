"""What models cost: list prices only at their provider, given prices before them, and unknown is said."""

from __future__ import annotations

import sys
from typing import Any

import pytest

from toolace_mt.config import Config, EngineConfig, ModelsConfig, Prices
from toolace_mt.engines.pricing import check_budget, price_list, prices_of, unknown_prices
from toolace_mt.errors import InputError

OPENAI = "https://api.openai.com/v1"
OURS = Prices(prompt=1, completion=2)


@pytest.fixture(autouse=True)
def fresh() -> None:
    prices_of.cache_clear()


def test_a_hosted_model_has_its_list_price_with_that_of_cached_prompts() -> None:
    prices = prices_of("gpt-4o-mini")
    assert prices == prices_of("gpt-4o-mini", OPENAI)
    assert prices is not None
    assert prices.cached_prompt is not None
    assert 0 < prices.cached_prompt < prices.prompt < prices.completion


@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1:8000/v1",
        "http://localhost:8000/v1",
        "http://10.0.0.7/v1",
        "http://192.168.1.4:8000/openai.azure.com",
        "http://[::1]/v1",
        "http://gpu-box/x.openai.azure.com",
        "http://llm.internal/v1",
        "https://llm.example.org/v1",
        "https://llm.example.org/https://api.openai.com/v1",
        "http://[",
        "no address",
        "https://api.openai.com/" + "v" * 100_000,
    ],
)
def test_a_server_that_is_no_known_provider_has_no_list_price(address: str) -> None:
    assert prices_of("gpt-4o-mini", address) is None


@pytest.mark.parametrize("model", ["some-model-of-ours", "", "gpt" * 10_000, "gpt-4o\n{}"])
def test_an_unknown_model_has_no_price(model: str) -> None:
    assert prices_of(model) is None


def test_without_the_library_all_is_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "genai_prices", None)
    assert prices_of("gpt-4o-mini") is None


def test_given_prices_go_before_list_prices_and_are_no_other_models() -> None:
    engine = EngineConfig(model="gpt-4o", prices=OURS)
    models = ModelsConfig(judge="gpt-4o-mini", fill="house-model", experts="priced", prices={"priced": OURS})
    prices = price_list(engine, models)
    assert prices == {
        "gpt-4o": OURS,
        "house-model": None,
        "gpt-4o-mini": prices_of("gpt-4o-mini"),
        "priced": OURS,
    }
    assert price_list(EngineConfig(), ModelsConfig()) == {}


def budgeted(**parts: Any) -> Config:
    return Config.model_validate({"run": {"budget_usd": 1.0}, **parts})


def test_a_budget_needs_the_prices_of_every_model() -> None:
    check_budget(budgeted())
    check_budget(budgeted(engine={"model": "gpt-4o"}))
    check_budget(budgeted(engine={"model": "m", "prices": OURS.model_dump()}))
    with pytest.raises(InputError) as error:
        check_budget(budgeted(engine={"model": "gpt-4o"}, models={"judge": "house-model"}))
    for said in ("house-model", "not in the list", "--set models.prices.house-model.prompt=USD"):
        assert said in str(error.value)
    with pytest.raises(InputError, match="gpt-4o"):
        check_budget(budgeted(engine={"model": "gpt-4o", "base_url": "http://127.0.0.1:1/v1"}))


def test_why_prices_are_unknown_is_said_with_what_to_set(monkeypatch: pytest.MonkeyPatch) -> None:
    hosted, local = EngineConfig(model="new"), EngineConfig(model="new", base_url="http://127.0.0.1:1/v1")
    unknown_provider = EngineConfig(model="new", base_url="https://llm.example.org/v1")
    assert "not in the list" in unknown_prices(hosted, ["new"])
    for engine in (local, unknown_provider):
        assert "do not hold for this --base-url" in unknown_prices(engine, ["new"])
    said = unknown_prices(hosted, ["new", "small", "v1.5"])
    for part in ("engine.prices.prompt=USD", "models.prices.small.prompt=USD", '[models.prices."v1.5"]'):
        assert part in said
    assert "pip install" not in said
    monkeypatch.setitem(sys.modules, "genai_prices", None)
    assert "toolace-mt[prices]" in unknown_prices(hosted, ["new"])
    assert "pip install" not in unknown_prices(local, ["new"]), "no list would have it"
