"""Any engine as an OpenAI-compatible HTTP server, as slow and as faulty as wanted: to try clients, and to measure them."""

from __future__ import annotations

import asyncio
import re
import socket
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

import orjson
from pydantic import BaseModel, ValidationError

from toolace_mt.engines.base import CallKey, Completion, Engine, Message, Request
from toolace_mt.errors import InputError, ProviderError, ToolaceError
from toolace_mt.runs.faults import Faults
from toolace_mt.runs.serving.model import ServerModel, ServerProfile
from toolace_mt.runs.serving.tokens import Prompt, TokenCounter

try:
    import uvicorn
    from starlette.applications import Starlette
    from starlette.requests import Request as HttpRequest
    from starlette.responses import Response
    from starlette.routing import Route
    from starlette.types import ASGIApp, Receive, Scope, Send
except ImportError as missing:
    raise InputError(f"simulate needs more packages ({missing.name}): pip install 'toolace-mt[simulate]'") from None

_MODEL = "offline"
_OPERATION_LINE = re.compile(r"^# Operation: (\S+)\s*$", re.MULTILINE)
_GARBAGE = "Sure! Here is what you asked for:\n```json\n{'answer': [1, 2,, \u2026"


class _Message(BaseModel):
    role: str
    content: str | list[dict[str, Any]] | None = None

    def text(self) -> str:
        if isinstance(self.content, str):
            return self.content
        return "\n".join(str(part.get("text", "")) for part in self.content or [])


class _Body(BaseModel):
    """The fields of a chat-completions body that an engine can use."""

    messages: list[_Message]
    model: str = _MODEL
    seed: int = 0
    temperature: float | None = None
    top_p: float | None = None
    max_tokens: int | None = None
    stream: bool | None = False
    response_format: dict[str, Any] | None = None


def read_request(body: bytes) -> Request:
    """The engine's request in an HTTP body: the operation is the schema's name, or stands in a `# Operation: NAME` line.

    Raises ProviderError (refused) where the body cannot be used.
    """
    try:
        read = _Body.model_validate_json(body)
    except ValidationError as error:
        problem = error.errors()[0]
        where = ".".join(str(part) for part in problem["loc"])
        raise ProviderError(f"{where or 'the body'}: {problem['msg']}", kind="refused") from None
    if read.stream:
        raise ProviderError("stream: streaming is not supported here; leave it out", kind="refused")
    messages = tuple(Message(m.role, m.text()) for m in read.messages)
    wanted = (read.response_format or {}).get("json_schema") or {}
    operation = str(wanted.get("name") or "") or _operation_in(messages)
    if not operation:
        raise ProviderError(
            "no operation is named: response_format.json_schema.name does it, or a line '# Operation: NAME'",
            kind="refused",
        )
    return Request(
        key=CallKey("", "", 0),
        operation=operation,
        model=read.model,
        messages=messages,
        schema=wanted.get("schema") or {},
        seed=read.seed,
        temperature=read.temperature,
        top_p=read.top_p,
        max_tokens=read.max_tokens,
    )


def _operation_in(messages: tuple[Message, ...]) -> str:
    for message in reversed(messages):
        if message.role != "assistant" and (found := _OPERATION_LINE.findall(message.content)):
            return found[-1]
    return ""


def make_app(engine: Engine, latency: ServerProfile, faults: Faults) -> Starlette:
    """The server as an ASGI application: `POST /v1/chat/completions` and `GET /v1/models`."""
    timing = _Timing(latency)

    async def chat(http: HttpRequest) -> ASGIApp:
        arrived = asyncio.get_running_loop().time()
        body = await http.body()
        fault = faults.draw(body)
        if fault == "rate_limit":
            return _failure(429, "rate limit reached (simulated)", {"Retry-After": "1"})
        if fault == "server":
            return _failure(500, "internal error (simulated)")
        try:
            request = read_request(body)
            completion = await engine.complete(request)
        except ToolaceError as error:
            return _failure(400, str(error))
        completion = await timing.take(request, completion, arrived)
        answer = _answer(_spoiled(completion, fault))
        return _CutOff(answer) if fault == "drop" else _json(answer)

    async def models(_: HttpRequest) -> Response:
        return _json(orjson.dumps({"object": "list", "data": [{"id": _MODEL, "object": "model"}]}))

    return Starlette(
        routes=[
            Route("/v1/chat/completions", chat, methods=["POST"]),
            Route("/v1/models", models, methods=["GET"]),
        ]
    )


