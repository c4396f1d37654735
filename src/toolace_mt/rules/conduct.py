"""How the assistant deals with what goes wrong: errors passed over in silence, and requests turned down without need."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from toolace_mt.rules.deeds import acts_before, claims_in, failed, only_looks
from toolace_mt.rules.foreign_speech import ADMITS, CANNED_REFUSAL
from toolace_mt.rules.orders import carried_out
from toolace_mt.rules.reading import AnsweredCall, Reading
from toolace_mt.schema.names import singular, words
from toolace_mt.types import Finding, Tool

# A reply with any of these says that something went wrong.
_ADMITS = re.compile(
    r"\b(?:sorry|apolog\w*|unfortunately|regret|afraid|errors?|fail(?:s|ed|ure)?|unable|unavailable|cannot|"
    r"could not|can not|did not|was not|were not|is not|are not|does not|do not|has not|have not|"
    r"not (?:found|available|possible|able)|"
    r"however|but|although|issues?|problems?|trouble|invalid|incorrect|denied|refused|rejected|declined|"
    r"retry|try|unsuccessful\w*|outage|glitch|hiccup|snag|timed? ?out|human|transferr(?:ed|ing)|"
    r"no (?:such|\w+ (?:was|were) found))\b"
    r"|(?:could|ca|did|was|were|is|are|does|do|has|have|wo)n['’]t\b|抱歉|对不起|遗憾|无法|失败|错误|不能|未能|没有|问题",
    re.IGNORECASE,
)
# And one with any of these may well have turned to something else: what it needs, or what comes next.
_TURNS = re.compile(
    r"[?？]|n['’]t\b|\b(?:not|no|none|never|without|only|instead|again|please|need|required?|must|should|different|another|"
    r"agent|already|still|unless|while|would|could|might|too|outside|later|missing|let me|I['’]ll|I will|let['’]s)\b|请|不",
    re.IGNORECASE,
)
# How replies end, whatever they say.
_FAREWELL = re.compile(
    r"(?:if (?:you|there)|is there|are there|can I|may I|how else|what else|please let me|let me know|feel free|would you like)"
    r"\b[^.!?\n]{0,160}\b(?:else|help|assist\w*|questions?|needs?|requests?|know|ask|reach out)\b[^.!?\n]{0,80}[.!?]",
    re.IGNORECASE,
)
_SUCCESS = re.compile(
    r"\bsuccess(?:ful(?:ly)?)?\b|\bdone\b|\ball set\b|\bhere (?:is|are)\b|\bhere['’]s\b|\bcompleted?\b|\bconfirmed\b|\bfound\b|"
    r"\bis now\b|\bare now\b|\bon its way\b|\d",
    re.IGNORECASE,
)
_LONGEST_REPLY = 4000

_REFUSES = re.compile(
    r"\s*(?:I['’]m|I am|We['’]re) (?:very |so |really )?(?:sorry|afraid)[,.]? (?:but )?(?:that )?I(?:['’]m| am)? "
    r"(?:can['’]?t|cannot|can not|unable to|not able to|won['’]t be able to) (?:assist|help|comply|fulfill|do|provide)\b"
    r"|\s*(?:Sorry, )?(?:but )?I (?:can['’]t|cannot|am unable to|am not able to) (?:assist|help|comply)\b"
    r"|\s*(?:抱歉|对不起|很抱歉)[，,]?我?(?:无法|不能)(?:协助|帮助|满足)",
    re.IGNORECASE,
)
# The whole of a reply that turns something down without a word of why.
_CANNED = re.compile(
    r"\s*(?:(?:(?:I['’]m|I am|We['’]re) (?:very |so |really |truly )?)?(?:sorry|afraid)[,.]? (?:but )?(?:that )?"
    r"|unfortunately,? |I apologi[sz]e,? (?:but )?)?"
    r"I(?:['’]m| am)? (?:can['’]?t|cannot|can not|unable to|not able to|won['’]t be able to) "
    r"(?:assist|help|comply|fulfil?l|do|answer)(?: you)?(?: with)?"
    r"(?: (?:that|this|your|the|it)(?: request| task| matter| question)?)?[.!]"
    r"(?:\s{0,3}(?:is there|can I|may I|how else|what else|let me know|please let me know|if you)\b[^.!?\n]{0,100}[.!?])?\s*"
    r"|\s*(?:抱歉|对不起|很抱歉)[，,]?我?(?:无法|不能)(?:协助|帮助|满足)(?:您|你)?(?:的)?(?:这个|该|此)?(?:请求|要求|问题)?[。！]?\s*",
    re.IGNORECASE,
)
# A result with one of these gives a reason to turn it down.
_GIVES_REASON = re.compile(
    r"\bnot (?:be |been )?(?:allowed|eligible|permitted|possible|available|found|supported|authori[sz]ed)"
    r"|denied|forbidden|ineligible|unauthori[sz]ed|unavailable"
    r"|\"(?:is_)?(?:eligible|allowed|success|available|authori[sz]ed|valid|permitted)\" ?: ?\"?false"
    r"|\A\W*(?:null|none|false|no(?: [a-z]{1,20}){0,6})?\W*\Z",
    re.IGNORECASE,
)
# Of a call that failed with one of these, what it should have done may be so without it.
_IS_SO = re.compile(r"already|exists|duplicate|not found|no such|does not exist|doesn['’]t exist", re.IGNORECASE)
_REFUSAL_HINTS = ("can", "not able", "unable", "won", "抱歉", "对不起")
_LONG_REFUSAL = 200
_WORDS_IN_COMMON = 2


def ignored_error(reading: Reading) -> list[Finding]:
    """No reply tells success, or a value, right after calls that have all failed, without a word of what went wrong."""
    if not any([failed(answered) for answered in reading.answered]):  # noqa: C419 - a list is faster here
        return []
    last: dict[int, list[AnsweredCall]] = {}
    for answered in reading.answered:
        last.setdefault(answered.at, []).append(answered)
    findings: list[Finding] = []
    for index, text in reading.replies:
        step = last.get(index - 2)
        if step and reading.kinds[index - 1] == "results" and all(map(failed, step)):
            findings += _passed_over(reading, index, text[:_LONGEST_REPLY], step[-1])
    return findings


def _passed_over(reading: Reading, index: int, text: str, last: AnsweredCall) -> list[Finding]:
    name = last.call.name
    if _ADMITS.search(text) or (not reading.in_english and ADMITS.search(text)):
        return []
    claimed = next((claim.text for claim in claims_in(reading, text)), None) or _told_done(reading, last, text)
    if claimed:
        worked = next(acts_before(reading, index), None)
        sure = worked is None or worked.at < reading.last_user[index]
        detail = f"{name} failed, but the reply says {claimed!r} as if it had worked"
        return [Finding(rule="ignored-error", severity="error" if sure else "warning", turn=index, detail=detail)]
    told = _FAREWELL.sub("", text)
    if _TURNS.search(told) or not _SUCCESS.search(told):
        return []
    detail = f"{name} failed, and the reply does not say so"
    return [Finding(rule="ignored-error", severity="warning", turn=index, detail=detail)]


def _told_done(reading: Reading, last: AnsweredCall, text: str) -> str | None:
    """What else says that a call did its deed, where it has one to do and did not fail because it is so already."""
    tool = reading.tools_at(last.at).get(last.call.name)
    if tool is None or only_looks(tool) or last.result is None or _IS_SO.search(last.result.content[:_LONGEST_REPLY]):
        return None
    return carried_out(text)


def refusal(reading: Reading) -> list[Finding]:
    """No reply turns down, without trying anything, a request that names what one of the tools does.

    Nor, and that is an error, does one refuse without a reason right after calls that did what they should.
    """
    findings: list[Finding] = []
    for index, text in reading.replies:
        if not index or len(text) > _LONG_REFUSAL:
            continue
        if any([hint in text for hint in _REFUSAL_HINTS]) or not reading.in_english:  # noqa: C419 - a list is faster here
            findings += _refused(reading, index, text)
    return findings


def _refused(reading: Reading, index: int, text: str) -> Iterator[Finding]:
    before = reading.kinds[index - 1]
    canned = bool(_CANNED.fullmatch(text) or (not reading.in_english and CANNED_REFUSAL.fullmatch(text)))
    if before == "results" and canned:
        step = [answered for answered in reading.answered if answered.at == index - 2]
        told = [answered.result.content for answered in step if answered.result is not None]
        if told and not any(map(failed, step)) and not any(map(_GIVES_REASON.search, told)):
            detail = f"the reply refuses without a reason, though {step[-1].call.name} has just answered"
            yield Finding(rule="refusal", severity="error", turn=index, detail=detail)
    elif before == "user" and (canned or _REFUSES.match(text)) and (tool := serving_tool(reading, index)):
        detail = f"the reply turns the request down, though {tool.name} seems to serve it"
        yield Finding(rule="refusal", severity="warning", turn=index, detail=detail)


def serving_tool(reading: Reading, index: int) -> Tool | None:
    """A tool in force whose name the user's last message speaks of."""
    asked = {singular(word) for word in words(reading.turns[index - 1].text)}
    return next((tool for tool in reading.tools_at(index).values() if _is_named(tool.name, asked)), None)


def _is_named(name: str, asked: set[str]) -> bool:
    own = _name_words(name)
    return len(own & asked) >= min(_WORDS_IN_COMMON, len(own)) > 0


@lru_cache(maxsize=65536)
def _name_words(name: str) -> frozenset[str]:
    return frozenset(singular(word) for word in words(name) if len(word) > 2)
