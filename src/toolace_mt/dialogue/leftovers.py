"""What must never stay in a training dialogue: masks, placeholders, leaked special tokens, refusals."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

_WHAT = r"(?:id|name|number|date|time|city|location|address|email|phone|amount|user|key|token|password)"

PATTERNS: dict[str, re.Pattern[str]] = {
    "special token": re.compile(
        r"<\|[A-Za-z0-9_▁]{2,40}\|>|</?(?:s|bos|eos|pad|unk)>|\[/?INST\]|<</?SYS>>|<(?:start|end)_of_turn>|"
        r"</?tool_call>|</?tool_response>|</?think>|<｜[^｜\n]{2,40}｜>|\[TOOL_CALLS\]"
    ),
    "mask": re.compile(r"\[MASK(?:ED)?\]|\[mask(?:ed)?\]|<MASK(?:ED)?>|<mask(?:ed)?>|MASKED_TURN"),
    "placeholder": re.compile(
        rf"\[(?:insert|your|enter|placeholder|todo)\b[^\]\n]{{0,40}}\](?!\()|\[(?:\w{{1,20}}[ _-])?{_WHAT}\](?!\()|"
        r"<(?:insert|your|placeholder|todo)[ _-][^>\n]{0,40}>|\{\{\s*[a-z_][\w .-]{0,40}\}\}|"
        rf"\byour_(?:\w{{1,20}}_)?{_WHAT}(?:_here)?\b|"
        # These alone are the whole text: inside a sentence they may be meant, as in "add it to my todo list".
        rf"\A\s*(?:<(?:\w{{1,20}}[ _-]){{0,3}}{_WHAT}>|todo|tbd|fixme|x{{4,}})\W*\Z",
        re.IGNORECASE,
    ),
    "refusal": re.compile(
        r"\bas an? (?:AI|artificial intelligence)(?: language)? model\b|\bI(?:'m| am) (?:just )?an AI (?:language )?model\b",
        re.IGNORECASE,
    ),
}

# A text, in lower case, that has none of these cannot match: looking for them takes a tenth of the time.
_HINTS: dict[str, tuple[str, ...]] = {
    "special token": ("<|", "<｜", "s>", "pad>", "unk>", "inst]", "sys>>", "_turn>", "tool_", "think>"),
    "mask": ("mask",),
    "placeholder": ("[", "<", "{{", "your_", "todo", "tbd", "fixme", "xxxx"),
    "refusal": ("model",),
}
_HINTED = tuple((hint, what) for what, hints in _HINTS.items() for hint in hints)


def leftovers(text: str) -> Iterator[tuple[str, str]]:
    """(what it is, the text found) for everything in `text` that must not be there."""
    lowered = text.lower()
    for what in dict.fromkeys([what for hint, what in _HINTED if hint in lowered]):
        for match in PATTERNS[what].finditer(text):
            yield what, match.group()


def strings_in(value: Any) -> Iterator[str]:
    """Every string inside a JSON value, keys left out."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from strings_in(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from strings_in(inner)
