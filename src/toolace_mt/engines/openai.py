"""Any server that speaks OpenAI's chat completions: one POST per completion, over one connection pool."""

from __future__ import annotations

import asyncio
import os
import re
import time
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit, urlunsplit
from urllib.request import getproxies, proxy_bypass

import aiohttp

from toolace_mt.config import EngineConfig
from toolace_mt.engines.base import Completion, Request
from toolace_mt.engines.dialect import Dialect, next_dialect
from toolace_mt.engines.outbox import Outbox
from toolace_mt.engines.wire import decode_completion, decode_failure, decode_unparsed, encode_request
from toolace_mt.errors import InputError, ProviderError

DEFAULT_BASE_URL = "https://api.openai.com/v1"
_CONNECT_SECONDS = 15.0
_GUESSES = 3  # unspecific refusals that may cost a further request to learn whether the response format was the reason
_OURS = ("messages", "model", "stream")
LONGEST_BODY = 16 * 2**20
"""Bytes of an answer that are read at most; long ones of real models, thinking included, have less than a tenth."""
_CHUNK = 64 * 1024


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where requests go.

    url: in full. shown: the same without its query, for messages. key_env: the environment variable of the key.
    """

    url: str
    shown: str
    key_env: str
    key_is_set: bool
    proxy: str | None


@asynccontextmanager
async def open_openai(
    config: EngineConfig,
    *,
    in_flight: int,
    notify: Callable[[str], None] = lambda _: None,
    outbox: Outbox | None = None,
) -> AsyncGenerator[OpenAIEngine]:
    """An engine for `config.base_url`, closed at the end.

    notify: told of what the server turns out not to take. outbox: every exchange passes it.

    Raises InputError where the address or the key cannot be used.
    """
    endpoint = find_endpoint(config)
    key = os.environ.get(config.api_key_env, "").strip()
    headers = {"Content-Type": "application/json", "Accept": "application/json"}
    if key:
        headers["Authorization"] = f"Bearer {key}"
    session = aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=in_flight, ttl_dns_cache=300),
        timeout=aiohttp.ClientTimeout(total=config.timeout, connect=None, sock_connect=_CONNECT_SECONDS),
        headers=headers,
        cookie_jar=aiohttp.DummyCookieJar(),
    )
    async with session:
        yield OpenAIEngine(session, endpoint, config, key=key, notify=notify, outbox=outbox or Outbox())


@dataclass
class _Learned:
    """What is known of how the server takes requests to one model; models behind one address differ.

    exceptions: by operation. guesses: how many more unspecific refusals may be looked into.
    """

    dialect: Dialect
    exceptions: dict[str, Dialect] = field(default_factory=dict[str, Dialect])
    has_worked: bool = False
    guesses: int = _GUESSES
    learning: asyncio.Lock = field(default_factory=asyncio.Lock)

    def dialect_for(self, request: Request) -> Dialect:
        return self.exceptions.get(request.operation, self.dialect)


class OpenAIEngine:
    """Sends requests in the dialect that the server understands; learns that dialect from the server's refusals.

    What was learned of a model holds for all operations while none has worked the old way, else for the refused operation
    only: a server may take most schemas and choke on one.
    """

    def __init__(
        self,
        session: aiohttp.ClientSession,
        endpoint: Endpoint,
        config: EngineConfig,
        *,
        key: str,
        notify: Callable[[str], None],
        outbox: Outbox,
    ) -> None:
        self._session = session
        self._outbox = outbox
        self._endpoint = endpoint
        self._key = key
        self._notify = notify
        chosen = config.structured_output
        self._may_weaken = chosen == "auto"
        self._first = Dialect(
            structure="json_schema" if chosen == "auto" else chosen,
            omitted=frozenset() if config.send_seed else frozenset({"seed"}),
        )
        self._models: dict[str, _Learned] = {}

    async def complete(self, request: Request) -> Completion:
        """Answer `request`. Raises ProviderError."""
        known = self._known(request)
        if known.learning.locked():
            async with known.learning:  # what is being learned will save this request a refusal
                pass
        while True:
            dialect = known.dialect_for(request)
            try:
                completion = await self._post(request, dialect)
            except ProviderError as refusal:
                learned = await self._learn(request, known, dialect, refusal)
                if learned is None:
                    continue
                return learned
            known.has_worked = known.has_worked or dialect is known.dialect
            return completion

    def sends_limit(self, request: Request) -> bool:
        """Whether the limit on the answer's length surely goes with `request`: not before the server took one."""
        known = self._known(request)
        return known.has_worked and known.dialect_for(request).length_field is not None

    def _known(self, request: Request) -> _Learned:
        return self._models.setdefault(request.model, _Learned(self._first))

    async def _learn(
        self, request: Request, known: _Learned, used: Dialect, refusal: ProviderError
    ) -> Completion | None:
        """Try other dialects, one caller at a time; None where another caller has learned one meanwhile."""
        if self._next(known, used, refusal) is None:
            raise refusal
        async with known.learning:
            if known.dialect_for(request) is not used:
                return None
            dialect, latest = used, refusal
            while (candidate := self._next(known, dialect, latest)) is not None:
                try:
                    completion = await self._post(request, candidate)
                except ProviderError as error:
                    if error.retryable and error.kind != "server":
                        raise  # nothing learned: the endpoint is away or busy
                    dialect, latest = candidate, error
                else:
                    self._remember(request, known, used, candidate)
                    return completion
            known.guesses -= 1
            raise latest

    def _next(self, known: _Learned, dialect: Dialect, refusal: ProviderError) -> Dialect | None:
        is_passing = known.has_worked and refusal.kind == "server"
        if is_passing:
            return None
        may_guess = known.guesses > 0 and not known.has_worked
        return next_dialect(dialect, refusal, may_weaken=self._may_weaken, may_guess=may_guess)

    def _remember(self, request: Request, known: _Learned, used: Dialect, learned: Dialect) -> None:
        what = learned.difference(used)
        of_model = f" ({request.model})" if len(self._models) > 1 else ""
        if known.has_worked:
            known.exceptions[request.operation] = learned
            self._notify(
                f"{self._endpoint.shown}{of_model} does not take {what} for {request.operation}: going on without"
            )
        else:
            known.dialect = learned
            known.has_worked = True
            self._notify(f"{self._endpoint.shown}{of_model} does not take {what}: going on without")

    async def _post(self, request: Request, dialect: Dialect) -> Completion:
        try:
            body = encode_request(request, dialect)
            with self._outbox.going_out(request.key):
                status, headers, answer = await self._exchange(body)
            if status // 100 != 2:
                unparsed = decode_unparsed(answer, request)
                if unparsed is not None:
                    return unparsed
                raise decode_failure(status, headers, answer, now=time.time())
            return decode_completion(answer, request)
        except ProviderError as error:
            raise self._explained(error) from None

    async def _exchange(self, body: bytes) -> tuple[int, Mapping[str, str], bytes]:
        endpoint = self._endpoint
        try:
            async with self._session.post(
                endpoint.url, data=body, proxy=endpoint.proxy, allow_redirects=False
            ) as response:
                return response.status, response.headers, await _read(response)
        except (aiohttp.ConnectionTimeoutError, aiohttp.ClientConnectorError) as error:
            raise ProviderError(f"cannot be reached: {_reason(error)}", kind="connection") from None
        except TimeoutError:
            raise ProviderError("gave no answer in time (engine.timeout)", kind="timeout") from None
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise ProviderError(f"broke the exchange off: {_reason(error)}", kind="server") from None

    def _explained(self, error: ProviderError) -> ProviderError:
        """The error with the address and a hint in front, and without the key, should the server echo it."""
        message = _without_credentials(f"{self._endpoint.shown}: {error}")
        if self._key:
            message = message.replace(self._key, "[key]")
        return ProviderError(
            message + self._hint(error), kind=error.kind, status=error.status, retry_after=error.retry_after
        )

    def _hint(self, error: ProviderError) -> str:
        variable = self._endpoint.key_env
        if error.status in (400, 401, 403) and error.kind == "authentication":
            if not self._endpoint.key_is_set:
                return (
                    f" (no key was sent: set the environment variable {variable}, or name another with --api-key-env)"
                )
            return f" (the key came from the environment variable {variable})"
        if error.status in (404, 405) or (error.status or 0) // 100 == 3:
            return " (check --model and --base-url; the base URL usually ends in /v1)"
        return ""


