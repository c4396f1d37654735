"""Patience: which failures are tried again, after how long, and what the run is told at the end."""

from __future__ import annotations

import asyncio
import random
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from toolace_mt.engines.base import Completion, Engine, Request
from toolace_mt.engines.outbox import Outbox
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
_GATEWAY_TIMEOUTS = frozenset({504, 524})
_DIALOGUES_IN_A_ROW = 3
_YEAR = 365 * 86_400
_NO_SUCH_MODEL = re.compile(  # as some gateways say it with 400
    r"\b(?:invalid|unknown|unsupported|no such) model\b|\bmodel\b[^.]{0,100}\b(?:not found|not exist|not available)\b",
    re.IGNORECASE,
)
_STATES_OF_THE_SERVER = frozenset({429, 503, 529})  # no single request brings these about


@dataclass
class Answers:
    """What has been answered by one model, or by all of them at one address; and which attempts are under way."""

    count: int = 0
    under_way: set[asyncio.Future[None]] = field(default_factory=set["asyncio.Future[None]"])
    blamed_at: int | None = None

    async def go_on(self, since: int) -> bool:
        """Whether anybody is answered after the first `since` answers; waits for the attempts that are under way."""
        pending = set(self.under_way)
        while pending and self.count == since:
            _, pending = await asyncio.wait(pending, return_when=asyncio.FIRST_COMPLETED)
        return self.count > since


