"""Replies that break off: in the middle of a sentence, or of a word."""

from __future__ import annotations

import re

from toolace_mt.rules.reading import Reading
from toolace_mt.types import Finding, Severity


def _words_of(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Nearly every reply ends with one of these, and is whole.
_WHOLE = frozenset(".?!。？！…)]}）】’”'\"`~|>»」』_#")
# After these something must come.
_OPEN_SIGNS = frozenset(",([{（【“«「，、")
# No sentence ends with one of these words; prepositions do end questions, and stand nowhere here.
_OPEN_WORDS = _words_of("the an and your my our their because although whose than every")
# Behind these the last part of a sentence must come: `, and finally`.
_LAST_PARTS = _words_of("finally lastly then also additionally furthermore")
_GOES_ON = re.compile(r"\b(?:and|or|but),? (?:finally|lastly|then|also|additionally|furthermore)\Z", re.IGNORECASE)
_MARKER = re.compile(r"[ \t]{0,20}(?:\d{1,2}[.)]|[-*•])[ \t]{0,20}")
_LIST_ITEM = re.compile(r"[ \t]{0,20}(?:\d{1,2}[.)]|[-*•–])[ \t]|[^\n]{0,60}: |[ \t]{0,20}[#|>]")
_LAST_WORD = re.compile(r"(?<!\w)[^\W\d_]+\Z")
_REST = re.compile(r"[^\W\d_]{1,30}")
# `x**n` is a power; `(0, 5]` is whole.
_BOLD = re.compile(r"(?<!\w)\*\*|\*\*(?!\w)")
_INTERVAL = re.compile(r"[(\[]\s{0,3}[^\s()\[\],]{1,20}\s{0,3},\s{0,3}[^\s()\[\],]{1,20}\s{0,3}[)\]]")
# How letters end, above a name that nobody gave.
_SIGNS_OFF = re.compile(
    r"[ \t>*_]{0,4}(?:(?:best|kind|warm|kindest|warmest)(?: (?:regards|wishes))?|regards|sincerely|yours|cheers|love|thanks"
    r"|thank you|respectfully|many thanks|(?:yours|very) (?:sincerely|truly|faithfully)|sincerely yours|with .{1,20}),",
    re.IGNORECASE,
)
_WORD_ROOM = 60
_MOST_PLACES = 200
_SHORTEST_HALF = 2
# With these behind it, a word is another form of itself: `ticket`, `tickets`.
_ENDINGS = _words_of("s es d ed r er ers ing ly al ment ments ation ations ion ions able y ful less ness")
_LONG = 40
_LONG_ENOUGH_TO_BE_CUT = 60
_SENTENCE_WITHIN = re.compile(r"[.!?]\s")
_LONGEST_LINE = 2000
_SHOWN = 30


def cut_off(reading: Reading) -> list[Finding]:
    """No reply breaks off.

    An error where it ends with a sign or a word that something must follow: a comma, an open bracket, `the`, the number of a
    list item without its text; or with half of a word that the dialogue has, though all other replies end as they should.
    Else a warning.
    """
    findings: list[Finding] = []
    for index, text in reading.replies:
        if not _may_be_whole(text) and (judged := _judged(reading, index, text.rstrip())):
            severity, why = judged
            detail = f"the reply breaks off: it ends with {text.rstrip()[-_SHOWN:]!r}, {why}"
            findings.append(Finding(rule="cut-off", severity=severity, turn=index, detail=detail))
    return findings


def _may_be_whole(text: str) -> bool:
    """Whether a text ends as sentences do, and not with the number of a list item: `3.`"""
    text = text.rstrip()
    if text[-1:] not in _WHOLE:
        return False
    return not text[-2:-1].isdigit() or "\n" not in text or _MARKER.fullmatch(_last_line(text)) is None


def _last_line(text: str) -> str:
    return text[max(text.rfind("\n") + 1, len(text) - _LONGEST_LINE) :]


def _judged(reading: Reading, index: int, text: str) -> tuple[Severity, str] | None:
    if not text:
        return None
    line = _last_line(text)
    if "\n" in text and _MARKER.fullmatch(line):
        return "error", "the mark of a list item without its text"
    if _SIGNS_OFF.fullmatch(line.strip()) and "\n" in text:
        return None
    if text[-1] in _OPEN_SIGNS and not text.endswith((":(", ":[", ":-(", ";(")):
        return "error", "which something must follow"
    word = _last_word(text)
    goes_on = word.lower() in _LAST_PARTS and _GOES_ON.search(text, max(0, len(text) - _WORD_ROOM))
    if goes_on or (word.islower() and word in _OPEN_WORDS and len(text) > len(word) and reading.in_english):
        return "error", "a word that another must follow"
    if not word or _is_address(text):
        return None
    if why := _open(text, line):
        return "error", why
    stands_out = _stands_out(reading, index, text)
    if "“" in line and line.rfind("“") > line.rfind("”"):
        return "error" if stands_out else "warning", "within a quotation"
    if whole := _rest(reading, word):
        sure = stands_out and whole[len(word) :].lower() not in _ENDINGS
        return "error" if sure else "warning", f"half of {whole[:_WORD_ROOM]!r}"
    if stands_out and len(text) >= _LONG and not _LIST_ITEM.match(line):
        return "warning", "in the middle of a sentence"
    return None


def _last_word(text: str) -> str:
    found = _LAST_WORD.search(text, max(0, len(text) - _WORD_ROOM))
    return found.group() if found else ""


def _is_address(text: str) -> bool:
    last = text[-200:].rsplit(maxsplit=1)[-1]
    return "/" in last or "." in last or "@" in last or "_" in last or "\\" in last


def _open(text: str, line: str) -> str:
    """What is still open where a text ends with a word; code may have any signs."""
    if text.count("```") % 2:
        return "within a block of code"
    if "`" in line:
        return ""
    if len(_BOLD.findall(line)) % 2:
        return "within bold text"
    line = _INTERVAL.sub("", line)
    if line.rfind("(") > line.rfind(")") and line.count("(") > line.count(")"):
        return "within brackets"
    return ""


def _rest(reading: Reading, word: str) -> str | None:
    """A longer word of the dialogue that begins with this one, which itself stands nowhere but here; None without one."""
    if len(word) < _SHORTEST_HALF or not word.isascii():
        return None
    everything = reading.spoken(len(reading.turns))
    longer, alone, at = None, 0, everything.find(word)
    for _ in range(_MOST_PLACES):
        if at < 0 or alone > 1:
            break
        end = at + len(word)
        if not everything[max(at - 1, 0) : at].isalnum():
            alone += not everything[end : end + 1].isalnum()
            longer = longer or _REST.match(everything, end)
        at = everything.find(word, end)
    return word + longer.group() if longer and alone <= 1 else None


def _stands_out(reading: Reading, index: int, text: str) -> bool:
    """Whether all other replies end as sentences do, or, where there is no other one, the sentences within this one."""
    if not text[-1].isascii():
        return False
    others = [other.rstrip()[-1:] for at, other in reading.replies if at != index]
    if others:
        return all(end in _WHOLE for end in others)
    return len(text) >= _LONG_ENOUGH_TO_BE_CUT and _SENTENCE_WITHIN.search(text) is not None
