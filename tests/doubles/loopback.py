"""A real HTTP server on loopback whose answers a test scripts."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web


@dataclass
class Call:
    """One request as the server saw it."""

    number: int
    path: str
    headers: dict[str, str]
    body: dict[str, Any]

    @property
    def structure(self) -> str:
        return self.body.get("response_format", {}).get("type", "text")


@dataclass
class Reply:
    """body: sent as it is when bytes, else as JSON. delay: seconds first. cut: announce it whole, send half, hang up."""

    body: Any
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    cut: bool = False
    delay: float = 0.0


@dataclass
class Loopback:
    base_url: str
    calls: list[Call] = field(default_factory=list)
    called: asyncio.Event = field(default_factory=asyncio.Event)


def answer_body(text: Any = '{"answer": "yes"}', **more: Any) -> dict[str, Any]:
    usage = {"prompt_tokens": 12, "completion_tokens": 3, "prompt_tokens_details": {"cached_tokens": 4}}
    choice = {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": text}}
    return {"id": "x", "object": "chat.completion", "model": "served", "choices": [choice], "usage": usage, **more}


def error_body(message: str, **more: Any) -> dict[str, Any]:
    return {"error": {"message": message, "type": "invalid_request_error", **more}}


@asynccontextmanager
async def loopback(answer: Callable[[Call], Reply]) -> AsyncIterator[Loopback]:
    server = Loopback("")

    async def handle(http: web.Request) -> web.StreamResponse:
        raw = await http.read()
        body = json.loads(raw) if raw else {}
        call = Call(len(server.calls), http.path_qs, dict(http.headers), body)
        server.calls.append(call)
        server.called.set()
        reply = answer(call)
        if reply.delay:
            await asyncio.sleep(reply.delay)
        body = reply.body if isinstance(reply.body, bytes) else json.dumps(reply.body).encode()
        headers = {"Content-Type": "application/json", **reply.headers}
        if reply.cut:
            response = web.StreamResponse(status=reply.status, headers={**headers, "Content-Length": str(len(body))})
            await response.prepare(http)
            await response.write(body[: len(body) // 2])
            http.transport.close()
            return response
        return web.Response(status=reply.status, body=body, headers=headers)

    app = web.Application(client_max_size=2**26)
    app.router.add_route("*", "/{path:.*}", handle)
    runner = web.AppRunner(app, access_log=None, handler_cancellation=True, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0][:2]
    server.base_url = f"http://{host}:{port}/v1"
    try:
        yield server
    finally:
        await runner.cleanup()
