"""Blanks in replies: `It's [temperature] degrees`, `$___`, `$null`, `[object Object]`, where a value should have been told."""

from __future__ import annotations

import re
from collections.abc import Iterator

from toolace_mt.dialogue.leftovers import keys_in
from toolace_mt.dialogue.leftovers import leftovers as leftovers_in
from toolace_mt.rules.reading import Reading
from toolace_mt.schema.names import words
from toolace_mt.types import Severity

_HINTS = ("[", "{", "<", "__", "$n", "$N", "None ", "NaN", "null ", "undefined ", "orem ipsum")


def _words_of(text: str) -> frozenset[str]:
    return frozenset(text.split())


_VALUES = _words_of(
    "temperature price total cost amount balance name date time city location number email address phone title url link "
    "weather condition humidity distance duration result value count quantity rating score country street zip code status "
    "percentage percent id fare rate fee discount departure arrival"
)
# A name in brackets; behind it is neither the address of a link nor its mark.
_NAMED = re.compile(
    r"\[(?P<square>[A-Za-z]{2,20}(?:[ _-][A-Za-z]{2,20}){0,3})\](?![(\[:])"
    r"|(?<![\w{$])\{(?P<brace>[A-Za-z]{2,20}(?:_[A-Za-z]{2,20}){0,3})\}(?!\})"
    r"|<(?P<angle>[A-Za-z]{2,20}(?:[ _-][A-Za-z]{2,20}){0,3})>"
)
_BEFORE_VALUE = re.compile(
    r"(?:\b(?:is|are|was|costs?|at|of|for|on|by|total|in|from|about|around|has|arrives|ships|dear|hi|hello)|['’]s|[#$€£])\s{0,2}\Z",
    re.IGNORECASE,
)
_UNIT = r"(?:degrees|dollars|euros|pounds|percent|hours|minutes|days|miles|kilometers|km|mph|points|stars)\b"
_BEFORE_UNIT = re.compile(rf"\s{{0,2}}(?:{_UNIT}|[°%])", re.IGNORECASE)
# These stand for no value anywhere.
_NOTHING = re.compile(
    r"\[object Object\]|[$€£]\s?(?:null|None|undefined|NaN)\b|[$€£]\s?_{2,20}(?!\w)"
    r"|[$€£](?:\[[A-Za-z _]{2,30}\]|\{[A-Za-z _]{2,30}\})"
    rf"|(?<![\w.\"'`])(?:None|NaN|null|undefined)(?= {_UNIT}|\s?[°%])"
    r"|(?<=\b(?:is|at|of) )_{3,20}(?![\w_])|(?<=\b(?:are) )_{3,20}(?![\w_])"
)
_FILLER = re.compile(r"\blorem ipsum\b", re.IGNORECASE)
# Who speaks of these may want blanks, or shows how something is written.
_OF_BLANKS = re.compile(
    r"[`;]|\b(?:templates?|placeholders?|variables?|formats?|formatted|syntax|code|coding|commands?|replace[sd]?|usage|examples?|"
    r"drafts?|letters?|e-?mails?|writ\w+|sql|html|xml|json|scripts?|regex|forms?|fill|filled|blanks?|quiz\w*|exercises?|worksheets?|"
    r"sentences?|complete|messages?|strings?|functions?|javascript|python|mad libs?|dummy|filler)\b",
    re.IGNORECASE,
)
_OF_NOTHING = re.compile(r"\b(?:null|undefined|nan|none)\b", re.IGNORECASE)
_LONGEST, _MOST, _BEFORE = 4000, 20, 30


def blanks(reading: Reading, index: int, text: str) -> Iterator[tuple[str, Severity]]:
    """(the blank, how bad it is) for each in a reply that nobody has said before, and where nobody speaks of such things."""
    if not any([hint in text for hint in _HINTS]):  # noqa: C419 - a list is faster here
        return
    text = text[:_LONGEST]
    found = list(dict.fromkeys(_nothing(text) or _names(reading, index, text)))[:_MOST]
    if not found and "orem ipsum" not in text:
        return
    asked = "\n".join([said[:_LONGEST] for at, said in reading.requests if at < index])
    if _OF_BLANKS.search(text) or _OF_BLANKS.search(asked) or _OF_NOTHING.search(asked):
        return
    for blank in found:
        if blank not in reading.spoken(index) and not any(True for _ in leftovers_in(blank)):
            yield blank, "error"
    if (filler := _FILLER.search(text)) and "lorem" not in reading.spoken(index).lower():
        yield filler.group(), "warning"


def _nothing(text: str) -> list[str]:
    return [found.group() for found in _NOTHING.finditer(text)]


def _names(reading: Reading, index: int, text: str) -> Iterator[str]:
    """Names of values in brackets, or of what a result before has, where a value is told."""
    for found in _NAMED.finditer(text):
        of_name = words(next(name for name in found.groups() if name))
        before, after = text[max(0, found.start() - _BEFORE) : found.start()], text[found.end() : found.end() + _BEFORE]
        told = _BEFORE_VALUE.search(before) or _BEFORE_UNIT.match(after)
        if told and of_name and (of_name[-1] in _VALUES or "_".join(of_name) in _keys_before(reading, index)):
            yield found.group()


def _keys_before(reading: Reading, index: int) -> frozenset[str]:
    """The keys of what the last results before a reply gave."""
    if index < 1 or reading.kinds[index - 1] != "results":
        return frozenset()
    return frozenset("_".join(words(key[:_BEFORE])) for value in reading.values_at(index - 1) for key in keys_in(value))
