"""Arguments that are right in form and wrong in fact: another of the things that are there. Each function is a kind.

These need a reader who follows what the user asked for; form and grounding show nothing.
"""

from __future__ import annotations

import random
import re
from typing import Any

from toolace_mt.corruption.damage import Damage, Path, argument_damage, shuffled, with_message
from toolace_mt.corruption.schema import choices
from toolace_mt.corruption.shapes import days_in, like_number, looks_like_id, other_day
from toolace_mt.corruption.transcript import Call, Transcript, key_of, leaves, squeeze

_DAY_ONLY = re.compile(r"(\d{4}-\d\d-)(\d\d)(?:[T ].{0,20})?")
_THING = re.compile(r"(?!(?:first|last|middle)_?name)\w{0,30}(?:name|title)")
_ANY = {"dontcare", "any", "all", "default", "auto", "none"}
_PLAIN = re.compile(r"[1-9]\d{0,8}(?:\.\d{1,4})?")
_NO_NUMBER = re.compile(r"phone|zip|postal|code|year|password|pin|(?:^|_)ids?$", re.IGNORECASE)
_LONGEST_ID = 60
_SHAPE = re.compile(r"\d+")


def other_entity_id(transcript: Transcript, rng: random.Random) -> Damage | None:
    """The identifier of another thing of the same kind, which an earlier message has."""
    known: dict[str, dict[tuple[str, str], int]] = {}
    for index, name, other in transcript.result_values:
        if isinstance(other, str) and len(other) <= _LONGEST_ID:
            known.setdefault(_SHAPE.sub("0", other), {}).setdefault((other, name.removesuffix("s")), index)
    for call, path, key, value in shuffled(transcript.identifiers, rng):
        shape, given = _SHAPE.sub("0", value), {str(there) for _, there in leaves(call.arguments)}
        others = [
            other
            for (other, name), index in known.get(shape, {}).items()
            if index < call.message and (name == key.removesuffix("s") or "_" in shape)
            if other not in given and squeeze(other) != squeeze(value)
        ]
        if others:
            return argument_damage(transcript, call, path, rng.choice(others))
    return None


def name_for_id(transcript: Transcript, rng: random.Random) -> Damage | None:
    """A name stands where the tool wants an identifier: `Boxing Day` as `holidayId`."""
    named: dict[str, int] = {}
    for index, key, name in transcript.result_values:
        if isinstance(name, str) and name.strip() and _THING.fullmatch(key.lower()):
            named.setdefault(name, index)
    for call, path, key, value in shuffled(transcript.identifiers, rng):
        names = [name for name, index in named.items() if index < call.message and squeeze(name) != squeeze(value)]
        if names and key.lower().endswith("id"):
            return argument_damage(transcript, call, path, rng.choice(names))
    return None


def other_choice(transcript: Transcript, rng: random.Random) -> Damage | None:
    """Another value that the tool allows as well: `business` where the user wants `economy`."""
    places = [(call, name) for call in transcript.calls for name in call.arguments if choices(transcript, call, name)]
    for call, name in shuffled(places, rng):
        value = call.arguments[name]
        others = [o for o in choices(transcript, call, name) if o != value and o not in _ANY]
        if others and isinstance(value, str) and transcript.mentioned_before(call.message, value):
            return argument_damage(transcript, call, (name,), rng.choice(others))
    return None


def other_date(transcript: Transcript, rng: random.Random) -> Damage | None:
    """A date in a call is some days off, and nobody spoke of that day."""
    taken = {(day.month, day.day) for text in transcript.texts for day in days_in(text)}
    for call, path, value in shuffled(_dates(transcript), rng):
        day = days_in(value)[0]
        other = other_day(day, taken, rng)
        if other:
            return argument_damage(transcript, call, path, value.replace(day.text, day.write(*other), 1))
    return None


def impossible_date(transcript: Transcript, rng: random.Random) -> Damage | None:
    """A date in a call that no calendar has: the 30th of February, a 13th month."""
    for call, path, value in shuffled(_dates(transcript), rng):
        year, rest = value[:4], value[10:]
        wrong = rng.choice(["02-30", "02-31", "04-31", "06-31", "09-31", "11-31", "13-05", "00-10", "01-32"])
        return argument_damage(transcript, call, path, f"{year}-{wrong}{rest}")
    return None


def other_number(transcript: Transcript, rng: random.Random) -> Damage | None:
    """A number that was given is another in the call: an amount, a count."""
    for call, path, value in shuffled(_numbers(transcript), rng):
        text = str(value)
        small = float(text) < 10
        after = str(int(float(text)) + rng.choice([1, 2])) if small else like_number(text, rng)
        if after == text or after.startswith("0") or (not small and float(after) in transcript.numbers):
            continue
        return argument_damage(transcript, call, path, type(value)(after))
    return None


def _numbers(transcript: Transcript) -> list[tuple[Call, Path, Any]]:
    """The numbers in calls, written as such or as text: amounts and counts, no identifiers, none of an enum."""
    return [
        (call, path, value)
        for call in transcript.calls
        for path, value in leaves(call.arguments)
        if isinstance(value, str | int | float) and not isinstance(value, bool) and _PLAIN.fullmatch(str(value))
        if not looks_like_id(key_of(path), value) and not transcript.parameter(call, key_of(path)).get("enum")
        if not _NO_NUMBER.search(key_of(path))
    ]


def crossed_results(transcript: Transcript, rng: random.Random) -> Damage | None:
    """Two calls of one message have each other's answer, under their own ids."""
    for step in shuffled(transcript.steps, rng):
        for one, other in zip(step.calls, step.calls[1:], strict=False):
            at, there = one.result or 0, other.result or 0
            mine, theirs = transcript.messages[at].get("content"), transcript.messages[there].get("content")
            if squeeze(str(mine)) == squeeze(str(theirs)):
                continue
            messages = with_message(transcript, at, content=theirs)
            messages[there] = {**messages[there], "content": mine}
            return Damage(messages, at, mine, theirs, one.id)
    return None


def _dates(transcript: Transcript) -> list[tuple[Call, Path, str]]:
    """The arguments that are a date of the form `2024-05-16`, with or without a time behind it."""
    return [
        (call, path, value)
        for call in transcript.calls
        for path, value in leaves(call.arguments)
        if isinstance(value, str) and _DAY_ONLY.fullmatch(value) and days_in(value)
    ]
