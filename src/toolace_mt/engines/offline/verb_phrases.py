"""What a tool does, as an English verb phrase: from its description where that begins with a verb, else from its name."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Literal, NamedTuple

from toolace_mt.engines.offline.books import read_book
from toolace_mt.engines.offline.language import base_verb, is_plural, with_article
from toolace_mt.engines.offline.verb_patterns import (
    BASE,
    CUT,
    DANGLING,
    FILLER,
    HOLLOW,
    LEAD,
    NOISE,
    NOUN_OF,
    PLACEHOLDER,
    TAIL,
)
from toolace_mt.schema.names import words


class Tail(NamedTuple):
    """The end of an object, of which a value may take the place: `of` + `a` + `stock`. weak: dropped where none does."""

    preposition: str
    article: str
    noun: str
    weak: bool

    @property
    def text(self) -> str:
        """As it was read."""
        return " ".join(part for part in (self.preposition, self.article, self.noun) if part)


class VerbPhrase(NamedTuple):
    """`get` + `the price` + `of a stock`. look: the user wants to know; act: the user wants something done."""

    verb: str
    object: str
    kind: Literal["look", "act"]
    tail: Tail | None = None

    @property
    def text(self) -> str:
        """The whole, without values."""
        tail = self.tail.text if self.tail and (not self.tail.weak or self.object in HOLLOW) else ""
        return " ".join(part for part in (self.verb, self.object, tail) if part)


_MOST_WORDS = 9
_LAST_PHRASE = re.compile(
    r" (?:in|for|on|from|to|within|during|over|of) (?!.* (?:in|for|on|from|to|within|during|over|of) ).*$"
)


@lru_cache(maxsize=1)
def _verbs() -> dict[str, Any]:
    book = read_book("verbs")
    return {
        "kind": dict.fromkeys(book["act"].split(), "act") | dict.fromkeys(book["look"].split(), "look"),
        "plain": book["plain"],
        "nouns": book["nouns"],
        "uncountable": frozenset(book["uncountable"].split()),
    }


def verb_phrase(name: str, description: str) -> VerbPhrase:
    """The phrase of a tool called `name`; it holds no values."""
    if (
        words(name)[-1:] in (("login",), ("logout",), ("signin",), ("authenticate",))
        or "authenticate" in words(name)[:1]
    ):
        return VerbPhrase("log out" if name.lower().endswith("logout") else "log in", "", "act")
    return _from_description(description) or _from_name(name)


def _from_description(description: str) -> VerbPhrase | None:
    text = description.split("Tool description:")[-1].strip()
    text = re.split(r"(?<=[a-z)0-9])[.;](?:\s|$)|\n", text, maxsplit=1)[0].strip()
    text = NOISE.sub("", text)
    if not text.isascii():
        return None
    text = LEAD.sub("", text)
    if (noun := NOUN_OF.match(re.sub(r"^facilitates? ", "", text))) and noun[1].lower() in _verbs()["nouns"]:
        text = f"{_verbs()['nouns'][noun[1].lower()]} {re.sub(r'^facilitates? ', '', text)[noun.end() :]}"
    first, _, rest = text.partition(" ")
    if first.lower().endswith("ly") and rest:
        first, _, rest = rest.partition(" ")
    verb = base_verb(re.sub(r"[^A-Za-z]", "", first))
    kind = _verbs()["kind"].get(verb)
    if kind is None or re.search(r"[,;]$", first):
        return None
    found = _trim(rest)
    if found is None or (found == ("", None) and verb not in ("login", "logout")):
        return None
    return _plain(verb, found[0], kind, found[1])


def _trim(rest: str) -> tuple[str, Tail | None] | None:
    """The object of the verb without what only says which values are given; None where nothing sensible is left."""
    rest = re.sub(r"\s*\([^)]*\)|\bU\.S\.", lambda m: "US" if m[0] == "U.S." else "", rest)
    rest = re.sub(r"^(an? \w+), (?=\w+ \w)", r"\1 ", rest)
    hole = PLACEHOLDER.search(f" {rest}")
    cut = CUT.search(f" {rest} ")
    tail = None
    if hole and (cut is None or hole.start() < cut.start()):
        noun = (hole["noun"] or "").strip()
        rest = f" {rest}"[: hole.start()].strip()
        article = {"an": "a", None: ""}.get(hole["article"], hole["article"])
        if noun:
            tail = Tail(hole["before"].split()[-1], _article_of(article, noun), noun, weak=True)
    elif cut:
        rest = f" {rest} "[: cut.start()].strip()
    rest = _clean(rest)
    if tail is None and (found := TAIL.match(rest)) and (found["before"] or not found["object"]):
        rest = found["object"].strip()
        tail = Tail(found["before"] or "", found["article"], found["noun"], weak=False)
    whole = f"{rest} {tail.text if tail else ''}".strip()
    if not BASE.match(whole) or rest.lower() in ("the user", "user", "the") or len(rest.split()) > _MOST_WORDS:
        return None
    return rest, tail


def _clean(rest: str) -> str:
    rest = FILLER.sub("", rest).strip()
    if len(rest.split()) > _MOST_WORDS:
        rest = _LAST_PHRASE.sub("", rest)
    rest = DANGLING.sub("", f" {rest}").strip()
    return re.sub(r"\b([Aa])n? (?=([A-Za-z-]+))", lambda m: with_article(m[2])[: -len(m[2])], rest)


def _article_of(article: str, noun: str) -> str:
    if article in ("a", "an", "one", "each", "any"):
        return with_article(noun).split(" ")[0]
    return "" if is_plural(noun.split()[-1]) and article in ("a", "") else article


def _from_name(name: str) -> VerbPhrase:
    found = [w for w in words(re.split(r"[./]", name)[-1] or name) if not w.isdigit() and (len(w) > 1 or w == "a")]
    kinds = _verbs()["kind"]
    start = next((i for i, word in enumerate(found) if base_verb(word) in kinds), None)
    if start is None or not all(word.isascii() for word in found):
        thing = " ".join(word for word in found if word.isascii()) or "what I need"
        return VerbPhrase("look up", f"the {thing}", "look")
    verb, rest = base_verb(found[start]), found[start + 1 :] or [w for w in found[:start] if w not in ("api", "tool")]
    for stop in ("by", "with", "from", "based", "given", "using", "for", "to", "in", "on", "and"):
        if stop in rest[1:]:
            rest = rest[: rest.index(stop, 1)]
    if verb in ("search", "look") and rest[:1] == ["for"]:
        rest = rest[1:]
    return _plain(verb, _noun_phrase(rest, kinds[verb], verb), kinds[verb])


def _noun_phrase(nouns: Sequence[str], kind: str, verb: str) -> str:
    if not nouns:
        return "it" if kind == "act" else "that"
    noun = " ".join(nouns)
    if nouns[0] in ("all", "the", "my", "a", "an", "up", "off", "on", "out"):
        return noun
    if verb == "search":
        return f"for {noun}" if is_plural(nouns[-1]) else f"for {with_article(noun)}"
    if nouns[-1] in _verbs()["uncountable"] or is_plural(nouns[-1]):
        return f"the {noun}" if kind == "look" and verb != "find" else noun
    fresh = verb in (
        "create",
        "make",
        "add",
        "book",
        "open",
        "send",
        "post",
        "buy",
        "reserve",
        "find",
        "generate",
        "write",
    )
    return with_article(noun) if fresh else f"the {noun}"


def _plain(verb: str, target: str, kind: Literal["look", "act"], tail: Tail | None = None) -> VerbPhrase:
    said = _verbs()["plain"].get(verb, verb)
    if " " in said and target.startswith("for "):
        target = target[4:]
    if verb == "search" and target and not target.startswith(("for ", "the ", "all ", "through ", "in ")):
        target = f"for {target}"
    if verb in ("execute", "perform") and target.split(" ")[-1] in ("search", "lookup", "query"):
        kind = "look"
    return VerbPhrase(said, target, kind, tail)
