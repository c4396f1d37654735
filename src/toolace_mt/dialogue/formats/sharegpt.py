"""ShareGPT with calls, as LLaMA-Factory has it: human, gpt, function_call, observation.

The value of a function_call is JSON: `{"name", "arguments"}`, or a list of these for calls made together. An observation is
the result's own text; of several calls, a JSON list of `{"name", "content"}`, or one observation for each.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from toolace_mt.dialogue.formats.content import read_text, result_text
from toolace_mt.dialogue.formats.named_calls import listed_results, read_calls
from toolace_mt.dialogue.formats.said import Said, SaidCall, SaidResult
from toolace_mt.dialogue.formats.told_tools import announced_tools
from toolace_mt.dialogue.formats.turns import Spoken, read_turns, without_thinking
from toolace_mt.dialogue.recorded import Unread


def read_sharegpt(turns: Sequence[Any], unread: list[Unread]) -> list[Said]:
    """What the turns say. What cannot be read is told in `unread`."""
    said: list[Said] = []
    asked = 0
    for spoken in read_turns(turns, unread):
        if spoken.role == "calls":
            said.append(_calls(spoken, unread))
            asked = len(said[-1].calls)
        elif spoken.role == "tool":
            said.append(results_said(spoken, _results(spoken.value, asked)))
        else:
            text = read_text(spoken.value, spoken.place, unread)
            if spoken.role == "assistant":
                text = without_thinking(text)
            said.append(text_said(spoken, text))
    return said


def text_said(spoken: Spoken, text: str, calls: Sequence[SaidCall] = ()) -> Said:
    """A message of the system, the user or the assistant; the user's can announce tools."""
    if spoken.role == "user":
        text, added = announced_tools(text)
        return Said(spoken.place, "user", text, added=added)
    return Said(spoken.place, "system" if spoken.role == "system" else "assistant", text, calls)


def results_said(spoken: Spoken, results: Sequence[SaidResult]) -> Said:
    """A turn of results; these, too, can announce tools."""
    read = [(result, *announced_tools(result.content)) for result in results]
    added = tuple([tool for _, _, tools in read for tool in tools])
    kept = [result._replace(content=text) if tools else result for result, text, tools in read]
    return Said(spoken.place, "tool", results=kept, added=added)


def _results(value: Any, asked: int) -> list[SaidResult]:
    """The results of a turn: one text, or, where several calls were made together, a list of as many."""
    text = result_text(value)
    return (listed_results(text, asked) if asked > 1 else None) or [SaidResult(None, None, text)]


def _calls(spoken: Spoken, unread: list[Unread]) -> Said:
    value = spoken.value
    if isinstance(value, str):
        value = without_thinking(value)
    calls = read_calls(value, spoken.place, unread)
    text = "" if calls or not isinstance(value, str) else value
    return Said(spoken.place, "assistant", text, calls)
