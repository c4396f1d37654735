"""Words without deeds: what a reply says is done though nothing did it, and what it says it will do but never does."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Collection, Iterator

from toolace_mt.dialogue.grounding import turn_texts
from toolace_mt.rules.deeds import ANY_DEED, DEED_NAMES, Claim, acts_before, can_do, claims_in, only_looks
from toolace_mt.rules.orders import carried_out, ordered_tools
from toolace_mt.rules.reading import Reading
from toolace_mt.schema.names import words
from toolace_mt.types import Finding, Observation, Severity

_YES = re.compile(
    r"\s*(?:yes|yeah|yep|yup|ya|sure|ok(?:ay)?|please (?:do|proceed|go ahead)|go ahead|proceed|confirm(?:ed)?|correct|indeed|"
    r"absolutely|certainly|definitely|of course|alright|all right|deal|cool|great|fine|right|"
    r"(?:that|this|it|everything|all)(?: is|['’]s| was| would be| will be| looks| sounds| works)? "
    r"(?:right|correct|fine|good|great|perfect|just fine|okay|ok|works)|that works|i confirm|i do|"
    r"sounds (?:good|great|perfect)|looks good|perfect|do it)\b",
    re.IGNORECASE,
)
_YES_LATER = re.compile(r".{0,300}\b(?:go ahead|please proceed)\b", re.IGNORECASE)
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
_THANKS = re.compile(r"\s*(?:thanks|thank you|thx)\b", re.IGNORECASE)
_MERE_YES = 40
_LATER_HINTS = ("I'll ", "I’ll ", "I will ", "going to ", "et me ")
# A reply that waits for the user, or speaks of a case, is no promise to act at once.
_WAITS = re.compile(
    r"[?？]|\b(?:please|once|if|when|after|until|unless|could you|would you|can you|need|provide|confirm|let me know)\b",
    re.IGNORECASE,
)

# A reply that asks, or wants something first, tells no deed by its other words.
_ASKS_BACK = re.compile(
    r"[?？]|\b(?:please (?!let me know|feel|note|enjoy)|provide|which|already|need (?:the|your|more|to))\b",
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
    where nothing is called at all and nobody speaks of what the tools are for: it may be told in a story. Right behind an
    order that one of the tools carries out, whatever tells it as done is an error: `The light is now on`.
    """
    acts = sorted([act.at for act in acts_before(reading, len(reading.turns))])
    findings: list[Finding] = []
    for index, text in reading.replies:
        if unheeded := _only_said(reading, index, text):
            findings.append(unheeded)
        elif not acts or index <= acts[0] or _may_be_undone(reading, index, acts):
            findings += _undone(reading, index, text)
    findings += _never_done(reading)
    return findings


def _only_said(reading: Reading, index: int, text: str) -> Finding | None:
    """What a reply right behind an order says is done, where a tool in force does that and was never called.

    A warning where another call before may have done it, too.
    """
    heard = reading.last_user[index]
    if index != heard + 1 or len(text) > _LONGEST_TEXT or _ASKS_BACK.search(text):
        return None
    doers = ordered_tools(reading, heard)
    if not doers:
        return None
    said = carried_out(text) or next((claim.text for claim in claims_in(reading, text) if claim.own), None)
    acts = [act.call.name for act in acts_before(reading, index)] if said else []
    if said is None or not set(doers).isdisjoint(acts):
        return None
    detail = f"the reply says {said!r}, as the user ordered, but {doers[0]} was not called"
    return Finding(rule="unkept-promise", severity="warning" if acts else "error", turn=index, detail=detail)


def _may_be_undone(reading: Reading, index: int, acts: list[int]) -> bool:
    """Whether an act before the reply at `index` does not cover all that it says: the user has given leave since then."""
    heard = reading.last_user[index]
    return acts[bisect_left(acts, index) - 1] <= heard and _gave_leave(reading, heard)


def _undone(reading: Reading, index: int, text: str) -> Iterator[Finding]:
    told: set[str] = set()
    for claim in claims_in(reading, text):
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
    doers = {tool.name for tool in reading.tools_at(index).values() if can_do(tool, claim.deed)}
    if _gave_leave(reading, heard):
        silent = all(kind != "calls" for kind in reading.kinds[heard + 1 : index])
        if doers or (silent and any(not only_looks(tool) for tool in reading.tools_at(index).values())):
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
    return (
        said_so
        or done_before
        or any(past.deed == claim.deed for past in claims_in(reading, reading.turns[heard - 1].text))
    )


def _gave_leave(reading: Reading, heard: int) -> bool:
    """Whether the user message at `heard` says yes to a reply that asked whether to act."""
    if heard < 1 or not _says_yes(reading.turns[heard].text):
        return False
    asked = reading.turns[heard - 1].text
    return _ASKS_LEAVE.search(asked) is not None


def _says_yes(text: str) -> bool:
    if _YES.match(text):
        return True
    lowered = text.lower()
    return ("go ahead" in lowered or "proceed" in lowered) and _YES_LATER.match(text) is not None


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
    """A reply of a dialogue that ends with one, where it only says what is to come and no call came before it or after it.

    Before the end, where the user just says `ok` to it; who says more may want something else now.
    """
    if not reading.replies or reading.kinds[-1] != "reply" or not reading.tools_at(len(reading.turns) - 1):
        return
    for index, text in reversed(reading.replies):
        since = reading.last_user[index] + 1
        if "calls" in reading.kinds[since:]:
            return
        promise = _promise(text)
        if promise and (index == len(reading.turns) - 1 or _waits_for_it(reading, index)):
            detail = f"the dialogue ends with the promise {promise!r}, and no call follows"
            yield Finding(rule="unkept-promise", severity="warning", turn=index, detail=detail)
            return


def _promise(text: str) -> str | None:
    if not any(hint in text for hint in _LATER_HINTS) or _WAITS.search(text):
        return None
    found = _LATER.search(text)
    return found.group() if found else None


def _waits_for_it(reading: Reading, index: int) -> bool:
    """Whether the user says no more than yes or thanks to the reply at `index`."""
    said = reading.turns[index + 1].text
    return (
        reading.kinds[index + 1] == "user" and len(said) <= _MERE_YES and bool(_says_yes(said) or _THANKS.match(said))
    )
