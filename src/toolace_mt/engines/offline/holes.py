"""Places in a verb phrase where a value belongs: `the price of [a stock]`, `close [a ticket]`, `send a message to [a user]`."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from toolace_mt.engines.offline.language import is_plural, pluralize, with_article
from toolace_mt.engines.offline.segments import quoted
from toolace_mt.engines.offline.spoken import Spoken
from toolace_mt.engines.offline.verb_patterns import HOLLOW, NOUN_PHRASE
from toolace_mt.engines.offline.verb_phrases import VerbPhrase
from toolace_mt.schema.names import is_id_like, singular, words
from toolace_mt.types import Tool

_NAMING = frozenset({"id", "name", "number", "title", "code", "symbol", "uuid", "key", "no", "identifier", "username"})
_PATHS = frozenset({"path", "filepath", "directory", "dir"})
_STORED = frozenset({"file", "directory", "folder", "document"})
_UNITS = frozenset(
    {"gallon", "liter", "litre", "mile", "kilometer", "meter", "foot", "inch", "kilogram", "pound", "ounce", "degree"}
)
_BARE = frozenset(
    {
        "city",
        "location",
        "place",
        "country",
        "number",
        "date",
        "year",
        "address",
        "region",
        "amount",
        "value",
        "word",
        "text",
    }
    | {
        "url",
        "email",
        "time",
        "month",
        "state",
        "topic",
        "keyword",
        "query",
        "integer",
        "term",
        "phrase",
        "sentence",
        "day",
    }
    | {"distance", "temperature"}
)


class Hole(NamedTuple):
    """A noun phrase that the value of `parameter` can take the place of. before: the preposition that goes with it."""

    before: str
    text: str
    noun: str
    parameter: str
    weak: bool

    def filled(self, spoken: Spoken | None) -> str:
        """The phrase with the value, with a reference, or as it was read; a weak one falls away without either."""
        if spoken is not None and spoken.state == "stated":
            return f"{self.before} {_named(self.noun, spoken.value, is_id=is_id_like(self.parameter))}".strip()
        if spoken is not None and spoken.state in ("again", "linked"):
            return f"{self.before} {spoken.ref or f'that {_head(self.noun)}'}".strip()
        if spoken is not None and spoken.ref:
            return f"{self.before} {spoken.ref}".strip()
        return "" if self.weak else f"{self.before} {self.text}".strip()


def object_parts(tool: Tool, phrase: VerbPhrase) -> list[str | Hole]:
    """The object of a verb phrase as texts and holes, in order; no two holes have the same parameter."""
    taken: set[str] = set()
    parts: list[str | Hole] = []
    position = 0
    for match in NOUN_PHRASE.finditer(phrase.object):
        noun = match["things"] or match["noun"]
        parameter = _host(tool, noun, taken, many=match["list"] is not None, loose=match["article"] != "the")
        if parameter is None:
            continue
        taken.add(parameter)
        parts += [phrase.object[position : match.start()].strip(), Hole("", match[0], noun, parameter, weak=False)]
        position = match.end()
    parts.append(phrase.object[position:].strip())
    if tail := phrase.tail:
        parameter = _host(tool, tail.noun, taken, many=is_plural(tail.noun.split()[-1]), loose=True)
        kept = not tail.weak or phrase.object in HOLLOW
        if parameter is not None:
            text = f"{tail.article} {tail.noun}".strip()
            parts.append(Hole(tail.preposition, text, tail.noun, parameter, weak=not kept))
        elif kept:
            parts.append(tail.text)
    return [part for part in parts if part]


def _host(tool: Tool, noun: str, taken: set[str], *, many: bool, loose: bool) -> str | None:
    """The required parameter that a noun phrase stands for: `symbol`, described as that of a stock, for `a stock`.

    loose: the parameter may be told by its description; else its name must be the noun.
    """
    head = singular(noun.split()[-1].lower())
    for name in tool.required:
        schema = tool.properties.get(name) or {}
        kind = schema.get("type", "string")
        if name in taken or kind in ("object", "boolean") or (kind == "array") != many:
            continue
        found = [singular(word) for word in words(name)]
        if not found:
            continue
        if found[-1] == head and (loose or " ".join(found) == singular_words(noun)):
            return name
        if not loose:
            continue
        naming = (found[-1] in _NAMING and found != ["number"]) or found[0] in ("username", "source")
        naming = naming or (kind in ("number", "integer") and head in ("number", "value"))
        described = [singular(word) for word in words(str(schema.get("description", "")))[:12]]
        said = any(_same(word, head) for word in found) or (len(found) <= 2 and head in described)
        if (naming and said) or (found[-1] in _PATHS and head in _STORED):
            return name
    return None


def singular_words(noun: str) -> str:
    """The words of a noun phrase, each in the singular."""
    return " ".join(singular(word) for word in noun.lower().split())


def _same(word: str, head: str) -> bool:
    return len(word) > 2 and (word == head or head.startswith(word) or (word.startswith(head) and len(head) > 3))


def _head(noun: str) -> str:
    return noun.split()[-1]


def _named(noun: str, value: Any, *, is_id: bool) -> str:
    text = quoted(value)
    if isinstance(value, list) or _head(noun).lower() in _BARE:
        return text
    if isinstance(value, int | float) and not is_id:
        if _head(noun) in _UNITS:
            return f"{text} {noun if value == 1 else pluralize(noun)}"
        return text if noun in ("part", "whole") else f"{with_article(noun)} of {text}"
    if isinstance(value, int) or (isinstance(value, str) and re.fullmatch(r"(?=\S*\d)[\w#-]+", value)):
        return f"{noun} {text}"
    return f"the {noun} {text}"
