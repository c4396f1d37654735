"""Hermes' tags: calls are JSON inside `<tool_call>`, results inside `<tool_response>`, tools inside `<tools>`.

What stands inside is often no JSON but what Python's `str` makes of a dict. Text may stand beside the calls; a block of
`<think>` before them is left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, cast

from toolace_mt.dialogue.formats.content import read_text, result_text
from toolace_mt.dialogue.formats.literals import Unreadable
from toolace_mt.dialogue.formats.named_calls import as_result, read_calls, read_value
from toolace_mt.dialogue.formats.said import Said, SaidCall, SaidResult
from toolace_mt.dialogue.formats.sharegpt import results_said, text_said
from toolace_mt.dialogue.formats.turns import Spoken, read_turns, without_thinking
from toolace_mt.dialogue.recorded import Unread

CALL, RESPONSE = "tool_call", "tool_response"


def read_hermes(turns: Sequence[Any], unread: list[Unread]) -> list[Said]:
    """What the turns say. What cannot be read is told in `unread`."""
    said: list[Said] = []
    for spoken in read_turns(turns, unread):
        if spoken.role == "tool":
            said.append(results_said(spoken, _results(result_text(spoken.value))))
            continue
        text = read_text(spoken.value, spoken.place, unread)
        if spoken.role in ("assistant", "calls"):
            said.append(_action(spoken, without_thinking(text), unread))
        elif spoken.role == "user" and text.lstrip().startswith(
            f"<{RESPONSE}>"
        ):  # as some chat templates write results
            said.append(results_said(spoken, _results(text)))
        else:
            said.append(text_said(spoken, text))
    return said


def _action(spoken: Spoken, text: str, unread: list[Unread]) -> Said:
    if f"<{CALL}>" not in text:
        return text_said(spoken, text)
    calls: list[SaidCall] = []
    beside: list[str] = []
    for inside, piece in pieces(text, CALL):
        if not inside:
            beside.append(piece)
            continue
        if not piece.endswith(f"</{CALL}>"):
            unread.append(Unread(spoken.place, None, f"<{CALL}> is never closed"))
        calls += read_calls(piece.removesuffix(f"</{CALL}>").strip(), spoken.place, unread)
    spare = "\n".join(filter(None, map(str.strip, beside)))
    return text_said(spoken, spare, calls)


def pieces(text: str, tag: str) -> Iterator[tuple[bool, str]]:
    """(inside, piece) of `text`; what is inside begins after `<tag>`, and ends with `</tag>` where there is one."""
    opening, closing = f"<{tag}>", f"</{tag}>"
    before, *rest = text.split(opening)
    yield False, before
    for piece in rest:
        inside, closed, after = piece.partition(closing)
        yield True, inside + closed
        yield False, after


def _results(text: str) -> list[SaidResult]:
    if f"<{RESPONSE}>" not in text:
        return [SaidResult(None, None, text)]
    inside = [piece.removesuffix(f"</{RESPONSE}>") for within, piece in pieces(text, RESPONSE) if within]
    return [result for piece in inside for result in _read_results(piece.strip())]


def _read_results(piece: str) -> list[SaidResult]:
    """A result with its name, a list of such, or whatever else a tool gave."""
    if piece[:1] in ("{", "["):
        try:
            value = read_value(piece)
        except Unreadable:
            return [SaidResult(None, None, piece)]
        listed = cast("list[Any]", value) if isinstance(value, list) and value else [value]
        results = [as_result(each) for each in listed]
        if all(results):
            return [result for result in results if result is not None]
    return [SaidResult(None, None, piece)]
