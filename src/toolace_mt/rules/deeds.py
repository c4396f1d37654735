"""Deeds: what a reply says was done, and which calls could have done it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from toolace_mt.dialogue.failures import says_failure
from toolace_mt.rules.foreign_speech import foreign_claims
from toolace_mt.rules.reading import AnsweredCall, Reading
from toolace_mt.schema.names import words
from toolace_mt.types import Tool


def _words_of(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Words that say the same deed in the names of tools, and how replies say that it is done.
_DEEDS: dict[str, tuple[str, str]] = {
    "book": (
        "book reserve order purchase buy schedule register registration enroll appointment reservation booking rent checkout",
        "booked|reserved|ordered|purchased|bought|scheduled|registered|enrolled",
    ),
    "cancel": (
        "cancel cancellation delete remove unsubscribe drop clear rm rmdir close revoke void erase wipe",
        "cancel?led|deleted|removed|unsubscribed|erased",
    ),
    "send": (
        "send email mail message forward share post notify publish text sms tweet comment reply certificate request",
        "sent|emailed|forwarded|posted|notified|published|informed|texted|messaged",
    ),
    "change": (
        "update modify change edit set reschedule upgrade downgrade exchange rename adjust enable disable activate "
        "deactivate lock unlock turn toggle reset move mv switch configure forgot refuel refill restore renew extend resume",
        "updated|modified|changed|edited|rescheduled|upgraded|downgraded|exchanged|renamed|adjusted|enabled|disabled|"
        "activated|deactivated|unlocked|refueled|refilled|restored|renewed|extended|resumed|turned|switched|dimmed|muted",
    ),
    "move": ("move mv transfer pay send deposit change update reschedule archive sort rename relocate set", "moved"),
    "create": (
        "create add open save record submit file place upload issue write make new generate set insert mkdir touch "
        "schedule register",
        "created|added|saved|recorded|submitted|filed|uploaded|issued",
    ),
    "pay": (
        "transfer pay refund charge deposit withdraw process credit return payment exchange cancel",
        "transferred|paid|refunded|charged|deposited|credited",
    ),
}
# Done, whatever it was: these need a tool that does anything.
_ANYTHING = (
    "processed|completed|initiated|started|applied|executed|confirmed|placed|made|arranged|set|replaced|returned"
)
ANY_DEED = "any"
_NAMES = {deed: frozenset(names.split()) for deed, (names, _) in _DEEDS.items()}
# Words that name a deed and no thing: in `cancel_order`, the first.
DEED_NAMES = _words_of(
    "book reserve buy cancel delete remove send update modify change edit create save submit transfer"
)
_WRITING = frozenset().union(*_NAMES.values()) - _words_of(
    "email mail message text order appointment reservation booking file ticket record set comment reply post "
    "certificate registration payment return request process exchange switch share credit charge schedule book "
    "new"
)
# A name that begins with one of these only looks, unless another word of it writes: `get_order`, but `check_and_cancel`.
_READING = _words_of(
    "get list search find check lookup look query show view read fetch retrieve calculate calculator compute "
    "count describe detail details browse compare estimate convert translate translation think verify validate is "
    "has display recommend suggest analyze analyse track status weather info information history explore "
    "lookupsong wiki today who what where when how"
)
_READING_IN_TEXT = _READING | {"returns", "provide", "provides", "obtain", "obtains", "determine", "determines"}
_DESCRIPTION_OPENING = 80
_OPENING_WORDS = 4

_DEED_OF = {
    form: deed
    for deed, (_, done) in _DEEDS.items()
    for form in done.replace("cancel?led", "canceled|cancelled").split("|")
} | dict.fromkeys([*_ANYTHING.split("|"), "done"], ANY_DEED)
# The words as they stand between spaces: a text without any of them needs no closer look.
_AS_WRITTEN = {word + mark: word for word in _DEED_OF for mark in ("", ".", ",", "!", ":", ";", "**", "**.")}
_WRITTEN = frozenset(_AS_WRITTEN)
_SOON = r"(?:(?:now|also|just|already|successfully|then|since|gone ahead and|both|all) ){0,3}"
# What stands before such a word, up to it, where the two together say that something is done; its first sign is looked at
# before all the rest, since few places have it.
_LEAD = re.compile(
    r"(?=[ahisw.!]|\Z)"
    rf"(?:\b(?P<have>i(?:['’]ve| have) {_SOON})|\b(?P<did>i (?:(?:just|already|successfully) )?)|\b(?P<well>successfully )"
    rf"|\b(?P<been>(?:has|have) {_SOON}been {_SOON})|\b(?P<state>(?:is|are) (?:now |all )?)"
    r"|\b(?P<was>(?:was|were) (?:now |just )?)|(?P<bare>(?:\A|[.!] )))\Z"
)
_LEAD_LENGTH = 70
_LAST_OF_LEAD = _words_of(
    "i i've i’ve have now also just already successfully then since and both all been is are was were"
)
_WELL = " successfully"
# "is set for 8 am" and "is booked for Friday" tell a state, perhaps of a plan; "is booked." tells a deed.
_STATES = frozenset({"booked", "reserved", "cancelled", "canceled", "confirmed", "set"})
# These say a deed with these behind them: who has turned up three flights has turned nothing on.
_ON_OR_OFF = re.compile(r"(?: [^.!?\n]{1,40})? (?:on|off)\b(?! (?:to|the (?:other|next))\b)")
_ONLY_BEFORE = {
    "turned": _ON_OR_OFF,
    "switched": _ON_OR_OFF,
    "moved": re.compile(r"(?! (?:on|out|away|by|past|forward|beyond|closer|toward|in)\b)"),
}
# "I have been informed" says what was heard.
_NEVER_PASSIVE = frozenset({"informed", "texted", "messaged"})
_STATE_OF_PLAN = re.compile(r"(?:\*\*)? (?:to|for|at|by|in|up)\b")
_WAS = frozenset({"made", "confirmed", "booked", "reserved", "scheduled", "placed", "processed", "completed"})
_BARE = frozenset({"booked", "cancelled", "canceled", "sent", "done", "updated", "added"})
# A thing that went well was done, too.
_WENT_WELL = re.compile(
    r"\b(?:reservation|booking|transfer|purchase|payment|order|appointment|cancellation) (?:is|was|has been) (?:now )?(?:a )?"
    r"(success(?:ful)?)\b(?=[.!,]| and\b|\Z)"
)
# Where one of these stands before it in its sentence, or right behind, nothing is said to be done.
_UNREAL = re.compile(
    r"\b(?:once|if|when|whenever|after|until|till|unless|before|not|never|no|whether|should|would|will|could|may|might|"
    r"can|cannot|must|to(?! (?:an?|the|your|my|this|that|\d\S*)\b)|"
    r"as soon as|since|any|which|that were|that was|need|only|unable|assume|ensure|verify|"
    r"be|what)\b|n['’]t\b|\?",
    re.IGNORECASE,
)
_SENTENCE_END = re.compile(r"[.!?;:](?=\s|\Z)|\n|[。！？]")
_SENTENCE_LENGTH = 400
_LONGEST_REPLY = 20_000


class Claim(NamedTuple):
    """A sentence part that says a deed is done. own: it says that the assistant did it, or that it went well."""

    deed: str
    word: str
    text: str
    own: bool


def claims_in(reading: Reading, text: str) -> list[Claim]:
    """What `text`, a reply, says was done, in the language of its dialogue."""
    if reading.in_english:
        return claims(text)
    return [*claims(text), *[Claim(deed, word, said, own=True) for deed, word, said in foreign_claims(text)]]


def claims(text: str) -> list[Claim]:
    """What `text` says was done, in order; nothing that is asked, wished, denied, or said under a condition."""
    lowered = text[:_LONGEST_REPLY].lower()
    spoken = {_AS_WRITTEN[word] for word in _WRITTEN.intersection(lowered.split())}
    found = [claim for word in spoken for claim in _claims_with(lowered, word)]
    if "success" in lowered:
        found += [
            (told.start(), Claim(ANY_DEED, told[1], told.group(), True))
            for told in _WENT_WELL.finditer(lowered)
            if not _is_unreal(lowered, told.start(), told.end())
        ]
    return [claim for _, claim in sorted(found)]


def _claims_with(text: str, word: str) -> Iterator[tuple[int, Claim]]:
    """(place, claim) for each time that `word` says in a text, which is in lower case, that something is done."""
    at = text.find(word)
    while at >= 0:
        end = at + len(word)
        lead = _lead(text[max(0, at - _LEAD_LENGTH) : at])
        well = text.startswith(_WELL, end)
        if (well or (lead and _fits(lead, text, word, end))) and not _is_unreal(text, at, end):
            said = f"{lead.group().strip(' .!') if lead else ''} {word}{_WELL if well else ''}".strip()
            own = "successfully" in said or (lead is not None and lead.lastgroup in ("have", "did", "bare"))
            yield at, Claim(_DEED_OF[word], word, said, own)
        at = text.find(word, end)


def _lead(before: str) -> re.Match[str] | None:
    """What makes a deed of the word behind `before`; its last word tells nearly always that nothing does."""
    word = before.rsplit(maxsplit=1)[-1] if before.strip() else "."
    return _LEAD.search(before) if word in _LAST_OF_LEAD or word.endswith((".", "!")) else None


def _fits(lead: re.Match[str], text: str, word: str, end: int) -> bool:
    """Whether `word`, which ends at `end`, says a deed with this lead before it."""
    if text[end : end + 1].isalnum() or (word in _ONLY_BEFORE and not _ONLY_BEFORE[word].match(text, end)):
        return False
    if word in _NEVER_PASSIVE and lead.lastgroup not in ("have", "did"):
        return False
    if lead.lastgroup == "state":
        return word in _STATES and not _STATE_OF_PLAN.match(text, end)
    if lead.lastgroup == "was":  # of "was booked in May" nobody knows who did it when
        return word in _WAS and text[end : end + 1] in (".", "!")
    if lead.lastgroup == "bare":
        return word in _BARE and text[end : end + 1] in (".", "!")
    return lead.lastgroup != "did" or (_DEED_OF[word] != ANY_DEED)


def _is_unreal(text: str, start: int, end: int) -> bool:
    lead = text[max(0, start - _SENTENCE_LENGTH) : start]
    opening = max((found.end() for found in _SENTENCE_END.finditer(lead)), default=0)
    if _UNREAL.search(lead, opening):
        return True
    closing = _SENTENCE_END.search(text, end, end + _SENTENCE_LENGTH)
    return closing is not None and closing.group() in "?？"


@lru_cache(maxsize=1024)
def deeds_named(verb: str) -> tuple[str, ...]:
    """The deeds that this verb names: `remove` one of cancelling."""
    return tuple(deed for deed, names in _NAMES.items() if verb in names)


def can_do(tool: Tool, deed: str) -> bool:
    """Whether the name of a tool speaks of this deed, and the tool does not merely look."""
    return not only_looks(tool) and not _NAMES.get(deed, _WRITING).isdisjoint(words(tool.name))


def only_looks(tool: Tool) -> bool:
    """Whether calls of a tool plainly change nothing, by what its source says or by the words of its name."""
    if tool.read_only is not None:
        return tool.read_only
    return _looks_by_name(tool.name) and _looks_by_description(tool.description[:_DESCRIPTION_OPENING])


@lru_cache(maxsize=65536)
def _looks_by_name(name: str) -> bool:
    parts = words(name)
    return _WRITING.isdisjoint(parts) and not _READING.isdisjoint(parts)


@lru_cache(maxsize=65536)
def _looks_by_description(opening: str) -> bool:
    """Whether a description, where there is one, begins as one of a tool that looks: `GetRide` may be to call a taxi."""
    parts = [part for part in words(opening)[:_OPENING_WORDS] if part.isascii()]  # of other scripts the name must tell
    return not parts or any(part in _READING_IN_TEXT or part.removesuffix("s") in _READING for part in parts)


def failed(answered: AnsweredCall) -> bool:
    """Whether a call has a result that says it failed; a call without a result may have worked."""
    result = answered.result
    return result is not None and (result.is_error or says_failure(result.content))


def acts_before(reading: Reading, turn: int) -> Iterator[AnsweredCall]:
    """The calls before `turn`, latest first, that may have changed something: not failed, and not of tools that only look."""
    for answered in reversed(reading.answered):
        if answered.at >= turn:
            continue
        tool = reading.tools_at(answered.at).get(answered.call.name)
        looks = only_looks(tool) if tool else _looks_by_name(answered.call.name)
        if not looks and not failed(answered):
            yield answered
