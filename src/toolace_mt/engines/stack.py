"""The one place where an engine and its wrappers are put together, in the one right order."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable
from contextlib import AsyncExitStack, asynccontextmanager

from toolace_mt.config import EngineConfig, ModelsConfig
from toolace_mt.engines.base import Engine, Request
from toolace_mt.engines.budgeted import Budgeted
from toolace_mt.engines.journaled import CompletionStore, Journaled
from toolace_mt.engines.limited import Limited
from toolace_mt.engines.openai import open_openai
from toolace_mt.engines.per_model import PerModel
from toolace_mt.engines.pricing import price_list
from toolace_mt.engines.retried import Answers, Retried
from toolace_mt.errors import BudgetExhausted, InputError


@asynccontextmanager
async def open_engine(
    config: EngineConfig,
    *,
    in_flight: int,
    models: ModelsConfig | None = None,
    store: CompletionStore | None = None,
    local: Engine | None = None,
    budget_usd: float | None = None,
    spent_usd: float = 0.0,
    notify: Callable[[str], None] = lambda _: None,
) -> AsyncGenerator[Engine]:
    """The engine that `config` describes: `Journaled(PerModel(Retried(Budgeted(Limited(provider)))))`.

    So replaying is free, and every attempt is charged and throttled. The provider is the server at `config.base_url`,
    or `local` (the offline engine, a recording) where `config` names no model.
    models: those of roles that have one of their own; each is charged by its own prices, and whether there is one of that
    name is judged by its own answers alone. in_flight: the most requests at one time. spent_usd: what earlier sittings of the
    run cost. notify: told of waits and of what the server does not take, one line each.
    Where the budget ends the run, the requests under way are waited for: their answers are kept, and paid for once.
    Raises InputError where the configuration cannot be used.
    """
    async with AsyncExitStack() as resources:
        sends_limit: Callable[[Request], bool] | None = None
        if config.model:
            server = await resources.enter_async_context(open_openai(config, in_flight=in_flight, notify=notify))
            provider, sends_limit = server, server.sends_limit
        elif local is not None:
            provider = local
        else:
            raise InputError("no model is named: give --model")
        limited = Limited(provider, in_flight=in_flight, per_minute=config.requests_per_minute)
        budgeted = Budgeted(
            limited,
            prices=config.prices,
            model_prices=price_list(config, models or ModelsConfig()),
            budget_usd=budget_usd,
            spent_usd=spent_usd,
            sends_limit=sends_limit,
            on_lost=store.charge if store is not None else None,
        )
        address = Answers()
        retried = PerModel(lambda: Retried(budgeted, retries=config.retries, address=address, notify=notify))
        yield retried if store is None else await resources.enter_async_context(_journaled(retried, store, notify))


@asynccontextmanager
async def _journaled(inner: Engine, store: CompletionStore, notify: Callable[[str], None]) -> AsyncGenerator[Engine]:
    """`inner` with its journal. At the end, what is under way is given up, or waited for where the budget is the reason."""
    engine = Journaled(inner, store)
    try:
        yield engine
    except BudgetExhausted:
        # What fitted the budget is under way, and will be charged: its answers are for the next sitting.
        if engine.under_way:
            notify(f"the budget is reached; waiting for {engine.under_way} answers that are under way")
        await engine.finish()
        raise
    finally:
        await engine.give_up()
