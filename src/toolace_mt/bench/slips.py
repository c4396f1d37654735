"""Mistakes in calls, put in at a stated rate: the offline engine makes hardly any, and a method must pay for those it meets.

Only calls that a model writes can have one, wherever it writes them: in a skeleton, in a turn of a simulated assistant, in a
fill or a repair. What is damaged depends on the request alone, so it is the same on every clock.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

import orjson

from toolace_mt.engines.base import Completion, Engine, Request


class Slipping:
    """An engine; each call that its answers contain has a wrong argument with the chance `rate`."""

    def __init__(self, inner: Engine, rate: float) -> None:
        self._inner = inner
        self._rate = rate

    async def complete(self, request: Request) -> Completion:
        """The inner engine's completion, with slips."""
        completion = await self._inner.complete(request)
        if self._rate <= 0 or '"arguments"' not in completion.text:
            return completion
        answer = orjson.loads(completion.text)
        rng = random.Random(request.fingerprint())
        slipped = [_slip(call["arguments"], rng) for call in _calls_in(answer) if rng.random() < self._rate]
        return completion.model_copy(update={"text": orjson.dumps(answer).decode()}) if any(slipped) else completion


def _calls_in(answer: Any) -> Iterator[dict[str, Any]]:
    """Everything in `answer` that is a call, but for deliberate mistakes."""
    left = [answer]
    while left:
        value = left.pop(0)
        if isinstance(value, list):
            left += value
        elif isinstance(value, dict):
            is_call = isinstance(value.get("name"), str) and isinstance(value.get("arguments"), dict)
            if is_call and value["arguments"] and not value.get("faulty"):
                yield value
            left += value.values()


def _slip(arguments: dict[str, Any], rng: random.Random) -> bool:
    """Put one wrong value into `arguments`: a made-up id where there is one, else another number or text."""
    ids = [name for name, value in arguments.items() if isinstance(value, str) and any(map(str.isdigit, value))]
    plain = [name for name, value in arguments.items() if isinstance(value, str | int | float)]
    if not plain:
        return False
    name = rng.choice(ids or plain)
    arguments[name] = _other(arguments[name], rng)
    return True


def _other(value: Any, rng: random.Random) -> Any:
    if isinstance(value, bool):
        return not value
    if isinstance(value, int | float):
        return value + rng.randint(1, 9)
    shuffled = "".join(str(rng.randrange(10)) if c.isdigit() else c for c in value)
    return shuffled if shuffled != value else f"{value}-{rng.randrange(10, 100)}"
