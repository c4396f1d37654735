"""Questions about what was found already, and their answers: `What was the total again?`"""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from typing import Any

from toolace_mt.engines.offline.books import frames, read_book
from toolace_mt.engines.offline.conversation import Exchange
from toolace_mt.engines.offline.facts import in_words
from toolace_mt.engines.offline.language import capital, counted, is_plural
from toolace_mt.schema.names import is_id_like, name_in_words, singular

_BOOKKEEPING = re.compile(r"_(?:on|by|at|updated|status)$|^(?:last|next|created|updated)_")
_CLEARLY_LAST = 6
_SKIPPED = frozenset(
    {"status", "message", "success", "result", "name", "id", "content", "description", "role", "email", "version"}
)


def facts(exchanges: Sequence[Exchange]) -> list[tuple[str, Any]]:
    """(name, value) of what can be asked about, the newest first; each name once, so that the question is clear."""
    found: dict[str, Any] = {}
    for call, result in reversed(exchanges):
        if result is None or result.is_error or not isinstance(result.content, dict):
            continue
        for name, value in result.content.items():
            many = isinstance(value, list) and len(value) > 1
            if name not in call.arguments and _can_be_asked(name) and (many or _is_plain(value)):
                found.setdefault(name, value)
        if found:
            break
    return [(name, value) for name, value in found.items() if not _has_rivals(name, value, exchanges)]


def _has_rivals(name: str, value: Any, exchanges: Sequence[Exchange]) -> bool:
    """Whether other values of that name came up not long ago, so that nobody could tell which one is meant."""
    shown = [r.content for _, r in exchanges[-_CLEARLY_LAST:] if r is not None and isinstance(r.content, dict)]
    return any(name in content and content[name] != value for content in shown)


def _can_be_asked(name: str) -> bool:
    """Whether a field has a name that a question can use: no `status`, no `updated_on`."""
    known = read_book("frames")["labels"]
    return name in known or (name not in _SKIPPED and not _BOOKKEEPING.search(name))


def _is_plain(value: Any) -> bool:
    return (
        isinstance(value, str | int | float)
        and not isinstance(value, bool)
        and 0 < len(str(value)) < 40
        and "_" not in str(value)
    )


def _label(name: str) -> str:
    said = name_in_words(name)
    return read_book("frames")["labels"].get(name) or re.sub(r"\bid\b", "ID", re.sub(r" usd$", "", said))


def follow_up(exchanges: Sequence[Exchange], rng: random.Random) -> tuple[str, str] | None:
    """A question about the newest results and its answer, or None where they hold nothing to ask about."""
    options = facts(exchanges)
    if not options:
        return None
    name, value = rng.choice(options)
    if isinstance(value, list):
        noun = singular(name_in_words(name))
        things = name_in_words(name) if is_plural(name) else f"{noun}s"
        verb = "was" if len(value) == 1 else "were"
        return rng.choice(frames("asks_how_many")).replace(
            "{things}", things
        ), f"There {verb} {counted(len(value), noun, things)}."
    label = _label(name)
    return rng.choice(frames("asks_again")).replace("{label}", label), _answer(name, value, label, rng)


def _answer(name: str, value: Any, label: str, rng: random.Random) -> str:
    text = str(value) if is_id_like(name) else in_words(name, value)
    return capital(rng.choice(frames("answers_again")).replace("{label}", label).replace("{value}", text))


def answer_to(question: str, exchanges: Sequence[Exchange], rng: random.Random) -> str | None:
    """The answer to a question that `follow_up` asks, or None."""
    for name, value in facts(exchanges):
        if isinstance(value, list):
            noun = name_in_words(name)
            if f"how many {noun}" in question.lower():
                return f"There were {counted(len(value), singular(noun), noun)}."
        elif re.search(rf"\b{re.escape(_label(name).lower())}\b", question.lower()):
            return _answer(name, value, _label(name), rng)
    return None
