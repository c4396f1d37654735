"""Orders: what a user's message tells the assistant to do, and how replies say that an order was carried out.

"The hall light is now on", "Email sent to Bob" and "Alarm set!" tell a deed only where it was ordered just before: elsewhere
the same words tell a state, or what a search has found.
"""

from __future__ import annotations

import re
from functools import lru_cache

from toolace_mt.rules.deeds import DEED_NAMES, can_do, deeds_named, only_looks
from toolace_mt.rules.reading import Reading
from toolace_mt.schema.names import singular, words
from toolace_mt.types import Tool


def _words_of(text: str) -> frozenset[str]:
    return frozenset(text.split())


# What may stand before the verb of an order.
_ORDER = re.compile(
    r"\s{0,9}(?:(?:hi|hey|hello|ok|okay|great|perfect|thanks|thank you|alright|now|then|also|please|kindly|just|and|so|"
    r"yes|sure)(?: there)?[,.!]{0,3}\s{1,3}){0,4}"
    r"(?:(?P<asking>(?:can|could|would|will) you) (?:please |kindly |also |now ){0,2}|i(?:['’]d| would) like you to "
    r"|i (?:want|need) you to |go ahead and )?(?:please |now |also )?(?P<verb>[a-z]{2,14})\b",
    re.IGNORECASE,
)
_LONGEST_ORDER = 400
# Nobody does these in the words of a reply; any other may be done there: `Create a plan`, `Add 3 and 4`, `Remove the commas`.
_NEVER_IN_WORDS = re.compile(
    r"(?:turn|switch) (?:[^.!?\n]{1,40} )?(?:on|off|up|down)\b(?! to\b)|(?:email|play) [^\W\d_]"
    r"|(?:book|reserve|buy|order|lock|unlock|dim|mute|transfer) (?:an?|the|my|our|me|us|it|one|two|three|[$€£]?\d)\b",
    re.IGNORECASE,
)
_NO_THINGS = _words_of(
    "a an the to of for and or in on with by from at as is are it its this that any new one given user users specific "
    "provided using based more name names type value values tool function id number"
)
_OPENING = 80
# The one of these verbs that names of tools have as their thing: `send_email`.
_OF_MAIL = "email"
_MONEY = re.compile(r"[$€£¥]\s?\d|\d\s?(?:[€£¥]|dollars|euros|pounds)", re.IGNORECASE)
_MONEY_WORDS = _words_of("money amount payment fund transfer")

_DONE = (
    "turned on|turned off|switched on|switched off|sent|set|confirmed|booked|reserved|scheduled|deleted|removed|added|created|"
    "updated|cancelled|canceled|placed|paid|moved|posted|saved|started|locked|unlocked|transferred|renamed|uploaded|submitted"
)
_TAIL = r"(?: (?:to|for|at|in|on|from|with|as) [^.!?\n]{1,80})?[.!](?!\d)"
# Each is a sentence of its own, or the end of one, that says what the order asked for is so now.
_CARRIED_OUT = re.compile(
    rf"(?:\A|[.!]\s)(?:(?:done|ok|okay|sure|great|perfect|alright)[,!.:—-]{{1,2}} )?"
    rf"(?P<sent>(?:[^\W_][\w$.'’-]{{0,30}} ){{1,4}}?(?:{_DONE})){_TAIL}"
    r"|(?P<now>\b(?:is|are) now (?:on|off|locked|unlocked|closed|open|playing|muted|active|set|saved|gone|"
    r"scheduled|in (?:your )?\w+))\b"
    r"|(?P<gone>\b(?:is|are) gone)[.!]"
    rf"|(?P<set>\b(?:is|are) set (?:for|to) [^.!?\n]{{1,60}}[.!])"
    r"|(?P<list>\b(?:is|are) (?:now )?(?:on|in) your (?:\w+ )?(?:list|cart|calendar|basket))\b"
    r"|(?P<was>\b(?:was|were) (?:deleted|removed|sent|added|created|updated|cancelled|canceled|transferred|moved))[.!]"
    r"|(?P<went>\b(?:transfer|payment|order|booking|purchase)(?: of [^.!?\n]{1,30})? (?:went through|is (?:now )?complete))\b"
    r"|(?P<all>\byou['’]re all set)\b(?! (?:if|once|when))"
    r"|(?:\A|[.!] )(?P<play>(?:now )?playing \w[^.!?\n]{0,60})[.!]"
    r"|\bi(?:['’]ve| have)? (?P<own>(?:just )?(?:set (?:an?|the|your) \w+|put [^.!?\n]{1,60} (?:on|in|into|onto) "
    r"(?:your|the)\b|let (?!(?:you|me|us)\b)[\w'’ ]{1,30} know\b))",
    re.IGNORECASE,
)
# A reply with one of these may speak of what was before, of a case, or of what went wrong.
_NOT_NOW = re.compile(
    r"[?？]|n['’]t\b|\b(?:not|no|never|already|once|if|when|until|unless|will|would|could|should|may|might|cannot|can|sorry|"
    r"unfortunately|unable|fail(?:s|ed|ure)?|error|however|but|before|after|was previously|earlier|yesterday|ago|last|since)\b",
    re.IGNORECASE,
)
_SENTENCE_END = re.compile(r"[.!?](?=\s|\Z)|\n")
_LONGEST_REPLY = 600


def carried_out(text: str) -> str | None:
    """The words of a short reply that say that what was ordered is done; None where none does, or anything is open."""
    if len(text) > _LONGEST_REPLY:
        return None
    for found in _CARRIED_OUT.finditer(text):
        said = next(words for words in found.groups() if words)
        opening = max(
            (end.end() for end in _SENTENCE_END.finditer(text, 0, found.start(found.lastgroup or 0))), default=0
        )
        closing = _SENTENCE_END.search(text, max(found.end() - 1, 0))
        if not _NOT_NOW.search(text, opening, closing.end() if closing else len(text)):
            return said.strip()
    return None


@lru_cache(maxsize=4096)
def ordered_verb(text: str) -> str | None:
    """The verb of a message that is one order from its beginning: `Please turn on the light`; None of any other."""
    if len(text) > _LONGEST_ORDER:
        return None
    found = _ORDER.match(text)
    if not found or ("?" in text and not found["asking"]):
        return None
    return found["verb"].lower()


def ordered_tools(reading: Reading, heard: int) -> list[str]:
    """The names of the tools in force that do what the user message at `heard` orders, and are for the things it speaks of."""
    verb = ordered_verb(reading.turns[heard].text) if heard >= 0 else None
    if verb is None:
        return []
    said = reading.turns[heard].text
    return [name for name, tool in reading.tools_at(heard).items() if _does(tool, verb) and _is_for(tool, verb, said)]


def _does(tool: Tool, verb: str) -> bool:
    if only_looks(tool):
        return False
    return verb in words(tool.name) or any(can_do(tool, deed) for deed in deeds_named(verb))


def _is_for(tool: Tool, verb: str, said: str) -> bool:
    """Whether an order speaks of the things that a tool deals with, or is of a kind that is never carried out in words."""
    if _NEVER_IN_WORDS.match(said, said.lower().find(verb)) and (words(tool.name)[:1] == (verb,) or verb == _OF_MAIL):
        return True
    spoken = {singular(word) for word in words(said)}
    if _MONEY.search(said):
        spoken |= _MONEY_WORDS
    things = {singular(word) for word in (*words(tool.name), *words(tool.description[:_OPENING]))} - {verb, verb + "s"}
    return not spoken.isdisjoint(things - _NO_THINGS - DEED_NAMES)
