"""Going in circles: the same call, message, reply or phrase again for no reason."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby

from toolace_mt.dialogue.grounding import squeeze
from toolace_mt.dialogue.loops import looped_phrase
from toolace_mt.rules.deeds import can_do, failed, only_looks
from toolace_mt.rules.reading import AnsweredCall, Reading, arguments_text
from toolace_mt.schema.names import words
from toolace_mt.types import Finding, Severity


def _words_of(text: str) -> frozenset[str]:
    return frozenset(text.split())


_CALLS_IN_CIRCLES = 3
_LONG_MESSAGE = 60
_LONG_REPLY = 20
# In bytes, so that it is as many words of Chinese.
_LONG_ECHO = 40
_EDGE = 10
_TO_AND_FRO = 2
# How many times who says this may want the same done; hours and amounts of money are no such numbers.
_MANY_TIMES = 12
_MOST_TIMES = 20
_TIMES = {
    **dict.fromkeys(("again", "another", "one more", "both", "double", "twice", "pair", "couple", "two"), 2),
    **{
        "three": 3,
        "triple": 3,
        "thrice": 3,
        "four": 4,
        "five": 5,
        "six": 6,
        "seven": 7,
        "eight": 8,
        "nine": 9,
        "ten": 10,
    },
    **dict.fromkeys(("times", "repeat", "keep", "every", "each", "until", "few", "several", "dozen"), _MANY_TIMES),
}
_SEVERAL = re.compile(
    rf"\b(?:{'|'.join(_TIMES)})\b|(?<![\w.,:/$€£#-])(?:[2-9]|1\d|20)(?![\w:/%-]|[.,]\d| ?[ap]\.?m\b)", re.IGNORECASE
)
# Of these alone, what only looks is wanted more than once.
_LOOKS_AGAIN = frozenset(("again", "twice", "thrice", "times", "repeat", "keep", "every", "until"))
# What such a tool does adds up: twice is more than once, and no mistake by itself.
_ADDS_UP = _words_of(
    "up down louder quieter next previous prev skip roll flip toss draw spin press tap click scroll step increase decrease "
    "increment decrement forward backward"
)
_DOES_NOT = _words_of("sign set back follow clean shut wake look check")
_NUMBER = re.compile(r"\d+")
_LONGEST_ASKED = 4000
_CODE = re.compile(r"(?<![\w-])[A-Za-z_-]{0,20}\d[\w-]{0,60}")

# What is called, with what arguments, what it answers, and whether that is an error.
_Made = tuple[str, str, str, bool]


def repetition(reading: Reading) -> list[Finding]:
    """No call, user message, assistant reply or phrase is repeated without a reason."""
    found = (
        *_repeated_calls(reading),
        *_repeated_messages(reading),
        *_repeated_replies(reading),
        *_echoes(reading),
        *_loops(reading),
    )
    return sorted(found, key=lambda finding: finding.turn or 0)


def _repeated_calls(reading: Reading) -> Iterator[Finding]:
    """Calls that can tell nothing new: made again at once with the same result, or three times for one user message.

    Not so: trying again after an error, polling until the answer changes, looking again after another call.
    """
    answered = reading.answered
    if len(answered) < 2:
        return
    if len({(a.call.name, text) for a, text in zip(answered, reading.argument_texts, strict=True)}) == len(answered):
        return
    for _, since in groupby(reading.answered, key=lambda answered: reading.last_user[answered.at]):
        yield from _circles(reading, list(since))


def _request(answered: AnsweredCall) -> tuple[str, str]:
    return answered.call.name, arguments_text(answered.call.arguments)


def _circles(reading: Reading, since: Sequence[AnsweredCall]) -> Iterator[Finding]:
    """The circles of the calls made since one user message."""
    seen: Counter[_Made] = Counter()
    made: list[_Made] = []
    told = False
    for answered in since:
        if answered.result is None or answered.call.faulty:
            made.clear()
            continue
        fails = failed(answered)
        key = (*_request(answered), answered.result.content, fails)
        seen[key] += 1
        at_once = made[-1:] == [key] and not fails
        if made and not fails and _done_twice(reading, answered, made[-1], key):
            yield _finding(answered, "warning", "is called again at once with the same arguments, and does it twice")
        if _CALLS_IN_CIRCLES <= seen[key] <= _MOST_TIMES + 1 or (at_once and seen[key] < _CALLS_IN_CIRCLES):
            yield from _again(reading, answered, seen[key], fails=fails)
        made.append(key)
        if not told and _goes_to_and_fro(made):
            told = True
            yield _finding(
                answered, "warning", f"is called in turn with {made[-2][0]}, again and again, and answers the same"
            )


def _done_twice(reading: Reading, answered: AnsweredCall, before: _Made, now: _Made) -> bool:
    """Whether a call books or pays again what the one before it did: the results differ in their numbers and codes alone."""
    if before[:2] != now[:2] or before[2] == now[2] or before[3]:
        return False
    tool = reading.tools_at(answered.at).get(answered.call.name)
    if tool is None or not (can_do(tool, "book") or can_do(tool, "pay")) or _wanted(reading, answered) > 1:
        return False
    first, second = (_CODE.sub("#", content[:_LONGEST_ASKED]) for content in (before[2], now[2]))
    return first == second


def _only_looks(reading: Reading, answered: AnsweredCall) -> bool:
    tool = reading.tools_at(answered.at).get(answered.call.name)
    return tool is not None and only_looks(tool)


def _again(reading: Reading, answered: AnsweredCall, times: int, *, fails: bool) -> Iterator[Finding]:
    """What is wrong with a call that is made so many times: told once, and again where it gets more than anybody wants."""
    wanted = _wanted(reading, answered)
    if times < _CALLS_IN_CIRCLES:
        mild = wanted >= times or _only_looks(reading, answered)
        what = "is called again at once with the same arguments, and answers the same"
        yield _finding(answered, "warning" if mild else "error", what)
    elif times == _CALLS_IN_CIRCLES or (times == wanted + 1 and not fails):
        what = f"is called {times} times with the same arguments, and answers the same"
        yield _finding(answered, "warning" if fails or wanted >= times else "error", what)


def _wanted(reading: Reading, answered: AnsweredCall) -> int:
    """How many times the user may want a call: `two clicks`, `another one`; many times, where what it does adds up.

    Who wants two things does not want them looked up twice: of tools that only look, more must be said. A number that the
    call has among its arguments says something else.
    """
    looks = _only_looks(reading, answered)
    of_name = words(answered.call.name)
    if not looks and not _ADDS_UP.isdisjoint(of_name) and _DOES_NOT.isdisjoint(of_name):
        return _MANY_TIMES
    heard = reading.last_user[answered.at]
    asked = reading.turns[heard].text[:_LONGEST_ASKED].lower() if heard >= 0 else ""
    if len(asked) < _LONG_MESSAGE and heard > 0:  # a mere yes says as much as the question before it
        asked += "\n" + reading.turns[heard - 1].text[-_LONGEST_ASKED:].lower()
    given = set(_NUMBER.findall(arguments_text(answered.call.arguments)))
    said = {word for word in _SEVERAL.findall(asked) if word in _LOOKS_AGAIN or not (looks or word in given)}
    return max((_TIMES.get(word) or int(word) for word in said), default=1)


def _goes_to_and_fro(made: Sequence[_Made]) -> bool:
    """Whether the last calls are one and another in turn: A, B, A, B."""
    last = made[-2 * _TO_AND_FRO :]
    return len(last) == 2 * _TO_AND_FRO and last[0] != last[1] and last[:2] == last[2:]


def _finding(answered: AnsweredCall, severity: Severity, what: str) -> Finding:
    name, call_id = answered.call.name, answered.call.id
    return Finding(rule="repetition", severity=severity, turn=answered.at, call_id=call_id, detail=f"{name} {what}")


def _repeated_messages(reading: Reading) -> Iterator[Finding]:
    """Long user messages said again word for word; a request may be made again when its tool has been added.

    People do repeat themselves where they are asked again, so it is no more than a warning in what was recorded.
    """
    long = [(index, text) for index, text in reading.requests if len(text) >= _LONG_MESSAGE]
    severity: Severity = "warning" if reading.recorded else "error"
    said: set[str] = set()
    for index, text in _alike(long):
        if len(text) >= _LONG_MESSAGE and text in said and not getattr(reading.turns[index], "tools_added", ()):
            detail = "the user says the same again, word for word"
            yield Finding(rule="repetition", severity=severity, turn=index, detail=detail)
        said.add(text)


def _repeated_replies(reading: Reading) -> Iterator[Finding]:
    """A reply that is the one before it, word for word; a warning in what was recorded, where people press for another."""
    severity: Severity = "warning" if reading.recorded else "error"
    last = ""
    for index, text in _alike(reading.replies):
        if len(text) >= _LONG_REPLY and text == last:
            detail = "the reply is the last one again, word for word"
            yield Finding(rule="repetition", severity=severity, turn=index, detail=detail)
        last = text


def _echoes(reading: Reading) -> Iterator[Finding]:
    """A message that is the last one of the other side, word for word; a few words may well be: `Have a nice day!`."""
    last = {"user": "", "reply": ""}
    for index, kind in enumerate(reading.kinds):
        if kind not in last:
            continue
        text = reading.turns[index].text
        other = last["reply" if kind == "user" else "user"]
        if text[:_EDGE].lower() == other[:_EDGE].lower() and _says_the_same(text, other):
            whom = "the user repeats the reply" if kind == "user" else "the reply repeats the user's message"
            detail = f"{whom}, word for word"
            yield Finding(rule="repetition", turn=index, detail=detail)
        last[kind] = text


def _says_the_same(text: str, other: str) -> bool:
    return len(text.encode("utf-8", "replace")) >= _LONG_ECHO and squeeze(text) == squeeze(other)


def _alike(texts: Sequence[tuple[int, str]]) -> list[tuple[int, str]]:
    """The texts without case and signs, or none where no two of them begin and end alike."""
    edges = {(text[:_EDGE].lower(), text[-_EDGE:].lower()) for _, text in texts}
    return [] if len(edges) == len(texts) else [(index, squeeze(text).replace(" ", "")) for index, text in texts]


def _loops(reading: Reading) -> Iterator[Finding]:
    for index, turn in enumerate(reading.turns):
        if turn.text and (phrase := looped_phrase(turn.text)):
            yield Finding(rule="repetition", turn=index, detail=f"the text says {phrase!r} over and over")
