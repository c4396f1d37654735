"""What a model costs: prices that the configuration gives, else the list prices of a library that has them (genai-prices).

A list price holds only at its provider. A server of one's own, or an unknown one, may call its model as it likes: what it
costs is unknown, and unknown is never counted as nothing.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache
from importlib import import_module
from typing import Any
from urllib.parse import urlsplit

from toolace_mt.config import Config, EngineConfig, ModelsConfig, Prices
from toolace_mt.engines.openai import DEFAULT_BASE_URL
from toolace_mt.errors import InputError

PriceList = Mapping[str, Prices | None]
"""Model to its prices; None where they are unknown."""

# Of prices that change on a day the latest one that the library knows of is taken, whatever today is.
_LATEST = datetime(2100, 1, 1, 12, tzinfo=UTC)
_LOCAL_ENDINGS = (".local", ".internal", ".lan", ".localhost", ".home.arpa")
_LONGEST_NAME = 300


@cache
def prices_of(model: str, base_url: str | None = None) -> Prices | None:
    """List prices of `model` at the provider that serves `base_url` (OpenAI where not given), in USD per million tokens.

    None where they are unknown: no known provider, no such model there, or the extra `prices` is not installed. Of
    prices that rise with the prompt's length, the one of short prompts. Nothing is asked of the network.
    """
    address = (base_url or DEFAULT_BASE_URL).strip()
    if max(len(model), len(address)) > _LONGEST_NAME or _is_local(address):
        return None
    library = _library()
    if library is None:
        return None
    try:
        found = library.calc_price(
            library.Usage(), model, provider_api_url=address, genai_request_timestamp=_LATEST
        ).model_price
    except LookupError:
        return None
    prompt, completion = _base(found.input_mtok), _base(found.output_mtok)
    if prompt is None or completion is None:
        return None
    return Prices(prompt=prompt, completion=completion, cached_prompt=_base(found.cache_read_mtok))


def _library() -> Any:
    """The library of list prices; None where the extra `prices` is not installed."""
    try:
        return import_module("genai_prices")
    except ImportError:
        return None


def _base(price: Any) -> float | None:
    """A price that may have tiers by length, at its first."""
    price = getattr(price, "base", price)
    return float(price) if isinstance(price, Decimal | int | float) else None


def _is_local(address: str) -> bool:
    """Whether an address is on this machine or in a private network, or none at all."""
    try:
        host = urlsplit(address).hostname
    except ValueError:
        return True
    if not host:
        return True
    try:
        return not ipaddress.ip_address(host).is_global
    except ValueError:
        return "." not in host or host.endswith(_LOCAL_ENDINGS)


def price_list(engine: EngineConfig, models: ModelsConfig) -> dict[str, Prices | None]:
    """Prices of every model that the configuration names; empty where the offline engine writes.

    `models.prices` goes before `engine.prices` (which is `engine.model`'s alone), and both before list prices.
    """
    if engine.model is None:
        return {}
    names = dict.fromkeys((engine.model, *models.by_role.values()))
    return {name: _price(name, engine, models) for name in names}


def _price(model: str, engine: EngineConfig, models: ModelsConfig) -> Prices | None:
    given = models.prices.get(model) or (engine.prices if model == engine.model else None)
    return given or prices_of(model, engine.base_url)


def check_budget(config: Config) -> None:
    """Raises InputError where a budget is set, but what a model costs is unknown."""
    if config.run.budget_usd is None:
        return
    missing = unpriced(price_list(config.engine, config.models))
    if missing:
        raise InputError(f"run.budget_usd needs prices, but {unknown_prices(config.engine, missing)}")


def unpriced(prices: PriceList) -> list[str]:
    """The models whose prices are unknown."""
    return [model for model, known in prices.items() if known is None]


def unknown_prices(engine: EngineConfig, missing: Sequence[str]) -> str:
    """Why the prices of the models `missing` are unknown, and how the user gives them, in words."""
    return (
        f"the prices of {', '.join(missing)} are unknown: {_why_unknown(engine.base_url)}."
        f" Give them in dollars per million tokens: {'; '.join(_how_to_set(name, engine) for name in missing)}"
    )


def _why_unknown(base_url: str | None) -> str:
    address = (base_url or DEFAULT_BASE_URL).strip()
    is_ours = len(address) > _LONGEST_NAME or _is_local(address)
    if _library() is None and not is_ours:
        return "pip install 'toolace-mt[prices]' has the list prices of hosted models"
    if is_ours or not _has_list(address):
        return "list prices do not hold for this --base-url, which is no known provider's"
    return "they are not in the list of this provider's prices"


def _has_list(address: str) -> bool:
    """Whether the library has a list of prices for the provider that serves `address`."""
    snapshot = import_module("genai_prices.data_snapshot").get_snapshot()
    try:
        return bool(snapshot.find_provider(None, None, address))
    except LookupError:
        return False


def _how_to_set(model: str, engine: EngineConfig) -> str:
    if model == engine.model:
        return "--set engine.prices.prompt=USD --set engine.prices.completion=USD"
    if "." in model:  # which divides the key of a setting
        return f'[models.prices."{model}"] with prompt and completion in a file for --config'
    return f"--set models.prices.{model}.prompt=USD --set models.prices.{model}.completion=USD"
