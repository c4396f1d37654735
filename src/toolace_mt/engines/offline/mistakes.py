"""Mistakes in calls that make them fail, and failures of services: what is called, what comes back, what is said after."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from toolace_mt.dialogue.grounding import looks_like_id
from toolace_mt.engines.offline.books import frames
from toolace_mt.engines.offline.reading import Call
from toolace_mt.engines.offline.skills import Skill
from toolace_mt.schema.names import name_in_words
from toolace_mt.schema.validate import argument_problems
from toolace_mt.types import JsonSchema

SERVICE_FAILURES = (
    ("The request timed out after 30 seconds. Please try again.", "timed out"),
    ("Service temporarily unavailable (503). Try again in a moment.", "was briefly unavailable"),
    ("Too many requests. Retry after a few seconds.", "was receiving too many requests"),
    ("Connection reset by the upstream server.", "dropped the connection"),
    ("Internal server error (500).", "had an internal error"),
)


class Mistake(NamedTuple):
    """A call that is wrong in one argument. error: what a tool would answer. remark: what the assistant says after."""

    call: Call
    error: str
    remark: str


def retry_remark(what: str, rng: random.Random) -> str:
    """What the assistant says before it calls again after a failure of the service."""
    return rng.choice(frames("retries")).replace("{what}", what)


def failure_said(error: str) -> str:
    """How a failure of the service is spoken of."""
    return next((what for text, what in SERVICE_FAILURES if text == error), "didn't respond properly")


def mistakes(skill: Skill, call: Call, rng: random.Random) -> list[Mistake]:
    """Realistic mistakes in one argument of `call`, in random order."""
    found = [m for name in call.arguments for m in _of_argument(skill, call, name)]
    rng.shuffle(found)
    return found


def _of_argument(skill: Skill, call: Call, name: str) -> Iterator[Mistake]:
    schema = skill.tool.properties.get(name) or {}
    value = call.arguments[name]
    said = re.sub(r"\b(id|url|pin)\b", lambda m: m[0].upper(), name_in_words(name).removesuffix(" usd"))
    if looks_like_id(name, value) and isinstance(value, str) and "@" not in value and (wrong := _slipped(value)):
        thing = re.sub(r" (id|number|code)$", "", name_in_words(name)).capitalize() or "Entry"
        remark = f"I got the {said} wrong there, so I'm using the right one now."
        yield Mistake(_with(call, name, wrong), f"{thing} {wrong} was not found.", remark)
    if name in skill.tool.required:
        without = Call(name=call.name, arguments={k: v for k, v in call.arguments.items() if k != name})
        error = f"Invalid arguments: '{name}' is missing."
        yield Mistake(without, error, f"I left out the {said}, so I'm adding it and trying again.")
    if isinstance(value, str) and (wrong_date := _other_format(value)):
        remark = f"The {said} was in the wrong format; I'm correcting it."
        yield from _schema_breaking(skill, call, name, wrong_date, remark, f"'{wrong_date}' is not a valid date.")
    if schema.get("enum") and isinstance(value, str):
        wrong = value.replace("_", " ") if "_" in value else value.upper() if value.islower() else f"{value} type"
        yield from _schema_breaking(
            skill, call, name, wrong, f"That {said} isn't accepted; I'm using a valid one instead.", ""
        )
    if isinstance(value, int | float) and not isinstance(value, bool):
        wrong_type = f"about {value}"
        yield from _schema_breaking(
            skill, call, name, wrong_type, f"The {said} has to be a plain number, so I'm fixing that.", ""
        )


def _schema_breaking(skill: Skill, call: Call, name: str, wrong: Any, remark: str, error: str) -> Iterator[Mistake]:
    faulty = _with(call, name, wrong)
    problems = argument_problems(skill.tool, faulty.arguments)
    if problems or error:
        yield Mistake(faulty, error or f"Invalid arguments: {problems[0].removeprefix('arguments.')}.", remark)


def _with(call: Call, name: str, value: Any) -> Call:
    return Call(name=call.name, arguments={**call.arguments, name: value})


def _slipped(value: str) -> str:
    """Two digits of an id swapped, as people do when they copy one."""
    digits = [i for i, sign in enumerate(value) if sign.isdigit()]
    for left, right in zip(reversed(digits[:-1]), reversed(digits[1:]), strict=False):
        if value[left] != value[right]:
            signs = list(value)
            signs[left], signs[right] = signs[right], signs[left]
            return "".join(signs)
    return ""


def _other_format(value: str) -> str:
    match = re.fullmatch(r"(\d{4})-(\d\d)-(\d\d)", value)
    return f"{match[3]}/{match[2]}/{match[1]}" if match else ""


def error_content(text: str) -> JsonSchema:
    """An error as tools answer it."""
    return {"error": text}
