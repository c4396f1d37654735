"""What the user says: clauses for the calls that follow, with each value stated, or referred to, or left out."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from typing import Any

from toolace_mt.dialogue.grounding import looks_like_id, mentions, squeeze
from toolace_mt.engines.offline.acting import values_in
from toolace_mt.engines.offline.agreeing import is_understood
from toolace_mt.engines.offline.conversation import Context, Exchange
from toolace_mt.engines.offline.known_references import book_of, by_its_maker, by_place, given_by, is_alias, latest_of
from toolace_mt.engines.offline.provenance import Speaker
from toolace_mt.engines.offline.reading import Call
from toolace_mt.engines.offline.segments import say_value
from toolace_mt.engines.offline.skills import Skill
from toolace_mt.engines.offline.spoken import Reference, Spoken
from toolace_mt.engines.offline.wording import as_request
from toolace_mt.schema.names import words

_NAMES = frozenset({"name", "user", "username", "file", "filename", "path", "email", "symbol", "stock", "id"})
_SAME = "do the same for "


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
                clause = short or _clause(skill, spoken, context, rng)
                if clause in said:  # two calls that sound alike: only their values tell them apart
                    whole = {n: Spoken(s.value, "stated") if s.state == "again" else s for n, s in spoken.items()}
                    clause = _clause(skill, whole, context, rng)
                _add(said, clause, context)
                context.stated |= {n: s.value for n, s in spoken.items() if s.state == "stated"}
                context.latest |= {**call.arguments, **given_by(result)}
                context.spoken += [value for _, value in values_in(call.arguments)]
                context.uttered += [v for s in spoken.values() if s.state == "stated" for _, v in values_in(s.value)]
            last = (call, result)
        done += step
    return said


def _clause(skill: Skill, spoken: Mapping[str, Spoken], context: Context, rng: random.Random) -> str:
    return as_request(skill.wording.clause(_worth_saying(skill, spoken, context), rng))


def _add(said: list[str], clause: str, context: Context) -> None:
    """One more clause; of two in a row that ask for the same with another value, one that asks for both."""
    if clause.startswith(_SAME) and said and said[-1].startswith(_SAME) and " and " not in said[-1]:
        said[-1] = f"{said[-1]} and {clause.removeprefix(_SAME)}"
    elif clause not in said:
        said.append(clause)
    elif context.brought is not None and f"{clause} again" not in said:
        said.append(f"{clause} again")


def _same_again(call: Call, spoken: Mapping[str, Spoken], last: Exchange | None) -> str | None:
    """`do the same for Osaka`, where only one stated value differs from the call just before."""
    if last is None or last[0].name != call.name or set(last[0].arguments) != set(call.arguments):
        return None
    others = [n for n, v in call.arguments.items() if last[0].arguments[n] != v]
    if len(others) != 1 or isinstance(spoken[others[0]].value, list | dict):
        return None
    value = spoken[others[0]].value
    if isinstance(ref := spoken[others[0]].ref, Reference) and not ref.startswith(("it", "in ", "on ", "at ")):
        return f"{_SAME}{ref}"
    if spoken[others[0]].state != "stated":
        return None
    text = f'"{value}"' if isinstance(value, str) and " " in value and value[:1].islower() else say_value(value)
    is_name = bool(_NAMES & set(words(others[0])))
    if (
        len(text) > 30
        or len(text.split()) > 3
        or text.endswith((".", "!", "?"))
        or (text.islower() and not is_name)
        or isinstance(value, bool)
        or (isinstance(value, int | float) and not looks_like_id(others[0], value))
    ):
        return None
    return f"{_SAME}{text if is_name else text.replace('_', ' ')}"


def _worth_saying(skill: Skill, spoken: Mapping[str, Spoken], context: Context) -> dict[str, Spoken]:
    """All but switches that nobody speaks of: optional ones that are off, and those that only say what the verb says."""
    brought = context.brought
    return {
        n: s
        for n, s in spoken.items()
        if not (s.value is False and n not in skill.tool.required and not (brought and brought.says(n, False)))
        and s.value is not None
        and not is_understood(skill.tool, n, s.value)
    }


def _speak(
    skill: Skill, name: str, value: Any, done: Sequence[Exchange], context: Context, rng: random.Random
) -> Spoken:
    book = book_of(skill)
    refs: Mapping[str, Any] = book.get("refs", {}).get(name, {})
    if context.withheld is not None and _holds(value, context.withheld):
        vague: Sequence[str] = book.get("vague", {}).get(name, ()) if context.vague else ()
        return Spoken(value, "withheld", rng.choice(vague) if vague else "")
    if context.brought is not None:
        return Speaker(skill, done, context, context.brought, rng).say(name, value)
    if context.stated.get(name) == value and name in skill.carries:
        return Spoken(value, "again")
    if name in book.get("restate", ()):
        return Spoken(value, "stated")
    is_id = name in skill.ids or (not skill.domain and looks_like_id(name, value))
    if is_id and (place := _found_at(value, done)) is not None:
        ref = by_place(skill, name, place, refs, rng, fresh=_gave(done[-1:], value))
        if context.latest.get(name, value) != value:  # "that one" would be the other one
            ref = by_its_maker(skill, name, value, done, context.skills, rng) or ref
        return Spoken(value, "linked", ref)
    if is_id and context.latest.get(name, value) != value:
        return Spoken(value, "stated")  # "that one" would be the other one
    again = refs.get("again") or refs.get("one")
    if context.stated.get(name) == value and (is_id or again or not skill.domain):
        return Spoken(value, "again", rng.choice(again) if again else "")
    if refs.get("again") and value in context.stated.values() and is_alias(book, name, value, context.stated):
        return Spoken(value, "again", rng.choice(refs["again"]))
    if is_id and context.before and (before := latest_of(name, value, context.before, refs)):
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


def _gave(exchanges: Sequence[Exchange], value: Any) -> bool:
    return _found_at(value, exchanges) is not None
