"""Usage by model, and what calls would use: counted from texts, with what waited for what."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tests.doubles.engines import FunctionEngine, make_completion, make_request
from toolace_mt.config import Config
from toolace_mt.engines.base import CallKey, Completion
from toolace_mt.runs.journal import RunStore
from toolace_mt.runs.metered import Metered, TextMeter
from toolace_mt.runs.records import UNANSWERED
from toolace_mt.runs.serving.model import HOSTED
from toolace_mt.runs.serving.tokens import TokenCounter
from toolace_mt.runs.spending import charge_what_is_owed, spent_usd, total_usage, usage_by_model
from toolace_mt.types import Usage

CALL = Usage(calls=1, prompt_tokens=1_000_000, completion_tokens=0)
BY_OPERATION = {"judge": CALL, "mask_fill": CALL + CALL, UNANSWERED: Usage(usd=0.5)}


def config(**models: object) -> Config:
    prices = {"big": {"prompt": 3, "completion": 1}}
    engine = {"model": "big", "base_url": "http://127.0.0.1:1/v1"}
    return Config.model_validate({"engine": engine, "models": {"prices": prices, **models}})


def test_usage_is_told_by_model_and_an_unknown_price_is_no_zero() -> None:
    used = usage_by_model(config(judge="small"), BY_OPERATION)
    assert (used["small"]["calls"], used["small"]["usd"]) == (1, None)
    assert (used["big"]["calls"], used["big"]["usd"]) == (2, 6.0)
    total = total_usage(used)
    assert (total["calls"], total["usd"]) == (3, None)
    assert spent_usd(config(judge="small"), BY_OPERATION) == 6.5


def test_calls_of_a_sitting_without_prices_count_against_the_budget() -> None:
    assert spent_usd(config(), BY_OPERATION) == pytest.approx(9.5)


def test_the_offline_engine_is_free() -> None:
    assert total_usage(usage_by_model(Config(), BY_OPERATION))["usd"] == 0.5


def test_metered_calls_know_what_they_waited_for_and_what_a_cache_would_give() -> None:
    metered = Metered(FunctionEngine(lambda _: make_completion()), TextMeter(HOSTED, TokenCounter()))
    text = "a long beginning that all requests share, and more of it; " * 200

    async def go() -> None:
        await metered.complete(make_request(text, step="a"))
        later = (make_request(text + end, step=end) for end in ("b", "c"))
        await asyncio.gather(*(metered.complete(request) for request in later))
        await metered.complete(make_request(text, step="d", model="another"))

    asyncio.run(go())
    calls = metered.calls["d0"]
    assert [call.before for call in calls] == [0, 1, 1, 3]
    first, second, _, other = (call.usage for call in calls)
    assert first.cached_prompt_tokens == other.cached_prompt_tokens == 0
    assert 1024 <= second.cached_prompt_tokens < second.prompt_tokens
    assert second.completion_tokens > 0


def test_what_was_charged_is_not_priced_again() -> None:
    recorded = {"judge": CALL.model_copy(update={"usd": 1.0})}
    assert usage_by_model(config(), recorded)["big"]["usd"] == 1.0
    assert spent_usd(config(), recorded) == 1.0


def test_what_a_sitting_without_prices_used_still_counts_when_later_calls_were_charged(tmp_path: Path) -> None:
    async def sit(*charged: float) -> float:
        async with RunStore(tmp_path) as store:
            spent = await charge_what_is_owed(config(), store)
            for n, usd in enumerate(charged):
                completion = Completion(text="{}", usage=CALL.model_copy(update={"usd": usd}))
                await store.put(CallKey("d", f"{n}/{usd}", 0), "judge", "print", completion)
            return spent

    async def go() -> list[float]:
        return [await sit(0.0, 0.0), await sit(1.0), await sit(), await sit()]

    assert asyncio.run(go()) == [0.0, 6.0, 7.0, 7.0]
