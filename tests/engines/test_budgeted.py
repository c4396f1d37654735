"""Costs, and a budget that is never passed."""

from __future__ import annotations

import asyncio
import contextlib
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.doubles.engines import FunctionEngine, make_completion, make_request, scripted
from toolace_mt.config import Prices
from toolace_mt.engines.base import Message
from toolace_mt.engines.budgeted import Budgeted, cost, highest_cost
from toolace_mt.errors import BudgetExhausted, ProviderError
from toolace_mt.types import Usage

PRICES = Prices(prompt=2.0, completion=10.0, cached_prompt=1.0)
REQUEST = make_request()
MOST = highest_cost(REQUEST, PRICES)


def test_cached_tokens_have_their_own_price():
    usage = Usage(calls=1, prompt_tokens=1_000_000, cached_prompt_tokens=250_000, completion_tokens=100_000)
    assert cost(usage, PRICES) == pytest.approx(0.75 * 2 + 0.25 * 1 + 1.0)
    assert cost(usage, Prices(prompt=2.0, completion=10.0)) == pytest.approx(3.0)


def test_completions_carry_their_cost():
    engine = Budgeted(scripted(make_completion(prompt_tokens=1000, completion_tokens=100)), prices=PRICES)
    completion = asyncio.run(engine.complete(REQUEST))
    assert completion.usage.usd == pytest.approx(0.003)
    assert engine.spent_usd == pytest.approx(0.003)


def test_without_prices_nothing_changes():
    completion = make_completion()
    assert asyncio.run(Budgeted(scripted(completion), prices=None).complete(REQUEST)) is completion


def test_the_budget_ends_the_run_before_it_is_passed():
    inner = scripted(make_completion(prompt_tokens=0, completion_tokens=1000))
    engine = Budgeted(inner, prices=PRICES, budget_usd=0.05)

    async def go():
        while True:
            await engine.complete(REQUEST)

    with pytest.raises(BudgetExhausted, match="--budget-usd") as stop:
        asyncio.run(go())
    said = str(stop.value)
    assert "used up" not in said, "there is something left, but too little for the next call at its dearest"
    assert "engine.max_tokens" in said
    assert f"{MOST:.4f} USD are set aside" in said
    assert f"{REQUEST.max_tokens} tokens" in said
    assert 0.03 < engine.spent_usd <= 0.05
    assert engine.spent_usd + MOST > 0.05


def test_what_earlier_sittings_spent_counts():
    inner = scripted(make_completion())
    with pytest.raises(BudgetExhausted):
        asyncio.run(Budgeted(inner, prices=PRICES, budget_usd=1.0, spent_usd=0.9999).complete(REQUEST))
    assert not inner.requests


def test_calls_for_which_too_little_is_left_wait_for_those_in_flight():
    """Two calls fit the budget at their highest cost, a hundred at their real one: all are made, two at a time."""
    flying = []

    async def answer(_):
        flying.append(1)
        most.append(len(flying))
        await asyncio.sleep(0)
        flying.pop()
        return make_completion(prompt_tokens=10, completion_tokens=1)

    most = []
    engine = Budgeted(FunctionEngine(answer), prices=PRICES, budget_usd=2.5 * MOST)

    async def go():
        await asyncio.gather(*(engine.complete(REQUEST) for _ in range(100)))

    asyncio.run(go())
    assert max(most) == 2


@pytest.mark.parametrize(
    ("error", "is_charged"),
    [
        (ProviderError("no", kind="connection"), False),
        (ProviderError("no", kind="rate-limit", status=429), False),
        (ProviderError("no", kind="server", status=500), False),
        (ProviderError("no", kind="server"), True),
        (ProviderError("no", kind="timeout"), True),
        (ProviderError("no", kind="protocol", status=200), True),
    ],
)
def test_a_failed_attempt_is_charged_where_it_may_be_billed(error, is_charged):
    engine = Budgeted(scripted(error), prices=PRICES, budget_usd=1.0)
    with pytest.raises(ProviderError):
        asyncio.run(engine.complete(REQUEST))
    assert engine.spent_usd == pytest.approx(MOST if is_charged else 0.0)


def test_a_cancelled_call_gives_its_place_free():
    async def go():
        started = asyncio.Event()

        async def answer(_):
            if not started.is_set():
                started.set()
                await asyncio.sleep(30)
            return make_completion(prompt_tokens=1, completion_tokens=1)

        engine = Budgeted(FunctionEngine(answer), prices=PRICES, budget_usd=2.5 * MOST, spent_usd=0.5 * MOST)
        first = asyncio.create_task(engine.complete(REQUEST))
        await started.wait()
        second = asyncio.create_task(engine.complete(REQUEST))
        await asyncio.sleep(0)
        first.cancel()
        await asyncio.wait([first])
        return await second

    assert asyncio.run(asyncio.wait_for(go(), 5)).usage.usd > 0


