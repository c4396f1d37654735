"""Identifiers in calls that nobody ever gave. Each function is a kind; see `kinds`."""

from __future__ import annotations

import random
import re
from collections.abc import Callable

from toolace_mt.corruption.damage import Damage, Path, argument_damage, shuffled
from toolace_mt.corruption.shapes import first_new, like_id
from toolace_mt.corruption.transcript import Call, Transcript

_LAST_DIGITS = re.compile(r"\d+(?=\D*$)")
_LONG_DIGITS = re.compile(r"\d{4,}")


def invented_id(transcript: Transcript, rng: random.Random) -> Damage | None:
    """Another identifier of the same look, which the dialogue has nowhere."""
    return _damaged(transcript, rng, lambda value: first_new(lambda: like_id(value, rng), transcript.is_new))


def counted_up_id(transcript: Transcript, rng: random.Random) -> Damage | None:
    """The next identifiers of the row are guessed: `P1003`, `P1004` after `P1002`."""

    def next_one(value: str) -> str | None:
        found = _LAST_DIGITS.search(value)
        if not found or len(found[0]) > 18:
            return None
        up = str(int(found[0]) + rng.randint(1, 3)).zfill(len(found[0]))
        return value[: found.start()] + up + value[found.end() :]

    return _damaged(transcript, rng, next_one)


def cut_id(transcript: Transcript, rng: random.Random) -> Damage | None:
    """An identifier lacks its last signs, or has only the last four: `credit_card_7334`."""

    def shorter(value: str) -> str | None:
        found = _LONG_DIGITS.search(value)
        if found and len(found[0]) > 4 and rng.random() < 0.5:
            return value[: found.start()] + found[0][-4:] + value[found.end() :]
        return value[: -rng.randint(1, 2)] if len(value) > 5 else None

    return _damaged(transcript, rng, shorter, is_new=lambda _: True)


def zeroed_id(transcript: Transcript, rng: random.Random) -> Damage | None:
    """The digits of an identifier are filler: `gift_card_0000000`, `credit_card_1234567`."""

    def filled(value: str) -> str | None:
        found = _LONG_DIGITS.search(value)
        if not found:
            return None
        count = len(found[0])
        filler = rng.choice(["0" * count, ("1234567890" * 6)[:count]])
        return value[: found.start()] + filler + value[found.end() :]

    return _damaged(transcript, rng, filled)


def placeholder_id(transcript: Transcript, rng: random.Random) -> Damage | None:
    """A placeholder stands where the identifier should: `your_order_id`, `the user's username`."""
    for call, path, key, _ in shuffled(transcript.identifiers, rng):
        name = key or "id"
        words = name.replace("_", " ")
        after = rng.choice([f"your_{name}", f"<{name}>", f"the user's {words}", f"{name.upper()}_HERE", f"[{words}]"])
        if isinstance(_at(call, path), str) and not any(after in text for text in transcript.texts):
            return argument_damage(transcript, call, path, after)
    return None


def _damaged(
    transcript: Transcript,
    rng: random.Random,
    another: Callable[[str], str | None],
    is_new: Callable[[str], bool] | None = None,
) -> Damage | None:
    """One identifier of one call is what `another` makes of it, in that call only; a number stays a number."""
    fresh = is_new or transcript.is_new
    for call, path, _, value in shuffled(transcript.identifiers, rng):
        after = another(value)
        if after is None or after == value or not fresh(after) or (value.isdigit() and not after.isdigit()):
            continue
        as_number = isinstance(_at(call, path), int)
        return argument_damage(transcript, call, path, int(after) if as_number else after)
    return None


def _at(call: Call, path: Path) -> object:
    there: object = call.arguments
    for part in path:
        there = there[part]  # pyright: ignore
    return there
