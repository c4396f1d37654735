"""Values from nowhere: identifiers that nothing before the call mentions."""

from __future__ import annotations

import re
from collections.abc import Iterator

from toolace_mt.dialogue.grounding import id_values, looks_like_id, says, squeeze
from toolace_mt.rules.reading import AnsweredCall, Reading
from toolace_mt.schema.validate import shown
from toolace_mt.types import Finding, Severity

# An identifier inside a longer text: `BK-48213`, `W9502127`, `mia_li_3668`.
_IN_TEXT = re.compile(r"(?<![\w-])[A-Za-z]{1,20}(?:[-_][A-Za-z]{1,20}){0,2}[-_]?\d{4,16}(?![\w-])")
# Numbers that stand in definitions as examples, and in no database.
_EXAMPLE = re.compile(r"(?<!\d)(?:(\d)\1{4,}|0?12345(?:6(?:7(?:8(?:90?)?)?)?)?)(?!\d)")
# An error that is about a value, and not about what was asked for.
_REFUSES = re.compile(
    r"not found|no such|unknown|invalid|not (?:exist|valid|recogni|match|associated)|n't exist|could not find|wrong|incorrect",
    re.IGNORECASE,
)
_REFUSAL = 500
_FOUR_DIGITS = re.compile(r"\d{4}")
_SHORT = 10
_LONGEST_TEXT = 20_000
# `#W9502127`, `BK-48213`: a short prefix that tells the kind, and a number that people say without it.
_PREFIXED = re.compile(r"\W?[A-Za-z]{0,3}\W?0*(\d{5,})")
_FILE = re.compile(r"[^\s@]+\.[A-Za-z][A-Za-z0-9]{1,4}")
# `150k`, `1.5 million`; a number of a phone with the code of its country before it; a code that follows from a place.
_ROUND = re.compile(r"([1-9]\d{0,8}?)(0{3,9})")
_SCALES = ((1_000, r"k|thousand|grand"), (1_000_000, r"m|mio|million"), (1_000_000_000, r"b|bn|billion"))
_WITH_COUNTRY = re.compile(r"\+?\d{1,3}(\d{10})")
_ZIP_NAME = re.compile(r"zip|postal|post_?code", re.IGNORECASE)
_ZIP = re.compile(r"\d{5}(?:-\d{4})?")
_NUMBERED = re.compile(r"(.*?)(\d{1,15})")


def ungrounded_id(reading: Reading) -> list[Finding]:
    """Every id-like argument value was mentioned before: by the user, a result, the system prompt, or a tool.

    About half of what the paper's rules reject are such values. A call marked as faulty may have them. Arguments of earlier
    calls mention nothing, and a later result that has the value is no excuse: it was not known at the time.
    A recording may leave out what the agent knew, so there it is a warning where something speaks for the value: the tool
    itself answers of it, its number alone was mentioned, it goes on counting from an earlier call, it is the name of a file,
    which may be new; or where the tool refused the call. A warning, too, is an identifier inside a longer text.
    """
    findings: list[Finding] = []
    for answered, given in reading.given:
        if answered.call.faulty:
            continue
        for path, name, value in given:
            if looks_like_id(name, value):
                if not _mentioned(reading, answered, str(value)):
                    excuse = _excuse(reading, answered, name, str(value)) if reading.recorded else ""
                    severity = "warning" if excuse else "error"
                    findings.append(_finding(answered, path, str(value), severity, excuse))
            elif not isinstance(value, str):
                continue
            elif len(value) > _SHORT and " " in value and _FOUR_DIGITS.search(value):
                findings += _in_text(reading, answered, path, value)
            elif 4 <= len(value) <= _SHORT and value.isupper() and _cut_short(reading, answered, value):
                findings.append(_finding(answered, path, value, "error", ", only a longer one was"))
    return findings


