"""Small English: lists, articles, plurals, verb forms, sentences. Pure functions on text."""

from __future__ import annotations

import re
from collections.abc import Sequence

_VOWEL_SOUND = re.compile(
    r"(?!(?:uni|use|usa|usu|user|euro|one\b|once|u\b|ubi|util))[aeiou]|hour|honest|honou?r|heir", re.I
)
_LETTER_NAMES = frozenset("AEFHILMNORSX")
_ARTICLE_MARK = re.compile(r"\b([Aa])~ (?=[\"'$]?(\w+))")
_SPACES = re.compile(r"[ \t]{2,}")
_BEFORE_PUNCTUATION = re.compile(r" +([,.;:?!])(?=\s|$)")
_BEFORE_GENITIVE = re.compile(r"(?<=\w) (?='s [a-z])")
_TWO_STOPS = re.compile(r"(?<=\w)\.\.(?=\s|$)")
_NUMBER_WORDS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")

_IRREGULAR = {
    "get": "got", "find": "found", "send": "sent", "make": "made", "buy": "bought", "put": "put", "set": "set",
    "write": "written", "read": "read", "take": "taken", "give": "given", "show": "shown", "pay": "paid", "run": "run",
    "begin": "begun", "cut": "cut", "do": "done", "build": "built", "split": "split", "hold": "held", "keep": "kept",
    "draw": "drawn", "sell": "sold", "tell": "told", "bring": "brought", "choose": "chosen", "reset": "reset",
    "rebuild": "rebuilt", "rewrite": "rewritten", "undo": "undone", "withdraw": "withdrawn", "let": "let",
    "overwrite": "overwritten", "submit": "submitted", "plan": "planned", "stop": "stopped", "map": "mapped",
    "drop": "dropped", "log": "logged", "tag": "tagged", "refer": "referred", "transfer": "transferred",
    "swap": "swapped", "ship": "shipped", "scan": "scanned", "commit": "committed", "pin": "pinned", "ban": "banned",
    "unpin": "unpinned", "trim": "trimmed", "zip": "zipped", "format": "formatted", "control": "controlled",
    "cancel": "cancelled", "travel": "travelled", "label": "labelled", "model": "modelled", "debug": "debugged",
    "forget": "forgotten", "deal": "dealt", "lend": "lent", "upload": "uploaded", "quit": "quit", "hit": "hit",
    "blend": "blended", "plot": "plotted", "chat": "chatted", "skip": "skipped", "grab": "grabbed", "fill": "filled",
    "equip": "equipped", "shut": "shut", "ring": "rung", "speak": "spoken", "think": "thought", "see": "seen",
    "fetch": "fetched", "rent": "rented", "lead": "led", "leave": "left", "mean": "meant", "spend": "spent",
    "occur": "occurred", "unsubscribe": "unsubscribed", "sing": "sung", "grow": "grown", "lock": "locked",
}  # fmt: skip
_LEADING_ADVERBS = frozenset({"also", "then", "quickly", "automatically", "only"})


def join_list(items: Sequence[str], word: str = "and") -> str:
    """`a`, `a and b`, `a, b and c`; items that hold commas themselves are parted by semicolons."""
    if len(items) <= 1:
        return items[0] if items else ""
    comma = "; " if len(items) > 2 and any(", " in item for item in items) else ", "
    return f"{comma.join(items[:-1])} {word} {items[-1]}"


def article(word: str) -> str:
    """`a` or `an`, by the sound that `word` begins with."""
    first = word.split(" ", 1)[0]
    if len(first) == 1 and first.isalpha():
        return "an" if first.upper() in _LETTER_NAMES else "a"
    if len(first) > 1 and first.isupper():
        return "an" if first[0] in _LETTER_NAMES else "a"
    if first[:1].isdigit():
        return "an" if first.startswith("8") or re.match(r"1[18](?!\d)", first) else "a"
    return "an" if _VOWEL_SOUND.match(first) else "a"


def with_article(noun: str) -> str:
    """The noun with `a` or `an` before it."""
    return f"{article(noun)} {noun}"


def tidy(text: str) -> str:
    """Resolve the article marks (`a~ apple`), and drop doubled spaces and those before punctuation and `'s`."""
    text = _ARTICLE_MARK.sub(lambda m: (article(m[2]) if m[1] == "a" else article(m[2]).capitalize()) + " ", text)
    text = _BEFORE_GENITIVE.sub("", _SPACES.sub(" ", text))
    return _TWO_STOPS.sub(".", _BEFORE_PUNCTUATION.sub(r"\1", text)).strip()


def capital(text: str) -> str:
    """The text with a capital first letter; the rest stays."""
    return text[:1].upper() + text[1:]


def sentence(text: str, end: str = ".") -> str:
    """A clause as a sentence: capital, and `end` unless it ends in a quotation or mark that closes a sentence."""
    text = capital(tidy(text))
    if text.endswith((".", "!", "?", '."', '!"', '?"', "…")):
        return text
    return text + end


def counted(count: int, noun: str, plural: str | None = None) -> str:
    """`no results`, `one result`, `12 results`."""
    number = _NUMBER_WORDS[count] if count < len(_NUMBER_WORDS) else f"{count:,}"
    return f"{number} {noun if count == 1 else plural or pluralize(noun)}"


def ordinal(index: int) -> str:
    """`first` for 0."""
    return _ORDINALS[index] if index < len(_ORDINALS) else f"{index + 1}th"


def pluralize(noun: str) -> str:
    """The plural of a regular noun."""
    if noun.endswith(("s", "x", "z", "ch", "sh")):
        return noun + "es"
    if noun.endswith("y") and noun[-2:-1] not in "aeiou":
        return noun[:-1] + "ies"
    return noun + "s"


def is_plural(word: str) -> bool:
    """Whether a noun looks plural."""
    return word.endswith("s") and not word.endswith(("ss", "us", "is", "news", "series", "gas", "address", "status"))


def base_verb(word: str) -> str:
    """`retrieves` gives retrieve, `searches` search; other words come back unchanged."""
    word = word.lower()
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("sses", "ches", "shes", "xes", "zzes", "oes")):
        return word[:-2]
    if word.endswith("s") and not word.endswith("ss"):
        return word[:-1]
    return word


def participle(verb: str) -> str:
    """The past participle of a base verb: `close` gives closed, `send` sent."""
    if verb in _IRREGULAR:
        return _IRREGULAR[verb]
    if verb.startswith("re") and verb[2:] in _IRREGULAR:
        return "re" + _IRREGULAR[verb[2:]]
    if verb.endswith("e"):
        return verb + "d"
    if verb.endswith("y") and verb[-2:-1] not in "aeiou":
        return verb[:-1] + "ied"
    return verb + "ed"


def perfect(clause: str) -> str:
    """`close ticket 12` gives `closed ticket 12`: what follows "I've"."""
    words = clause.split(" ", 1)
    rest = f" {words[1]}" if len(words) > 1 else ""
    if words[0] in _LEADING_ADVERBS and len(words) > 1:
        return f"{words[0]} {perfect(words[1])}"
    if rest.startswith(" or "):  # `move or rename files`: both verbs
        return f"{participle(words[0])} or {perfect(rest[4:])}"
    return participle(words[0]) + rest
