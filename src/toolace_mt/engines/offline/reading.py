"""Reading a request: the JSON document that the user message begins with, as typed values.

Only the text of the messages, the operation's name and the seed count, so that a request answered over HTTP gets the same
answer as one answered in the process.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import orjson
from pydantic import ValidationError

from toolace_mt.dialogue.turns import TurnKind, content_text
from toolace_mt.engines.base import Request
from toolace_mt.engines.offline.skills import Skill, skill_of
from toolace_mt.engines.offline.slips import mended
from toolace_mt.errors import ProviderError
from toolace_mt.types import EnvironmentRef, SubTask, Value

_AGENT = "agent_"


class Call(Value):
    """A call as the context shows it."""

    name: str
    arguments: dict[str, Any]

    @property
    def key(self) -> bytes:
        """The same for equal calls."""
        return orjson.dumps([self.name, self.arguments], option=orjson.OPT_SORT_KEYS)


class Result(Value):
    """A result as the context shows it."""

    name: str
    content: Any
    is_error: bool = False

    @property
    def text(self) -> str:
        """The result as the assistant reads it."""
        return content_text(self.content)


@dataclass(frozen=True)
class Turn:
    """A turn as the context shows it; of a masked one only its kind and the names of its tools are known."""

    index: int
    kind: TurnKind
    text: str = ""
    calls: tuple[Call, ...] = ()
    results: tuple[Result, ...] = ()
    added: tuple[str, ...] = ()
    masked: bool = False
    names: tuple[str, ...] = ()
    must_state: tuple[Any, ...] = ()
    must_convey: tuple[tuple[str, Any], ...] = ()

    @property
    def failed(self) -> bool:
        """True for results with an error among them."""
        return any(result.is_error for result in self.results)

    def shown(self) -> dict[str, Any]:
        """The turn in the form of an answer."""
        if self.kind == "calls":
            calls = [{"name": c.name, "arguments": c.arguments} for c in self.calls]
            return {"role": "assistant", **({"content": self.text} if self.text else {}), "tool_calls": calls}
        if self.kind == "results":
            results = [{"content": r.content, **({"is_error": True} if r.is_error else {})} for r in self.results]
            return {"role": "tool", "results": results}
        return {"role": "user" if self.kind == "user" else "assistant", "content": self.text}


@dataclass(frozen=True)
class Scene:
    """All that a request shows: skills (tools with words for them), world, task, turns, and the rest of the context."""

    operation: str
    skills: dict[str, Skill]
    world: EnvironmentRef | None
    brief: dict[str, Any]
    task: tuple[SubTask, ...]
    turns: tuple[Turn, ...]
    context: dict[str, Any]
    seed: int
    digest: str

    def rng(self, *purpose: object) -> random.Random:
        """Random numbers of this request, apart for each purpose."""
        return random.Random(f"{self.seed}/{self.digest}/{purpose}")

    @property
    def recorded(self) -> bool:
        """Whether the dialogue was recorded elsewhere: nobody planned its task."""
        return not self.task

    @property
    def system(self) -> str:
        """What the assistant of a recorded dialogue was told beforehand."""
        return str(self.context.get("system", ""))

    @cached_property
    def lasting(self) -> str:
        """A digest of what stays the same through a dialogue, and everybody in it sees: tools' names without order, world."""
        world = [self.world.name, self.world.seed] if self.world else None
        return _digest(orjson.dumps([sorted(self.skills), world]))

    def dialogue_rng(self, *purpose: object) -> random.Random:
        """Random numbers that are the same for every request of a dialogue."""
        goals = [subtask.goal for subtask in self.task]
        return random.Random(f"{self.lasting}/{goals}/{purpose}")

    def with_turns(self, turns: Iterable[Turn]) -> Scene:
        """The same scene with other turns."""
        return replace(self, turns=tuple(turns))

    def with_task(self, task: Iterable[SubTask]) -> Scene:
        """The same scene with another task."""
        return replace(self, task=tuple(task))