@given(seed=st.integers(0, 10_000), calls=st.integers(1, 40))
def test_the_budget_holds_in_any_order(seed, calls):
    rng = random.Random(seed)

    async def answer(_):
        for _ in range(rng.randrange(4)):
            await asyncio.sleep(0)
        if rng.random() < 0.2:
            raise ProviderError("late", kind="timeout")
        return make_completion(prompt_tokens=rng.randrange(50), completion_tokens=rng.randrange(1001))

    engine = Budgeted(FunctionEngine(answer), prices=PRICES, budget_usd=rng.random() * 0.2)

    async def go():
        return await asyncio.gather(*(engine.complete(REQUEST) for _ in range(calls)), return_exceptions=True)

    results = asyncio.run(go())
    assert engine.spent_usd <= engine._budget + 1e-9
    paid = sum(r.usage.usd for r in results if not isinstance(r, BaseException))
    assert paid <= engine.spent_usd + 1e-9


@pytest.mark.parametrize(
    ("text", "tokens"),
    [('{"id": "a8f3"}' * 100, 700), ("\u4f60\u597d" * 100, 300), ("hello world " * 100, 201)],
)
def test_the_estimate_is_above_what_tokenizers_count(text, tokens):
    request = make_request(messages=(Message("user", text),), max_tokens=None)
    assert highest_cost(request, Prices(prompt=1e6, completion=0)) >= tokens


@pytest.mark.parametrize(
    ("changes", "sends_limit", "tokens"),
    [
        ({}, True, 1000),
        ({}, False, 16384),
        ({"max_tokens": None}, True, 16384),
        ({"max_tokens": 20000}, False, 20000),
        ({"extra": {"max_completion_tokens": 5000}}, True, 5000),
        ({"max_tokens": None, "extra": {"max_tokens": 500}}, True, 500),
    ],
)
def test_the_estimate_follows_what_is_sent(changes, sends_limit, tokens):
    request = make_request(**changes)
    assert highest_cost(request, Prices(prompt=0, completion=1e6), sends_limit=sends_limit) == tokens


def test_a_call_whose_limit_is_not_sent_reserves_more():
    engine = Budgeted(scripted(make_completion()), prices=PRICES, budget_usd=2 * MOST, sends_limit=lambda _: False)
    with pytest.raises(BudgetExhausted):
        asyncio.run(engine.complete(REQUEST))


@pytest.mark.parametrize("budget", [1.0, None])
def test_what_brought_no_answer_is_told(budget):
    lost = []

    async def on_lost(usd):
        lost.append(usd)

    results = (ProviderError("late", kind="timeout"), ProviderError("no", kind="server", status=500), make_completion())
    engine = Budgeted(scripted(*results), prices=PRICES, budget_usd=budget, on_lost=on_lost)
    for result in results:
        with pytest.raises(ProviderError) if isinstance(result, Exception) else contextlib.nullcontext():
            asyncio.run(engine.complete(REQUEST))
    assert lost == [pytest.approx(MOST)]


def test_a_cancelled_call_is_told_as_lost():
    lost = []

    async def on_lost(usd):
        await asyncio.sleep(0)
        lost.append(usd)

    async def go():
        engine = Budgeted(FunctionEngine(lambda _: asyncio.sleep(30)), prices=PRICES, on_lost=on_lost)
        call = asyncio.create_task(engine.complete(REQUEST))
        await asyncio.sleep(0.01)
        call.cancel()
        await asyncio.gather(call, return_exceptions=True)

    asyncio.run(go())
    assert lost == [pytest.approx(MOST)]


@given(
    st.lists(st.tuples(*[st.integers(0, 200_000)] * 3), min_size=1, max_size=30),
    st.tuples(*[st.floats(0.001, 200)] * 3),
    st.randoms(use_true_random=False),
)
def test_charges_add_up_to_the_same_in_any_order(calls, prices, rng):
    known = Prices(prompt=prices[0], completion=prices[1], cached_prompt=prices[2])
    charges = [cost(Usage(prompt_tokens=p, cached_prompt_tokens=c, completion_tokens=w), known) for p, c, w in calls]
    total = sum(charges)
    rng.shuffle(charges)
    assert sum(charges) == total
    assert sum(charges[::2]) + sum(charges[1::2]) == total
