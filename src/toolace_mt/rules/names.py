"""Names of people in replies: nobody is called by a name that nobody gave, nor by parts of two."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from toolace_mt.rules.people import People, folded
from toolace_mt.rules.reading import Reading
from toolace_mt.types import Finding

_NAME = r"[A-Z\u00c0-\u00de][^\W\d_]{1,20}(?:['\u2019-][A-Z\u00c0-\u00de][^\W\d_]{1,20})?"
_BEHIND = re.compile(rf" (?:[A-Z]\.? )?({_NAME})(?![\w@])")
_BEFORE = re.compile(rf"(?<![\w@.#/'\u2019-])({_NAME}) (?:[A-Z]\.? )?$")
_ADDRESSED = re.compile(rf", ({_NAME})(?=[!,.\n]|$)")
_SPEAKS_TO = re.compile(
    r"\b(?:thank(?:s| you)|welcome|got it|hello|hi|hey|certainly|sorry|apologize)"
    r"(?: so much| very much| again| there)?$",
    re.IGNORECASE,
)
_OPENS = re.compile(rf"(?:Thank you|Thanks|Welcome|Hello|Hi|Hey|Dear) ({_NAME})(?=[!,.\n]|$)")
_LONGEST_OPENING = 30
# Capitals that stand where names do, and are none.
_NO_NAMES = (
    "sir madam maam dear customer guest friend everyone all team folks there again mr mrs ms miss mx dr prof"
    " doctor hello hi hey thank thanks welcome passenger passengers user patient client member name names and or"
    " for with to from is are was has does did will can could would should the your you both if since but so"
    " please note yes no traveler contact recipient customers account profile details order orders reservation dob"
    " date airport street avenue road lane drive park city county university hospital school bank hotel inn"
    " company inc llc senior junior sr jr i we my our his her their its this that these those when while as here"
    " user_id id regarding on at in of by first last full good great sure okay ok perfect certainly absolutely"
    " sorry just let also then now not only goodbye bye have booking employee"
    " world morning afternoon evening awesome excellent alright right done monday tuesday wednesday thursday friday"
    " saturday sunday january february march april june july august september october november december"
)
# Short forms that begin otherwise than the names they stand for.
_SHORT_FORMS = (
    "bob bobby bill billy will dick rick ted ned jack hank peg peggy polly molly liz lizzie beth betty libby tony"
    " tina sasha pepe paco lupe nacho chuck hal harry jim jimmy kate kathy katie kit kitty larry meg nan nancy"
    " nell sally sandy stan tess trish trudy xander zander gus drew fritz hans toni alex lex ella lena lina mina"
    " rina tasha vanya misha"
)
_NOT_NAMES, _SHORTENED = frozenset(_NO_NAMES.split()), frozenset(_SHORT_FORMS.split())
_ALIKE = 2
_MOST_MENTIONS = 60


def wrong_name(reading: Reading) -> list[Finding]:
    """No reply calls a person by a name that nobody gave, or by the first name of one and the last name of another."""
    replies = reading.replies
    if not replies or not ("ame" in reading.told or any("ame" in text or "I" in text for _, text in reading.requests)):
        return []
    people = People(reading)
    if not people.firsts and not people.lasts:
        return []
    return [
        Finding(rule="wrong-name", severity="error", turn=at, detail=detail)
        for at, text in replies
        for detail in dict.fromkeys([*_paired(people, at, text), *_addressed(people, at, text)])
    ]


def _paired(people: People, at: int, text: str) -> Iterator[str]:
    """What is wrong with whole names of which one part is known."""
    for name in people.firsts.values():
        for _, end in _places(name, text) if name in text else ():
            found = _BEHIND.match(text, end)
            if found and _is_wrong(people, at, name, found[1], new=found[1]):
                yield f"the reply names {name + found[0]!r}, which nothing before it gives"
    for name in people.lasts.values():
        for start, _ in _places(name, text) if name in text else ():
            found = _BEFORE.search(text[max(start - 50, 0) : start])
            if found and _is_wrong(people, at, found[1], name, new=found[1]):
                yield f"the reply names {found[0] + name!r}, which nothing before it gives"


def _places(name: str, text: str) -> Iterator[tuple[int, int]]:
    """Where a text has a name as a word of its own."""
    place = text.find(name)
    for _ in range(_MOST_MENTIONS):
        if place < 0:
            return
        end = place + len(name)
        if not text[place - 1 : place].isalnum() and not text[end : end + 1].isalnum():
            yield place, end
        place = text.find(name, end)


def _is_wrong(people: People, at: int, first: str, last: str, *, new: str) -> bool:
    """Whether nobody has both parts: the new one is heard nowhere, or both are of people who are known in full."""
    if folded(new) in _NOT_NAMES or (folded(first), folded(last)) in people.pairs:
        return False
    if not people.is_heard(new, at):
        return True
    crossed = folded(first) in people.firsts and folded(last) in people.lasts
    free = folded(first) in people.introduced or not people.is_said_by_user(first)
    return crossed and free and not people.are_heard_together(first, last, at)


def _addressed(people: People, at: int, text: str) -> Iterator[str]:
    """What is wrong with the names that somebody is spoken to by."""
    for said in _spoken_to(text):
        name = folded(said)
        if name in _NOT_NAMES or name in _SHORTENED:
            continue
        if not _is_like(name, people) and not people.is_heard(said, at):
            yield f"the reply speaks to {said!r}, a name that nothing before it gives"
        elif _is_of_another(people, name):
            yield f"the reply speaks to {said!r}, where the user is {min(people.introduced)!r}"


def _spoken_to(text: str) -> Iterator[str]:
    if opening := _OPENS.match(text):
        yield opening[1]
    for found in islice(_ADDRESSED.finditer(text), _MOST_MENTIONS):
        if _SPEAKS_TO.search(text[max(found.start() - _LONGEST_OPENING, 0) : found.start()]):
            yield found[1]


def _is_of_another(people: People, name: str) -> bool:
    """Whether a name is that of somebody else than the user, who has introduced himself."""
    if name not in people.firsts or not people.introduced or people.is_said_by_user(name):
        return False
    lasts = {last for first, last in people.pairs if first in people.introduced}
    return bool(lasts) and not any(first == name and last in lasts for first, last in people.pairs)


def _is_like(name: str, people: People) -> bool:
    """Whether a name may be short for one that is known, or is one of them."""
    known = (*people.firsts, *people.lasts)
    return any(one[:_ALIKE] == name[:_ALIKE] or name in one for one in known)
