"""What the user says: clauses for the calls that follow, with each value stated, or referred to, or left out."""

from __future__ import annotations

import random
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from toolace_mt.dialogue.grounding import looks_like_id, mentions, squeeze
from toolace_mt.engines.offline.acting import values_in
from toolace_mt.engines.offline.agreeing import is_understood
from toolace_mt.engines.offline.language import ordinal
from toolace_mt.engines.offline.phrases import DomainWording
from toolace_mt.engines.offline.reading import Call, Result
from toolace_mt.engines.offline.segments import say_value
from toolace_mt.engines.offline.skills import Skill
from toolace_mt.engines.offline.spoken import Spoken
from toolace_mt.engines.offline.wording import as_request
from toolace_mt.schema.names import name_in_words

Exchange = tuple[Call, "Result | None"]


@dataclass
class Context:
    """What the user and the assistant share before the message: results so far. withheld: a value not to be said."""

    skills: Mapping[str, Skill]
    before: Sequence[Exchange] = ()
    withheld: Any = None
    vague: bool = False
    keep: Sequence[str] = ()
    stated: dict[str, Any] = field(default_factory=dict[str, Any])
    latest: dict[str, Any] = field(default_factory=dict[str, Any])


def clauses(steps: Sequence[Sequence[Exchange]], context: Context, rng: random.Random) -> list[str]:
    """One clause for each call of the steps; a call that differs from the one before in a value is said in short."""
    said: list[str] = []
    done: list[Exchange] = []
    for step in steps:
        last = done[-1] if done else None
        for call, result in step:
            if (skill := context.skills.get(call.name)) is not None:
                spoken = {n: _speak(skill, n, v, done, context, rng) for n, v in call.arguments.items()}
                short = _same_again(call, spoken, last)
                clause = short or as_request(skill.wording.clause(_worth_saying(skill, spoken), rng))
                if clause in said:  # two calls that sound alike: only their values tell them apart
                    whole = {n: Spoken(s.value, "stated") if s.state == "again" else s for n, s in spoken.items()}
                    clause = as_request(skill.wording.clause(_worth_saying(skill, whole), rng))
                if clause not in said:
                    said.append(clause)
                context.stated |= {n: s.value for n, s in spoken.items() if s.state == "stated"}
                context.latest |= {**call.arguments, **(_given(result))}
            last = (call, result)
        done += step
    return said


def _same_again(call: Call, spoken: Mapping[str, Spoken], last: Exchange | None) -> str | None:
    """`do the same for Osaka`, where only one stated value differs from the call just before."""
    if last is None or last[0].name != call.name or set(last[0].arguments) != set(call.arguments):
        return None
    others = [n for n, v in call.arguments.items() if last[0].arguments[n] != v]
    if len(others) != 1 or spoken[others[0]].state != "stated" or isinstance(spoken[others[0]].value, list | dict):
        return None
    value = spoken[others[0]].value
    text = f'"{value}"' if isinstance(value, str) and " " in value and value[:1].islower() else say_value(value)
    if (
        len(text) > 30
        or len(text.split()) > 3
        or text.endswith((".", "!", "?"))
        or text.islower()
        or isinstance(value, bool)
        or (isinstance(value, int | float) and not looks_like_id(others[0], value))
    ):
        return None
    return f"do the same for {text.replace('_', ' ')}"


def _worth_saying(skill: Skill, spoken: Mapping[str, Spoken]) -> dict[str, Spoken]:
    """All but switches that nobody speaks of: optional ones that are off, and those that only say what the verb says."""
    return {
        n: s
        for n, s in spoken.items()
        if not (s.value is False and n not in skill.tool.required)
        and s.value is not None
        and not is_understood(skill.tool, n, s.value)
    }


