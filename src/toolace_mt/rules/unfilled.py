"""Values that were never filled in: an argument that only names itself, and crosses where a reply should tell something."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from toolace_mt.dialogue.leftovers import leftovers as leftovers_in
from toolace_mt.rules.blanks import blanks
from toolace_mt.rules.reading import AnsweredCall, Reading
from toolace_mt.schema.names import singular, words
from toolace_mt.schema.validate import shown
from toolace_mt.types import Finding, Severity


def _words_of(text: str) -> frozenset[str]:
    return frozenset(text.split())


# What is said of a value that is not there yet. Those that say it by themselves, and those that may stand beside them.
_MARKS = _words_of(
    "your insert enter here placeholder user customer client example sample dummy actual provided previous"
)
_SURE_MARKS = _words_of("your insert here placeholder")
_BESIDE = _MARKS | _words_of(
    "my the a an s of from for valid some given above result response value string text to be fill in"
)
_SAID_OF_VALUES = _BESIDE | _words_of(
    "id number code token key uuid reference username email order account confirmation"
)
_ID_WORDS = _words_of(
    "id number code token key uuid guid username userid email reference ref confirmation sku password"
)
_IN_BRACKETS = re.compile(
    r"<[^<>]{2,60}>|\[[^\[\]]{2,60}\]|\{{1,2}[^{}]{2,60}\}{1,2}|\$\{[^{}]{2,60}\}|__[A-Za-z_]{2,60}__"
)
# `ORD-XXXX`, `XXX-XX-XXXX`; four crosses at least.
_CROSSES = re.compile(r"[#$]?(?:[A-Z]{1,5}[-_])?X{2,20}(?:[-_. ]X{2,20}){0,5}|[#$]?x{4,20}(?:[-_. ]x{2,20}){0,5}")
_FEWEST_CROSSES = 4
_LONGEST = 64
_DIGIT = re.compile("[0-9]")
# In replies: `$XX.XX`, `XX:XX`, `XXXX`. With figures beside it, it is a number that is kept secret on purpose.
_CROSSED = re.compile(
    r"(?<![\w*.:/-])(?:[$€£]\s?X{2,12}(?:[.,]X{2,12})?|X{2,12}(?:[.:/-]X{2,12}){1,4}|X{4,20})(?![\w*]|[-./:]\w)"
)
_MOST_CROSSED = 20
# Around crosses that show how something is written, and stand for no value.
_SHOWS_FORM = re.compile(
    r"\b(?:formats?|formatted|pattern|form|template|written|such as|looks? like|e\.g\.|example|style|masked)\b", re.I
)
_BEFORE, _AFTER = 60, 20


def unfilled(reading: Reading) -> list[Finding]:
    """No argument names a value instead of giving it (`ORDER_ID_HERE`), and no reply a blank for one (`$XX.XX`, `$null`).

    What somebody said before may be said again. What `leftovers` finds anyway is left to it.
    """
    findings = [
        _of_argument(answered, path, value)
        for answered, given in reading.given
        for path, name, value in given
        if isinstance(value, str) and 3 < len(value) <= _LONGEST and names_itself(name[-_LONGEST:], value)
        if not answered.call.faulty and not _is_known(reading, answered.at, value)
    ]
    if "XX" in reading.written:
        findings += [finding for index, text in reading.replies for finding in _in_reply(reading, index, text)]
    findings += [
        _of_reply(index, found, severity)
        for index, text in reading.replies
        for found, severity in blanks(reading, index, text)
    ]
    return findings


def _is_known(reading: Reading, upto: int, value: str) -> bool:
    return value in reading.spoken(upto) or any(True for _ in leftovers_in(value))


def _of_argument(answered: AnsweredCall, path: str, value: str) -> Finding:
    detail = f"{answered.call.name}: {path} is {shown(value)}, which names a value and gives none"
    return Finding(rule="unfilled", severity="error", turn=answered.at, call_id=answered.call.id, detail=detail)


def _in_reply(reading: Reading, index: int, text: str) -> Iterator[Finding]:
    if "XX" not in text:
        return
    for found in list(dict.fromkeys(_CROSSED.findall(text)))[:_MOST_CROSSED]:
        at = text.find(found)
        around = text[max(0, at - _BEFORE) : at], text[at + len(found) : at + len(found) + _AFTER]
        if found not in reading.spoken(index) and not any(map(_SHOWS_FORM.search, around)):
            yield _of_reply(index, found, "error")


def _of_reply(index: int, found: str, severity: Severity) -> Finding:
    detail = f"the reply has {found!r} where it should tell a value"
    return Finding(rule="unfilled", severity=severity, turn=index, detail=detail)


@lru_cache(maxsize=16384)
def names_itself(name: str, value: str) -> bool:
    """Whether `value`, given for the parameter `name`, is nothing but words that say what should stand there."""
    if not value.isascii() or _DIGIT.search(value):
        return False
    text = value.strip()
    if _CROSSES.fullmatch(text) and text.lower().count("x") >= _FEWEST_CROSSES:
        return True
    said = frozenset(singular(word) for word in words(text))
    own = frozenset(singular(word) for word in words(name))
    if not said or not said - own <= _SAID_OF_VALUES:
        return False
    if _IN_BRACKETS.fullmatch(text):
        return not said.isdisjoint(own | _MARKS)
    if said <= _BESIDE:
        return "placeholder" in said
    is_id = not own.isdisjoint(_ID_WORDS)
    if said <= own:  # the name of the parameter, and nothing else
        return is_id and " " not in text and said == own and (len(own) > 1 or own <= {"username", "userid"})
    as_code = " " not in text and ("_" in text or text.isupper())
    return not said.isdisjoint(_MARKS if is_id else _SURE_MARKS if as_code else ())