class Retried:
    """An engine that tries again, with exponential back-off and full jitter, and never raises ProviderError.

    While others are being answered, a busy server is merely busy: such failures count a tenth. An address that never
    answered anything gets two quick retries only, so that a wrong one shows at once. What ends the run for one caller
    ends it for all.

    Most last failures can be the fault of the request or of the server. The request has it where others are answered
    meanwhile; where nobody is, the run stops, and nothing is held against the dialogue. Who has to be answered for that is
    anybody at the address, except where there may be no such model, or none that this key may ask: then it is another
    request to the same one. A model that fails for several dialogues in a row stops the run, whoever else is answered.
    """

    def __init__(
        self,
        inner: Engine,
        *,
        retries: int,
        address: Answers | None = None,
        model: str = "",
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        jitter: Callable[[], float] = _random_share,
        notify: Callable[[str], None] = lambda _: None,
        outbox: Outbox | None = None,
    ) -> None:
        """address: of all engines at the same address, which share it; of this one alone, where not given.

        model: how messages tell the model, where there are several. outbox: knows which requests nobody waits for any more:
        these are not tried again.
        """
        self._inner = inner
        self._retries = retries
        self._sleep = sleep
        self._jitter = jitter
        self._notify = notify
        self._model = Answers()
        self._address = address or Answers()
        self._told_model = model
        self._outbox = outbox
        self._failed_for: set[str] = set()  # dialogues, since the model's last answer
        self._stop: RunStopped | None = None

    async def complete(self, request: Request) -> Completion:
        """Answer `request`. Raises the errors below RunStopped and DialogueFailed in `errors.py`; cancelled if dropped."""
        failures, busy = 0, 0
        answered_before = self._model.count
        first_failed_at = self._model.count, self._address.count
        while True:
            self._check()
            try:
                return await self._attempt(request)
            except RunStopped as stop:
                self._stop = self._stop or stop
                raise
            except ProviderError as error:
                if self._outbox is not None and self._outbox.is_dropped(request.key):
                    raise asyncio.CancelledError from error
                if not failures + busy:
                    first_failed_at = self._model.count, self._address.count
                if _is_busy(error) and self._model.count > answered_before:
                    busy += 1
                else:
                    failures += 1
                answered_before = self._model.count
                attempt = failures + busy
                wait = self._wait_after(error, failures + busy / 10, attempt=attempt)
                if wait is None:
                    raise await self._final(request, error, attempt, first_failed_at) from None
                self._notify(f"{error}; trying again in {wait:.1f} s")
                await self._sleep(wait)

    def _check(self) -> None:
        if self._stop is not None:
            raise type(self._stop)(*self._stop.args)

    async def _attempt(self, request: Request) -> Completion:
        settled: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        both = self._model, self._address
        for answers in both:
            answers.under_way.add(settled)
        try:
            completion = await self._inner.complete(request)
            for answers in both:
                answers.count += 1
            self._failed_for.clear()
            return completion
        finally:
            for answers in both:
                answers.under_way.discard(settled)
            settled.set_result(None)

    def _wait_after(self, error: ProviderError, failures: float, *, attempt: int) -> float | None:
        """Seconds to wait before the next attempt; None where there is to be none."""
        is_unknown_address = error.kind == "connection" and not self._address.count
        allowed = min(self._retries, _QUICK_RETRIES) if is_unknown_address else self._retries
        asks_too_much = (error.retry_after or 0.0) > LONGEST_ASKED_WAIT
        if not error.retryable or asks_too_much or failures > allowed:
            return None
        first = _QUICK_BACKOFF if is_unknown_address else FIRST_BACKOFF
        backoff = min(LONGEST_BACKOFF, first * 2.0 ** min(attempt - 1, 20)) * self._jitter()
        # Callers told to come back at one time come back a little apart.
        return backoff if error.retry_after is None else error.retry_after + min(backoff, 1.0)

    async def _final(
        self, request: Request, error: ProviderError, attempts: int, first_failed_at: tuple[int, int]
    ) -> RunStopped | DialogueFailed:
        """What the last failure of a request means for the run.

        first_failed_at: how much the model, and the address, had answered at its first failure.
        """
        tried = f" (tried {attempts} times)" if attempts > 1 else ""
        role = f"{self._told_model}: " if self._told_model else ""
        in_a_row = ""
        if await self._is_the_requests_fault(error, first_failed_at):
            in_a_row = await self._said_in_a_row(request, error)
            if not in_a_row:
                return self._refused(f"{role}{error}{tried}")
        self._check()
        if error.kind == "authentication":
            stop = AuthenticationFailed(f"{role}{error}{in_a_row}. Mend this, and run the same command to go on")
        else:
            asked = f"; it asks to wait {_told_wait(error.retry_after)}" if error.retry_after else ""
            stop = EngineUnavailable(f"{role}{error}{asked}{tried}{in_a_row}. The same command goes on from here")
        self._stop = stop
        return stop

    def _refused(self, reason: str) -> RequestRefused:
        self._notify(reason)  # one dialogue fails; the reason may well be that of all
        return RequestRefused(reason)

    async def _is_the_requests_fault(self, error: ProviderError, first_failed_at: tuple[int, int]) -> bool:
        if _is_surely_the_requests(error):
            return True
        if _is_surely_the_servers(error):
            return False
        of_model, of_address = first_failed_at
        is_about_the_model = error.kind in ("refused", "authentication")
        others, since = (self._model, of_model) if is_about_the_model else (self._address, of_address)
        if await others.go_on(since):
            return True
        # Without others to go by, an address and a key that worked before are trusted, but not twice in a row.
        is_first = bool(others.count) and others.blamed_at != others.count
        others.blamed_at = others.count
        return is_first and error.kind in ("authentication", "refused", "overloaded")

    async def _said_in_a_row(self, request: Request, error: ProviderError) -> str:
        """That the model has failed for several dialogues in a row, while others at the address are answered; "" if not."""
        if _is_surely_the_requests(error):
            return ""
        self._failed_for.add(request.key.dialogue_id)
        count = len(self._failed_for)
        if count < _DIALOGUES_IN_A_ROW or await self._model.go_on(self._model.count):
            return ""
        return f"; so it goes for {count} dialogues in a row"


def _told_wait(seconds: float) -> str:
    """A time to wait in a unit that says something; what nobody waits for, only as such."""
    if seconds > _YEAR:
        return "for more than a year"
    for unit, size in (("days", 86_400), ("hours", 3600), ("minutes", 60)):
        if seconds >= 2 * size:
            return f"{seconds / size:.0f} {unit}"
    return f"{seconds:.0f} s"


def _is_busy(error: ProviderError) -> bool:
    """Whether the server may merely have too much to do; a gateway's timeout is more likely due to a long request."""
    return error.kind in _BUSY and error.status not in _GATEWAY_TIMEOUTS


def _is_surely_the_requests(error: ProviderError) -> bool:
    status = error.status or 0
    if error.kind != "refused" or status in (404, 405) or status // 100 == 3:
        return False
    return status != 400 or not _NO_SUCH_MODEL.search(str(error))


def _is_surely_the_servers(error: ProviderError) -> bool:
    if error.kind == "authentication":
        return error.status not in (400, 403)  # those two are also said about the content of a request
    return error.kind in _AWAY and (error.status is None or error.status in _STATES_OF_THE_SERVER)
