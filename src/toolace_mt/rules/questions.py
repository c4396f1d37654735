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
    """A kind of value. hint: stands in every question for it. name: how it is asked for. given: how users state it."""

    what: str
    hint: str
    name: str
    given: re.Pattern[str]


_ID = r"(?:is|was|:|number|no\.?|id|#)[\s:#]{0,3}(?:is |it['’]s )?#?[A-Z]{0,4}-?\d[\w-]{3,20}"
_ASKED = (
    _Asked("e-mail address", "mail", r"e-?mail(?: address)?", re.compile(r"[\w.+-]{1,64}@[\w-]{1,60}\.\w{2,}")),
    _Asked(
        "phone number", "phone", r"(?:phone|mobile)(?: number)?", re.compile(r"\+?\(?\d{3}\)?[-. ]\d{3}[-. ]\d{4}\b")
    ),
    _Asked("zip code", "zip", r"zip(?: ?code)?", re.compile(r"\bzip[^.\n\d]{0,25}\d{5}\b", re.IGNORECASE)),
    _Asked("order number", "order", r"order (?:id|number)", re.compile(rf"#W\d{{5,}}|\border {_ID}", re.IGNORECASE)),
    _Asked(
        "reservation number",
        "reserv",
        r"reservation (?:id|number|code)",
        re.compile(rf"\breservation {_ID}", re.IGNORECASE),
    ),
    _Asked(
        "user id",
        "user",
        r"user ?(?:id|name)",
        re.compile(r"\b[a-z]{1,30}_[a-z]{1,30}_\d{3,9}\b|\buser ?(?:id|name) is \S", re.IGNORECASE),
    ),
)
# One of these is in every question that is looked for.
_HINTS = ("rovide", "hare ", "ell me ", "ay I ", "an I ", "uld I ", "ive me ", "end me ", "hat is ", "hat's ", "hat’s ")
_ASKS = (
    r"\b(?:what(?:['’]s| is)|provide(?: me with)?|share|tell me|may I (?:have|know)|(?:can|could) I (?:have|get)|"
    r"give me|send me)"
    r" (?:me )?(?:your|the) "
)
_QUESTIONS = {asked.what: re.compile(_ASKS + asked.name + r"\b", re.IGNORECASE) for asked in _ASKED}
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
    findings: list[Finding] = []
    for index, text in reading.replies:
        if any(hint in text for hint in _HINTS):
            for asked in _asked_for(text):
                if given := _given_before(reading, index, asked):
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


def _asked_for(text: str) -> Iterator[_Asked]:
    """The kinds of values that a reply asks for; looked at is the place where its word stands first."""
    for asked in _ASKED:
        at = text.find(asked.hint)
        if at < 0:
            continue
        question = _QUESTIONS[asked.what].search(text, max(0, at - _LEAD), at + _LEAD)
        if question and not _WITH_REASON.search(text, max(0, question.start() - _ROOM), question.end() + _ROOM):
            yield asked


def _given_before(reading: Reading, index: int, asked: _Asked) -> str | None:
    """The value as the user gave it; None where there is none, or the tools would not have it."""
    for at, text in reading.requests:
        found = asked.given.search(text) if at < index else None
        if found:
            refused = any(answered.at > at and failed(answered) for answered in reading.answered if answered.at < index)
            return None if refused else found.group()
    return None
