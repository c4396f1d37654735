"""One method on one clock: dialogues begun in order, so many at a time, and every call of theirs written down."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import dataclass, field
from itertools import count as counting
from typing import Any

from toolace_mt.bench.answers import Answer, Answers
from toolace_mt.bench.virtual_time import run_virtually
from toolace_mt.engines.base import CallKey, Completion, Request
from toolace_mt.metrics.prefixes import SharedPrefixes
from toolace_mt.runs.recipes import Making
from toolace_mt.runs.serving.model import ServerModel, ServerProfile
from toolace_mt.types import Outcome

Serve = Callable[[Answer], Awaitable[int]]
"""Takes the time of one call; gives how many tokens of its prompt a cache gave."""
MakingOf = Callable[["TimedEngine"], Making]
_CHARACTERS_OF_A_DIALOGUE = 1_000_000
"""So much of what a dialogue sent is kept to compare with: twice what simulation sends on average."""


@dataclass(frozen=True, slots=True)
class TimedCall:
    """One call: when it was sent and answered, on the clock of its pass. shared: characters from its start on that an
    earlier request of the dialogue had, the one that begins most alike; characters: all of its request.
    """

    key: CallKey
    operation: str
    begun: float
    ended: float
    answer: Answer
    cached_tokens: int
    shared: int = 0
    characters: int = 0


@dataclass(frozen=True, slots=True)
class Pass:
    """What one method did on one clock. seconds: until the last dialogue was done. busy: of these, how long a server's
    accelerator would have needed that is always full. durations: of each dialogue.
    """

    outcomes: Sequence[Outcome]
    calls: Sequence[TimedCall]
    durations: Sequence[float]
    seconds: float
    busy: float = 0.0


@dataclass
class TimedEngine:
    """An engine that answers after the time that `serve` takes.

    prefixes: counts what requests share; None where nobody asks.
    """

    answers: Answers
    serve: Serve
    prefixes: SharedPrefixes | None = None
    calls: list[TimedCall] = field(default_factory=list[TimedCall])

    async def complete(self, request: Request) -> Completion:
        """Answer `request`."""
        loop = asyncio.get_running_loop()
        begun = loop.time()
        shared, characters = self._compare(request)
        answer = await self.answers.answer(request)
        cached = await self.serve(answer)
        call = TimedCall(request.key, request.operation, begun, loop.time(), answer, cached, shared, characters)
        self.calls.append(call)
        usage = answer.completion.usage.model_copy(update={"cached_prompt_tokens": cached})
        return answer.completion.model_copy(update={"usage": usage})

    def _compare(self, request: Request) -> tuple[int, int]:
        if self.prefixes is None:
            return 0, 0
        text = self.answers.hosted_text(request)
        return self.prefixes.add(request.key.dialogue_id, text), len(text)


def unit_pass(making_of: MakingOf, answers: Answers, count: int, at_once: int) -> Pass:
    """Every call takes 1: the duration of a dialogue is its depth, the longest chain of calls that wait for each other."""

    async def serve(_: Answer) -> int:
        await asyncio.sleep(1.0)
        return 0

    prefixes = SharedPrefixes(_CHARACTERS_OF_A_DIALOGUE * at_once)
    return run_virtually(_drive(making_of, TimedEngine(answers, serve, prefixes), count, at_once))


def served_pass(making_of: MakingOf, answers: Answers, profile: ServerProfile, count: int, at_once: int) -> Pass:
    """Every call takes as long as on a server of `profile`, in the company of the other calls there."""
    model = ServerModel(profile)

    async def serve(answer: Answer) -> int:
        prompt = answer.hosted if profile.schema_first else answer.own
        return (await model.serve(prompt, answer.output_tokens)).cached_tokens

    driven = run_virtually(_drive(making_of, TimedEngine(answers, serve), count, at_once))
    return Pass(driven.outcomes, driven.calls, driven.durations, driven.seconds, model.processor.busy)


def _drive(making_of: MakingOf, engine: TimedEngine, count: int, at_once: int) -> Coroutine[Any, Any, Pass]:
    making = making_of(engine)
    numbers = counting()
    outcomes: dict[int, Outcome] = {}
    durations: dict[int, float] = {}

    async def work_off() -> None:
        loop = asyncio.get_running_loop()
        while (number := next(numbers)) < count:
            begun = loop.time()
            outcomes[number] = await making.make(number)
            durations[number] = loop.time() - begun

    async def all_of_them() -> Pass:
        await asyncio.gather(*(work_off() for _ in range(min(at_once, count))))
        ended = asyncio.get_running_loop().time()
        in_order = range(count)
        return Pass([outcomes[n] for n in in_order], engine.calls, [durations[n] for n in in_order], ended)

    return all_of_them()
