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
from toolace_mt.engines.outbox import Outbox, Posted
from toolace_mt.engines.per_model import PerModel
from toolace_mt.engines.pricing import price_list
from toolace_mt.engines.retried import Answers, Retried
from toolace_mt.errors import InputError, RunStopped


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
    name, and whether it may be asked and works, is judged by its own answers alone. in_flight: the most requests at one
    time. spent_usd: what earlier sittings of the run cost. notify: told of waits and of what the server does not take, one
    line each.
    However the run ends, nothing more goes out, and what is out is waited for: its answers are kept, and paid for once. Who
    cancels this waiting gives them up.
    Raises InputError where the configuration cannot be used.
    """
    async with AsyncExitStack() as resources:
        outbox = Outbox()
        opening = _provider(config, local, outbox, in_flight, notify)
        provider, sends_limit = await resources.enter_async_context(opening)
        limited = Limited(provider, in_flight=in_flight, per_minute=config.requests_per_minute)
        budgeted = Budgeted(
            limited,
            prices=config.prices,
            model_prices=price_list(config, models or ModelsConfig()),
            budget_usd=budget_usd,
            spent_usd=spent_usd,
            sends_limit=sends_limit,
            on_lost=store.charge if store is not None else None,
            outbox=outbox,
        )
        address = Answers()
        models_told = _told_models(config, models or ModelsConfig())
        retried = PerModel(
            lambda model: Retried(
                budgeted,
                retries=config.retries,
                address=address,
                model=models_told.get(model, ""),
                notify=notify,
                outbox=outbox,
            )
        )
        if store is None:
            yield retried
        else:
            yield await resources.enter_async_context(_journaled(retried, store, outbox, notify))


@asynccontextmanager
async def _provider(
    config: EngineConfig, local: Engine | None, outbox: Outbox, in_flight: int, notify: Callable[[str], None]
) -> AsyncGenerator[tuple[Engine, Callable[[Request], bool] | None]]:
    """Who answers, and whether a request of it bounds the answer's length, where that is known."""
    if config.model:
        async with open_openai(config, in_flight=in_flight, notify=notify, outbox=outbox) as server:
            yield server, server.sends_limit
    elif local is not None:
        yield Posted(local, outbox), None
    else:
        raise InputError("no model is named: give --model")


def _told_models(config: EngineConfig, models: ModelsConfig) -> dict[str, str]:
    """The models of a run by their names, as messages tell them: with their roles, where a role has a model of its own."""
    if not models.by_role:
        return {}
    keys: dict[str, list[str]] = {config.model or "": ["engine.model"]}
    for role, name in models.by_role.items():
        keys.setdefault(name, []).append(f"models.{role}")
    return {name: f"{' and '.join(of_one)} ({name})" for name, of_one in keys.items()}


@asynccontextmanager
async def _journaled(
    inner: Engine, store: CompletionStore, outbox: Outbox, notify: Callable[[str], None]
) -> AsyncGenerator[Engine]:
    """`inner` with its journal. At the end, what is out is waited for, and given up where this is cancelled meanwhile."""
    engine = Journaled(inner, store, outbox)
    try:
        yield engine
    except RunStopped as stop:
        if outbox.count:
            notify(str(stop))  # whoever has to wait wants to know why
        raise
    finally:
        if outbox.count:
            answers, them = ("1 answer", "it") if outbox.count == 1 else (f"{outbox.count} answers", "them")
            notify(f"waiting for {answers} under way, to be paid for in any case; another Ctrl-C gives {them} up")
        try:
            await engine.finish()
        finally:
            await engine.give_up()
