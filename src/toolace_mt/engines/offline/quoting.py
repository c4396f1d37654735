"""Quoting texts in running words: short ones whole, long ones by how they begin."""

from __future__ import annotations

_LONGEST, _BEGINNING = 320, 120
_ENDS = (".", "!", "?", ":", ";", ",")


def in_quotes(text: str) -> str:
    """The text in quotation marks, its lines joined; of a long one, the beginning."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    whole = " ".join(line if line.endswith(_ENDS) else f"{line} /" for line in lines).removesuffix(" /")
    return _marked(whole if len(whole) <= _LONGEST else shortened(whole))


def shortened(text: str) -> str:
    """The beginning of a text, cut between words."""
    return text if len(text) <= _BEGINNING else f"{text[:_BEGINNING].rpartition(' ')[0] or text[:_BEGINNING]}..."


def _marked(text: str) -> str:
    return f"'{text}'" if '"' in text else f'"{text}"'
