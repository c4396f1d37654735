"""Recorded calls to do again: read from a trace, given token ids, and handed out as those before them are done."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

import orjson
from pydantic import BaseModel, Field, ValidationError

from toolace_mt.errors import InputError

_Count = Annotated[int, Field(ge=0, le=10_000_000)]


class TracedCall(BaseModel):
    """One line of a trace (`bench.trace` says what its fields are)."""

    dialogue: str
    number: _Count
    step: str = ""
    attempt: _Count = 0
    prompt_tokens: Annotated[int, Field(ge=1, le=1_000_000)]
    cached_tokens: _Count = 0
    output_tokens: Annotated[int, Field(ge=0, le=1_000_000)]
    after: list[_Count] = []
    prefix_of: _Count | None = None
    prefix_tokens: _Count = 0


class _Head(BaseModel):
    method: str
    attempted: _Count
    accepted: list[str]


@dataclass
class TracedMethod:
    """The calls of one method, in the order of their numbers; accepted: names of dialogues, of the `attempted` ones."""

    name: str
    accepted: frozenset[str]
    calls: list[TracedCall] = field(default_factory=list[TracedCall])
    attempted: int = 0

    def first(self, dialogues: int) -> TracedMethod:
        """The same with only the first so many dialogues."""
        kept = set(list(dict.fromkeys(call.dialogue for call in self.calls))[:dialogues])
        calls = [call for call in self.calls if call.dialogue in kept]
        return TracedMethod(self.name, self.accepted & kept, calls, len(kept))


def read_trace(file: Path) -> list[TracedMethod]:
    """The methods of a trace. Raises InputError with the line where it is none."""
    methods: list[TracedMethod] = []
    for number, line in _lines(file):
        try:
            if b'"attempted"' in line:
                head = _Head.model_validate_json(line)
                methods.append(TracedMethod(head.method, frozenset(head.accepted), attempted=head.attempted))
                continue
            call = TracedCall.model_validate_json(line)
        except ValidationError as error:
            problem = error.errors()[0]
            where = ".".join(map(str, problem["loc"])) or "the line"
            raise InputError(f"{file}:{number}: {where}: {problem['msg']}") from None
        if not methods:
            raise InputError(
                f"{file}:{number}: a call stands before the line of its method; write it with bench --trace"
            )
        known = methods[-1].calls
        if call.number != len(known) or any(one >= call.number for one in call.after):
            raise InputError(f"{file}:{number}: number: calls are numbered from 0, and wait only for earlier ones")
        if call.prefix_of is not None:
            if call.prefix_of >= call.number:
                raise InputError(f"{file}:{number}: prefix_of: names an earlier call of the method")
            if call.prefix_tokens > min(call.prompt_tokens, known[call.prefix_of].prompt_tokens):
                raise InputError(f"{file}:{number}: prefix_tokens: are more than one of the two prompts has")
        known.append(call)
    if not any(method.calls for method in methods):
        raise InputError(f"{file}: holds no calls; write it with toolace-mt bench --trace {file}")
    return methods


def _lines(file: Path) -> Iterator[tuple[int, bytes]]:
    try:
        with file.open("rb") as lines:
            yield from ((number, line) for number, line in enumerate(lines, 1) if line.strip())
    except OSError as error:
        raise InputError(f"{file}: cannot be read ({error.strerror or error})") from None


def token_ids(method: TracedMethod, vocabulary: int, seed: int = 0) -> dict[int, list[int]]:
    """Made-up prompts by call: two begin with the same ids just where the real ones began with the same text."""
    rng = random.Random(seed)
    ids: dict[int, list[int]] = {}
    for call in method.calls:
        shared = ids[call.prefix_of][: call.prefix_tokens] if call.prefix_of in ids else []
        ids[call.number] = shared + [rng.randrange(vocabulary) for _ in range(call.prompt_tokens - len(shared))]
    return ids


class Schedule:
    """Hands calls out: so many dialogues at a time, in order, and a call once those that it waits for are done."""

    def __init__(self, calls: Sequence[TracedCall], at_once: int) -> None:
        self._calls = {call.number: call for call in calls}
        self._waits_for = {call.number: set(call.after) & set(self._calls) for call in calls}
        self._followers: dict[int, list[int]] = {}
        for call in calls:
            for one in self._waits_for[call.number]:
                self._followers.setdefault(one, []).append(call.number)
        self._left: dict[str, set[int]] = {}
        for call in calls:
            self._left.setdefault(call.dialogue, set()).add(call.number)
        self._to_begin = list(reversed(self._left))
        self._places = at_once
        self.finished: set[str] = set()

    def begin(self) -> list[TracedCall]:
        """What can be sent now because there is room for further dialogues."""
        ready: list[int] = []
        while self._places and self._to_begin:
            self._places -= 1
            ready += [number for number in sorted(self._left[self._to_begin.pop()]) if not self._waits_for[number]]
        return [self._calls[number] for number in ready]

    def done(self, number: int) -> list[TracedCall]:
        """What can be sent once the call `number` is answered."""
        dialogue = self._calls[number].dialogue
        self._left[dialogue].discard(number)
        ready: list[TracedCall] = []
        for follower in self._followers.get(number, ()):
            self._waits_for[follower].discard(number)
            if not self._waits_for[follower]:
                ready.append(self._calls[follower])
        if not self._left[dialogue]:
            self.finished.add(dialogue)
            self._places += 1
            ready += self.begin()
        return ready

    def stop_beginning(self) -> None:
        """Begin no further dialogue: the time is up."""
        self._to_begin.clear()


def dump(value: object) -> str:
    """`value` as JSON with an indent."""
    return orjson.dumps(value, option=orjson.OPT_INDENT_2).decode()
