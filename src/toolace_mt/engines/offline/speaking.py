"""Clauses as a message: by the user's style, with openings that fit the place in the dialogue."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Literal

from toolace_mt.engines.offline.books import frames, read_book
from toolace_mt.engines.offline.language import capital, sentence, tidy

Style = Literal["terse", "polite", "chatty"]
STYLES: tuple[Style, ...] = ("terse", "polite", "chatty", "polite")

_LONG = 150


def frames_of(place: str, style: Style) -> Sequence[str]:
    """The frames for one place in a message and one style."""
    return read_book("frames")[place][style]


def message(parts: Sequence[str], style: Style, rng: random.Random, *, later: bool, opener: str = "") -> str:
    """The user's message that asks for all `parts` (clauses with base verbs)."""
    return framed(_groups(list(parts), rng), style, rng, later=later, opener=opener)


def framed(groups: Sequence[str], style: Style, rng: random.Random, *, later: bool, opener: str = "") -> str:
    """The message that asks for `groups`: a clause, or clauses joined, for each sentence."""
    sentences: list[str] = [opener] if opener else []
    more = list(frames_of("more", style))
    rng.shuffle(more)
    for place, group in enumerate(groups):
        if place == 0:
            options: Sequence[str] = frames_of("later", style) if later else frames_of("first", style)
            if opener:
                options = [f for f in options if not f.startswith(("Hi", "Hey", "Hello"))] or ["Could you {c}?"]
        else:
            last = place == len(groups) - 1 and len(groups) > 2
            options = frames_of("last", style) if last else (more[place % len(more)], "Please also {c}.")
        sentences.append(_framed(group, options, rng))
    return " ".join(sentences)


def _groups(parts: list[str], rng: random.Random) -> list[str]:
    """Clauses joined two by two where they stay readable."""
    groups: list[str] = []
    while parts:
        first = parts.pop(0)
        pair = f"{first}{rng.choice(frames('joins'))}{parts[0]}" if parts else ""
        if parts and len(pair) < _LONG and not _closed(first) and rng.random() < 0.85:
            groups.append(pair)
            parts.pop(0)
        else:
            groups.append(first)
    return groups


def _closed(text: str) -> bool:
    return text.endswith(('."', '?"', '!"'))


def _framed(clause: str, options: Sequence[str], rng: random.Random) -> str:
    """A clause in one of the frames; one that ends in a quoted sentence, or is long, gets no question mark after it."""
    wide = clause.endswith(('"', "'")) or len(clause) > _LONG
    fit = [f for f in options if not wide or f.endswith(("{c}.", "{C}."))] or ["Please {c}."]
    frame = fit[0] if len(options) == 2 else rng.choice(fit)
    text = frame.replace("{C}", capital(clause)).replace(
        "{c}", clause if not frame.startswith("{c}") else capital(clause)
    )
    if _closed(clause) and text.endswith("."):
        text = text[:-1]
    return tidy(capital(text))


def goal(parts: Sequence[str], rng: random.Random) -> str:
    """The clauses as the goal of a sub-task: plain imperative sentences."""
    return " ".join(sentence(group) for group in _groups(list(parts), rng))


def bare_message(parts: Sequence[str], style: Style, rng: random.Random, *, inside: bool) -> str:
    """The request without greeting or thanks, to follow a transition; inside: in the middle of the sentence."""
    groups = _groups(list(parts), rng)
    first = _framed(groups[0], frames_of("bare", style), rng)
    if inside:
        first = first[:1].lower() + first[1:]
    rest = [_framed(group, frames_of("more", style), rng) for group in groups[1:]]
    return " ".join([first, *rest])