def read_scene(request: Request) -> Scene:
    """What a request is about. Raises ProviderError (refused) where no such document is found in it."""
    try:
        context = _context(request)
        skills = [skill_of(orjson.dumps(raw)) for raw in context["tools"]]
        world = context.get("world")
        return Scene(
            operation=request.operation,
            skills={skill.name: skill for skill in skills},
            world=EnvironmentRef(name=world["name"], seed=world["seed"]) if world and "seed" in world else None,
            brief={k: v for k, v in world.items() if k not in ("name", "seed")} if world else {},
            task=tuple(_subtask(raw) for raw in context.get("task", ())),
            turns=_turns(context),
            context=context,
            seed=request.seed,
            digest=_digest("\n".join([request.operation, *(m.content for m in request.messages)]).encode()),
        )
    except (orjson.JSONDecodeError, ValidationError, KeyError, TypeError, ValueError, AttributeError) as error:
        raise ProviderError(
            f"the offline engine cannot read this request: {type(error).__name__}: {error}; it answers the operations of"
            " toolace-mt only, whose user message begins with a JSON document",
            kind="refused",
        ) from None


def _context(request: Request) -> dict[str, Any]:
    """The document of a request; of an agent's, the system message begins with it, and the dialogue stands in the next."""
    first = {message.role: message.content.partition("\n\n")[0] for message in reversed(request.messages)}
    if not request.operation.startswith(_AGENT):
        return orjson.loads(first.get("user", ""))
    lines = first.get("user", "").split("\n")[1:]
    return {
        "tools": [],
        **orjson.loads(first.get("system", "")),
        "dialogue": [orjson.loads(line) for line in lines],
        "refused": sum(message.role == "assistant" for message in request.messages),
    }


def _subtask(raw: dict[str, Any]) -> SubTask:
    return SubTask(goal=raw["goal"], tools=tuple(raw.get("tools", ())), steps=raw.get("steps", 1))


def _turns(context: dict[str, Any]) -> tuple[Turn, ...]:
    """The dialogue; where its user makes typos, as it was meant, so that what the engine said is known again."""
    turns = tuple(read_turn(i, raw) for i, raw in enumerate(context.get("dialogue", ())))
    profile = context.get("user_profile")
    if not isinstance(profile, dict) or profile.get("style") != "typos":
        return turns
    return tuple(replace(turn, text=mended(turn.text)) if turn.kind == "user" else turn for turn in turns)


def read_turn(index: int, raw: dict[str, Any]) -> Turn:
    """One turn of `dialogue`; a turn with two versions is read as version A."""
    if "A" in raw:
        raw = raw["A"]
    calls = tuple(Call(name=c["name"], arguments=c["arguments"]) for c in raw.get("tool_calls", ()))
    results = tuple(
        Result(name=r["name"], content=r["content"], is_error=r.get("is_error", False)) for r in raw.get("results", ())
    )
    return Turn(
        index=index,
        kind=_kind(raw),
        text=raw.get("content", ""),
        calls=calls,
        results=results,
        added=tuple(raw.get("tools_added", ())),
        masked=bool(raw.get("masked")),
        must_state=tuple(raw.get("must_state", ())),
        must_convey=tuple((v["parameter"], v["value"]) for v in raw.get("must_convey", ())),
        names=tuple(raw.get("calls_to") or raw.get("results_of") or ()),
    )


def _kind(raw: dict[str, Any]) -> TurnKind:
    if raw["role"] == "user":
        return "user"
    if raw["role"] == "tool":
        return "results"
    return "calls" if raw.get("tool_calls") or raw.get("calls_to") else "reply"


def exchanges(turns: Sequence[Turn], start: int, end: int | None = None) -> list[tuple[Call, Result | None]]:
    """Calls of the turns from `start` to `end` with their results, in order; None where results are masked."""
    stop = len(turns) if end is None else end
    found: list[tuple[Call, Result | None]] = []
    for i in range(start, stop):
        if turns[i].kind != "calls":
            continue
        results = turns[i + 1].results if i + 1 < len(turns) else ()
        for position, call in enumerate(turns[i].calls):
            found.append((call, results[position] if position < len(results) else None))
    return found


def steps_between(turns: Sequence[Turn], start: int, end: int) -> list[list[tuple[Call, Result | None]]]:
    """As `exchanges`, one list for each turn with calls; calls that failed are left out, since they are made again."""
    steps = [exchanges(turns, i, i + 1) for i in range(start, end) if turns[i].kind == "calls"]
    good = ([(c, r) for c, r in step if r is None or not r.is_error] for step in steps)
    return [step for step in good if step]


def until_next_user(turns: Sequence[Turn], index: int) -> int:
    """The index of the first user turn after `index`, or the number of turns."""
    return next((i for i in range(index + 1, len(turns)) if turns[i].kind == "user"), len(turns))


def _digest(data: bytes) -> str:
    return hashlib.blake2b(data, digest_size=12).hexdigest()
