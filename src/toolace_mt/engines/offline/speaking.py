"""Clauses as a message: by the user's style, with openings that fit the place in the dialogue."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Literal

from toolace_mt.engines.offline.language import capital, sentence, tidy

Style = Literal["terse", "polite", "chatty"]
STYLES: tuple[Style, ...] = ("terse", "polite", "chatty", "polite")

_FIRST: dict[Style, tuple[str, ...]] = {
    "terse": ("{c}.", "I need you to {c}.", "{c}, please."),
    "polite": ("Could you {c}?", "Can you {c}, please?", "Please {c}.", "I'd like you to {c}.", "Could you please {c}?"),
    "chatty": ("Hi! Could you {c}?", "Hey there, can you {c}?", "Hello! I was hoping you could {c}.", "Hi, I'd love it if you could {c}."),
}  # fmt: skip
_LATER: dict[Style, tuple[str, ...]] = {
    "terse": ("Now {c}.", "Next, {c}.", "Good. {C}.", "Okay, now {c}.", "{C}, please.", "Then {c}."),
    "polite": (
        "Thank you. Could you also {c}?", "Thanks. Next, please {c}.", "Great, thanks. Now I'd like you to {c}.",
        "Perfect. Could you {c}?", "Thanks for that. Please {c}.", "Could you now {c}?",
    ),
    "chatty": (
        "Awesome, thanks! Could you {c}?", "Oh, that's great. Can you {c} too?", "Lovely! One more thing: could you {c}?",
        "That's really helpful, thank you! Now, could you {c}?", "Super. While we're at it, please {c}.",
        "Thanks a lot! Next up, I'd like you to {c}.",
    ),
}  # fmt: skip
_MORE: dict[Style, tuple[str, ...]] = {
    "terse": ("Then {c}.", "After that, {c}.", "Also {c}.", "And {c}."),
    "polite": (
        "Then, could you {c}?",
        "Please also {c}.",
        "After that, please {c}.",
        "Then please {c}.",
        "Once that's done, could you {c}?",
        "I'd also like you to {c}.",
    ),
    "chatty": (
        "Then it would be great if you could {c}.",
        "After that, could you {c}?",
        "Oh, and please {c}.",
        "I'd also love it if you could {c}.",
        "Then, could you {c}?",
        "Also, please {c}.",
    ),
}
_LAST: dict[Style, tuple[str, ...]] = {
    "terse": ("Finally, {c}.", "Last, {c}."),
    "polite": ("Finally, please {c}.", "And last of all, could you {c}?", "Finally, {c}, please."),
    "chatty": ("And finally, could you {c}?", "And to wrap it up, please {c}.", "Oh, and last of all, {c}, please!"),
}
_JOINS = (" and ", ", and then ", " and then ", ", then ")
_LONG = 150


def message(parts: Sequence[str], style: Style, rng: random.Random, *, later: bool, opener: str = "") -> str:
    """The user's message that asks for all `parts` (clauses with base verbs)."""
    groups = _groups(list(parts), rng)
    sentences: list[str] = [opener] if opener else []
    more = list(_MORE[style])
    rng.shuffle(more)
    for place, group in enumerate(groups):
        if place == 0:
            frames = _LATER[style] if later else _FIRST[style]
            if opener:
                frames = tuple(f for f in frames if not f.startswith(("Hi", "Hey", "Hello"))) or ("Could you {c}?",)
        else:
            last = place == len(groups) - 1 and len(groups) > 2
            frames = _LAST[style] if last else (more[place % len(more)], "Please also {c}.")
        sentences.append(_framed(group, frames, rng))
    return " ".join(sentences)


def _groups(parts: list[str], rng: random.Random) -> list[str]:
    """Clauses joined two by two where they stay readable."""
    groups: list[str] = []
    while parts:
        first = parts.pop(0)
        pair = f"{first}{rng.choice(_JOINS)}{parts[0]}" if parts else ""
        if parts and len(pair) < _LONG and not _closed(first) and rng.random() < 0.85:
            groups.append(pair)
            parts.pop(0)
        else:
            groups.append(first)
    return groups


def _closed(text: str) -> bool:
    return text.endswith(('."', '?"', '!"'))


def _framed(clause: str, frames: Sequence[str], rng: random.Random) -> str:
    """A clause in one of the frames; one that ends in a quoted sentence, or is long, gets no question mark after it."""
    wide = clause.endswith(('"', "'")) or len(clause) > _LONG
    fit = [f for f in frames if not wide or f.endswith(("{c}.", "{C}."))] or ["Please {c}."]
    frame = fit[0] if len(frames) == 2 else rng.choice(fit)
    text = frame.replace("{C}", capital(clause)).replace(
        "{c}", clause if not frame.startswith("{c}") else capital(clause)
    )
    if _closed(clause) and text.endswith("."):
        text = text[:-1]
    return tidy(capital(text))


def goal(parts: Sequence[str], rng: random.Random) -> str:
    """The clauses as the goal of a sub-task: plain imperative sentences."""
    return " ".join(sentence(group) for group in _groups(list(parts), rng))


_BARE: dict[Style, tuple[str, ...]] = {
    "terse": ("please {c}.", "{c}, please."),
    "polite": ("could you {c}?", "please {c}.", "could you please {c}?"),
    "chatty": ("could you {c}?", "can you {c}?", "please {c}."),
}


def bare_message(parts: Sequence[str], style: Style, rng: random.Random, *, inside: bool) -> str:
    """The request without greeting or thanks, to follow a transition; inside: in the middle of the sentence."""
    groups = _groups(list(parts), rng)
    first = _framed(groups[0], _BARE[style], rng)
    if inside:
        first = first[:1].lower() + first[1:]
    rest = [_framed(group, _MORE[style], rng) for group in groups[1:]]
    return " ".join([first, *rest])
