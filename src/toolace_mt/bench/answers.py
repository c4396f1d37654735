"""The answers of a method's requests, worked out once: they are the same on every clock, and so are their tokens."""

from __future__ import annotations

from dataclasses import dataclass

import orjson

from toolace_mt.engines.base import CallKey, Completion, Engine, Message, Request
from toolace_mt.engines.dialect import Dialect, Structure
from toolace_mt.engines.wire import encode_request
from toolace_mt.runs.serving.tokens import Prompt, TokenCounter, chat_text
from toolace_mt.types import Usage


@dataclass(frozen=True, slots=True)
class Answer:
    """What a request is answered, and what it counts. hosted: its prompt as a hosted API puts it, the schema first."""

    completion: Completion
    fingerprint: str
    plain: Prompt
    hosted: Prompt
    output_tokens: int


class Answers:
    """Answers by key. differing: requests that were another one on another clock, which must not be."""

    def __init__(self, engine: Engine, counter: TokenCounter, structure: Structure) -> None:
        """structure: how the form of an answer is asked for."""
        self._engine = engine
        self._counter = counter
        self._dialect = Dialect(structure)
        self._known: dict[CallKey, Answer] = {}
        self.differing = 0

    async def answer(self, request: Request) -> Answer:
        """The answer to `request`."""
        fingerprint = request.fingerprint()
        known = self._known.get(request.key)
        if known is not None and known.fingerprint == fingerprint:
            return known
        self.differing += known is not None
        completion = await self._engine.complete(request)
        answer = self._count(request, completion, fingerprint)
        self._known[request.key] = answer
        return answer

    def messages(self, request: Request) -> tuple[Message, ...]:
        """The messages of `request` as they are sent."""
        if self._dialect.structure == "json_schema":
            return request.messages
        sent = orjson.loads(encode_request(request, self._dialect))["messages"]
        return tuple(Message(message["role"], message["content"]) for message in sent)

    def sent_text(self, request: Request) -> str:
        """What is sent, as one text."""
        return chat_text(self.messages(request))

    def _count(self, request: Request, completion: Completion, fingerprint: str) -> Answer:
        messages = self.messages(request)
        schema = orjson.dumps(request.schema).decode() if self._dialect.structure == "json_schema" else ""
        plain = self._counter.prompt(messages)
        hosted = self._counter.prompt(messages, schema) if schema else plain
        output = self._counter.count(completion.text)
        usage = Usage(calls=1, prompt_tokens=hosted.tokens, completion_tokens=output)
        return Answer(completion.model_copy(update={"usage": usage}), fingerprint, plain, hosted, output)
