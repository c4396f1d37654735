"""What a docstring says of a function, in the styles of Google, numpy and reST, as people really write them.

A parser of our own: half of the docstrings out there break their style somewhere (`Args:` with nothing but `None` under it,
no blank line before it), and the libraries for this then fall back to one long description.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import NamedTuple

_HEADER = re.compile(
    r"(args|arguments|param(?:eter)?s|keyword arg(?:ument)?s|other parameters|returns?|yields?|raises|notes?"
    r"|examples?|warnings?|see also|references|attributes|todo)(:?)\s*",
    re.IGNORECASE,
)
_PARAMETERS = re.compile(r"(?:keyword |other )?(?:arg|param)", re.IGNORECASE)
_UNDERLINE = re.compile(r"\s*-{3,}\s*")
_GOOGLE_ENTRY = re.compile(r"\*{0,2}(\w+) ?(?:\((.*?)\))? ?: *(.*)")
_NUMPY_ENTRY = re.compile(r"\*{0,2}(\w+)(?: ?: *(.*))?")
_FIELD = re.compile(r":(\w+)(?: +([^:]*?))?: *(.*)")
_PARAMETER_FIELDS = ("param", "parameter", "arg", "argument", "key", "keyword")


class Told(NamedTuple):
    """What is said of one parameter, or of one key of the result: its type in the writer's words, and a description."""

    type: str = ""
    text: str = ""


@dataclass
class Docstring:
    """summary: the first paragraph. returns: the keys of the result by name, where the docstring lists them with types."""

    summary: str = ""
    parameters: dict[str, Told] = field(default_factory=dict[str, Told])
    returns: dict[str, Told] = field(default_factory=dict[str, Told])


def read_docstring(text: str | None) -> Docstring:
    """Read a docstring of any style; what is not understood is left out, and nothing is raised."""
    lines = inspect.cleandoc(text or "").splitlines()
    heads = [i for i in range(len(lines)) if _header(lines, i) or _FIELD.fullmatch(lines[i])]
    found = Docstring(_summary(lines[: heads[0]] if heads else lines))
    for start, end in pairwise([*heads, len(lines)]):
        header = _header(lines, start)
        if header is None:
            _read_field(lines[start:end], found)
            continue
        numpy = start + 1 < end and _UNDERLINE.fullmatch(lines[start + 1]) is not None
        body = lines[start + 1 + numpy : end]
        if _PARAMETERS.match(header):
            found.parameters |= dict(_entries(body, _NUMPY_ENTRY if numpy else _GOOGLE_ENTRY))
        elif header.startswith("return") and not numpy:
            found.returns |= {name: told for name, told in _entries(body, _GOOGLE_ENTRY) if told.type}
    return found


def _header(lines: Sequence[str], i: int) -> str | None:
    """The name of the section that line `i` begins: `Args:`, or a name that is underlined."""
    match = _HEADER.fullmatch(lines[i])
    underlined = i + 1 < len(lines) and _UNDERLINE.fullmatch(lines[i + 1])
    return match[1].lower() if match and (match[2] or underlined) else None


def _summary(lines: Sequence[str]) -> str:
    """The first paragraph."""
    text = "\n".join(line.strip() for line in lines).strip()
    return " ".join(text.split("\n\n")[0].split())


def _entries(lines: Sequence[str], entry: re.Pattern[str]) -> Iterator[tuple[str, Told]]:
    """(name, what is told) of a section: an entry begins where the section's own indentation ends."""
    filled = [line for line in lines if line.strip()]
    indent = min((_indent(line) for line in filled), default=0)
    blocks: list[list[str]] = []
    for line in filled:
        if _indent(line) == indent and entry.fullmatch(line.strip()):
            blocks.append([])
        if blocks:
            blocks[-1].append(line.strip())
    for first, *more in blocks:
        match = entry.fullmatch(first)
        if match is None:
            continue
        kind, text = (match[2], match[3]) if entry is _GOOGLE_ENTRY else (match[2], "")
        yield match[1], Told(_plain_type(kind), " ".join([text, *more]).strip())


def _read_field(lines: Sequence[str], found: Docstring) -> None:
    """`:param int speed: How fast.` or `:type speed: int`, with the lines that go on with it."""
    match = _FIELD.fullmatch(lines[0])
    if match is None or not match[2]:
        return
    *types, name = match[2].split()
    old = found.parameters.get(name, Told())
    text = " ".join([match[3], *(line.strip() for line in lines[1:])]).strip()
    if match[1] == "type":
        found.parameters[name] = old._replace(type=_plain_type(text))
    elif match[1] in _PARAMETER_FIELDS:
        found.parameters[name] = Told(_plain_type(" ".join(types)) or old.type, text)


def _plain_type(text: str | None) -> str:
    return (text or "").replace(", optional", "").replace("optional", "").strip(" ,`")


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())
