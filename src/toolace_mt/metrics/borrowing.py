"""Values that a call took from an earlier result: what makes one step depend on another.

A value of an argument is *borrowed* where
- it can tell anything: a text of 3 characters or more, or a number of 3 digits or more; no truth value, and none that the
  parameter's own schema names (`enum`, `const`, `default`, `examples`);
- the result of an earlier turn states it: a text stands there in whole words, whatever the case and the separators; a
  number equals one of a JSON result's numbers, or is written in a result that is plain text. Names of fields are no values;
- nobody had said it before that result came: neither the system prompt, nor a user message, nor an argument.
A user may name it afterwards, having been told: it is `restated` then, and still comes from the result. All of this errs on
the side of too few: a value put together from results, or rounded, is not seen as borrowed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, NamedTuple

from toolace_mt.dialogue.grounding import mentions, says, squeeze
from toolace_mt.dialogue.turns import content_value
from toolace_mt.types import Action, Dialogue, Observation, ToolCall

_SHORTEST = 3
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_FIELD_NAME = re.compile(r"[a-z][A-Za-z_]*")
_NAMING = ("enum", "const", "default", "example", "examples")

Scalar = str | int | float


class Borrowed(NamedTuple):
    """`value`, given for `parameter` by a call of `turn`; the results of turns `first` and `last` state it (may be one).

    restated: a user message between the result and the call says it too.
    """

    turn: int
    call_id: str
    parameter: str
    value: Scalar
    first: int
    last: int
    restated: bool


def borrowed_values(dialogue: Dialogue) -> Iterator[Borrowed]:
    """The borrowed values of all calls, in order. Memory and time depend on this dialogue only."""
    said = [(-1, _Statement.of_text(dialogue.system))]
    given: list[tuple[int, _Statement]] = []
    used: list[tuple[int, _Statement]] = []
    named = _named_by_schemas(dialogue)
    for index, turn in enumerate(dialogue.turns):
        if isinstance(turn, Observation):
            said += [(index, _Statement.of_text(turn.text))] if turn.text else []
            given += [(index, _Statement.of_result(result.content)) for result in turn.results]
            continue
        for call, parameter, value in _telling_values(turn, named):
            turns = [there for there, statement in given if statement.holds(value)]
            if not turns or any(there < turns[0] and statement.holds(value) for there, statement in (*said, *used)):
                continue
            restated = any(statement.holds(value) for _, statement in said)
            yield Borrowed(index, call.id, parameter, value, turns[0], turns[-1], restated)
        used += [(index, _Statement.of_value(call.arguments)) for call in turn.calls]


class _Statement:
    """A text that states values, made ready to be asked for many. numbers: those of a JSON value."""

    def __init__(self, text: str, numbers: frozenset[float] | None = None) -> None:
        self._text = text
        self._squeezed = squeeze(text)
        self._numbers = numbers

    @staticmethod
    def of_text(text: str) -> _Statement:
        return _Statement(text)

    @staticmethod
    def of_result(content: str) -> _Statement:
        value = content_value(content)
        return _Statement(content) if isinstance(value, str) else _Statement.of_value(value)

    @staticmethod
    def of_value(value: Any) -> _Statement:
        found = list(_scalars(value, keys=True))
        numbers = frozenset(float(n) for n in found if not isinstance(n, str))
        return _Statement("\n".join(n for n in found if isinstance(n, str)), numbers)

    def holds(self, value: Scalar) -> bool:
        if isinstance(value, str):
            return says(self._squeezed, value) or (bool(_DATE.fullmatch(value)) and mentions(self._text, value))
        if self._numbers is None:
            return mentions(self._text, value)
        return float(value) in self._numbers


def _telling_values(turn: Action, named: dict[tuple[str, str], set[str]]) -> Iterator[tuple[ToolCall, str, Scalar]]:
    for call in turn.calls:
        for parameter, argument in call.arguments.items():
            ordinary = named.get((call.name, parameter), set())
            for value in _scalars(argument):
                if _tells(value) and _plain(value) not in ordinary:
                    yield call, parameter, value


def _tells(value: Scalar) -> bool:
    text = _plain(value)
    return len(text.strip()) >= _SHORTEST if isinstance(value, str) else sum(map(str.isdigit, text)) >= _SHORTEST


def _plain(value: Scalar) -> str:
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value).lower()


def _named_by_schemas(dialogue: Dialogue) -> dict[tuple[str, str], set[str]]:
    """The values that the schema of each (tool, parameter) names: to choose one of these takes no result."""
    named: dict[tuple[str, str], set[str]] = {}
    for tool in dialogue.all_tools:
        for parameter, schema in tool.properties.items():
            if found := {_plain(value) for value in _named_in(schema)}:
                named[tool.name, parameter] = found
    return named


def _named_in(schema: Any) -> Iterator[Scalar]:
    waiting = [schema]
    while waiting:
        part = waiting.pop()
        if isinstance(part, dict):
            for keyword, inner in part.items():
                if keyword in _NAMING:
                    yield from _scalars(inner)
                else:
                    waiting.append(inner)
        elif isinstance(part, list):
            waiting += part


def _scalars(value: Any, *, keys: bool = False) -> Iterator[Scalar]:
    """The texts and finite numbers inside a JSON value, however deep; with `keys`, those of objects that name no field."""
    waiting = [value]
    while waiting:
        part = waiting.pop()
        if isinstance(part, dict):
            if keys:
                yield from (key for key in part if not _names_field(key))
            waiting += part.values()
        elif isinstance(part, list | tuple):
            waiting += part
        elif isinstance(part, str) or (isinstance(part, int | float) and not isinstance(part, bool) and _finite(part)):
            yield part


def _finite(number: float) -> bool:
    return abs(number) < 1e300


@lru_cache(maxsize=4096)
def _names_field(key: str) -> bool:
    """`order_id` is the name of a field; `W-4412`, `AAPL` or `notes.txt`, as keys, are values."""
    return _FIELD_NAME.fullmatch(key) is not None
