"""Headers whose values come from environment variables: sent with every call, and shown nowhere."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import quote

import orjson

from toolace_mt.errors import InputError

_SHORTEST = 6
"""Characters: what is shorter (the version of an API, say) is no secret, and would be found in everything."""


@dataclass(frozen=True, slots=True)
class Secrets:
    """headers: as they are sent. marks: what is looked for in outputs, to what stands there instead; longest first."""

    headers: Mapping[str, str] = field(repr=False)
    marks: tuple[tuple[str, str], ...] = field(repr=False)

    def scrubbed(self, text: str) -> str:
        """`text` without the values of the headers, nor the words of which they consist (`Bearer` and a key)."""
        for secret, mark in self.marks:
            text = text.replace(secret, mark)
        return text


def read_secrets(header_env: Mapping[str, str], environ: Mapping[str, str]) -> Secrets:
    """The values of the headers, by the names of their variables. Raises InputError naming a variable that gives none."""
    headers: dict[str, str] = {}
    marks: dict[str, str] = {}
    for header, variable in header_env.items():
        value = environ.get(variable, "").strip()
        if not value:
            raise InputError(f"the environment variable {variable}, for the HTTP header {header}, is not set")
        if not (value.isascii() and value.isprintable()):
            raise InputError(f"the environment variable {variable} holds characters that no HTTP header can have")
        headers[header] = value
        for part in (value, *value.split()):
            if len(part) >= _SHORTEST and part.lower() not in ("bearer", "digest"):
                escaped = orjson.dumps(part).decode()[1:-1]
                marks |= dict.fromkeys((part, escaped, quote(part, safe="")), f"[{header}]")
    longest_first = sorted(marks.items(), key=lambda item: (-len(item[0]), item[0]))
    return Secrets(headers, tuple(longest_first))
