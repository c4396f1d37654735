"""Sample values by what a name means: cities, dates, mail addresses, amounts, ...

From lists of our own, as what a library draws would change with its versions, and with it what a seed gives.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from functools import lru_cache
from importlib import resources
from typing import Any

import yaml

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
Sampler = Callable[[random.Random, str], "str | int | float"]


@lru_cache(maxsize=1)
def _book() -> dict[str, list[Any]]:
    text = resources.files("toolace_mt.values").joinpath("samples.yaml").read_text(encoding="utf-8")
    return yaml.load(text, Loader=_LOADER)  # noqa: S506 - a safe loader either way


@lru_cache(maxsize=1)
def _names() -> tuple[tuple[re.Pattern[str], str, str], ...]:
    return tuple((re.compile(row["match"]), row["of"], row["give"]) for row in _book()["names"])


def named_value(name: str, kind: str, description: str, owner: str, rng: random.Random, form: str = "") -> Any:
    """A value for a parameter `name` (in words), or None where the name says nothing. kind: string, integer or number.

    description: its description; owner: words about its tool; form: the `format` of its schema.
    """
    if kind == "string" and form in _FORMATS:
        return _sample(_FORMATS[form], rng, description)
    hint = description.lower()
    if kind == "string" and name in _SAYS_LITTLE and (noun := _DESCRIBED.search(hint)):
        better = named_value(noun[1], kind, "", "", rng) if noun[1] != name else None
        if better is not None:
            return better
    if kind == "string" and name in ("source", "destination", "path") and re.search(r"file|director", hint):
        return _sample("files" if name != "destination" else "folders", rng, "")
    if kind == "string" and (found := _dated(name, hint)):
        return _sample(found, rng, description)
    if kind == "string" and name.split(" ")[-1] in _CODE:
        return f"{name.split(' ')[-1]}-{rng.randint(2, 40)}"
    give = _given_under(name, text=kind == "string")
    return _sample(give, rng, f"{description} {owner}") if give else None


@lru_cache(maxsize=16384)
def _given_under(name: str, *, text: bool) -> str:
    """What the book gives under a name; nothing where the name says nothing."""
    return next(
        (give for match, of, give in _names() if (of == "any" or (of == "string") == text) and match.search(name)), ""
    )


_CODE = frozenset(
    {
        "node",
        "container",
        "object",
        "config",
        "factory",
        "controller",
        "instance",
        "callback",
        "listener",
        "parent",
        "module",
    }
    | {
        "library",
        "delegate",
        "context",
        "component",
        "element",
        "handler",
        "monitor",
        "resource",
        "buffer",
        "stream",
        "channel",
    }
    | {"property", "mn", "nm", "field", "variable", "param", "params", "widget", "session", "cluster", "queue"}
)
_SAYS_LITTLE = frozenset({"name", "title", "value", "key", "source", "destination", "target", "label"})
_DESCRIBED = re.compile(r"^(?:the )?(?:\w+ ){0,2}?(?:name|title|value|label)s? of (?:the |a |an )?([a-z]+)")
_FORMATS = {
    "date": "date", "date-time": "datetime", "time": "clock", "email": "email", "uri": "url", "url": "url", "uuid": "uuid",
    "ipv4": "ip", "hostname": "host",
}  # fmt: skip


def _dated(name: str, hint: str) -> str | None:
    if "hh:mm" in hint and "yyyy" not in hint:
        return "clock"
    if re.search(r"\b(date|day|when|since|until|deadline|datetime|timestamp|check in|check out|dob|birthday)\b", name):
        if "t00:00" in hint or "iso 8601" in hint or "iso8601" in hint or "hh:mm" in hint:
            return "datetime"
        if "mm/dd/yyyy" in hint:
            return "date us"
        if "dd/mm/yyyy" in hint:
            return "date eu"
        if "mm/yyyy" in hint:
            return "month and year"
        return "date" if "number of" not in name else None
    return None


def sample(give: str, rng: random.Random) -> Any:
    """A value from the list, the range or the sampler called `give`."""
    return _sample(give, rng, "")


def _sample(give: str, rng: random.Random, hint: str) -> Any:
    """`give` is a list of the book, a range such as `5..40` or `0.5..9.5`, or one of the samplers below."""
    if ".." in give:
        low, high = give.split("..")
        if "." in low or "." in high:
            return round(rng.uniform(float(low), float(high)), 2)
        value = rng.randint(int(low), int(high))
        return value if value < 200 else round(value, -1)
    if give in _SAMPLERS:
        return _SAMPLERS[give](rng, hint)
    return rng.choice(_book()[give])


def _person(rng: random.Random, hint: str) -> str:
    book = _book()
    return f"{rng.choice(book['first names'])} {rng.choice(book['last names'])}"


def _username(rng: random.Random, hint: str) -> str:
    book = _book()
    return f"{rng.choice(book['first names'])}_{rng.choice(book['last names'])}".lower()


def _email(rng: random.Random, hint: str) -> str:
    book = _book()
    return (
        f"{rng.choice(book['first names'])}.{rng.choice(book['last names'])}@{rng.choice(book['mail hosts'])}".lower()
    )


def _city(rng: random.Random, hint: str) -> str:
    row = rng.choice(_book()["cities"])
    city, state, country = row.split("|")
    low = hint.lower()
    if "city, state" in low or "city and state" in low or re.search(r"[a-z]+, [A-Z]{2}\b", hint):
        usa = [r for r in _book()["cities"] if r.split("|")[1]]
        city, state, country = rng.choice(usa).split("|")
        return f"{city}, {state}"
    return f"{city}, {country}" if "city, country" in low or "city and country" in low else city


def _date(rng: random.Random, hint: str) -> str:
    return f"2026-{rng.randint(3, 11):02}-{rng.randint(1, 28):02}"


def _code(letters: str) -> Sampler:
    def give(rng: random.Random, hint: str) -> str:
        return f"{letters}-{rng.randint(10000, 99999)}"

    return give


def _id(rng: random.Random, hint: str) -> str:
    initials = "".join(w[0] for w in re.findall(r"[A-Za-z]{4,}", hint)[-2:]).upper() or "ID"
    if "uuid" in hint.lower() or "universally" in hint.lower():
        return _uuid(rng, hint)
    return f"{initials}{rng.randint(10000, 99999)}"


def _uuid(rng: random.Random, hint: str) -> str:
    text = f"{rng.getrandbits(128):032x}"
    return f"{text[:8]}-{text[8:12]}-4{text[13:16]}-a{text[17:20]}-{text[20:]}"


def _company(rng: random.Random, hint: str) -> str:
    one, other, third = rng.sample(_book()["last names"], 3)
    form = rng.choice(_book()["companies"])
    return form.format(one=one, other=other, third=third)


def _street_address(rng: random.Random, hint: str) -> str:
    number = rng.randint(11, 9899)
    name = rng.choice((*_book()["last names"], *_book()["street names"]))
    place = rng.choice(("", "", f" Apt. {rng.randint(1, 48)}", f" Suite {rng.randint(100, 940)}"))
    return f"{number} {name} {rng.choice(_book()['street kinds'])}{place}"


_SAMPLERS: dict[str, Sampler] = {
    "person": _person,
    "username": _username,
    "email": _email,
    "city": _city,
    "date": _date,
    "date us": lambda rng, hint: f"{rng.randint(3, 11):02}/{rng.randint(1, 28):02}/2026",
    "date eu": lambda rng, hint: f"{rng.randint(1, 28):02}/{rng.randint(3, 11):02}/2026",
    "month and year": lambda rng, hint: f"{rng.randint(1, 12):02}/{rng.randint(2027, 2031)}",
    "card number": lambda rng, hint: f"4000{rng.randint(10**11, 10**12 - 1)}",
    "datetime": lambda rng, hint: f"{_date(rng, hint)}T{rng.randint(7, 19):02}:{rng.choice((0, 15, 30, 45)):02}:00Z",
    "clock": lambda rng, hint: f"{rng.randint(7, 20):02}:{rng.choice((0, 15, 30, 45)):02}",
    "id": _id,
    "uuid": _uuid,
    "numeric id": lambda rng, hint: rng.randint(10234, 98765),
    "order id": _code("ORD"),
    "url": lambda rng, hint: f"https://www.{rng.choice(_book()['domains'])}/{rng.choice(_book()['slugs'])}",
    "host": lambda rng, hint: rng.choice(_book()["domains"]),
    "ip": lambda rng, hint: f"192.168.{rng.randint(1, 40)}.{rng.randint(2, 250)}",
    "company": _company,
    "street address": _street_address,
    "phone": lambda rng, hint: f"+1-555-{rng.randint(100, 999)}-{rng.randint(1000, 9999)}",
    "zip": lambda rng, hint: f"{rng.randint(10001, 98999)}",
    "token": lambda rng, hint: f"tk_{rng.getrandbits(60):015x}",
    "password": lambda rng, hint: f"{rng.choice(_book()['words']).capitalize()}!{rng.randint(1000, 9999)}",
    "version": lambda rng, hint: f"{rng.randint(1, 4)}.{rng.randint(0, 9)}.{rng.randint(0, 9)}",
    "money": lambda rng, hint: rng.choice((25, 40, 75, 120, 150, 250, 320, 480, 600, 850, 1200)),
    "year": lambda rng, hint: rng.randint(1995, 2024),
    "year text": lambda rng, hint: str(rng.randint(1995, 2024)),
    "rate": lambda rng, hint: rng.choice((0.02, 0.03, 0.05, 0.08, 0.1)),
    "percent": lambda rng, hint: rng.choice((2.5, 3, 4, 5, 7.5, 10, 15, 20)),
}
