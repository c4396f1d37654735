"""The phrasebooks of the built-in domains: hand-written words for each tool, and for what happens around it."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, Literal

from toolace_mt.engines.offline.books import read_book
from toolace_mt.engines.offline.language import pluralize, tidy
from toolace_mt.engines.offline.segments import Segment, join_segments, say_value, segments
from toolace_mt.engines.offline.spoken import Arguments, Reference, Spoken
from toolace_mt.engines.offline.templates import Rendered, render
from toolace_mt.engines.offline.wording import PlainWording
from toolace_mt.types import Tool

DOMAINS = ("travel", "shop", "files", "office", "tickets", "bank", "clinic", "home", "meals")


@cache
def _domain_by_tool() -> Mapping[str, str]:
    return {tool: domain for domain in DOMAINS for tool in read_book(domain)["tools"]}


def domain_of(tool: Tool) -> str:
    """The domain whose phrasebook fits `tool`: the name is known, and so are all required parameters."""
    domain = _domain_by_tool().get(tool.name, "")
    if not domain:
        return ""
    known = read_book(domain)["tools"][tool.name].get("asks", [])
    return domain if all(any(f"{{{name}" in ask for ask in known) for name in tool.required) else ""


class DomainWording:
    """Words for a tool out of its domain's phrasebook; what the book leaves out is said as for any other tool."""

    def __init__(self, tool: Tool, domain: str, plain: PlainWording) -> None:
        self.tool = tool
        self.domain = domain
        self.book: dict[str, Any] = read_book(domain)
        self.entry: dict[str, Any] = self.book["tools"][tool.name]
        self.kind: Literal["look", "act"] = self.entry.get("kind", "look")
        self.plain = plain

    @property
    def able(self) -> str:
        """What the tool does, as a clause without values."""
        return str(self.entry["able"])

    def clause(self, spoken: Arguments, rng: random.Random) -> str:
        """A variant of the book that says as much as can be said; the rest follows in plain words."""
        said = {name: self.say(name, each) for name, each in spoken.items()}

        def resolve(slot: str) -> str | None:
            name, _, form = slot.partition(":")
            name, star, _ = name.partition("*")
            each = spoken.get(name)
            if each is None:
                return None
            if star or each.state != "stated":
                return (each.ref or None) if star and each.state != "stated" else None
            return self._formed(form, each.value, rng) or said[name]

        filled = [each for ask in self.entry["asks"] if (each := render(ask, resolve)) is not None]
        chosen = _fullest(filled, rng) or Rendered(self.able, frozenset())
        used = {slot.partition(":")[0].rstrip("*") for slot in chosen.used}
        left = {n: s for n, s in spoken.items() if n not in used}
        return tidy(chosen.text + self._rest(left))

    def _formed(self, form: str, value: Any, rng: random.Random) -> str | None:
        """A value in a form that the slot asks for: `two bags` for `n bag`, a clause out of a list of the book."""
        kind, _, noun = form.partition(" ")
        if kind == "n" and isinstance(value, int):
            return f"{value} {noun if value == 1 else pluralize(noun)}"
        if not form or isinstance(value, list | dict):  # which a wrong call may well hold
            return None
        options: Sequence[str] = self.book.get(form, {}).get(value, ())
        return rng.choice(options) if options else None

    def _rest(self, spoken: Mapping[str, Spoken]) -> str:
        extras: Mapping[str, str] = self.entry.get("extras", {})
        text, pieces = "", list[Segment]()
        for name, each in spoken.items():
            if each.state != "stated" and not isinstance(each.ref, Reference):
                continue
            if name in extras and each.state == "stated":
                text += extras[name].replace("{}", self.say(name, each))
            else:
                value = each.value if each.state == "stated" else each.ref
                pieces += segments(name, self.tool.properties.get(name) or {}, value, "")
        return text + join_segments(pieces)

    def say(self, name: str, each: Spoken) -> str:
        """A value in the user's words: enum values as the book says them, quotation marks around free text."""
        said: Mapping[str, Any] = self.book.get("values", {}).get(name, {})
        text = say_value(each.value)
        return str(said.get(text, text.replace("_", " ") if name in self.book.get("enums", ()) else text))

    def question(self, parameter: str, rng: random.Random) -> str:
        """A question for the value of a parameter."""
        own: Mapping[str, Sequence[str]] = self.entry.get("questions", {})
        shared: Mapping[str, Sequence[str]] = self.book["questions"]
        found = own.get(parameter) or shared.get(parameter)
        return rng.choice(found) if found else self.plain.question(parameter, rng)


def _fullest(filled: Sequence[Rendered], rng: random.Random) -> Rendered | None:
    if not filled:
        return None
    most = max(len(each.used) for each in filled)
    return rng.choice([each for each in filled if len(each.used) == most])
