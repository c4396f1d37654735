"""Descriptions of OpenAPI documents, which are Markdown or HTML and can be pages long, as a few plain sentences."""

from __future__ import annotations

import html
import re
from functools import lru_cache
from typing import Any

_CODE_BLOCK = re.compile(r"(```|~~~).*?(\1|\Z)", re.DOTALL)
_TAG = re.compile(r"</?[A-Za-z][^<>]{0,200}>|<!--.*?-->", re.DOTALL)
_LINK = re.compile(r"!?\[([^\[\]]{0,300})\]\([^()\s]{0,1000}(?:\([^()]*\))?[^()]{0,200}\)")
_LINE_MARK = re.compile(r"^[ \t]*(#{1,6}[ \t]+|>[ \t]?|[-*+][ \t]+|\|?[ \t]*:?-{3,}.*$)", re.MULTILINE)
_EMPHASIS = re.compile(r"(\*\*|__|\*)(?=\S)([^*\n]{1,200}?)(?<=\S)\1")
_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-Z0-9`\"'(])")
# Not the end of a sentence, although a capital letter follows.
_ABBREVIATION = re.compile(r"\b(?:e\.g|i\.e|etc|vs|cf|approx|no)\.$", re.IGNORECASE)
_MOST_READ = 20_000


def plain_text(text: Any, longest: int) -> str:
    """Markdown and HTML made one line of text of at most `longest` characters: whole sentences where they fit."""
    return _plain(text, longest) if isinstance(text, str) else ""


@lru_cache(maxsize=4096)
def _plain(text: str, longest: int) -> str:
    text = _CODE_BLOCK.sub(" ", text[:_MOST_READ])
    text = html.unescape(_TAG.sub(" ", text))
    text = _LINK.sub(r"\1", text)
    text = _LINE_MARK.sub("", text)
    text = _EMPHASIS.sub(r"\2", text)
    return shortened(" ".join(text.split()), longest)


def shortened(text: str, longest: int) -> str:
    """The leading sentences of a line that fit in `longest` characters, else its leading words."""
    if len(text) <= longest:
        return text
    kept = ""
    for sentence in _sentences(text[: longest + 200]):
        longer = f"{kept} {sentence}".strip()
        if len(longer) > longest:
            break
        kept = longer
    if kept and text.startswith(kept) and kept[-1] in ".!?":
        return kept
    return text[: longest - 3].rpartition(" ")[0].rstrip(" ,;:") + "..."


def _sentences(text: str) -> list[str]:
    found: list[str] = []
    for part in _SENTENCE.split(text):
        if found and _ABBREVIATION.search(found[-1]):
            found[-1] += f" {part}"
        else:
            found.append(part)
    return found


def joined_sentences(summary: str, description: str) -> str:
    """A summary and a description as one text, without saying the same twice."""
    if not summary or description.lower().startswith(summary.rstrip(".").lower()):
        return description
    if not description:
        return summary
    stop = "" if summary[-1] in ".!?:" else "."
    return f"{summary}{stop} {description}"
