"""Headers whose values come from environment variables: sent with every call, and shown nowhere."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from toolace_mt.environments.scrubbing import Marks, marks_of, scrubbed
from toolace_mt.errors import InputError

_SCHEMES = frozenset({"bearer", "digest"})


@dataclass(frozen=True, slots=True)
class Secrets:
    """headers: as they are sent. marks: what is looked for in outputs."""

    headers: Mapping[str, str] = field(repr=False)
    marks: Marks = field(repr=False)

    def scrubbed(self, text: str) -> str:
        """`text` without the values of the headers, nor the words of which they consist (`Bearer` and a key)."""
        return scrubbed(text, self.marks)


def read_secrets(header_env: Mapping[str, str], environ: Mapping[str, str]) -> Secrets:
    """The values of the headers, by the names of their variables. Raises InputError naming a variable that gives none."""
    headers: dict[str, str] = {}
    parts: list[tuple[str, str]] = []
    for header, variable in header_env.items():
        value = environ.get(variable, "").strip()
        if not value:
            raise InputError(f"the environment variable {variable}, for the HTTP header {header}, is not set")
        if not (value.isascii() and value.isprintable()):
            raise InputError(f"the environment variable {variable} holds characters that no HTTP header can have")
        headers[header] = value
        parts += [(header, part) for part in (value, *value.split()) if part.lower() not in _SCHEMES]
    return Secrets(headers, marks_of(parts))
