"""Questions for what a user has said, who then says it again: told by the arguments of calls, whatever they are."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

from toolace_mt.rules.reading import Reading
from toolace_mt.schema.names import words

_ASKS = (
    *("what", "which", "provide", "share", "tell me", "let me know", "i have your", "i get your", "give me", "send me"),
    "specify",
)
_SHORTEST = 3
_LONGEST = 60
_LONGEST_QUESTION = 400
_MOST_ARGUMENTS = 400
_EMPTY_ANSWERS = frozenset({"yes", "true", "false", "none", "any", "all", "other", "dontcare"})


class AskedAgain(NamedTuple):
    """A reply at `turn` asks for the argument `name`, though the user had said `value` before, and says it again."""

    turn: int
    name: str
    value: str


def asked_again(reading: Reading) -> Iterator[AskedAgain]:
    """The questions that got a value again which the user had given; one for each reply."""
    arguments = _arguments(reading)
    if not arguments:
        return
    for turn, text in reading.requests:
        if turn < 2 or reading.kinds[turn - 1] != "reply":
            continue
        question = reading.turns[turn - 1].text[:_LONGEST_QUESTION]
        if (
            "?" in question
            and _asks(question := question.lower())
            and (found := _repeated(reading, turn, question, text.lower(), arguments))
        ):
            yield AskedAgain(turn - 1, *found)


def _asks(question: str) -> bool:
    return any([word in question for word in _ASKS])  # noqa: C419 - a list is faster here


def _repeated(
    reading: Reading, turn: int, question: str, answer: str, arguments: list[tuple[str, str]]
) -> tuple[str, str] | None:
    """(name, value) of an argument of any call that the question asks for, and that is in the answer as before it."""
    for name, value in arguments:
        asked = value in answer and value not in question and _asks_for(question, name)
        if asked and any(at < turn - 1 and _says(text.lower(), value) for at, text in reading.requests):
            return name, value
    return None


def _arguments(reading: Reading) -> list[tuple[str, str]]:
    """(name, value in lower case) of the arguments that are short texts, and that users say more than once; each once."""
    given = {
        (name, value.lower()): None
        for answered in reading.answered
        for name, value in answered.call.arguments.items()
        if isinstance(value, str) and _SHORTEST <= len(value) <= _LONGEST
    }
    said = reading.asked_lower
    return [
        (name, value)
        for name, value in islice(given, _MOST_ARGUMENTS)
        if value not in _EMPTY_ANSWERS and said.count(value) > 1
    ]


def _asks_for(question: str, name: str) -> bool:
    parts = words(name[:_LONGEST])
    return bool(parts) and all(re.search(rf"\b{re.escape(part)}s?\b", question) for part in parts)


def _says(text: str, value: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(value)}(?!\w)", text) is not None