async def _read(response: aiohttp.ClientResponse) -> bytes:
    """The body, which is not trusted to end. Raises ProviderError."""
    body = bytearray()
    async for chunk in response.content.iter_chunked(_CHUNK):
        body += chunk
        if len(body) > LONGEST_BODY:
            response.close()
            raise ProviderError(f"its answer is longer than {LONGEST_BODY >> 20} MB", kind="protocol")
    return bytes(body)


def find_endpoint(config: EngineConfig) -> Endpoint:
    """The address that `config` means: its base URL (OpenAI's where not given) and `/chat/completions`.

    Proxies come from the usual environment variables, read once. Raises InputError.
    """
    base = (config.base_url or DEFAULT_BASE_URL).strip()
    told = _without_credentials(base)
    clashes = [field for field in _OURS if field in config.extra]
    if clashes:
        raise InputError(f"engine.extra: {', '.join(clashes)} cannot be set there")
    if "n" in config.extra:
        raise InputError(
            "engine.extra: leave n out; one answer per request is used, and more would be paid for in vain"
        )
    try:
        parts = urlsplit(base)
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        raise InputError(f"--base-url {told}: is no address ({error})") from None
    if parts.scheme not in ("http", "https") or not host:
        raise InputError(f"--base-url {told}: write it like http://127.0.0.1:8000/v1")
    if parts.username or parts.password:
        raise InputError(
            "--base-url: give no user or password in the address;"
            f" put a key into the environment variable {config.api_key_env}"
        )
    path = parts.path.rstrip("/").removesuffix("/chat/completions") + "/chat/completions"
    key = os.environ.get(config.api_key_env, "").strip()
    if not (key.isascii() and key.isprintable()):
        raise InputError(f"the environment variable {config.api_key_env} holds characters that no key can have")
    return Endpoint(
        url=urlunsplit((parts.scheme, parts.netloc, path, parts.query, "")),
        shown=urlunsplit((parts.scheme, parts.netloc, path, "", "")),
        key_env=config.api_key_env,
        key_is_set=bool(key),
        proxy=_proxy_for(parts.scheme, parts.netloc),
    )


def _proxy_for(scheme: str, host: str) -> str | None:
    proxies = getproxies()
    proxy = proxies.get(scheme) or proxies.get("all")
    if not proxy or proxy_bypass(host):
        return None
    if "://" not in proxy:
        proxy = f"http://{proxy}"
    if not proxy.startswith(("http://", "https://")):
        kind = proxy.split("://", 1)[0]
        raise InputError(
            f"the proxy in the environment is {kind}://, which is not supported: use an HTTP proxy or NO_PROXY"
        )
    return proxy


def _without_credentials(text: str) -> str:
    """`text` with user and password taken out of the addresses in it (a proxy's, for example)."""
    return re.sub(r"//[^/@\s]*@", "//", text)


def _reason(error: Exception) -> str:
    if isinstance(error, aiohttp.ClientConnectorError):
        cause = error.os_error
        # asyncio puts the address in place of the system's words ("Connection refused").
        plain = os.strerror(cause.errno) if type(cause).__module__ == "builtins" and cause.errno else cause.strerror
        return f"{plain or cause or type(cause).__name__}"
    if isinstance(error, aiohttp.ClientPayloadError):
        return "its answer is not whole"
    return str(error) or type(error).__name__
