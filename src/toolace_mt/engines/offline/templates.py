"""Templates of the phrasebooks: `find flights[ from {origin}][ on {date}|{date*}]`.

A `{slot}` is filled by a resolver. A bracket holds alternatives: the first one whose slots all resolve is taken, and where
none does the bracket falls away. A template whose slots outside brackets do not all resolve cannot be used.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple

Resolve = Callable[[str], "str | None"]
"""Slot name to its text, or None where it has none."""


class Slot(NamedTuple):
    """A place to fill."""

    name: str


class Choice(NamedTuple):
    """A bracket: alternatives, each a row of texts and slots."""

    alternatives: tuple[tuple[str | Slot, ...], ...]


class Rendered(NamedTuple):
    """A filled template, and the slots that it used."""

    text: str
    used: frozenset[str]


@lru_cache(maxsize=8192)
def parse(template: str) -> tuple[str | Slot | Choice, ...]:
    """The parts of a template. Raises ValueError where a bracket or brace is not closed."""
    parts: list[str | Slot | Choice] = []
    rest = template
    while rest:
        before, bracket, after = rest.partition("[")
        parts.extend(_flat(before))
        if not bracket:
            break
        inside, closing, rest = after.partition("]")
        if not closing:
            raise ValueError(f"a bracket is not closed: {template!r}")
        parts.append(Choice(tuple(tuple(_flat(each)) for each in inside.split("|"))))
    return tuple(parts)


def _flat(text: str) -> Iterable[str | Slot]:
    while text:
        before, brace, after = text.partition("{")
        if before:
            yield before
        if not brace:
            return
        name, closing, text = after.partition("}")
        if not closing:
            raise ValueError(f"a brace is not closed: {text!r}")
        yield Slot(name)


def render(template: str, resolve: Resolve) -> Rendered | None:
    """The template filled, or None where a slot outside brackets has no text."""
    texts: list[str] = []
    used: list[str] = []
    for part in parse(template):
        options = part.alternatives if isinstance(part, Choice) else ((part,),)
        filled = next((f for option in options if (f := _fill(option, resolve)) is not None), None)
        if filled is not None:
            texts.append(filled.text)
            used.extend(filled.used)
        elif not isinstance(part, Choice):
            return None
    return Rendered("".join(texts), frozenset(used))


def _fill(parts: Sequence[str | Slot], resolve: Resolve) -> Rendered | None:
    texts: list[str] = []
    used: list[str] = []
    for part in parts:
        if isinstance(part, Slot):
            text = resolve(part.name)
            if text is None:
                return None
            texts.append(text)
            used.append(part.name)
        else:
            texts.append(part)
    return Rendered("".join(texts), frozenset(used))


def render_one(templates: Sequence[str], resolve: Resolve, rng: random.Random) -> Rendered | None:
    """One of the templates, at random among those that use the most slots of all that can be filled."""
    filled = [each for template in templates if (each := render(template, resolve)) is not None]
    if not filled:
        return None
    most = max(len(each.used) for each in filled)
    return rng.choice([each for each in filled if len(each.used) == most])
