"""Texts that must not be trained on: leftovers of the making, and refusals."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from toolace_mt.dialogue.leftovers import PATTERNS, keys_in, may_hold_leftovers, may_hold_tokens, strings_in
from toolace_mt.dialogue.leftovers import leftovers as leftovers_in
from toolace_mt.dialogue.turns import content_value
from toolace_mt.rules.reading import Reading
from toolace_mt.schema.names import words
from toolace_mt.types import Action, Finding, Observation, Severity, ToolCall, ToolResult, Turn

_ANY = tuple(PATTERNS)
# Results are data of others, and so are the names of parameters: an address template in them is no mistake of the dialogue.
_NEVER_IN_DATA = ("special token", "mask")
# A system prompt may show how calls are to be written, and name placeholders.
_TAG = re.compile(r"</?(?:tools|tool_|function|think)")
# A tool may well be called `your_location`.
_NEVER_IN_NAMES = ("special token",)

# In code, queries and templates, brackets and braces mean what they say.
_CODE = re.compile(
    r"\s*(?:SELECT|INSERT|UPDATE|DELETE|WITH|CREATE|ALTER)\b|\bf[\"']|</\w|\bprint\(|\bdef \w|\breturn\b", re.IGNORECASE
)
_CODE_WORDS = frozenset(
    {"code", "query", "sql", "script", "template", "snippet", "command", "html", "regex", "pattern", "format", "source"}
)
_OF_TEMPLATES = re.compile(
    r"\b(?:templates?|placeholders?|variables?|merge fields?|mail merge|snippet|code|query|script|sql|html)\b",
    re.IGNORECASE,
)
_STRUCK_OUT = ("<s>", "</s>")
_HTML = re.compile(
    r"</?(?:p|b|i|u|em|strong|div|span|br|li|ul|ol|td|tr|table|h[1-6]|a|body|del)\b[^<>]{0,80}>", re.IGNORECASE
)
_TODO = "todo"


class _Written(NamedTuple):
    """A text, the call or result that it is in, and what must not be in it."""

    text: str
    call_id: str | None
    never: tuple[str, ...]
    call: ToolCall | None = None


def leftovers(reading: Reading) -> list[Finding]:
    """No mask, placeholder, special token of a chat template, or refusal "as an AI" is left anywhere."""
    findings = [_finding(None, None, what, found) for what, found in _leftovers_of_system(reading.dialogue.system)]
    for index in _suspects(reading):
        there: list[tuple[str | None, str, str, Severity]] = [
            (written.call_id, what, found, _severity(reading, index, written, what, found))
            for written in _written(reading.turns[index])
            for what, found in leftovers_in(written.text)
            if what in written.never and not (written.call and found.strip().lower() == _TODO)
        ]
        findings += [_finding(index, *one) for one in dict.fromkeys(there)]
    return findings


def _severity(reading: Reading, index: int, written: _Written, what: str, found: str) -> Severity:
    """A warning for what may be meant: in code and templates, in a text that is struck out, and what was said before."""
    text = written.text
    if what == "special token":
        struck_out = found.lower() in _STRUCK_OUT and 0 <= text.find("<s>") < text.find("</s>") and _HTML.search(text)
        return "warning" if struck_out else "error"
    if what == "refusal":
        return "error"
    if what == "placeholder":
        if written.call and (_CODE.search(text) or _is_for_code(written.call, text)):
            return "warning"
        if reading.kinds[index] == "user" and _OF_TEMPLATES.search(text):
            return "warning"
    heard = any(found in said for at, said in reading.requests if at < index)
    return "warning" if heard or any(found in content for content in _results_before(reading, index)) else "error"


def _is_for_code(call: ToolCall, text: str) -> bool:
    """Whether the tool, or the parameter that has `text`, is named after code or templates."""
    names = [call.name, *[name for name, value in call.arguments.items() if value == text]]
    return any(not _CODE_WORDS.isdisjoint(words(name[:128])) for name in names)


def _results_before(reading: Reading, index: int) -> Iterator[str]:
    for turn in reading.turns[:index]:
        yield from (result.content for result in turn.results) if isinstance(turn, Observation) else ()


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
    """The texts of a turn."""
    if turn.text:
        yield _Written(turn.text, None, _ANY)
    for call in turn.calls if isinstance(turn, Action) else ():
        yield _Written(call.name, call.id, _NEVER_IN_NAMES)
        for text in strings_in(call.arguments):
            yield _Written(text, call.id, _ANY, call)
        for key in keys_in(call.arguments):
            yield _Written(key, call.id, _NEVER_IN_DATA)
    for result in turn.results if isinstance(turn, Observation) else ():
        for text in _shown(result):
            yield _Written(text, result.call_id, _NEVER_IN_DATA)


def _shown(result: ToolResult) -> Iterator[str]:
    """The text of a result as it is, and as exporters write it anew: JSON can hide `<` behind an escape."""
    yield result.content
    value = content_value(result.content)
    if not isinstance(value, str):
        yield from strings_in(value)
        yield from keys_in(value)


def _finding(index: int | None, call_id: str | None, what: str, found: str, severity: Severity = "error") -> Finding:
    detail = f"contains the {what} {found!r}"
    return Finding(rule="leftovers", severity=severity, turn=index, call_id=call_id, detail=detail)
