"""Checks that several operations share: names of tools, arguments against schemas, grounding, leftovers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from typing import Any

from toolace_mt.dialogue.grounding import known_text, squeeze, ungrounded
from toolace_mt.dialogue.leftovers import leftovers, strings_in
from toolace_mt.dialogue.turns import TurnDraft, content_text
from toolace_mt.schema.validate import argument_problems
from toolace_mt.types import Dialogue, Tool


def call_problems(name: str, arguments: dict[str, Any], tools: Sequence[Tool]) -> list[str]:
    """What is wrong with one call: an unknown tool, or arguments that break its schema."""
    by_name = {tool.name: tool for tool in tools}
    if name not in by_name:
        close = get_close_matches(name, by_name, 1)
        hint = f"did you mean {close[0]}?" if close else f"the tools are {', '.join(sorted(by_name))}"
        return [f"there is no tool {name!r}; {hint}"]
    return [f"{name}: {problem}" for problem in argument_problems(by_name[name], arguments)]


def draft_problems(drafts: Sequence[TurnDraft], tools: Sequence[Tool], before: Dialogue, upto: int) -> list[str]:
    """What is wrong with calls and texts of `drafts`, which continue `before` from turn `upto` on."""
    problems: list[str] = []
    known = known_text(before, upto)
    for position, draft in enumerate(drafts):
        where = f"turns[{position}]"
        for call in draft.tool_calls:
            problems += [f"{where}: {p}" for p in call_problems(call.name, call.arguments, tools)]
            problems += [
                f"{where}: {call.name}: the value {value!r} of {path} was not mentioned by the user or any result before"
                for path, value in ungrounded(known, call.arguments)
            ]
        problems += [f"{where}: {p}" for p in text_problems(_written(draft))]
        known += squeeze(" ".join([draft.content, *(content_text(r.content) for r in draft.results)]))
    return problems


def _written(draft: TurnDraft) -> list[str]:
    return [draft.content, *(text for call in draft.tool_calls for text in strings_in(call.arguments))]


def text_problems(texts: Iterable[str]) -> list[str]:
    """Placeholders, masks, leaked tokens and refusals in `texts`."""
    return [f"contains the {what} {found!r}; write real text" for text in texts for what, found in leftovers(text)]
