"""References to ids that the phrasebooks know: `the cheapest flight`, `the hotel I just booked`, `that order`."""

from __future__ import annotations

import random
import re
from collections.abc import Mapping, Sequence
from typing import Any

from toolace_mt.engines.offline.conversation import Exchange
from toolace_mt.engines.offline.language import ordinal
from toolace_mt.engines.offline.phrases import DomainWording
from toolace_mt.engines.offline.reading import Result
from toolace_mt.engines.offline.skills import Skill
from toolace_mt.schema.names import name_in_words, words

_NAMING = re.compile(r" ?(id|ids|number|code|key|uuid|symbol|identifier)$")


def book_of(skill: Skill) -> Mapping[str, Any]:
    """The phrasebook that knows the tool; an empty one for others."""
    return skill.wording.book if isinstance(skill.wording, DomainWording) else {}


def given_by(result: Result | None) -> dict[str, Any]:
    """The fields of a result; none where it is not an object."""
    return result.content if result is not None and isinstance(result.content, dict) else {}


def by_place(skill: Skill, name: str, path: str, refs: Mapping[str, Any], rng: random.Random, *, fresh: bool) -> str:
    """An id by where it stands in a result (`flights.0.flight_id`); fresh: in that of the call just before."""
    places = [int(part) for part in path.split(".") if part.isdigit()]
    if refs:
        if places and places[0] > 0 and refs.get("nth"):
            return str(refs["nth"]).replace("{nth}", ordinal(places[0]))
        if places and (first := refs.get("first", {}).get(path.split(".")[0])):
            return rng.choice(first)
        if one := [ref for ref in refs.get("one", ()) if fresh or ref not in ("it", "them")]:
            return rng.choice(one)
    thing = _NAMING.sub("", skill.needs.get(name) or name_in_words(name))
    if places:
        return f"the {ordinal(places[0])} one" if thing else "the first result"
    return f"that {thing}" if thing else "it"


def by_its_maker(
    skill: Skill, name: str, value: Any, done: Sequence[Exchange], skills: Mapping[str, Skill], rng: random.Random
) -> str:
    """`the flight I just booked`, by the call of this message that gave the value; nothing where no words are known."""
    maker = next((call.name for call, result in done if given_by(result).get(name) == value), "")
    refs: Mapping[str, Any] = book_of(skill).get("refs", {}).get(name, {})
    if known := refs.get("before", {}).get(maker):
        return rng.choice(known)
    thing = _NAMING.sub("", skill.needs.get(name, ""))
    made = thing and maker in skills and skills[maker].wording.kind == "act" and thing.split()[-1] in words(maker)
    return f"the new {thing}" if made else ""


def is_alias(book: Mapping[str, Any], name: str, value: Any, stated: Mapping[str, Any]) -> bool:
    """Whether another parameter with the same meaning had the value: the city is the destination."""
    return any(stated.get(alias) == value for alias in book.get("aliases", {}).get(name, ()))


def latest_of(name: str, value: Any, before: Sequence[Exchange], refs: Mapping[str, Any]) -> Sequence[str]:
    """References to the last thing of its kind that the dialogue brought up, by the tool that did; none for others."""
    last, by = None, ""
    for call, result in before[-3:]:
        if name in call.arguments:
            last, by = call.arguments[name], call.name
        if name in given_by(result):
            last, by = given_by(result)[name], call.name
    known: Mapping[str, Sequence[str]] = refs.get("before", {})
    return (known.get(by) or known.get("any") or ()) if last == value else ()