def _speak(
    skill: Skill, name: str, value: Any, done: Sequence[Exchange], context: Context, rng: random.Random
) -> Spoken:
    book: Mapping[str, Any] = skill.wording.book if isinstance(skill.wording, DomainWording) else {}
    refs: Mapping[str, Any] = book.get("refs", {}).get(name, {})
    if context.withheld is not None and _holds(value, context.withheld):
        vague: Sequence[str] = book.get("vague", {}).get(name, ()) if context.vague else ()
        return Spoken(value, "withheld", rng.choice(vague) if vague else "")
    if str(value) in context.keep:
        return Spoken(value, "stated")
    if context.stated.get(name) == value and name in skill.carries:
        return Spoken(value, "again")
    if name in book.get("restate", ()):
        return Spoken(value, "stated")
    is_id = name in skill.ids or (not skill.domain and looks_like_id(name, value))
    if is_id and (place := _found_at(value, done)) is not None:
        ref = _refer(skill, name, place, refs, rng, fresh=_gave(done[-1:], value))
        if context.latest.get(name, value) != value:  # "that one" would be the other one
            ref = _by_its_maker(skill, name, value, done, refs, rng) or ref
        return Spoken(value, "linked", ref)
    if is_id and context.latest.get(name, value) != value:
        return Spoken(value, "stated")  # "that one" would be the other one
    again = refs.get("again") or refs.get("one")
    if context.stated.get(name) == value and (is_id or again or not skill.domain):
        return Spoken(value, "again", rng.choice(again) if again else "")
    if refs.get("again") and value in context.stated.values() and _is_alias(book, name, value, context.stated):
        return Spoken(value, "again", rng.choice(refs["again"]))
    if is_id and context.before and (before := _latest_ref(name, value, context.before, refs)):
        return Spoken(value, "again", rng.choice(before)) if rng.random() < 0.6 else Spoken(value, "stated")
    return Spoken(value, "stated")


def _holds(value: Any, withheld: Any) -> bool:
    """Whether saying `value` would give `withheld` away."""
    if value == withheld:
        return True
    if isinstance(value, str) and isinstance(withheld, str):
        return bool(squeeze(withheld)) and squeeze(withheld) in squeeze(value)
    if isinstance(value, dict | list):
        return any(_holds(inner, withheld) for _, inner in values_in(value))
    return mentions(say_value(value), withheld)


def _found_at(value: Any, done: Sequence[Exchange]) -> str | None:
    """The path in the results so far where `value` stands: `flights.0.flight_id`; None where no result gives it first."""
    for call, result in done:
        if value in call.arguments.values():
            return None
        if result is not None:
            for path, found in values_in(result.content):
                if found == value and type(found) is type(value):
                    return path
    return None


def _given(result: Result | None) -> dict[str, Any]:
    return result.content if result is not None and isinstance(result.content, dict) else {}


def _by_its_maker(
    skill: Skill, name: str, value: Any, done: Sequence[Exchange], refs: Mapping[str, Any], rng: random.Random
) -> str:
    """`the flight I just booked`, by the call of this message that gave the value; nothing where no words are known."""
    maker = next((call.name for call, result in done if _given(result).get(name) == value), "")
    if known := refs.get("before", {}).get(maker):
        return rng.choice(known)
    return f"the new {skill.needs[name]}" if maker and skill.needs.get(name) else ""


def _gave(exchanges: Sequence[Exchange], value: Any) -> bool:
    return _found_at(value, exchanges) is not None


def _refer(skill: Skill, name: str, path: str, refs: Mapping[str, Any], rng: random.Random, *, fresh: bool) -> str:
    places = [int(part) for part in path.split(".") if part.isdigit()]
    if refs:
        if places and places[0] > 0 and refs.get("nth"):
            return str(refs["nth"]).replace("{nth}", ordinal(places[0]))
        if places and (first := refs.get("first", {}).get(path.split(".")[0])):
            return rng.choice(first)
        if one := [ref for ref in refs.get("one", ()) if fresh or ref != "it"]:
            return rng.choice(one)
    thing = re.sub(
        r" ?(id|ids|number|code|key|uuid|symbol|identifier)$", "", skill.needs.get(name) or name_in_words(name)
    )
    if places:
        return f"the {ordinal(places[0])} one" if thing else "the first result"
    return f"that {thing}" if thing else "it"


def _is_alias(book: Mapping[str, Any], name: str, value: Any, stated: Mapping[str, Any]) -> bool:
    return any(stated.get(alias) == value for alias in book.get("aliases", {}).get(name, ()))


def _latest_ref(name: str, value: Any, before: Sequence[Exchange], refs: Mapping[str, Any]) -> Sequence[str]:
    """References to the last thing of its kind that the dialogue brought up, by the tool that did; none for others."""
    last, by = None, ""
    for call, result in before[-3:]:
        if name in call.arguments:
            last, by = call.arguments[name], call.name
        if result is not None and isinstance(result.content, dict) and name in result.content:
            last, by = result.content[name], call.name
    known: Mapping[str, Sequence[str]] = refs.get("before", {})
    return (known.get(by) or known.get("any") or ()) if last == value else ()
