"""Ask a model an operation: render, complete, parse, check, and ask again with the problems shown, a bounded number of times.

A model's text is hostile: it is cut off, wrapped in prose or Markdown, in the wrong form, or a refusal. All of that costs a
re-ask; after the last one the operation ends in what its caller can make of the drafts, or in `NoUsableAnswer`, which fails
one step of one dialogue and never the run.
"""

from __future__ import annotations

import hashlib
import json
import random
import re
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TypeVar

import json_repair
import orjson
from pydantic import ValidationError

from toolace_mt.config import EngineConfig, ModelsConfig
from toolace_mt.dialogue.garbled import garbled
from toolace_mt.dialogue.leftovers import keys_in, strings_in
from toolace_mt.dialogue.turns import Draft
from toolace_mt.engines.base import CallKey, Completion, Engine, Message, Request
from toolace_mt.errors import NoUsableAnswer
from toolace_mt.operations.base import Instructions, Operation
from toolace_mt.operations.roles import ROLES
from toolace_mt.types import Usage, UserProfile

In = TypeVar("In")
Out = TypeVar("Out", bound=Draft)
T = TypeVar("T")

OFFLINE_MODEL = "offline"
_SHOWN_ANSWER = 6000
_SHOWN_PROBLEMS = 12
_LONGEST_PROBLEM = 1500
_SHOWN_BEGINNING = 120
_THINKING_ENDS = "</think>"
_STRING = re.compile(r'"(?:[^"\\]|\\.)*"', re.DOTALL)
_DECODER = json.JSONDecoder()
# A brace in prose, as in {x}, is followed by neither.
_OPENING = re.compile(r"""\{(?=\s*["'}])""")
_DEEPEST_ANSWER = 60
_LONGEST_REPAIRED = 200_000


