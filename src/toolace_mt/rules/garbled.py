"""Texts that were broken on their way: control characters, mojibake, what replaces a letter that was lost."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from toolace_mt.dialogue.garbled import garbled, may_be_garbled
from toolace_mt.dialogue.leftovers import keys_in, strings_in
from toolace_mt.dialogue.turns import content_value
from toolace_mt.rules.reading import Reading
from toolace_mt.types import Action, Finding, Observation, ToolResult, Turn

# JSON hides control characters, and often all that is beyond ASCII.
_ESCAPES = ("\\u", "\\b", "\\f")


def garbled_text(reading: Reading) -> list[Finding]:
    """No message, argument or result holds control characters, mojibake or signs that stand for lost letters.

    A warning in what tools and the system prompt say, and in what is said as they say it; an error elsewhere.
    """
    of_others = {signs for _, signs in _of_system(reading.dialogue.system)}
    findings = [_finding(None, None, what, signs, mild=True) for what, signs in _of_system(reading.dialogue.system)]
    in_written, in_told = _may_be(reading.written), _may_be(reading.told)
    if not in_written and not in_told:
        return findings
    for index, turn in enumerate(reading.turns):
        for call_id, what, signs in dict.fromkeys(_in_written(turn)) if in_written else ():
            findings.append(_finding(index, call_id, what, signs, mild=signs in of_others))
        for call_id, what, signs in dict.fromkeys(_in_results(turn)) if in_told else ():
            findings.append(_finding(index, call_id, what, signs, mild=True))
            of_others.add(signs)
    return findings


def _may_be(text: str) -> bool:
    return ("\\" in text and any(escape in text for escape in _ESCAPES)) or may_be_garbled(text)


@lru_cache(maxsize=64)
def _of_system(system: str) -> tuple[tuple[str, str], ...]:
    """What is broken in a system prompt, of which many dialogues have the same."""
    return tuple(garbled(system))


def _in_written(turn: Turn) -> Iterator[tuple[str | None, str, str]]:
    """(call, what it is, the signs) for what is broken in the text and the calls of a turn."""
    for what, signs in garbled(turn.text):
        yield None, what, signs
    for call in turn.calls if isinstance(turn, Action) else ():
        for what, signs in garbled("\n".join([call.name, *strings_in(call.arguments), *keys_in(call.arguments)])):
            yield call.id, what, signs


def _in_results(turn: Turn) -> Iterator[tuple[str | None, str, str]]:
    for result in turn.results if isinstance(turn, Observation) else ():
        for what, signs in garbled(_shown(result)):
            yield result.call_id, what, signs


def _shown(result: ToolResult) -> str:
    """A result as it is, and the texts in it where it is JSON."""
    content = result.content
    value = content_value(content) if any(escape in content for escape in _ESCAPES) else content
    return content if isinstance(value, str) else "\n".join([content, *strings_in(value), *keys_in(value)])


def _finding(index: int | None, call_id: str | None, what: str, signs: str, *, mild: bool) -> Finding:
    detail = f"contains the {what} {signs!r}"
    return Finding(rule="garbled", severity="warning" if mild else "error", turn=index, call_id=call_id, detail=detail)