def _mentioned(reading: Reading, answered: AnsweredCall, value: str) -> bool:
    """Also by the definition of a tool, but for what is there as an example: `gift_card_0000000`."""
    if not _EXAMPLE.search(value):
        return reading.mentioned(value, answered.at) or _said_otherwise(reading, answered.at, value)
    failed = answered.result is not None and answered.result.is_error
    return reading.said(value, answered.at) or (failed and reading.mentioned(value, answered.at))


def _said_otherwise(reading: Reading, upto: int, value: str) -> bool:
    """Whether a number was said as `150k` or `1.5 million`, or as that of a phone, without the code of its country."""
    phone = _WITH_COUNTRY.fullmatch(value)
    if phone and reading.said(phone[1], upto):
        return True
    if not _ROUND.fullmatch(value):
        return False
    forms = (
        rf"{re.escape(f'{int(value) / scale:.10g}')} ?(?:{names})" for scale, names in _SCALES if int(value) >= scale
    )
    return re.search(rf"(?<![\w.])(?:{'|'.join(forms)})\b", reading.spoken(upto), re.IGNORECASE) is not None


def _finding(answered: AnsweredCall, path: str, value: str, severity: Severity, why: str) -> Finding:
    return Finding(
        rule="ungrounded-id",
        severity=severity,
        turn=answered.at,
        call_id=answered.call.id,
        detail=f"{answered.call.name}: the value {shown(value)} of {path} was not mentioned before{why}",
    )


def _excuse(reading: Reading, answered: AnsweredCall, name: str, value: str) -> str:
    result = answered.result
    if result is not None and result.is_error and _REFUSES.search(result.content[:_REFUSAL]):
        return "; the tool refused it"
    if result is not None and says(squeeze(result.content), value):
        return ", though the tool knows it"
    if _number_mentioned(reading, answered.at, value):
        return " as it is, only its number was"
    if _goes_on_counting(reading, answered, value):
        return "; it goes on counting from an earlier call"
    if _ZIP.fullmatch(value) and _ZIP_NAME.search(name):
        return "; as the code of a place it may follow from its name"
    if _FILE.fullmatch(value):
        return "; as the name of a file it may be new"
    return ""


def _number_mentioned(reading: Reading, upto: int, value: str) -> bool:
    """Whether the number of a short-prefixed value stands somewhere alone, with or without zeros before it."""
    found = _PREFIXED.fullmatch(value)
    if not found:
        return False
    return re.search(rf"(?<![\w-])0*{found[1]}(?![\w-])", reading.spoken(upto)) is not None


def _goes_on_counting(reading: Reading, answered: AnsweredCall, value: str) -> bool:
    """Whether an earlier call of the same tool had the number before or after: P1002, and now P1003."""
    found = _NUMBERED.fullmatch(value)
    if not found:
        return False
    prefix, digits = found.groups()
    near = {f"{prefix}{int(digits) + step:0{len(digits)}}" for step in (-1, 1)}
    return any(
        earlier.call.name == answered.call.name and not near.isdisjoint(v for _, v in id_values(earlier.call.arguments))
        for earlier in reading.answered
        if earlier.at < answered.at
    )


def _in_text(reading: Reading, answered: AnsweredCall, path: str, text: str) -> Iterator[Finding]:
    for token in dict.fromkeys(_IN_TEXT.findall(text[:_LONGEST_TEXT])):
        if looks_like_id("", token) and not reading.mentioned(token, answered.at):
            yield _finding(answered, path, token, "warning", " (in a longer text)")


def _cut_short(reading: Reading, answered: AnsweredCall, value: str) -> bool:
    """Whether capitals are the beginning of an identifier that was mentioned, and no word of their own: XEWRD of XEWRD9."""
    if not (value.isascii() and value.isalpha()) or reading.mentioned(value, answered.at):
        return False
    return re.search(rf"(?<![A-Za-z0-9]){value}[A-Z]{{0,3}}\d", reading.spoken(answered.at)) is not None
