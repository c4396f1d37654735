"""What the built-in domains share: people, a seeded today, ids that count on, and chance without state."""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import dataclass
from typing import NamedTuple, TypeVar
from zlib import crc32

from toolace_mt.environments.methods import ToolFailure

_Thing = TypeVar("_Thing")
_FIRST_NAMES = (  # noqa: SIM905 - one name a line would fill the screen
    "Amara Bruno Carmen Dmitri Elif Farid Greta Hana Ivo Jonas Keiko Leila Marek Nadia Oscar Priya Quentin Rosa Samir"
    " Tamsin Umberto Vera Wanjiru Ximena Yusuf Zofia Anders Bianca Caleb Divya Emeka Freya"
).split()
_LAST_NAMES = (  # noqa: SIM905
    "Okafor Lindqvist Moreau Tanaka Petrov Alvarez Haddad Kowalski Brennan Castellano Dlamini Engström Farouk Grimaldi"
    " Holloway Ivanova Jansen Kapoor Larsen Mbeki Novak Ortega Pereira Rahman Sandoval Takahashi Usman Vasquez Winslow"
    " Yilmaz Zhang Abernathy"
).split()
_MAIL_HOSTS = ("mailbox.example", "postbird.example", "inbox.example")


class Person(NamedTuple):
    """A made-up person; the mail address is under `.example`, which nobody can own."""

    name: str
    email: str


def people(rng: random.Random, count: int) -> list[Person]:
    """`count` people with different first and last names."""
    firsts, lasts = rng.sample(_FIRST_NAMES, count), rng.sample(_LAST_NAMES, count)
    return [
        Person(f"{first} {last}", f"{first}.{last}@{rng.choice(_MAIL_HOSTS)}".lower().replace("ö", "o"))
        for first, last in zip(firsts, lasts, strict=True)
    ]


def some_day(rng: random.Random) -> dt.date:
    """The day on which a dialogue takes place."""
    return dt.date(2026, 1, 5) + dt.timedelta(days=rng.randrange(540))


@dataclass
class Ids:
    """Mints ids such as `BK-48213`: a running number in steps, so that the next id cannot be guessed at sight."""

    last: int
    step: int

    def mint(self, prefix: str) -> str:
        """The next id."""
        self.last += self.step
        return f"{prefix}-{self.last}"


def new_ids(rng: random.Random) -> Ids:
    """Five-digit ids that start anywhere; prime steps keep the digits changing."""
    return Ids(rng.randrange(20_000, 70_000), rng.choice((17, 23, 37, 41, 53, 61)))


def steady(low: int, high: int, *key: object) -> int:
    """A number from `low` to `high` that only `key` decides: a fare or forecast that needs no stored table."""
    return low + crc32(repr(key).encode()) % (high - low + 1)


def best_matches(words: list[str], texts: list[tuple[str, _Thing]]) -> list[_Thing]:
    """The things whose text holds the most of `words` (in lower case), if it holds any; in their order."""
    hits = [sum(word in text.lower() for word in words) for text, _ in texts]
    best = max(hits, default=0)
    return [thing for count, (_, thing) in zip(hits, texts, strict=True) if best and count == best]


def filled(text: str, name: str) -> str:
    """`text` without blanks around it. Raises ToolFailure where nothing is left of parameter `name`."""
    if not text.strip():
        raise ToolFailure(f"Invalid arguments: {name}: must not be blank.")
    return text.strip()
