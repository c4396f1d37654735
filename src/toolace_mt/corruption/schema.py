"""Arguments that break the schema of their tool. Each function is a kind; see `kinds`."""

from __future__ import annotations

import random
from typing import Any

from toolace_mt.corruption.damage import Damage, argument_damage, shuffled, with_arguments
from toolace_mt.corruption.transcript import Call, Transcript

_EXTRA: dict[str, Any] = {
    **{"language": "en", "limit": 10, "verbose": True, "reason": "as the user asked", "format": "json"},
    **{"confirm": True, "timezone": "UTC", "page": 1, "include_details": True},
}


def missing_required(transcript: Transcript, rng: random.Random) -> Damage | None:
    """A required argument is left out."""
    places = [
        (call, name) for call in transcript.calls for name in required(transcript, call) if name in call.arguments
    ]
    for call, name in shuffled(places, rng):
        arguments = {key: value for key, value in call.arguments.items() if key != name}
        before = {name: call.arguments[name]}
        return Damage(with_arguments(transcript, call, arguments), call.message, before, None, call.id)
    return None


def misnamed_parameter(transcript: Transcript, rng: random.Random) -> Damage | None:
    """A required argument stands under a name that the tool does not know."""
    places = [
        (call, name)
        for call in transcript.calls
        if is_closed(transcript, call)
        for name in required(transcript, call)
        if name in call.arguments
    ]
    for call, name in shuffled(places, rng):
        known = properties(transcript, call)
        names = [other for other in _other_names(name) if other not in known and other not in call.arguments]
        if not names:
            continue
        after = rng.choice(names)
        arguments = {after if key == name else key: value for key, value in call.arguments.items()}
        return Damage(with_arguments(transcript, call, arguments), call.message, name, after, call.id)
    return None


def _other_names(name: str) -> list[str]:
    camel = "".join(part.capitalize() if i else part for i, part in enumerate(name.split("_")))
    short = name.rsplit("_", 1)[-1]
    return [other for other in (camel, short, f"{name}_value", f"{name}_id", f"{name}s") if other and other != name]


def unknown_parameter(transcript: Transcript, rng: random.Random) -> Damage | None:
    """An argument more than the tool knows."""
    for call in shuffled([call for call in transcript.calls if is_closed(transcript, call)], rng):
        names = [name for name in _EXTRA if name not in properties(transcript, call) and name not in call.arguments]
        if not names:
            continue
        name = rng.choice(names)
        messages = with_arguments(transcript, call, {**call.arguments, name: _EXTRA[name]})
        return Damage(messages, call.message, None, {name: _EXTRA[name]}, call.id)
    return None


def list_as_text(transcript: Transcript, rng: random.Random) -> Damage | None:
    """A list or object is written as text, as Python shows it: `"['John', 'Jane']"`."""
    places = [
        (call, name, value)
        for call, name, value in _typed(transcript, {"array", "object"})
        if isinstance(value, list | dict)
    ]
    for call, name, value in shuffled(places, rng):
        return argument_damage(transcript, call, (name,), repr(value))
    return None


def number_as_text(transcript: Transcript, rng: random.Random) -> Damage | None:
    """A number is written as text: `"970420"`."""
    places = [
        (call, name, value)
        for call, name, value in _typed(transcript, {"integer", "number"})
        if isinstance(value, int | float) and not isinstance(value, bool)
    ]
    for call, name, value in shuffled(places, rng):
        return argument_damage(transcript, call, (name,), str(value))
    return None


def boolean_as_text(transcript: Transcript, rng: random.Random) -> Damage | None:
    """True or false is written as text, as Python shows it: `"True"`."""
    places = [found for found in _typed(transcript, {"boolean"}) if isinstance(found[2], bool)]
    for call, name, value in shuffled(places, rng):
        return argument_damage(transcript, call, (name,), str(value))
    return None


def text_as_list(transcript: Transcript, rng: random.Random) -> Damage | None:
    """One value is wrapped in a list where the tool wants it alone."""
    places = [found for found in _typed(transcript, {"string"}) if isinstance(found[2], str)]
    for call, name, value in shuffled(places, rng):
        return argument_damage(transcript, call, (name,), [value])
    return None


def outside_enum(transcript: Transcript, rng: random.Random) -> Damage | None:
    """A value is not among those that the tool allows, though it looks like one: `habitats` for `habitat`."""
    places = [(call, name) for call in transcript.calls for name in call.arguments if choices(transcript, call, name)]
    for call, name in shuffled(places, rng):
        allowed = choices(transcript, call, name)
        value = call.arguments[name]
        if not isinstance(value, str):
            continue
        near = [value.replace("_", " "), value.title(), value.upper(), f"{value}s", f"{value}_type"]
        outside = [other for other in near if other not in allowed]
        return argument_damage(transcript, call, (name,), rng.choice(outside)) if outside else None
    return None


def required(transcript: Transcript, call: Call) -> list[str]:
    """The names of the parameters that the called tool requires."""
    names = transcript.tools.get(call.name, {}).get("required")
    return [name for name in names if isinstance(name, str)] if isinstance(names, list) else []


def properties(transcript: Transcript, call: Call) -> dict[str, Any]:
    """The parameters of the called tool, {} where none are readable."""
    found = transcript.tools.get(call.name, {}).get("properties")
    return found if isinstance(found, dict) else {}


def is_closed(transcript: Transcript, call: Call) -> bool:
    """Whether the tool lists its parameters, and does not say that others are welcome."""
    schema = transcript.tools.get(call.name, {})
    return bool(properties(transcript, call)) and not schema.get("additionalProperties")


def choices(transcript: Transcript, call: Call, name: str) -> list[str]:
    """The texts that a parameter allows, [] where it allows any."""
    allowed = transcript.parameter(call, name).get("enum")
    texts = [each for each in allowed if isinstance(each, str)] if isinstance(allowed, list) else []
    return texts if isinstance(allowed, list) and len(texts) == len(allowed) else []


def _typed(transcript: Transcript, types: set[str]) -> list[tuple[Call, str, Any]]:
    """(call, name, value) of the arguments whose schema has one of `types`, and no other."""
    found: list[tuple[Call, str, Any]] = []
    for call in transcript.calls:
        for name, value in call.arguments.items():
            type_ = transcript.parameter(call, name).get("type")
            if isinstance(type_, str) and type_ in types:
                found.append((call, name, value))
    return found