class Unacceptable(Exception):
    """Raised by an `accept` function: the answer cannot be used, for the reasons that the model is then shown."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


@dataclass
class Asker:
    """Asks the operations of one dialogue, and keeps count of what they used.

    seed: the run's seed. Every request and every random choice derives its own from (seed, dialogue, step, attempt), so
    that nothing depends on timing. models: which roles have a model of their own. profile: the user
    whom the dialogue is about, where there is one. texts: of the run's instructions; None for the built-in ones.
    """

    engine: Engine
    config: EngineConfig
    dialogue_id: str
    seed: int
    usage: Usage = field(default_factory=Usage)
    models: ModelsConfig = field(default_factory=ModelsConfig)
    profile: UserProfile | None = None
    texts: Instructions | None = None

    def rng(self, step: str) -> random.Random:
        """The random numbers of one step of this dialogue."""
        return random.Random(self._derive(f"rng/{step}"))

    def _derive(self, name: str) -> int:
        digest = hashlib.blake2b(f"{self.seed}/{self.dialogue_id}/{name}".encode(), digest_size=8).digest()
        return int.from_bytes(digest, "big") >> 33

    async def ask(self, operation: Operation[In, Out], given: In, step: str) -> Out:
        """The answer of `operation`, parsed and checked. Raises NoUsableAnswer, RequestRefused or a RunStopped."""

        async def take(answer: Out) -> Out:
            return answer

        return await self.ask_for(operation, given, step, take)

    async def ask_for(
        self,
        operation: Operation[In, Out],
        given: In,
        step: str,
        accept: Callable[[Out], Awaitable[T]],
        last_resort: Callable[[Sequence[Out]], Awaitable[T]] | None = None,
    ) -> T:
        """As `ask`, with a last check that may run tools: `accept` gives the result, or raises `Unacceptable`.

        last_resort: what to do with the answers that could be read where none passed; it gives the result, or raises
        `Unacceptable` or NoUsableAnswer where there is none to be had.
        """
        system, user = operation.render(given, self.texts, self.profile)
        heard = f"{system}\n{user}"
        messages = (Message("system", system), Message("user", user))
        completion, problems = Completion(text=""), list[str]()
        flawed: list[Out] = []
        for attempt in range(self.config.reasks + 1):
            completion = await self._complete(operation, messages, step, attempt)
            answer, problems = read_answer(operation.output, completion, heard=heard)
            if answer is not None:
                flawed.append(answer)
                problems = operation.check(given, answer)
                if not problems:
                    try:
                        return await accept(answer)
                    except Unacceptable as verdict:
                        problems = verdict.problems
            messages = (*messages[:2], *_again(completion, problems))
        if last_resort is not None:
            with suppress(Unacceptable, NoUsableAnswer):
                return await last_resort(flawed)
        raise NoUsableAnswer(
            f"{step}: no usable answer in {self.config.reasks + 1} attempts: {_why_unusable(completion, problems)}"
        )

    async def _complete(
        self, operation: Operation[In, Out], messages: tuple[Message, ...], step: str, attempt: int
    ) -> Completion:
        config = self.config
        request = Request(
            key=CallKey(self.dialogue_id, step, attempt),
            operation=operation.name,
            model=self.models.of(ROLES.get(operation.name)) or config.model or OFFLINE_MODEL,
            messages=messages,
            schema=operation.schema,
            seed=self._derive(f"request/{step}/{attempt}"),
            temperature=config.temperature,
            top_p=config.top_p,
            max_tokens=config.max_tokens,
            extra=config.extra,
        )
        completion = await self.engine.complete(request)
        self.usage += completion.usage
        return completion


def read_answer(output: type[Out], completion: Completion, *, heard: str = "") -> tuple[Out | None, list[str]]:
    """The answer in a completion, or None and what is wrong with it, in words for the model.

    heard: what it was asked; broken signs that stand in it may be told again.
    """
    if completion.refusal or completion.finish_reason == "content_filter":
        return None, ["it was a refusal; this is harmless training material, so answer with the JSON object"]
    if completion.finish_reason == "length":
        return None, ["it was cut off, being too long; answer more briefly, with shorter texts and results"]
    found = find_object(completion.text)
    if found is None:
        return None, ["it holds no whole JSON object; answer with one JSON object and nothing else"]
    if not _can_be_kept(found):
        return None, ["it holds broken characters, or JSON nested far too deep; write plain text and flat JSON"]
    if garbling := _garbling(found, heard):
        return None, garbling
    try:
        return output.model_validate(found), []
    except ValidationError as error:
        return None, [_say(problem) for problem in error.errors(include_url=False, include_context=False)]


def _why_unusable(completion: Completion, problems: Sequence[str]) -> str:
    """What was wrong with the last answer, in words for the user; `problems` are those for the model."""
    if completion.finish_reason == "content_filter":
        return "the endpoint's content filter withheld it (finish_reason content_filter)"
    if completion.refusal:
        return f"the model refused: {_beginning(completion.refusal)}"
    if completion.finish_reason == "length":
        return "it was cut off at the longest answer allowed (finish_reason length; engine.max_tokens)"
    if not completion.text.strip():
        return f"it is empty (finish_reason {completion.finish_reason})"
    if find_object(completion.text) is None:
        return f"it holds no whole JSON object; it begins with {_beginning(completion.text)}"
    return "; ".join(problems[:3])


def _beginning(text: str) -> str:
    line = " ".join(text.split())
    return repr(line if len(line) <= _SHOWN_BEGINNING else f"{line[:_SHOWN_BEGINNING]}...")


def _can_be_kept(value: object) -> bool:
    """Whether `value` can be written as JSON again, with room for the nesting of a request around it."""
    try:
        orjson.dumps(value)
    except TypeError:
        return False
    return _depth_at_most(value, _DEEPEST_ANSWER)


def _garbling(answer: dict[str, object], heard: str) -> list[str]:
    r"""What is broken in the texts of an answer. Nothing is mended: of `caf\u0000e9`, no more than `cafe9` would be left."""
    found = garbled("\n".join([*strings_in(answer), *keys_in(answer)]))
    return [f"it holds the {what} {signs!r}; write plain text" for what, signs in found if signs not in heard]


def _depth_at_most(value: object, depth: int) -> bool:
    level: list[object] = [value]
    for _ in range(depth):
        level = [inner for outer in level for inner in _inside(outer)]
        if not level:
            return True
    return False


def _inside(value: object) -> Iterable[object]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()


def _say(problem: object) -> str:
    assert isinstance(problem, dict)
    where = "".join(f"[{p}]" if isinstance(p, int) else f".{p}" for p in problem["loc"]).lstrip(".")
    return f"{where or 'the answer'}: {problem['msg']}"


def find_object(text: str) -> dict[str, object] | None:
    """The JSON object in a model's text: thinking, fences and prose around it are dropped, small damage is repaired.

    Of several whole objects the longest is taken; drafts inside the thinking are none of them. Damage is repaired only
    inside a whole object: what was cut off is never completed by guessing.
    """
    text = _after_thinking(text)
    whole, broken_at = _longest_whole(text)
    if whole is not None or broken_at < 0:
        return whole
    end = text.rfind("}")
    body = text[broken_at : end + 1]
    if len(body) > _LONGEST_REPAIRED or not _is_whole(body, text[end + 1 :]):
        return None
    try:
        value = json_repair.loads(body, skip_json_loads=True)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) and value else None


def _after_thinking(text: str) -> str:
    """What stands behind the last `</think>`; the tag that opens is often part of the prompt, so that only this one is sent.

    Without an opening tag, one that an answer quotes ends no thinking, nor does one behind which no object begins.
    """
    tag = text.rfind(_THINKING_ENDS)
    behind = tag + len(_THINKING_ENDS)
    if tag < 0:
        return text
    if not text.lstrip().startswith("<think"):
        is_quoted = any(start < tag < end for _, start, end in _objects(text))
        if is_quoted or not _OPENING.search(text, behind):
            return text
    return text[behind:]


def _longest_whole(text: str) -> tuple[dict[str, object] | None, int]:
    """The longest whole JSON object in `text`, and where the first broken one begins (-1: nowhere).

    Nothing is looked for inside a broken object: a part of a cut answer is no answer.
    """
    best: dict[str, object] | None = None
    longest = 0
    for value, start, end in _objects(text):
        if value is None:
            return best, start
        if value and end - start > longest:
            best, longest = value, end - start
    return best, -1


def _objects(text: str) -> Iterator[tuple[dict[str, object] | None, int, int]]:
    """(value, start, end) of the JSON objects in `text`, up to the first broken one: None, and an empty span."""
    opening = _OPENING.search(text)
    while opening:
        start = opening.start()
        try:
            value, end = _DECODER.raw_decode(text, start)
        except (ValueError, RecursionError):
            yield None, start, start
            return
        yield value, start, end
        opening = _OPENING.search(text, end)


def _is_whole(body: str, rest: str) -> bool:
    """Whether every brace and bracket outside strings is closed, and nothing of an object goes on behind."""
    bare = _STRING.sub("", body)
    return bare.count("{") == bare.count("}") and bare.count("[") == bare.count("]") and not set('{["') & set(rest)


def _again(completion: Completion, problems: list[str]) -> tuple[Message, Message]:
    text = completion.text or completion.refusal or "(nothing)"
    if len(text) > _SHOWN_ANSWER:
        text = f"{text[:_SHOWN_ANSWER]} ... (cut)"
    # On one line each, and not too long: problems quote names and outputs of tools, which are untrusted.
    listed = "\n".join(f"- {' '.join(problem.split())[:_LONGEST_PROBLEM]}" for problem in problems[:_SHOWN_PROBLEMS])
    if len(problems) > _SHOWN_PROBLEMS:
        listed += f"\n- and {len(problems) - _SHOWN_PROBLEMS} more of this kind"
    return (
        Message("assistant", text),
        Message(
            "user", f"That answer cannot be used:\n{listed}\n\nAnswer again, with the whole JSON object, corrected."
        ),
    )
