"""What replies claim to be so many: `I found 3 suitable flights`, `you have two orders`."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate, takewhile
from typing import NamedTuple

_WORDS = ("two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_VALUES = {word: value for value, word in enumerate(_WORDS, 2)}
# A number, up to two words, and a noun in the plural, as far as English shows it. The first sign of each is found fast.
_NOUN = r"(?P<between>(?: [A-Za-z]{2,15}){0,2}?) (?P<noun>[A-Za-z]{2,14}[Ss])\b(?!['\u2019-])"
_BARE = r"(?<![\w.,$\u20ac\u00a3/#:\u2013-]"
_IN_DIGITS = re.compile(rf"(?P<number>[0-9]{_BARE}.)[0-9]{{0,2}}){_NOUN}")
_IN_WORDS = [(word + " ", re.compile(rf"(?P<number>{word}{_BARE}{word})){_NOUN}")) for word in _WORDS]
# What stands right before a count of what was found.
_FOUND = re.compile(
    r"(?:\b(?:found|find|discovered|yielded|returned|there(?:[ \u2019']s| is| are| were)|i see|(?:profile|account|and|,) with"
    r"|(?:i|you|we|they|customer|account)(?: (?:currently|also|only|do))? (?:have|see|got|has))"
    r"(?: (?:you|out|about|a total of|total|only))?|^) ?$",
    re.IGNORECASE,
)
# The words that it ends with.
_FOUND_ENDS = (
    *(
        "found",
        "find",
        "discovered",
        "yielded",
        "returned",
        "'s",
        " s",
        "\u2019s",
        "is",
        "are",
        "were",
        "see",
        "with",
        "have",
    ),
    *("got", "has", "you", "out", "about", "of", "total", "only"),
)
_SEARCHED = re.compile(r"\b(?:found|find|discovered|yielded|returned)\b", re.IGNORECASE)
# Who goes on like this speaks of a part of what was found.
_PART = re.compile(
    r"^[^.!?\n]{0,12}?\b(?:under|below|less|cheaper|with|without|over|above|between|within|after|before|from|starting|costing"
    r"|whose|where)\b|^ (?:that|which) (?:are|is|have|has|cost|leave|depart|arrive|offer|include|allow)\b",
    re.IGNORECASE,
)
# Who goes on like this may have left out what does not fit, though the search should have done so.
_FITTING = re.compile(
    r"^[^.!?\n]{0,24}?\b(?:match(?:es|ing)?|fit(?:s|ting)?|suit(?:s|ing)?|might|may|meet(?:s|ing)?)\b", re.IGNORECASE
)
_KNOWN_ONES = re.compile(r"\b(?:the|these|those|all|both|any|other|up to|first|last|of) $", re.IGNORECASE)
# Words between number and noun that leave nothing out.
_PLAIN = {
    *(
        "recent",
        "suitable",
        "possible",
        "nice",
        "good",
        "great",
        "relevant",
        "different",
        "matching",
        "total",
        "results",
    ),
    *("of", "such", "more", "available", "other", "lovely", "options", "excellent"),
}
# What no result holds as things.
_UNITS = {
    *(
        "years",
        "months",
        "weeks",
        "days",
        "nights",
        "hours",
        "hrs",
        "minutes",
        "mins",
        "seconds",
        "times",
        "stars",
        "steps",
    ),
    *(
        "percent",
        "dollars",
        "euros",
        "pounds",
        "lbs",
        "ounces",
        "grams",
        "kilograms",
        "liters",
        "points",
        "miles",
    ),
    *(
        "meters",
        "kilometers",
        "feet",
        "inches",
        "business",
        "class",
        "plus",
        "address",
        "previous",
        "this",
        "is",
        "was",
    ),
    *("types", "ways", "things", "reasons", "words", "characters", "questions", "status", "gas", "glass"),
}
# What results call otherwise than people do.
TEMPERATURE = "temp"
_KEYS = {"degrees": TEMPERATURE}
# What an assistant may think of by itself.
_OWN = frozenset(("option", "choice", "possibilitie", "alternative", "method"))
_BEHIND = re.compile(r"[^.;:(\n]{0,60}[:(]([^.;()\n]{1,600})")
_BETWEEN_NAMES = re.compile(r", and |, | and ")
_OPENS_LIST = re.compile(r"[^.:!?\n]{0,60}:\s{0,4}\n\s{0,4}(?=[*_]{0,2}1[.)])")
_OPENS = re.compile(r"[^.:!?,;(\n]{0,40}: {0,4}\n")
_BULLET = re.compile(r"^( {0,8})(?:[-*\u2022\u2013]|[0-9]{1,2}[.)]) ", re.MULTILINE)
_OPENS_ANYWHERE = re.compile(r"[^\n]{0,200}:[*_]{0,2} {0,4}\n")
_ITEM = re.compile(r" {0,4}[-*\u2022] [^:]+")
_LONGEST_LIST = 4_000
_MARK = re.compile(r"^[*_]{0,2}([0-9]{1,2})[.)]", re.MULTILINE)
_MOST_CLAIMS = 20
_LONGEST_BEFORE = 40


class Claim(NamedTuple):
    """So many things, as `text[start:end]` says it. noun: without its last `s`, in lower case."""

    text: str
    start: int
    end: int
    number: int
    between: tuple[str, ...]
    noun: str

    @property
    def shown(self) -> str:
        """The words that make the claim."""
        return self.text[self.start : self.end]

    @property
    def forms(self) -> list[str]:
        """The ways to write its number."""
        return [str(self.number), *(word for word, value in _VALUES.items() if value == self.number)]

    @property
    def is_of_findings(self) -> bool:
        """Whether it says how many were found, or are there."""
        before = self._before
        last = before.rstrip(" \n").lower()
        if last and not last.endswith(_FOUND_ENDS):  # the search takes long
            return False
        return bool(_FOUND.search(before)) and (self.noun not in _OWN or bool(_SEARCHED.search(before)))

    @property
    def is_of_part(self) -> bool:
        """Whether it may be about some of what was found: cheap ones, pending ones."""
        after = self.text[self.end : self.end + _LONGEST_BEFORE]
        return bool(_PART.search(after)) or not _PLAIN.issuperset(self.between)

    @property
    def is_of_fitting(self) -> bool:
        """Whether it may be about those that fit."""
        return bool(_FITTING.search(self.text[self.end : self.end + _LONGEST_BEFORE]))

    @property
    def is_of_known_ones(self) -> bool:
        """Whether it is about things that were spoken of: `these two items`."""
        return bool(_KNOWN_ONES.search(self._before))

    @property
    def names_behind(self) -> int:
        """How many things the sentence names behind the count: `six orders (A, B, C, D, E and F)`."""
        behind = _BEHIND.match(self.text, self.end)
        return len(_BETWEEN_NAMES.split(behind[1])) if behind else 0

    @property
    def is_listed(self) -> bool:
        """Whether so many bullets stand below at one depth, whatever they say; who counts those counts no others."""
        opened = _OPENS_ANYWHERE.match(self.text, self.end)
        bullets = _BULLET.findall(self.text, opened.end(), opened.end() + _LONGEST_LIST) if opened else []
        return bool(bullets) and bullets.count(min(bullets)) == self.number

    @property
    def marks_below(self) -> int:
        """How many marks the list has that it opens: `two options:` above `1.` and `2.`; 0 where it opens none."""
        opened = _OPENS_LIST.match(self.text, self.end)
        if not opened:
            return self._items_below
        marks = [int(mark) for mark in _MARK.findall(self.text, opened.end())]
        return len(marks) if marks == list(range(1, len(marks) + 1)) else 0

    @property
    def _items_below(self) -> int:
        """How many items without numbers the list has that it opens; 0 where they are not told from their details."""
        opened = _OPENS.match(self.text, self.end)
        if not opened:
            return 0
        below = self.text[opened.end() : opened.end() + _LONGEST_LIST]
        lines = [line for line in below.split("\n") if line.strip()]
        items = sum(1 for _ in takewhile(_ITEM.fullmatch, lines))
        if len({len(line) - len(line.lstrip()) for line in lines[:items]}) > 1:
            return 0
        rest = lines[items] if items < len(lines) else ""
        return 0 if len(below) == _LONGEST_LIST or rest.startswith((" ", "-", "*", "\u2022")) else items

    @property
    def _before(self) -> str:
        return self.text[max(self.start - _LONGEST_BEFORE, 0) : self.start]


def claims_in(texts: Sequence[str]) -> Iterator[tuple[int, Claim]]:
    """The claims of several texts, the first of each, with the place of the text: all are searched at once."""
    joined = "\n".join(texts)
    lower = joined.lower()
    forms = [form for word, form in _IN_WORDS if word in lower]
    found = [one for form in forms for one in form.finditer(lower)] if len(lower) == len(joined) else []
    found += _IN_DIGITS.finditer(joined)
    starts = [0, *accumulate(len(text) + 1 for text in texts)] if found else []
    counted = [0] * len(texts)
    for one in sorted(found, key=re.Match.start):
        between, noun = tuple(one["between"].lower().split()), one["noun"].lower()
        if not _UNITS.isdisjoint((*between, noun)):
            continue
        place = bisect_right(starts, one.start()) - 1
        counted[place] += 1
        if counted[place] <= _MOST_CLAIMS:
            number = _VALUES.get(said := one["number"]) or int(said)
            start = starts[place]
            yield (
                place,
                Claim(
                    texts[place], one.start() - start, one.end() - start, number, between, _KEYS.get(noun, noun[:-1])
                ),
            )
