"""The operations of an HTTP API that really run: outside of us, shared by all dialogues, each call made once."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from typing import Any, NamedTuple

import aiohttp
from multidict import CIMultiDict
from yarl import URL

from toolace_mt.config import ToolsConfig
from toolace_mt.environments.base import ToolOutput
from toolace_mt.environments.http_answers import read_answer
from toolace_mt.environments.http_request import HttpRequest, Unsendable, written_request
from toolace_mt.environments.http_secrets import Secrets, read_secrets
from toolace_mt.environments.outputs import failed
from toolace_mt.errors import InputError, ToolServerFailed, ToolServerUnavailable
from toolace_mt.schema.http import HttpOperation
from toolace_mt.schema.validate import argument_problems
from toolace_mt.types import Tool

PREFIX = "openapi:"

_CONNECT_SECONDS = 15.0
_CONNECTS = 2
_PAUSE_SECONDS = 0.5
_MOST_REDIRECTS = 5
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_SAME_METHOD = frozenset({307, 308})
_PROBLEMS_SHOWN = 3


class RunnableOperation(NamedTuple):
    """A tool, and how a call of it is sent."""

    tool: Tool
    request: HttpOperation


@asynccontextmanager
async def open_http(
    name: str,
    operations: Sequence[RunnableOperation],
    config: ToolsConfig,
    *,
    knows: Mapping[str, Sequence[Any]],
    environ: Mapping[str, str] = os.environ,
) -> AsyncGenerator[HttpEnvironment]:
    """The environment `name` (the source, `openapi:...`) for a whole run, its connections closed at the end.

    operations: those that `config` lets run; nothing else can be called. knows: what users know, by parameter. Raises
    InputError where there is no base URL, or a header has no value.
    """
    if config.openapi_base_url is None:
        raise InputError(f"{name}: is run only where tools.openapi_base_url (--openapi-base-url) says")
    secrets = read_secrets(config.openapi_header_env, environ)
    # On a connection that is used again nobody can tell a request that was lost from one that was carried out.
    connector = aiohttp.TCPConnector(force_close=config.openapi_execute != "reads")
    session = aiohttp.ClientSession(
        connector=connector,
        timeout=aiohttp.ClientTimeout(total=None, sock_connect=_CONNECT_SECONDS),
        cookie_jar=aiohttp.DummyCookieJar(),
        headers={"User-Agent": "toolace-mt", "Accept": "application/json, */*;q=0.5", "Accept-Encoding": "identity"},
    )
    async with session:
        yield HttpEnvironment(name, operations, config, session=session, secrets=secrets, knows=knows)


class HttpEnvironment:
    """One for all dialogues: the server's state is theirs together, so those that change it take turns (`alone`)."""

    repeatable = False
    shared = True

    def __init__(
        self,
        name: str,
        operations: Sequence[RunnableOperation],
        config: ToolsConfig,
        *,
        session: aiohttp.ClientSession,
        secrets: Secrets,
        knows: Mapping[str, Sequence[Any]],
    ) -> None:
        self.name = name
        self._operations = {operation.tool.name: operation for operation in operations}
        self._tools = tuple(operation.tool for operation in operations)
        self._base = str(URL(config.openapi_base_url or "")).rstrip("/")  # the host in lower case, and without port 80
        self._origin = URL(self._base).origin()
        self._timeout = config.call_timeout
        self._longest = config.longest_output
        self._session = session
        self._secrets = secrets
        self._knows = {key: list(values) for key, values in knows.items()}
        self._alone = asyncio.Lock()
        self._looking = asyncio.Lock()
        self._is_there = False

    @property
    def tools(self) -> tuple[Tool, ...]:
        """The tools that may be called, in the document's order."""
        return self._tools

    @property
    def brief(self) -> dict[str, Any]:
        """`knows`, where there is any."""
        return {"knows": self._knows} if self._knows else {}

    async def ready(self) -> None:
        """Make sure that the server is there, before the first call and after one that could not be finished.

        Only a connection is made, and nothing sent. Raises ToolServerUnavailable.
        """
        async with self._looking:  # one looks for all who wait
            for tries_left in range(_CONNECTS - 1, -1, -1):
                if self._is_there:
                    return
                try:
                    async with asyncio.timeout(_CONNECT_SECONDS):
                        _, writer = await asyncio.open_connection(self._origin.host, self._origin.port)
                    writer.close()
                    self._is_there = True
                except OSError as error:
                    if not tries_left:
                        raise ToolServerUnavailable(self._told("cannot be reached", error)) from None
                    await asyncio.sleep(_PAUSE_SECONDS)

    def takes_turns(self, name: str) -> bool:
        """Only calls that may change something do: those that read take nothing from whoever holds the server."""
        operation = self._operations.get(name)
        return operation is not None and not operation.request.reads

    async def call(self, name: str, arguments: dict[str, Any]) -> ToolOutput:
        """Send one call, once. Bad arguments, a status from 400 on, no answer in time: outputs with `is_error`.

        Raises ToolServerFailed where the server cannot be reached, or breaks off.
        """
        operation = self._operations.get(name)
        if operation is None:
            return failed(f"Unknown tool: {name}. Available tools: {', '.join(self._operations)}.")
        if problems := argument_problems(operation.tool, arguments):
            return failed("; ".join(problems[:_PROBLEMS_SHOWN]))
        try:
            output = await self._in_time(written_request(operation.request, arguments))
        except Unsendable as error:
            output = failed(str(error))
        uncertain = output.uncertain and not operation.request.reads
        return ToolOutput(self._secrets.scrubbed(output.content), output.is_error, uncertain)

    def state(self) -> dict[str, str] | None:
        """Nobody can look inside."""
        return None

    def alone(self) -> AbstractAsyncContextManager[None]:
        """One lock for all dialogues of the run; nobody waits where no call changes anything."""
        return self._alone if any(map(self.takes_turns, self._operations)) else nullcontext()

    async def close(self) -> None:
        """Nothing: the connections are the run's."""

    async def _in_time(self, request: HttpRequest) -> ToolOutput:
        try:
            async with asyncio.timeout(self._timeout):
                return await self._exchange(request)
        except (aiohttp.ConnectionTimeoutError, aiohttp.ClientConnectorError) as error:
            self._is_there = False
            raise ToolServerFailed(self._told("cannot be reached", error)) from None
        except TimeoutError:
            return failed(f"The server gave no answer within {self._timeout:g} seconds.", uncertain=True)
        except (aiohttp.ClientError, OSError, ValueError) as error:
            self._is_there = False
            raise ToolServerFailed(self._told("broke the exchange off", error)) from None

    async def _exchange(self, request: HttpRequest) -> ToolOutput:
        """Send, and follow redirects that stay with the server."""
        method, data = request.method, request.data
        headers = CIMultiDict(request.headers)
        headers.update(self._secrets.headers)  # a call decides nothing that the user set
        url = URL(f"{self._base}{request.target}", encoded=True)
        for _ in range(_MOST_REDIRECTS + 1):
            if not self._is_ours(url):
                told = f"The server redirects to {url.host or 'nowhere'}, which is not called."
                return failed(told, uncertain=True)  # many servers redirect after they have done it
            async with self._session.request(
                method, url, headers=headers, data=data, allow_redirects=False
            ) as response:
                location = response.headers.get("Location")
                if location is None or response.status not in _REDIRECTS:
                    return await read_answer(response, self._longest)
                url = _joined(url, location)
                if response.status not in _SAME_METHOD and method != "HEAD":
                    method, data = "GET", None
                    headers.popall("Content-Type", None)
        return failed("The server redirects without end.", uncertain=True)

    def _is_ours(self, url: URL) -> bool:
        return bool(url.host) and url.scheme in ("http", "https") and url.origin() == self._origin

    def _told(self, what: str, error: Exception) -> str:
        return self._secrets.scrubbed(f"{self.name}: {self._base} {what}: {str(error) or type(error).__name__}")


def _joined(url: URL, location: str) -> URL:
    """Where a redirect leads; an address without a host where it is no address."""
    try:
        return url.join(URL(location))
    except ValueError:
        return URL()
