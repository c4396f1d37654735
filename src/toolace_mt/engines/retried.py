"""Patience: which failures are tried again, after how long, and what the run is told at the end."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable

from toolace_mt.engines.base import Completion, Engine, Request
from toolace_mt.errors import (
    AuthenticationFailed,
    DialogueFailed,
    EngineUnavailable,
    ProviderError,
    RequestRefused,
    RunStopped,
)

FIRST_BACKOFF = 1.0
LONGEST_BACKOFF = 60.0
LONGEST_ASKED_WAIT = 600.0
"""Seconds. A server that asks for more (a daily quota) is unavailable as far as this sitting goes."""
_QUICK_RETRIES = 2
_QUICK_BACKOFF = 0.25
_random_share = random.SystemRandom().random  # moves only the time of a retry, never a result
_BUSY = frozenset({"rate-limit", "overloaded"})
_AWAY = _BUSY | {"connection"}


class Retried:
    """An engine that tries again, with exponential back-off and full jitter, and never raises ProviderError.

    While others are being answered, a busy server is merely busy: such failures count a tenth. An address that never
    answered anything gets two quick retries only, so that a wrong one shows at once. What ends the run for one caller
    ends it for all.
    """

    def __init__(
        self,
        inner: Engine,
        *,
        retries: int,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        jitter: Callable[[], float] = _random_share,
        notify: Callable[[str], None] = lambda _: None,
    ) -> None:
        self._inner = inner
        self._retries = retries
        self._sleep = sleep
        self._jitter = jitter
        self._notify = notify
        self._answered = 0
        self._stop: RunStopped | None = None

    async def complete(self, request: Request) -> Completion:
        """Answer `request`. Raises the errors below RunStopped and DialogueFailed in `errors.py`."""
        failures, busy, answered_before = 0, 0, self._answered
        while True:
            if self._stop is not None:
                raise type(self._stop)(*self._stop.args)
            try:
                completion = await self._inner.complete(request)
            except RunStopped as stop:
                self._stop = self._stop or stop
                raise
            except ProviderError as error:
                if error.kind in _BUSY and self._answered > answered_before:
                    busy += 1
                else:
                    failures += 1
                answered_before = self._answered
                wait = self._wait_after(error, failures + busy / 10, attempt=failures + busy)
                self._notify(f"{error}; trying again in {wait:.1f} s")
                await self._sleep(wait)
            else:
                self._answered += 1
                return completion

    def _wait_after(self, error: ProviderError, failures: float, *, attempt: int) -> float:
        """Seconds to wait before the next attempt; raises where there is to be none."""
        is_unknown_address = error.kind == "connection" and not self._answered
        allowed = min(self._retries, _QUICK_RETRIES) if is_unknown_address else self._retries
        asks_too_much = (error.retry_after or 0.0) > LONGEST_ASKED_WAIT
        if not error.retryable or asks_too_much or failures > allowed:
            final = self._final(error, attempt)
            if isinstance(final, RunStopped):
                self._stop = self._stop or final
            else:
                self._notify(str(final))  # one dialogue fails; the reason may well be that of all
            raise final from None
        first = _QUICK_BACKOFF if is_unknown_address else FIRST_BACKOFF
        backoff = min(LONGEST_BACKOFF, first * 2.0 ** min(attempt - 1, 20)) * self._jitter()
        # Callers told to come back at one time come back a little apart.
        return backoff if error.retry_after is None else error.retry_after + min(backoff, 1.0)

    def _final(self, error: ProviderError, attempts: int) -> RunStopped | DialogueFailed:
        tried = f" (tried {attempts} times)" if attempts > 1 else ""
        if error.kind == "authentication":
            return AuthenticationFailed(f"{error}. Mend this, and run the same command to go on")
        if error.kind in _AWAY or self._is_wrong_address(error):
            asked = f"; it asks to wait {error.retry_after:.0f} s" if error.retry_after else ""
            return EngineUnavailable(f"{error}{asked}{tried}. The same command goes on from here")
        return RequestRefused(f"{error}{tried}")

    def _is_wrong_address(self, error: ProviderError) -> bool:
        """No such path or model, a redirect, or an address that never yet answered with a completion."""
        status = error.status or 0
        if error.kind == "refused":
            return status in (404, 405) or 300 <= status < 400
        return error.kind == "protocol" and not self._answered
