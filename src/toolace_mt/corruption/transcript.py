"""A row of anybody's dialogues in OpenAI's form, as damage is planned on it: who speaks where, what is called, what came back.

Nothing here trusts the row: what is no message, no call or no result is no place for damage, and never an error.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property
from itertools import accumulate
from typing import Any, NamedTuple

import orjson

from toolace_mt.corruption.shapes import looks_like_id
from toolace_mt.dialogue.turns import content_value

_NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")
_NO_SIGN = re.compile(r"[\W_]+")
_MOST_LEAVES = 5_000
DEEPEST = 100
"""Levels of nesting that are still written back; what a call means never needs more."""


class Call(NamedTuple):
    """One call that can be read. message, position: its place. result: the message of its result, None without one."""

    message: int
    position: int
    id: str
    name: str
    arguments: dict[str, Any]
    result: int | None


class Step(NamedTuple):
    """A message with calls that are all answered in the messages after it. end: the first message behind the results."""

    message: int
    calls: tuple[Call, ...]
    end: int

    @property
    def results(self) -> range:
        """The messages of the results."""
        return range(self.message + 1, self.end)


class Identifier(NamedTuple):
    """An identifier in the arguments of a call. key: the name that it stands under. value: as text."""

    call: Call
    path: tuple[str | int, ...]
    key: str
    value: str


class Transcript:
    """Views of one row, each made once. The row is never changed. messages: as they stand, junk included."""

    def __init__(self, row: dict[str, Any]) -> None:
        messages = row.get("messages")
        self.row = row
        self.messages: list[Any] = messages if isinstance(messages, list) else []
        self.roles = [role_of(message) for message in self.messages]
        self.texts = [text_of(message) for message in self.messages]

    def role(self, index: int) -> str:
        """The role of a message; "" beside the dialogue, and for what is no message."""
        return self.roles[index] if 0 <= index < len(self.roles) else ""

    @cached_property
    def replies(self) -> list[int]:
        """Assistant messages with text and without calls."""
        return [i for i, role in enumerate(self.roles) if role == "assistant" and self._only_speaks(i)]

    @cached_property
    def user_messages(self) -> list[int]:
        """User messages with text."""
        return [i for i, role in enumerate(self.roles) if role == "user" and self._only_speaks(i)]

    def _only_speaks(self, index: int) -> bool:
        message = self.messages[index]
        return isinstance(message.get("content"), str) and bool(self.texts[index].strip()) and not raw_calls(message)

    @cached_property
    def results(self) -> list[int]:
        """The messages that are results."""
        return [i for i, role in enumerate(self.roles) if role == "tool"]

    @cached_property
    def steps(self) -> list[Step]:
        """The messages whose calls can all be read and have one result each."""
        found: list[Step] = []
        for index, message in enumerate(self.messages):
            count = len(raw_calls(message)) if self.roles[index] == "assistant" else 0
            end = index + 1
            while count and self.role(end) == "tool":
                end += 1
            if count and end - index - 1 == count and (calls := self._calls(index, end)) and len(calls) == count:
                found.append(Step(index, calls, end))
        return found

    @cached_property
    def calls(self) -> list[Call]:
        """The calls of all steps, in order."""
        return [call for step in self.steps for call in step.calls]

    def _calls(self, index: int, end: int) -> tuple[Call, ...]:
        """Results belong to calls by id, or by order where ids repeat or do not fit."""
        raws = raw_calls(self.messages[index])
        told = ((self.messages[place].get("tool_call_id"), place) for place in range(index + 1, end))
        places = {id_: place for id_, place in told if isinstance(id_, str)}
        ids = [raw.get("id") if isinstance(raw, dict) else None for raw in raws]
        fits = len(set(map(str, ids))) == len(ids) and set(map(str, ids)) == set(map(str, places))
        return tuple(
            Call(index, position, name_and_id[1], name_and_id[0], arguments, where)
            for position, raw in enumerate(raws)
            if (name_and_id := _name_and_id(raw)) and (arguments := arguments_of(raw)) is not None
            for where in [places[name_and_id[1]] if fits else index + 1 + position]
        )

    @cached_property
    def tools(self) -> dict[str, dict[str, Any]]:
        """Parameters' schema by the name of the tool; of the tools that have a readable one."""
        listed = self.row.get("tools")
        found: dict[str, dict[str, Any]] = {}
        for entry in listed if isinstance(listed, list) else ():
            function = entry.get("function", entry) if isinstance(entry, dict) else None
            if isinstance(function, dict) and isinstance(function.get("name"), str):
                parameters = function.get("parameters")
                found[function["name"]] = parameters if isinstance(parameters, dict) else {}
        return found

    def parameter(self, call: Call, name: str) -> dict[str, Any]:
        """The schema of one parameter of the called tool, {} where nothing is known."""
        properties = self.tools.get(call.name, {}).get("properties")
        schema = properties.get(name) if isinstance(properties, dict) else None
        return schema if isinstance(schema, dict) else {}

    @cached_property
    def squeezed(self) -> list[str]:
        """Each message as `squeeze` makes it: its text and its calls."""
        return [squeeze(_all_text(m, text)) for m, text in zip(self.messages, self.texts, strict=True)]

    @cached_property
    def everything(self) -> str:
        """The whole dialogue, squeezed; spaces between messages."""
        return " ".join(self.squeezed)

    @cached_property
    def numbers(self) -> frozenset[float]:
        """Every number that is written anywhere in the dialogue."""
        texts = (_all_text(message, text) for message, text in zip(self.messages, self.texts, strict=True))
        return frozenset(number for text in texts for number in numbers_in(text))

    def mentioned_before(self, index: int, value: str, role: str | None = None) -> bool:
        """Whether a message before `index`, of `role` where one is given, has `value`."""
        wanted = squeeze(value)
        if role not in self._joined:
            of_role = [
                text if role in (None, there) else "" for text, there in zip(self.squeezed, self.roles, strict=True)
            ]
            starts = accumulate((len(text) + 1 for text in of_role), initial=0)
            self._joined[role] = (" ".join(of_role), list(starts))
        text, starts_at = self._joined[role]
        return bool(wanted) and 0 <= text.find(wanted) < starts_at[index]

    @cached_property
    def _joined(self) -> dict[str | None, tuple[str, list[int]]]:
        """By role: the squeezed messages in one text, others left empty, and where each begins."""
        return {}

    @cached_property
    def identifiers(self) -> list[Identifier]:
        """The identifiers in calls that an earlier message has."""
        return [
            Identifier(call, path, key_of(path), str(value))
            for call in self.calls
            for path, value in leaves(call.arguments)
            if looks_like_id(key_of(path), value) and self.mentioned_before(call.message, str(value))
        ]

    def is_new(self, value: str) -> bool:
        """Whether the dialogue has `value` nowhere."""
        wanted = squeeze(value)
        return bool(wanted) and wanted not in self.everything

    @cached_property
    def result_values(self) -> list[tuple[int, str, Any]]:
        """(message, key, value) of every plain value in the results; the key of list items is that of the list."""
        return [
            (index, key_of(path), value)
            for index in self.results
            for path, value in leaves(content_value(self.texts[index]))
        ]

    def reply_after(self, step: Step) -> int | None:
        """The reply that directly follows the results of `step`."""
        is_reply = self.role(step.end) == "assistant" and self._only_speaks(step.end)
        return step.end if is_reply else None


