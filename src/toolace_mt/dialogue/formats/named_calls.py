"""Calls and results as JSON objects inside a text: `{"name", "arguments"}`, `{"name", "content"}`, one or a list of them."""

from __future__ import annotations

from typing import Any, cast

import orjson

from toolace_mt.dialogue.formats.arguments import read_arguments, repeated
from toolace_mt.dialogue.formats.content import result_text
from toolace_mt.dialogue.formats.literals import Unreadable, read_literal_only
from toolace_mt.dialogue.formats.said import SaidCall, SaidResult
from toolace_mt.dialogue.recorded import Unread

ARGUMENTS = ("arguments", "parameters", "args")
CONTENTS = ("content", "results", "result", "response", "output")


def read_value(text: str) -> Any:
    """The JSON value that `text` is, or the Python literal: many datasets were written with `str(dict)`. Raises Unreadable."""
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return read_literal_only(text)


def read_calls(said: Any, place: int, unread: list[Unread]) -> list[SaidCall]:
    """The calls in a text, or in the value that it would hold; what is none is told in `unread`."""
    try:
        value = read_value(said) if isinstance(said, str) else said
    except Unreadable as error:
        unread.append(Unread(place, None, f"the call is not valid JSON ({error})"))
        return []
    if isinstance(said, str) and (problem := repeated(said, value)) is not None:
        unread.append(Unread(place, None, f"the call: {problem.detail}", problem.severity))
    listed = cast("list[Any]", value) if isinstance(value, list) else [value]
    return [call for each in listed if (call := _call(each, place, unread)) is not None]


def _call(said: Any, place: int, unread: list[Unread]) -> SaidCall | None:
    function = said.get("function") if isinstance(said, dict) else None
    named: Any = cast("Any", function) if isinstance(function, dict) else said
    name = named.get("name") if isinstance(named, dict) else None
    if not isinstance(name, str):
        unread.append(Unread(place, None, 'the call has no `name`; write {"name": ..., "arguments": {...}}'))
        return None
    arguments, problem = read_arguments(next((named[key] for key in ARGUMENTS if key in named), None))
    call_id = said.get("id")
    shown = call_id if isinstance(call_id, str) and call_id else None
    if problem is not None:
        unread.append(Unread(place, shown, f"the call of {name[:64]}: {problem.detail}", problem.severity))
    return SaidCall(shown, name, arguments)


def as_result(value: Any) -> SaidResult | None:
    """The result that an object with a name and a content is; None where `value` is something else."""
    if not isinstance(value, dict) or not isinstance(name := value.get("name"), str):
        return None
    key = next((key for key in CONTENTS if key in value), None)
    if key is None:
        return None
    call_id = value.get("tool_call_id")
    return SaidResult(call_id if isinstance(call_id, str) and call_id else None, name or None, result_text(value[key]))


def listed_results(text: str, number: int | None) -> list[SaidResult] | None:
    """The results that a JSON list of `{"name", ...}` holds; None where it is no such list, or not one of `number`.

    Where `number` is known, a list of as many other values is taken for the results, in order.
    """
    if text.lstrip()[:1] != "[":
        return None
    try:
        value = read_value(text)
    except Unreadable:
        return None
    if not isinstance(value, list) or not value or (number is not None and len(value) != number):
        return None
    results = [as_result(each) for each in cast("list[Any]", value)]
    if all(results):
        return [result for result in results if result is not None]
    return None if number is None else [SaidResult(None, None, result_text(each)) for each in cast("list[Any]", value)]
