"""Money: what each completion cost, and a limit that is never passed."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Awaitable, Callable, Mapping
from types import MappingProxyType

import orjson

from toolace_mt.config import Prices
from toolace_mt.engines.base import Completion, Engine, Request
from toolace_mt.engines.outbox import Outbox
from toolace_mt.errors import BudgetExhausted, ProviderError
from toolace_mt.types import Usage

GRAIN = 2.0**-36
"""Dollars, some 15 trillionths: every charge is a whole number of them. A float holds sums of such charges exactly (up to
131,072 dollars), so a sum is the same to the last bit, in whichever order the answers come.
"""
_LONGEST_ANSWER = 16384  # tokens assumed where the request goes out without a limit
_TOKENS_PER_MESSAGE = 16  # roles and separators of chat templates
_LIMITS = ("max_tokens", "max_completion_tokens")


class Budgeted:
    """An engine that fills `usage.usd`, and stops the run before a call that could pass the budget.

    A call reserves the most that it can cost. One for which too little is left waits until those in flight settle,
    and ends the run only if it does not fit then.
    """

    def __init__(
        self,
        inner: Engine,
        *,
        prices: Prices | None,
        model_prices: Mapping[str, Prices | None] = MappingProxyType({}),
        budget_usd: float | None = None,
        spent_usd: float = 0.0,
        sends_limit: Callable[[Request], bool] | None = None,
        on_lost: Callable[[float], Awaitable[None]] | None = None,
        outbox: Outbox | None = None,
    ) -> None:
        """Make one around `inner`.

        prices: of all models that `model_prices` does not have; one whose prices are None is not charged.
        sends_limit: whether `max_tokens` goes out with a request; always, where not given. on_lost: told of dollars that
        may have been spent without an answer. outbox: knows which requests were cut off while the server had them; all that
        are cut off, where not given.
        """
        self._inner = inner
        self._prices = prices
        self._model_prices = model_prices
        self._budget = math.inf if budget_usd is None else budget_usd
        self._spent = spent_usd
        self._sends_limit = sends_limit
        self._on_lost = on_lost
        self._outbox = outbox
        self._reserved = 0.0
        self._in_flight = 0
        self._settled = asyncio.Event()

    @property
    def spent_usd(self) -> float:
        """Dollars spent so far, those of earlier sittings included."""
        return self._spent

    async def complete(self, request: Request) -> Completion:
        """Answer `request`, its cost in `usage.usd`.

        Raises BudgetExhausted, what `on_lost` raises, and what the inner engine raises.
        """
        prices = self._model_prices.get(request.model, self._prices)
        if prices is None:
            return await self._inner.complete(request)
        sends_limit = self._sends_limit is None or self._sends_limit(request)
        reserve = highest_cost(request, prices, sends_limit=sends_limit)
        longest = f"an answer of {_longest_answer(request, sends_limit=sends_limit)} tokens"
        await self._reserve(reserve, longest if sends_limit else f"{longest}, as no limit is known to be kept")
        spent = lost = 0.0
        try:
            completion = with_cost(await self._inner.complete(request), prices)
            spent = completion.usage.usd
            return completion
        except ProviderError as error:
            lost = 0.0 if _is_surely_free(error) else reserve
            raise
        except BaseException:
            # What is cut off at the server may be answered, and billed, all the same; what never went out is not.
            lost = reserve if self._outbox is None or self._outbox.was_cut_off(request.key) else 0.0
            raise
        finally:
            self._settle(reserve, spent + lost)
            if lost and self._on_lost is not None:
                await self._on_lost(lost)

    async def _reserve(self, reserve: float, longest: str) -> None:
        while self._spent + self._reserved + reserve > self._budget:
            if not self._in_flight:
                raise BudgetExhausted(
                    f"too little is left of the budget of {self._budget:g} USD: {self._spent:.4f} USD are spent, and"
                    f" {reserve:.4f} USD are set aside for the next call, the most that it can cost"
                    f" ({longest}). Raise --budget-usd and run the same command to go on; a run that is begun with a"
                    " smaller engine.max_tokens sets less aside, and uses more of its budget"
                )
            await self._settled.wait()
        self._reserved += reserve
        self._in_flight += 1

    def _settle(self, reserve: float, charge: float) -> None:
        """Awaits nothing: a cancelled call must settle too."""
        self._reserved -= reserve
        self._in_flight -= 1
        self._spent += charge
        self._settled.set()
        self._settled = asyncio.Event()  # a fresh one each time


def with_cost(completion: Completion, prices: Prices) -> Completion:
    """The completion with `usage.usd` computed from its tokens."""
    usage = completion.usage
    return completion.model_copy(update={"usage": usage.model_copy(update={"usd": cost(usage, prices)})})


def cost(usage: Usage, prices: Prices) -> float:
    """US dollars for `usage`, to the next `GRAIN`; prices are per million tokens."""
    cached_price = prices.prompt if prices.cached_prompt is None else prices.cached_prompt
    cached = min(usage.cached_prompt_tokens, usage.prompt_tokens)
    fresh = usage.prompt_tokens - cached
    dollars = (fresh * prices.prompt + cached * cached_price + usage.completion_tokens * prices.completion) / 1e6
    return round(dollars / GRAIN) * GRAIN


def highest_cost(request: Request, prices: Prices, *, sends_limit: bool = True) -> float:
    """The most that `request` can cost, in US dollars. sends_limit: whether the server gets `max_tokens` at all.

    JSON and prose have 2.5 to 4 bytes per token, and other scripts more bytes per character, so half of the bytes is
    above what any common tokenizer counts.
    """
    length = len(orjson.dumps(request.schema)) + sum(
        len(m.content.encode("utf-8", "replace")) for m in request.messages
    )
    prompt_tokens = length // 2 + _TOKENS_PER_MESSAGE * (len(request.messages) + 1)
    dearest = max(prices.prompt, prices.cached_prompt or 0.0)
    answer_tokens = _longest_answer(request, sends_limit=sends_limit)
    return math.ceil((prompt_tokens * dearest + answer_tokens * prices.completion) / 1e6 / GRAIN) * GRAIN


def _longest_answer(request: Request, *, sends_limit: bool) -> int:
    """Tokens. `extra` goes into the body last, so its limits can be larger than the request's own."""
    limits = [limit for name in _LIMITS if isinstance(limit := request.extra.get(name), int)]
    if request.max_tokens:
        limits.append(request.max_tokens)
    if not limits or not sends_limit:
        limits.append(_LONGEST_ANSWER)
    return max(limits)


def _is_surely_free(error: ProviderError) -> bool:
    """An HTTP error or a connection that never came about costs nothing; a cut-off or garbled answer may."""
    return error.kind == "connection" or (error.status is not None and error.status >= 400)
