"""Questions that need not be asked: the user has given the answer already."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from toolace_mt.rules.asked_again import AskedAgain, asked_again
from toolace_mt.rules.deeds import failed
from toolace_mt.rules.reading import Reading
from toolace_mt.types import Finding


class _Asked(NamedTuple):
    """A kind of value. hint: stands in every question for it. name: how it is asked for. given: how users state it.

    traces: one of them is in what users have written, in lower case, where they have stated it.
    """

    what: str
    hint: str
    name: str
    given: re.Pattern[str]
    traces: tuple[str, ...]


_ID = r"(?:is|was|:|number|no\.?|id|#)[\s:#]{0,3}(?:is |it['’]s )?#?[A-Z]{0,4}-?\d[\w-]{3,20}"
_ASKED = (
    _Asked("e-mail address", "mail", r"e-?mail(?: address)?", re.compile(r"[\w.+-]{1,64}@[\w-]{1,60}\.\w{2,}"), ("@",)),
    _Asked(
        "phone number",
        "phone",
        r"(?:phone|mobile)(?: number)?",
        re.compile(r"\+?\(?\d{3}\)?[-. ]\d{3}[-. ]\d{4}\b"),
        ("",),
    ),
    _Asked("zip code", "zip", r"zip(?: ?code)?", re.compile(r"\bzip[^.\n\d]{0,25}\d{5}\b", re.IGNORECASE), ("zip",)),
    _Asked(
        "order number",
        "order",
        r"order (?:id|number)",
        re.compile(rf"#W\d{{5,}}|\border {_ID}", re.IGNORECASE),
        ("#w", "order"),
    ),
    _Asked(
        "reservation number",
        "reserv",
        r"reservation (?:id|number|code)",
        re.compile(rf"\breservation {_ID}", re.IGNORECASE),
        ("reservation",),
    ),
    _Asked(
        "user id",
        "user",
        r"user ?(?:id|name)",
        re.compile(r"\b[a-z]{1,30}_[a-z]{1,30}_\d{3,9}\b|\buser ?(?:id|name) is \S", re.IGNORECASE),
        ("_", "user"),
    ),
)
# One of these is in every question that is looked for.
_HINTS = ("rovide", "hare ", "ell me ", "ay I ", "an I ", "uld I ", "ive me ", "end me ", "hat is ", "hat's ", "hat’s ")
_ASKS = (
    r"(?:what(?:['’]s| is)|provide(?: me with)?|share|tell me|may I (?:have|know)|(?:can|could) I (?:have|get)|"
    r"give me|send me)"
    r" (?:me )?(?:your|the) "
)
_QUESTIONS = {asked.what: re.compile(rf"\b{_ASKS}{asked.name}\b", re.IGNORECASE) for asked in _ASKED}
# The same for texts in lower case, without what makes it slow: to tell fast where none is.
_QUESTIONS_IN_LOWER = {asked.what: re.compile((_ASKS + asked.name).lower()) for asked in _ASKED}
# Asking for another one, or for the same one to be sure, is no mistake.
_WITH_REASON = re.compile(
    r"\b(?:confirm|verify|correct|right|another|different|other|new|again|double|alternative|or|instead|both|each|which|if|"
    r"sure|still|sorry|not|unable)\b|n['’]t\b",
    re.IGNORECASE,
)
_ROOM = 160
_LEAD = 60


def needless_question(reading: Reading) -> list[Finding]:
    """No reply asks for a value that the user has stated before, unless a call has failed since, or there may be another."""
    said = reading.asked_lower
    kinds = [asked for asked in _ASKED if any([trace in said for trace in asked.traces])]  # noqa: C419 - faster
    findings: list[Finding] = []
    for index, text in reading.replies:
        for asked, question in _asked_for(text, kinds):
            given = _given_before(reading, index, asked)
            if given and not _has_reason(text, question):
                detail = f"the reply asks for the {asked.what}, which the user has given: {given!r}"
                findings.append(Finding(rule="needless-question", severity="warning", turn=index, detail=detail))
    told = {finding.turn for finding in findings}
    for again in asked_again(reading):
        if again.turn not in told and _is_needless(reading, again):
            detail = f"the reply asks for the {again.name}, which the user has given, and gives again: {again.value!r}"
            findings.append(Finding(rule="needless-question", severity="warning", turn=again.turn, detail=detail))
    return findings


def _is_needless(reading: Reading, again: AskedAgain) -> bool:
    """Whether nothing in the question, and no call that failed before it, gives a reason to ask again."""
    tried = (answered for answered in reading.answered if answered.at < again.turn)
    return not _WITH_REASON.search(reading.turns[again.turn].text) and not any(map(failed, tried))


def _asked_for(text: str, kinds: list[_Asked]) -> Iterator[tuple[_Asked, re.Match[str]]]:
    """Which of `kinds` a reply asks for, and its question; looked at is the place where its word stands first."""
    for asked in [asked for asked in kinds if asked.hint in text]:
        at = text.find(asked.hint)
        opening = max(0, at - _LEAD)
        if _QUESTIONS_IN_LOWER[asked.what].search(text[opening : at + _LEAD].lower()):
            question = _QUESTIONS[asked.what].search(text, opening, at + _LEAD)
            if question and any(hint in text for hint in _HINTS):
                yield asked, question


def _has_reason(text: str, question: re.Match[str]) -> bool:
    """Whether something around a question is a reason to ask."""
    return _WITH_REASON.search(text, max(0, question.start() - _ROOM), question.end() + _ROOM) is not None


def _given_before(reading: Reading, index: int, asked: _Asked) -> str | None:
    """The value as the user gave it; None where there is none, or the tools would not have it."""
    for at, text in reading.requests:
        found = asked.given.search(text) if at < index else None
        if found:
            refused = any(answered.at > at and failed(answered) for answered in reading.answered if answered.at < index)
            return None if refused else found.group()
    return None
