"""Going in circles: the same call, message, reply or phrase again for no reason."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from toolace_mt.dialogue.grounding import squeeze
from toolace_mt.dialogue.turns import json_text
from toolace_mt.rules.reading import AnsweredCall, Reading
from toolace_mt.types import Action, Finding, Observation

_CALLS_IN_CIRCLES = 3
_LONG_MESSAGE = 60
_LONG_REPLY = 20
_WORD = re.compile(r"[぀-ヿ一-鿿가-힯]|\w+")
_LOOPED_WORDS = 12
_LOOPS = 4
_LONGEST_PHRASE = 30


def repetition(reading: Reading) -> list[Finding]:
    """No call, user message, assistant reply or phrase is repeated without a reason."""
    found = (*_repeated_calls(reading), *_repeated_messages(reading), *_repeated_replies(reading), *_loops(reading))
    return sorted(found, key=lambda finding: finding.turn or 0)


def _repeated_calls(reading: Reading) -> Iterator[Finding]:
    """Calls that can tell nothing new: made again at once with the same result, or three times for one user message.

    Not so: trying again after an error, polling until the answer changes, looking again after another call.
    """
    last: AnsweredCall | None = None
    seen: Counter[tuple[str, str, str]] = Counter()
    listening = -1
    for answered in reading.answered:
        index, call, result = answered
        if (asked := reading.last_user[index]) != listening:
            listening, last = asked, None
            seen.clear()
        if result is None or not answered.succeeded:
            last = None
            continue
        key = (call.name, json_text(call.arguments), result.content)
        seen[key] += 1
        again = last is not None and (last.call.name, last.call.arguments) == (call.name, call.arguments)
        if again and last and last.result and last.result.content == result.content:
            detail = f"{call.name} is called again at once with the same arguments, and answers the same"
            yield Finding(rule="repetition", turn=index, call_id=call.id, detail=detail)
        elif seen[key] == _CALLS_IN_CIRCLES:
            detail = f"{call.name} is called {_CALLS_IN_CIRCLES} times with the same arguments, and answers the same"
            yield Finding(rule="repetition", turn=index, call_id=call.id, detail=detail)
        last = answered


def _repeated_messages(reading: Reading) -> Iterator[Finding]:
    """Long user messages said again word for word; a request may be made again when its tool has been added."""
    said: set[str] = set()
    for index, turn in enumerate(reading.turns):
        if not isinstance(turn, Observation) or not turn.is_user:
            continue
        text = squeeze(turn.text).replace(" ", "")
        if len(text) >= _LONG_MESSAGE and text in said and not turn.tools_added:
            yield Finding(rule="repetition", turn=index, detail="the user says the same again, word for word")
        said.add(text)


def _repeated_replies(reading: Reading) -> Iterator[Finding]:
    """A reply that is the one before it, word for word."""
    last = ""
    for index, turn in enumerate(reading.turns):
        if isinstance(turn, Action) and not turn.calls:
            text = squeeze(turn.text).replace(" ", "")
            if len(text) >= _LONG_REPLY and text == last:
                yield Finding(rule="repetition", turn=index, detail="the reply is the last one again, word for word")
            last = text


def _loops(reading: Reading) -> Iterator[Finding]:
    for index, turn in enumerate(reading.turns):
        if phrase := looped_phrase(turn.text):
            yield Finding(rule="repetition", turn=index, detail=f"the text says {phrase!r} over and over")


def looped_phrase(text: str) -> str | None:
    """A phrase that stands at least four times in a row, over twelve words or more; None where there is none.

    Not so where it is but figures: a table may hold many zeros.
    """
    words = _WORD.findall(text.lower())
    if len(set(words)) > len(words) - _LOOPED_WORDS + _LOOPED_WORDS // _LOOPS:  # too many different ones for any loop
        return None
    for period in _periods(words):
        needed = max(_LOOPED_WORDS, _LOOPS * period) - period
        run = 0
        for position in range(len(words) - period):
            run = run + 1 if words[position] == words[position + period] else 0
            if run >= needed:
                phrase = words[position + 1 - run :][:period]
                if not all(word.isdigit() for word in phrase):
                    return " ".join(phrase)
    return None


def _periods(words: list[str]) -> list[int]:
    """How long the phrase of a loop can be: in every loop, some three words come at least three times, that far apart."""
    triples = list(zip(words, words[1:], words[2:], strict=False))
    counts = Counter(triples)
    last: dict[tuple[str, ...], int] = {}
    periods: set[int] = set()
    for position, triple in enumerate(triples):
        if counts[triple] >= _LOOPS - 1:
            periods.add(position - last.get(triple, position))
            last[triple] = position
    return sorted(period for period in periods if 0 < period <= _LONGEST_PHRASE)
