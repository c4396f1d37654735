"""Engines and requests for tests."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Callable
from typing import Any

from toolace_mt.engines.base import CallKey, Completion, Message, Request
from toolace_mt.types import Usage

SCHEMA = {"type": "object", "properties": {"answer": {"type": "string"}}, "required": ["answer"]}


def make_request(text: str = "hello", *, step: str = "plan", attempt: int = 0, **changes: Any) -> Request:
    fields: dict[str, Any] = {
        "key": CallKey("d0", step, attempt),
        "operation": "plan_task",
        "model": "some-model",
        "messages": (Message("system", "You write dialogues."), Message("user", text)),
        "schema": SCHEMA,
        "seed": 7,
        "temperature": 0.8,
        "max_tokens": 1000,
    }
    return Request(**{**fields, **changes})


def make_completion(
    text: str = '{"answer": "yes"}', *, prompt_tokens: int = 10, completion_tokens: int = 5
) -> Completion:
    usage = Usage(calls=1, prompt_tokens=prompt_tokens, completion_tokens=completion_tokens)
    return Completion(text=text, model="some-model", usage=usage)


class FunctionEngine:
    """A function as an engine: it gets the request and gives a completion, or an exception to raise."""

    def __init__(self, answer: Callable[[Request], Any]) -> None:
        self.answer = answer
        self.requests: list[Request] = []

    async def complete(self, request: Request) -> Completion:
        self.requests.append(request)
        result = self.answer(request)
        if inspect.isawaitable(result):
            result = await result
        if isinstance(result, Exception):
            raise result
        return result


def scripted(*results: Any) -> FunctionEngine:
    """Gives `results` one after the other, the last one for ever."""
    left = list(results)
    return FunctionEngine(lambda _: left.pop(0) if len(left) > 1 else left[0])


def echo(request: Request) -> Completion:
    """The last message, upside down: each caller can tell its own answer."""
    return make_completion(request.messages[-1].content[::-1])


class MemoryStore:
    """A CompletionStore in a dictionary."""

    def __init__(self) -> None:
        self.kept: dict[CallKey, tuple[str, Completion]] = {}
        self.charged = 0.0

    async def get(self, key: CallKey) -> tuple[str, Completion] | None:
        return self.kept.get(key)

    async def put(self, key: CallKey, operation: str, fingerprint: str, completion: Completion) -> None:
        await asyncio.sleep(0)
        self.kept[key] = (fingerprint, completion)

    async def charge(self, usd: float) -> None:
        self.charged += usd


class Naps:
    """In place of `asyncio.sleep`: remembers the waits, and takes no time."""

    def __init__(self) -> None:
        self.seconds: list[float] = []

    async def __call__(self, seconds: float) -> None:
        self.seconds.append(seconds)
        await asyncio.sleep(0)
