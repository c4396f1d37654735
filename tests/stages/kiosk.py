"""A small shop as an environment, a dialogue in it, and an engine that answers from a script."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Coroutine
from contextlib import AbstractAsyncContextManager, nullcontext
from typing import Any

import orjson
import pytest

from toolace_mt.ask import Asker
from toolace_mt.config import Config
from toolace_mt.engines.base import Completion, Request
from toolace_mt.environments.base import ToolOutput
from toolace_mt.operations.base import World
from toolace_mt.stages.scope import Scope
from toolace_mt.types import (
    Action,
    Dialogue,
    EnvironmentRef,
    Observation,
    SubTask,
    Task,
    Tool,
    ToolCall,
    ToolResult,
    Usage,
)


def tool(name: str, *required: str, environment: str | None = "kiosk") -> Tool:
    properties = {key: {"type": "string"} for key in required}
    parameters = {"type": "object", "properties": properties, "required": list(required)}
    return Tool(name=name, description=f"{name}.", parameters=parameters, environment=environment)


TOOLS = (tool("find_book", "title"), tool("buy_book", "book_id"), tool("note", "text", environment=None))
REF = EnvironmentRef(name="kiosk", seed=4)


class Kiosk:
    """Sells each book once; book ids depend on the seed."""

    name = "kiosk"
    repeatable = True
    shared = False
    tools = TOOLS[:2]
    brief: dict[str, Any] = {"knows": {"title": ["Dune", "Emma"]}}

    def __init__(self, ref: EnvironmentRef) -> None:
        self.ids = {"Dune": f"BK-{ref.seed}001", "Emma": f"BK-{ref.seed}002"}
        self.sold: set[str] = set()

    async def call(self, name: str, arguments: dict[str, Any]) -> ToolOutput:
        if name == "find_book" and arguments.get("title") in self.ids:
            return output({"book_id": self.ids[arguments["title"]]})
        if (
            name == "buy_book"
            and arguments.get("book_id") in self.ids.values()
            and arguments["book_id"] not in self.sold
        ):
            self.sold.add(arguments["book_id"])
            return output({"status": "sold", "left": 2 - len(self.sold)})
        return ToolOutput('{"error":"no such book"}', is_error=True)

    def state(self) -> dict[str, str]:
        return {"sold": ",".join(sorted(self.sold))}

    def alone(self) -> AbstractAsyncContextManager[None]:
        return nullcontext()

    async def close(self) -> None:
        pass


def output(value: Any) -> ToolOutput:
    return ToolOutput(orjson.dumps(value).decode(), is_error=False)


def call(id_: str, name: str, **arguments: Any) -> Action:
    return Action(calls=(ToolCall(id=id_, name=name, arguments=arguments),), subtask=0)


def result(id_: str, name: str, content: Any) -> Observation:
    return Observation(results=(ToolResult(call_id=id_, name=name, content=json.dumps(content)),), subtask=0)


@pytest.fixture
def dialogue() -> Dialogue:
    return Dialogue(
        id="000000",
        tools=TOOLS,
        environment=REF,
        task=Task(subtasks=(SubTask(goal="Buy Dune.", tools=("find_book", "buy_book"), steps=2),)),
        turns=(
            Observation(text="Please buy me the book Dune.", subtask=0),
            call("a", "find_book", title="Dune"),
            result("a", "find_book", {"book_id": "BK-4001"}),
            call("b", "buy_book", book_id="BK-4001"),
            result("b", "buy_book", {"status": "sold", "left": 1}),
            Action(text="Dune is yours.", subtask=0),
        ),
    )


class Script:
    """An engine that answers each operation with the next of its answers; a function is called with the request."""

    def __init__(self, **answers: list[Any]) -> None:
        self.answers = answers
        self.requests: list[Request] = []

    async def complete(self, request: Request) -> Completion:
        self.requests.append(request)
        answer = self.answers[request.operation].pop(0)
        answer = answer(request) if callable(answer) else answer
        return Completion(text=answer if isinstance(answer, str) else json.dumps(answer), usage=Usage(calls=1))

    def steps(self) -> list[str]:
        return [f"{r.key.step}#{r.key.attempt}" for r in self.requests]


@pytest.fixture
def scope() -> Callable[..., Scope]:
    def make(engine: Script, **config: Any) -> Scope:
        settings = Config.model_validate(config)
        asker = Asker(engine, settings.engine, "000000", settings.run.seed)
        return Scope(asker, settings, Kiosk, World(REF, Kiosk.brief))

    return make


def run(work: Coroutine[Any, Any, Any]) -> Any:
    return asyncio.run(work)
