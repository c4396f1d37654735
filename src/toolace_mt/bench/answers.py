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
    """What a request is answered, and what it counts: its prompt at a hosted API, and at an own vLLM server."""

    completion: Completion
    fingerprint: str
    hosted: Prompt
    own: Prompt
    output_tokens: int


class Answers:
    """Answers by key. differing: requests that were another one on another clock, which must not be."""

    def __init__(self, engine: Engine, counter: TokenCounter, hosted: Structure, own: Structure) -> None:
        """hosted, own: how the form of an answer is asked for at either server."""
        self._engine = engine
        self._counter = counter
        self._hosted: Structure = hosted
        self._own: Structure = own
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

    def hosted_text(self, request: Request) -> str:
        """The messages that are sent to the hosted API, as one text."""
        return chat_text(_sent(request, self._hosted))

    def _count(self, request: Request, completion: Completion, fingerprint: str) -> Answer:
        # OpenAI puts the schema of a structured answer before all messages; vLLM compiles it, and puts it nowhere.
        schema = orjson.dumps(request.schema).decode() if self._hosted == "json_schema" else ""
        hosted = self._counter.prompt(_sent(request, self._hosted), schema)
        same = self._own == self._hosted and not schema
        own = hosted if same else self._counter.prompt(_sent(request, self._own))
        output = self._counter.count(completion.text)
        usage = Usage(calls=1, prompt_tokens=hosted.tokens, completion_tokens=output)
        return Answer(completion.model_copy(update={"usage": usage}), fingerprint, hosted, own, output)


def _sent(request: Request, structure: Structure) -> tuple[Message, ...]:
    """The messages of `request` as they are sent: without json_schema, the schema is in words at their end."""
    if structure == "json_schema":
        return request.messages
    sent = orjson.loads(encode_request(request, Dialect(structure)))["messages"]
    return tuple(Message(message["role"], message["content"]) for message in sent)
