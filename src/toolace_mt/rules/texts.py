"""Texts that must not be trained on: leftovers of the making, and refusals."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from toolace_mt.dialogue.leftovers import PATTERNS, keys_in, may_hold_leftovers, may_hold_tokens, strings_in
from toolace_mt.dialogue.leftovers import leftovers as leftovers_in
from toolace_mt.dialogue.turns import content_value
from toolace_mt.rules.reading import Reading
from toolace_mt.types import Action, Finding, Observation, ToolResult, Turn

_ANY = tuple(PATTERNS)
# Results are data of others, and so are the names of parameters: an address template in them is no mistake of the dialogue.
_NEVER_IN_DATA = ("special token", "mask")
# A system prompt may show how calls are to be written, and name placeholders.
_TAG = re.compile(r"</?(?:tools|tool_|function|think)")
# A tool may well be called `your_location`.
_NEVER_IN_NAMES = ("special token",)

_Written = tuple[str, str | None, tuple[str, ...]]


def leftovers(reading: Reading) -> list[Finding]:
    """No mask, placeholder, special token of a chat template, or refusal "as an AI" is left anywhere."""
    findings = [_finding(None, None, what, found) for what, found in _leftovers_of_system(reading.dialogue.system)]
    for index in _suspects(reading):
        there = [
            (call_id, what, found)
            for text, call_id, never in _written(reading.turns[index])
            for what, found in leftovers_in(text)
            if what in never
        ]
        findings += [_finding(index, *one) for one in dict.fromkeys(there)]
    return findings


@lru_cache(maxsize=64)
def _leftovers_of_system(system: str) -> tuple[tuple[str, str], ...]:
    """Those of a system prompt, of which many dialogues have the same."""
    if not may_hold_leftovers(system):
        return ()
    return tuple((what, said) for what, said in leftovers_in(system) if what in _NEVER_IN_DATA and not _TAG.match(said))


def _suspects(reading: Reading) -> Iterator[int]:
    """The turns that are worth a closer look, in order: in most dialogues none is."""
    in_results = _may_be_in_results(reading.told)
    in_names = any("<" in a.call.name or "[" in a.call.name for a in reading.answered)
    in_texts = may_hold_leftovers(reading.written)
    if in_results or in_names or in_texts:
        for index, turn in enumerate(reading.turns):
            if in_results if isinstance(turn, Observation) and turn.results else in_texts or in_names:
                yield index


def _may_be_in_results(told: str) -> bool:
    return may_hold_tokens(told) or ("\\" in told and "\\u00" in told)


def _written(turn: Turn) -> Iterator[_Written]:
    """The texts of a turn, each with the call that it is in, and what must not be in it."""
    if turn.text:
        yield turn.text, None, _ANY
    for call in turn.calls if isinstance(turn, Action) else ():
        yield call.name, call.id, _NEVER_IN_NAMES
        for text in strings_in(call.arguments):
            yield text, call.id, _ANY
        for key in keys_in(call.arguments):
            yield key, call.id, _NEVER_IN_DATA
    for result in turn.results if isinstance(turn, Observation) else ():
        for text in _shown(result):
            yield text, result.call_id, _NEVER_IN_DATA


def _shown(result: ToolResult) -> Iterator[str]:
    """The text of a result as it is, and as exporters write it anew: JSON can hide `<` behind an escape."""
    yield result.content
    value = content_value(result.content)
    if not isinstance(value, str):
        yield from strings_in(value)
        yield from keys_in(value)


def _finding(index: int | None, call_id: str | None, what: str, found: str) -> Finding:
    return Finding(rule="leftovers", turn=index, call_id=call_id, detail=f"contains the {what} {found!r}")
