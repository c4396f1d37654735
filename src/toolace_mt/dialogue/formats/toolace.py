"""ToolACE's text: calls as Python writes them, in brackets; results as a JSON list of `{"name", "results"}`."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from toolace_mt.dialogue.formats.bracket_calls import look_like_calls, read_bracket_calls
from toolace_mt.dialogue.formats.content import read_text, result_text
from toolace_mt.dialogue.formats.literals import Unreadable
from toolace_mt.dialogue.formats.named_calls import listed_results
from toolace_mt.dialogue.formats.python_names import original_name
from toolace_mt.dialogue.formats.said import Said, SaidResult
from toolace_mt.dialogue.formats.sharegpt import results_said, text_said
from toolace_mt.dialogue.formats.turns import Spoken, read_turns, without_thinking
from toolace_mt.dialogue.recorded import Unread


def read_toolace(turns: Sequence[Any], tools: Collection[str], unread: list[Unread]) -> list[Said]:
    """What the turns say. tools: the names that can be called. What cannot be read is told in `unread`."""
    said: list[Said] = []
    for spoken in read_turns(turns, unread):
        if spoken.role == "tool":
            said.append(results_said(spoken, _results(result_text(spoken.value))))
            continue
        text = read_text(spoken.value, spoken.place, unread)
        if spoken.role in ("assistant", "calls"):
            said.append(_action(spoken, without_thinking(text), tools, unread))
        else:
            said.append(text_said(spoken, text))
    return said


def _action(spoken: Spoken, text: str, tools: Collection[str], unread: list[Unread]) -> Said:
    stripped = text.strip()
    if not look_like_calls(stripped):
        return text_said(spoken, text)
    try:
        return text_said(spoken, "", read_bracket_calls(stripped, tools))
    except Unreadable as error:
        name = original_name(stripped[1:].partition("(")[0].strip())
        if name in tools or "=" in stripped:  # words in brackets are no calls
            detail = f'the calls cannot be read: {error}; write [name(key="value"), ...] with values as Python has them'
            unread.append(Unread(spoken.place, None, detail))
        return text_said(spoken, text)


def _results(text: str) -> list[SaidResult]:
    results = listed_results(text, None)
    if results is None:
        return [SaidResult(None, None, text)]
    return [result._replace(name=original_name(result.name)) if result.name else result for result in results]
