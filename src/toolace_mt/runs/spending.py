"""What a run has cost, by model: which operation was asked of which model follows from its configuration."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from toolace_mt.ask import OFFLINE_MODEL
from toolace_mt.config import Config
from toolace_mt.engines.budgeted import cost
from toolace_mt.engines.pricing import price_list, unpriced
from toolace_mt.operations.roles import ROLES
from toolace_mt.runs.journal import RunStore
from toolace_mt.runs.records import UNANSWERED
from toolace_mt.types import Usage


def model_of(config: Config, operation: str) -> str:
    """The model that `operation` is asked of."""
    return config.models.of(ROLES.get(operation)) or config.engine.model or OFFLINE_MODEL


def usage_by_model(config: Config, by_operation: Mapping[str, Usage]) -> dict[str, dict[str, Any]]:
    """Model (or `UNANSWERED`) to the fields of `Usage`; its `usd` is None where the model's prices are unknown.

    by_operation: what was recorded. What was charged stays as it was; calls of sittings that knew no prices are priced
    now, where they are known by now.
    """
    prices = price_list(config.engine, config.models)
    unknown = unpriced(prices)
    sums: dict[str, Usage] = {}
    for operation, used in by_operation.items():
        model = UNANSWERED if operation == UNANSWERED else model_of(config, operation)
        known = prices.get(model)
        if known and not used.usd:
            used = used.model_copy(update={"usd": cost(used, known)})
        sums[model] = sums.get(model, Usage()) + used
    return {
        model: {**used.model_dump(), "usd": None if model in unknown else used.usd}
        for model, used in sorted(sums.items())
    }


def spent_usd(config: Config, by_operation: Mapping[str, Usage]) -> float:
    """Dollars that count against the budget."""
    return sum(used["usd"] or 0.0 for used in usage_by_model(config, by_operation).values())


async def charge_what_is_owed(config: Config, store: RunStore) -> float:
    """Charge the calls of sittings that knew no prices, where they are known by now; the dollars spent in all so far.

    They are recorded, so that a later sitting does not take an operation for priced of which only some calls were.
    Raises StorageFailed.
    """
    prices = price_list(config.engine, config.models)
    for operation, used in store.records.usage().items():
        known = prices.get(model_of(config, operation))
        if known and operation != UNANSWERED and not used.usd and (owed := cost(used, known)):
            await store.charge(owed, operation)
    return spent_usd(config, store.records.usage())


def total_usage(by_model: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """The sum of `usage_by_model`; its `usd` is None where that of a model is unknown."""
    total: dict[str, Any] = {name: sum(used[name] for used in by_model.values()) for name in _COUNTS}
    dollars = [used["usd"] for used in by_model.values()]
    return {**total, "usd": None if None in dollars else sum(dollars)}


_COUNTS = ("calls", "prompt_tokens", "cached_prompt_tokens", "completion_tokens")
