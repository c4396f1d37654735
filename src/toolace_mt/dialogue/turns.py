"""How a model sees turns, and how its turns come back.

One form is used in every context and every answer: `{"turn", "role", "content" | "tool_calls" | "results"}`. Results stand
beside each other in one turn, in the order of the calls, as the paper's observations do.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Sequence
from itertools import count
from typing import Any, Literal

import orjson
from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from toolace_mt.dialogue.parts import kind_of_part, other_parts
from toolace_mt.types import Action, Dialogue, Observation, ToolCall, ToolResult, Turn

TurnKind = Literal["user", "calls", "results", "reply"]
_ID_SIGNS = "0123456789abcdefghijklmnopqrstuvwxyz"
_BEYOND_64_BITS = re.compile(r"(?<![\w.])-?\d{19,}(?![\w.])")
_DIGITS = bytes(48 if chr(code) in "0123456789" else 32 for code in range(256))
_LONG_NUMBER = b"0" * 19
ROLES: dict[TurnKind, str] = {"user": "user", "calls": "assistant", "results": "tool", "reply": "assistant"}


class Draft(BaseModel):
    """Base of what a model answers: unknown keys are ignored, since they cannot do harm."""

    model_config = ConfigDict(extra="ignore")


class CallDraft(Draft):
    """A call as a model writes it."""

    name: str
    arguments: dict[str, Any]

    @field_validator("arguments", mode="before")
    @classmethod
    def _from_text(cls, value: Any) -> Any:
        """Many models write arguments as a JSON string, as OpenAI's wire form does."""
        if isinstance(value, str):
            try:
                return orjson.loads(value or "{}")
            except orjson.JSONDecodeError:
                return value
        return {} if value is None else value


class ResultDraft(Draft):
    """The output of one call: any JSON value, or text."""

    content: Any
    is_error: bool = False


class TurnDraft(Draft):
    """A turn as a model writes it."""

    role: Literal["user", "assistant", "tool"]
    content: str = ""
    tool_calls: list[CallDraft] = Field(default_factory=list[CallDraft])
    results: list[ResultDraft] = Field(default_factory=list[ResultDraft])

    @model_validator(mode="before")
    @classmethod
    def _forgive(cls, value: Any) -> Any:
        """Nulls for absent parts, and a tool's output under `content`, mean what they seem to mean."""
        if not isinstance(value, dict):
            return value
        turn = {str(k): v for k, v in value.items() if v is not None}
        if turn.get("role") == "tool" and "results" not in turn and "content" in turn:
            turn["results"] = [{"content": turn.pop("content")}]
        return turn

    @property
    def kind(self) -> TurnKind:
        """Which of the four kinds of turn this is."""
        if self.role == "assistant":
            return "calls" if self.tool_calls else "reply"
        return "user" if self.role == "user" else "results"


def kind_of(turn: Turn) -> TurnKind:
    """Which of the four kinds of turn this is."""
    if isinstance(turn, Action):
        return "calls" if turn.calls else "reply"
    return "results" if turn.results else "user"


def turn_json(index: int, turn: Turn) -> dict[str, Any]:
    """A turn as a model sees it."""
    shown: dict[str, Any] = {"turn": index, "role": ROLES[kind_of(turn)]}
    if turn.text:
        shown["content"] = turn.text
    if others := other_parts(turn.kept):
        shown["attachments"] = [kind_of_part(part) for part in others]
    if isinstance(turn, Action):
        if turn.calls:
            shown["tool_calls"] = [{"name": c.name, "arguments": c.arguments} for c in turn.calls]
        return shown
    if turn.results:
        shown["results"] = [_result_json(r) for r in turn.results]
    if turn.tools_added:
        shown["tools_added"] = [t.name for t in turn.tools_added]
    return shown


def _result_json(result: ToolResult) -> dict[str, Any]:
    shown: dict[str, Any] = {"name": result.name, "content": content_value(result.content)}
    if result.is_error:
        shown["is_error"] = True
    return shown


def dialogue_json(dialogue: Dialogue) -> list[dict[str, Any]]:
    """The numbered turns of a dialogue as a model sees them."""
    return [turn_json(index, turn) for index, turn in enumerate(dialogue.turns)]


def content_value(content: str) -> Any:
    """The JSON value that a result's text holds, or the text itself."""
    if content[:1] not in "{[":
        return content
    try:
        value = orjson.loads(content)
    except orjson.JSONDecodeError:
        return content
    # As text such integers stay exact.
    return content if may_be_rounded(content) and _BEYOND_64_BITS.search(content) else value


def may_be_rounded(text: str) -> bool:
    """Whether a JSON text may have an integer beyond 64 bits, which orjson rounds: told fast, by the runs of digits."""
    return _LONG_NUMBER in text.encode("utf-8", "surrogatepass").translate(_DIGITS)


def content_text(value: Any) -> str:
    """The text of a result: JSON for objects, lists and numbers; text as it is."""
    return value if isinstance(value, str) else json_text(value)


def json_text(value: Any) -> str:
    """`value` as compact JSON, keys in their own order.

    What orjson refuses (integers beyond 64 bits, half a surrogate pair) still comes out, with the standard library.
    """
    try:
        return orjson.dumps(value).decode()
    except TypeError:
        return json.dumps(value, separators=(",", ":"))


def call_ids(origin: str) -> Iterator[str]:
    """Endless call ids of nine letters and digits (what every chat template takes), always the same for one `origin`."""
    for number in count():
        digest = hashlib.blake2b(f"{origin}/{number}".encode(), digest_size=8).digest()
        value = int.from_bytes(digest, "big")
        yield "".join(_ID_SIGNS[value // 36**place % 36] for place in range(9))


def build_turns(drafts: Sequence[TurnDraft], subtask: int | None, ids: Iterator[str]) -> tuple[Turn, ...]:
    """Turn drafts into turns; each call takes the next of `ids`, and results are paired with calls by order.

    The drafts have passed `shape_problems`: roles alternate, and there are as many results as calls.
    """
    turns: list[Turn] = []
    calls: tuple[ToolCall, ...] = ()
    for draft in drafts:
        if draft.role == "user":
            turns.append(Observation(text=draft.content.strip(), subtask=subtask))
        elif draft.role == "assistant":
            calls = tuple(ToolCall(id=next(ids), name=c.name, arguments=c.arguments) for c in draft.tool_calls)
            turns.append(Action(text=draft.content.strip(), calls=calls, subtask=subtask))
        else:
            turns.append(Observation(results=pair_results(calls, draft.results), subtask=subtask))
    return tuple(turns)


def pair_results(calls: Sequence[ToolCall], drafts: Sequence[ResultDraft]) -> tuple[ToolResult, ...]:
    """Result drafts as the results of `calls`, by order."""
    return tuple(
        ToolResult(call_id=c.id, name=c.name, content=content_text(r.content), is_error=r.is_error)
        for c, r in zip(calls, drafts, strict=True)
    )
