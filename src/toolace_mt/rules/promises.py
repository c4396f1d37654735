"""Words without deeds: what a reply says is done though nothing did it, and what it says it will do but never does."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Collection, Iterator

from toolace_mt.dialogue.grounding import turn_texts
from toolace_mt.rules.deeds import ANY_DEED, DEED_NAMES, Claim, acts_before, can_do, claims, only_looks
from toolace_mt.rules.reading import Reading
from toolace_mt.schema.names import words
from toolace_mt.types import Finding, Observation, Severity

_YES = re.compile(
    r"\s*(?:yes|yeah|yep|yup|ya|sure|ok(?:ay)?|please (?:do|proceed|go ahead)|go ahead|proceed|confirm(?:ed)?|correct|indeed|"
    r"absolutely|certainly|definitely|of course|alright|all right|deal|cool|great|fine|right|"
    r"(?:that|this|it|everything|all)(?: is|['’]s| was| would be| will be| looks| sounds| works)? "
    r"(?:right|correct|fine|good|great|perfect|just fine|okay|ok|works)|that works|i confirm|i do|"
    r"sounds (?:good|great|perfect)|looks good|perfect|do it)\b|.{0,300}\b(?:go ahead|please proceed)\b",
    re.IGNORECASE,
)
_ORDERS = re.compile(r"\b(?:go ahead|proceed|please)\b", re.IGNORECASE)
_ASKS_LEAVE = re.compile(
    r"\b(?:confirm(?:ing)?|proceed|go ahead|would you like (?:me|us) to|do you want me to|shall I|should I|\(yes|"
    r"(?:is|are|does|do) (?:that|this|these|everything|it|the details) "
    r"(?:all |sound |look )?(?:correct|right|alright|ok(?:ay)?|good))\b"
    r"|\b(?:correct|right)\?",
    re.IGNORECASE,
)
_LATER = re.compile(
    r"\b(?:I['’]ll|I will|I am going to|I['’]m going to|let me) (?:(?:now|just|first|quickly|also|then|go ahead and) ){0,2}"
    r"(?:check|look|search|find|book|reserve|cancel|process|update|get|retrieve|fetch|pull|verify|send|create|add|"
    r"schedule|transfer|proceed|submit|start|begin|calculate)\b",
    re.IGNORECASE,
)
_LATER_HINTS = ("I'll ", "I’ll ", "I will ", "going to ", "et me ")
# A reply that waits for the user, or speaks of a case, is no promise to act at once.
_WAITS = re.compile(
    r"[?？]|\b(?:please|once|if|when|after|until|unless|could you|would you|can you|need|provide|confirm|let me know)\b",
    re.IGNORECASE,
)


# Words of one state: who reads the one in a result may tell the other.
_STATES = (
    "cancelled canceled void voided revoked",
    "sent shipped dispatched delivered emailed posted forwarded published notified",
    "refunded credited reversed",
    "booked reserved confirmed scheduled",
    "purchased bought ordered",
    "paid charged settled",
    "completed complete done finished processed closed fulfilled applied executed",
    "updated changed modified edited",
    "created added saved recorded submitted filed registered enrolled",
)
_SAME_STATE = {word: group.split() for group in _STATES for word in group.split()}
_LONG_WORD = 4
_LONGEST_TEXT = 4_000


def unkept_promise(reading: Reading) -> list[Finding]:
    """No reply says that something is done which no call can have done, nor ends a dialogue with what it is about to do.

    An error where no call at all can have changed anything, though a tool that does the deed is there; or where the user
    has just given leave to do it, and nothing was called. A warning where a look before may have told it ("has been sent"), and
    where nothing is called at all and nobody speaks of what the tools are for: it may be told in a story.
    """
    acts = sorted([act.at for act in acts_before(reading, len(reading.turns))])
    findings: list[Finding] = []
    for index, text in reading.replies:
        if not acts or index <= acts[0] or _may_be_undone(reading, index, acts):
            findings += _undone(reading, index, text)
    findings += _never_done(reading)
    return findings


def _may_be_undone(reading: Reading, index: int, acts: list[int]) -> bool:
    """Whether an act before the reply at `index` does not cover all that it says: the user has given leave since then."""
    heard = reading.last_user[index]
    return acts[bisect_left(acts, index) - 1] <= heard and _gave_leave(reading, heard)


def _undone(reading: Reading, index: int, text: str) -> Iterator[Finding]:
    told: set[str] = set()
    for claim in claims(text):
        if claim.deed not in told and (severity := _judged(reading, index, claim)):
            told.add(claim.deed)
            detail = f"the reply says {claim.text!r}, but no call before it can have done that"
            yield Finding(rule="unkept-promise", severity=severity, turn=index, detail=detail)


def _judged(reading: Reading, index: int, claim: Claim) -> Severity | None:
    """How bad it is that the reply at `index` says this; None where a call may have done it, or nothing here could."""
    heard = reading.last_user[index]
    if claim.deed == ANY_DEED and any(kind == "calls" for kind in reading.kinds[heard + 1 : index]):
        return None
    latest = next(acts_before(reading, index), None)
    if latest and latest.at > heard:
        return None
    doers = {tool.name for tool in reading.steps[index].tools.values() if can_do(tool, claim.deed)}
    if _gave_leave(reading, heard):
        silent = all(kind != "calls" for kind in reading.kinds[heard + 1 : index])
        if doers or (silent and any(not only_looks(tool) for tool in reading.steps[index].tools.values())):
            return "warning" if _may_report(reading, index, claim, doers, silent=silent) else "error"
    reported = _reported(reading, index, claim)
    if latest or (claim.deed == ANY_DEED and reported):
        return None
    if not doers or reported or claim.deed == ANY_DEED or _may_tell(reading, index, claim, doers):
        return "warning"
    return "error"


def _may_tell(reading: Reading, index: int, claim: Claim, doers: Collection[str]) -> bool:
    """Whether a reply may tell what it saw, not what it did; or, where nothing was called at all, speak of another matter."""
    if reading.answered:
        looked = any(kind == "results" for kind in reading.kinds[reading.last_user[index] + 1 : index])
        return looked and not claim.own
    things = {word for name in doers for word in words(name) if len(word) >= _LONG_WORD and word not in DEED_NAMES}
    spoken = "\n".join(
        [text[:_LONGEST_TEXT] for at, text in (*reading.requests, *reading.replies) if at <= index]
    ).lower()
    return bool(things) and not any(thing.removesuffix("s") in spoken for thing in things)


def _may_report(reading: Reading, index: int, claim: Claim, doers: Collection[str], *, silent: bool) -> bool:
    """Whether a reply just after leave was given may pass on what it has known.

    That is so after a look since, where the user says so, and where it was done already when leave was asked for.
    """
    heard = reading.last_user[index]
    if not silent and _reported(reading, index, claim):
        return True
    said_so = claim.word in reading.turns[heard].text.lower() and not _ORDERS.search(reading.turns[heard].text)
    acts = (act for act in acts_before(reading, index) if act.at > reading.last_user[heard - 1])
    done_before = any(act.call.name in doers or not doers for act in acts)
    return said_so or done_before or any(past.deed == claim.deed for past in claims(reading.turns[heard - 1].text))


def _gave_leave(reading: Reading, heard: int) -> bool:
    """Whether the user message at `heard` says yes to a reply that asked whether to act."""
    if heard < 1 or not _YES.match(reading.turns[heard].text):
        return False
    asked = reading.turns[heard - 1].text
    return _ASKS_LEAVE.search(asked) is not None


def _reported(reading: Reading, index: int, claim: Claim) -> bool:
    """Whether the user or a result before has the word of the claim, or one of its state: the reply may only pass it on."""
    before = reading.turns[:index]
    same = _SAME_STATE.get(claim.word, [claim.word])
    return any(
        word in lowered
        for turn in before
        if isinstance(turn, Observation)
        for text in turn_texts(turn)
        for lowered in [text.lower()]
        for word in same
    )


def _never_done(reading: Reading) -> Iterator[Finding]:
    """The last reply of a dialogue that ends with it, where it only says what is to come and no call came before it."""
    if not reading.replies or not reading.kinds or reading.kinds[-1] != "reply" or not reading.steps[-1].tools:
        return
    index, text = reading.replies[-1]
    if not any(hint in text for hint in _LATER_HINTS):
        return
    called = any(kind == "calls" for kind in reading.kinds[reading.last_user[index] + 1 :])
    promise = None if called or _WAITS.search(text) else _LATER.search(text)
    if promise:
        detail = f"the dialogue ends with the promise {promise.group()!r}, and no call follows"
        yield Finding(rule="unkept-promise", severity="warning", turn=index, detail=detail)