def role_of(message: Any) -> str:
    """The role of a message, "" for what is none."""
    role = message.get("role") if isinstance(message, dict) else None
    return role if isinstance(role, str) else ""


def text_of(message: Any) -> str:
    """What a message says: its text, or that of its text parts."""
    content = message.get("content") if isinstance(message, dict) else None
    if isinstance(content, list):
        parts = (part.get("text") for part in content if isinstance(part, dict))
        return "".join(part for part in parts if isinstance(part, str))
    return content if isinstance(content, str) else ""


def raw_calls(message: Any) -> list[Any]:
    """The calls of a message as they stand."""
    calls = message.get("tool_calls") if isinstance(message, dict) else None
    return calls if isinstance(calls, list) else []


def arguments_of(raw: Any) -> dict[str, Any] | None:
    """The arguments of a call as it stands, None where they cannot be read."""
    arguments = raw["function"].get("arguments")
    if isinstance(arguments, str):
        try:
            arguments = orjson.loads(arguments)
        except orjson.JSONDecodeError:
            return None
    return arguments if isinstance(arguments, dict) and not nests_deeper(arguments, DEEPEST) else None


def _name_and_id(raw: Any) -> tuple[str, str] | None:
    function = raw.get("function") if isinstance(raw, dict) else None
    name, id_ = (function.get("name"), raw.get("id")) if isinstance(function, dict) else (None, None)
    return (name, id_) if isinstance(name, str) and isinstance(id_, str) else None


def _all_text(message: Any, text: str) -> str:
    """What a message says, and every value of its calls."""
    calls = raw_calls(message)
    return " ".join([text, *(str(value) for _, value in leaves(calls))]) if calls else text


def squeeze(text: str) -> str:
    """Lower case, letters and digits only: `#W-95 02` and `w9502` are one value."""
    return _NO_SIGN.sub("", text).lower()


def numbers_in(text: str) -> Iterator[float]:
    """The numbers written in `text`, thousands separated by commas or not; of sane length."""
    return (float(found.replace(",", "")) for found in _NUMBER.findall(text) if len(found) < 20)


def key_of(path: tuple[str | int, ...]) -> str:
    """The name that a value stands under: the items of a list have that of the list."""
    return next((part for part in reversed(path) if isinstance(part, str)), "")


def leaves(value: Any) -> Iterator[tuple[tuple[str | int, ...], Any]]:
    """(path, value) of every value in a JSON value that is no object and no list, in order; of a few thousand at most."""
    waiting: list[tuple[tuple[str | int, ...], Any]] = [((), value)]
    for _ in range(_MOST_LEAVES):
        if not waiting:
            return
        path, there = waiting.pop()
        if isinstance(there, dict):
            waiting += [((*path, str(key)), inner) for key, inner in reversed(there.items())]
        elif isinstance(there, list):
            waiting += [((*path, place), there[place]) for place in reversed(range(len(there)))]
        else:
            yield path, there


def nests_deeper(value: Any, levels: int) -> bool:
    """Whether a JSON value has more than so many levels of objects and lists."""
    layer = [value] if isinstance(value, dict | list) else []
    for _ in range(levels + 1):
        if not layer:
            return False
        inner = (there.values() if isinstance(there, dict) else there for there in layer)
        layer = [value for values in inner for value in values if isinstance(value, dict | list)]
    return bool(layer)
