"""Secrets taken out of what strangers answer: they may repeat what they were sent."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import quote

import orjson

_SHORTEST = 6
"""Characters: what is shorter (the version of an API, say) is no secret, and would be found in everything."""

Marks = tuple[tuple[str, str], ...]
"""What is looked for, and what is put in its place; the longest first."""


def marks_of(secrets: Iterable[tuple[str, str]]) -> Marks:
    """Marks for (name, value): `[NAME]` for the value, as it is, in JSON, and in a URL. Short values have none."""
    marks: dict[str, str] = {}
    for name, value in secrets:
        if len(value) >= _SHORTEST:
            escaped = orjson.dumps(value).decode()[1:-1]
            marks |= dict.fromkeys((value, escaped, quote(value, safe="")), f"[{name}]")
    return tuple(sorted(marks.items(), key=lambda item: (-len(item[0]), item[0])))


def scrubbed(text: str, marks: Marks) -> str:
    """`text` with the marks in place of the secrets."""
    for secret, mark in marks:
        text = text.replace(secret, mark)
    return text