class _Timing:
    """Takes the time of requests. Tokens are counted in the texts where a cache is simulated, else as the engine says."""

    def __init__(self, profile: ServerProfile) -> None:
        self._profile = profile
        self._model = ServerModel(profile)
        self._counter = TokenCounter() if profile.cache else None

    async def take(self, request: Request, completion: Completion, arrived: float) -> Completion:
        """`completion` when its time has come; what was worked out since the request `arrived` is a part of that time."""
        used = completion.usage
        prompt = Prompt(used.prompt_tokens, ())
        if self._counter is not None:
            first = orjson.dumps(request.schema).decode() if request.schema and self._profile.schema_first else ""
            prompt = self._counter.prompt(request.messages, first)
            used = used.model_copy(update={"completion_tokens": self._counter.count(completion.text)})
        passed = asyncio.get_running_loop().time() - arrived
        service = await self._model.serve(prompt, used.completion_tokens, passed)
        counted = {"prompt_tokens": prompt.tokens, "cached_prompt_tokens": service.cached_tokens}
        return completion.model_copy(update={"usage": used.model_copy(update=counted)})


def _spoiled(completion: Completion, fault: str | None) -> Completion:
    text = completion.text
    changes: dict[str, dict[str, str]] = {
        "refuse": {"text": "", "refusal": "I cannot help with that. (simulated)"},
        "truncate": {"text": text[: len(text) // 2], "finish_reason": "length"},
        "garbage": {"text": _GARBAGE},
    }
    return completion.model_copy(update=changes.get(fault or "", {}))


def _answer(completion: Completion) -> bytes:
    used = completion.usage
    message = {
        "role": "assistant",
        "content": completion.text or None,
        "refusal": completion.refusal or None,
    }
    usage = {
        "prompt_tokens": used.prompt_tokens,
        "completion_tokens": used.completion_tokens,
        "total_tokens": used.prompt_tokens + used.completion_tokens,
        "prompt_tokens_details": {"cached_tokens": used.cached_prompt_tokens},
    }
    choice = {"index": 0, "finish_reason": completion.finish_reason, "message": message}
    return orjson.dumps(
        {
            "id": "chatcmpl-simulated",
            "object": "chat.completion",
            "created": 0,
            "model": completion.model or _MODEL,
            "choices": [choice],
            "usage": usage,
        }
    )


def _json(body: bytes, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    return Response(body, status, headers, media_type="application/json")


def _failure(status: int, message: str, headers: Mapping[str, str] | None = None) -> Response:
    error = {"message": message, "type": "simulated", "param": None, "code": None}
    return _json(orjson.dumps({"error": error}), status, headers)


class _CutOff:
    """A response that announces a whole body and sends half of it: the server then drops the connection."""

    def __init__(self, body: bytes) -> None:
        self.body = body

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = [(b"content-type", b"application/json"), (b"content-length", str(len(self.body)).encode())]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": self.body[: len(self.body) // 2], "more_body": True})


def serve(
    engine: Engine,
    *,
    port: int,
    host: str = "127.0.0.1",
    latency: ServerProfile | None = None,
    faults: Faults | None = None,
    announce: Callable[[str], None] = lambda _: None,
) -> None:
    """Serve `engine` until interrupted. port 0 takes a free one; announce: told the base URL when it listens.

    Raises InputError where the port cannot be taken.
    """
    app = make_app(engine, latency or ServerProfile(), faults or Faults())
    # What a dropped connection looks like to the server is no news here.
    config = uvicorn.Config(app, log_level="critical", access_log=False, timeout_graceful_shutdown=1)
    with socket.socket() as listening:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind((host, port))
        except (OSError, OverflowError) as error:
            raise InputError(f"--port {port}: cannot be taken ({error}); name another, or 0 for any") from None
        listening.listen(1024)
        server = _AnnouncingServer(config, lambda: announce(f"http://{host}:{listening.getsockname()[1]}/v1"))
        with suppress(KeyboardInterrupt):
            asyncio.run(server.serve(sockets=[listening]))


class _AnnouncingServer(uvicorn.Server):
    """Says so when it is ready: signals are handled from then on."""

    def __init__(self, config: uvicorn.Config, announce: Callable[[], None]) -> None:
        super().__init__(config)
        self._announce = announce

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._announce()
