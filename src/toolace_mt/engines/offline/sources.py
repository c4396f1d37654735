"""Where in the results so far a value of a call stands: in a field, as a key, in an entry of a list, on a line of text."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from toolace_mt.dialogue.grounding import mentions
from toolace_mt.engines.offline.conversation import Exchange
from toolace_mt.engines.offline.reading import Call
from toolace_mt.schema.names import entity_words

Path = tuple[str | int, ...]
_SHORTEST_IN_TEXT = 3
_MAKES = (
    re.compile(r"\b[0-9a-f]{7,64}\b"),
    re.compile(r"\b[A-Z]{1,6}-?\d{3,}\b"),
    re.compile(r"(?<![\w@.-])(?:[\w-]+/)*[\w-]+\.[A-Za-z][A-Za-z0-9]{0,4}(?![\w@])"),
)
_MARK = re.compile(r"^\s*[-*•+]\s")
_LISTED_LINE = re.compile(r"^\s*(?:[-*•]|\d+[.)]|\[[A-Z]+\])\s+\S")


class Source(NamedTuple):
    """The place of a value. content: the whole result that holds it; path: the fields and list places down to it.

    line: the place of its line among those of a text that lists things, and how many there are; None elsewhere.
    age: how many calls were made since. whole: the value is all that stands at `path`, not a part of a text there.
    """

    call: Call
    content: Any
    path: Path
    line: tuple[int, int] | None
    age: int
    whole: bool

    @property
    def field(self) -> str:
        """The name of the field that holds the value; nothing in bare lists and texts."""
        return next((part for part in reversed(self.path) if isinstance(part, str)), "")

    @property
    def place(self) -> tuple[int, int] | None:
        """(place, length) in the innermost list, counted from 0."""
        if self.line is not None:
            return self.line
        for depth in range(len(self.path) - 1, -1, -1):
            if isinstance(part := self.path[depth], int):
                return part, len(at_path(self.content, self.path[:depth]))
        return None


def at_path(content: Any, path: Path) -> Any:
    """What stands at a path."""
    for part in path:
        content = content[part]
    return content


def source_of(name: str, value: Any, done: Sequence[Exchange]) -> Source | None:
    """Where `value`, given for the parameter `name`, comes from: a field of that name rather than another, then the newest."""
    if value is None or isinstance(value, bool) or value in ("", [], {}):
        return None
    found = [
        Source(call, result.content, path, line, len(done) - 1 - position, whole)
        for position, (call, result) in enumerate(done)
        if result is not None and not result.is_error
        for path, line, whole in _places(value, result.content)
    ]
    return max(found, key=lambda source: (_fits(name, source), source.whole, -source.age), default=None)


def _fits(name: str, source: Source) -> int:
    wanted, held = entity_words(name), entity_words(source.field)
    return 2 * (wanted == held) + (wanted[-1:] == held[-1:])


def _places(value: Any, content: Any, path: Path = ()) -> Iterator[tuple[Path, tuple[int, int] | None, bool]]:
    if _same(content, value):
        yield path, None, True
    elif isinstance(content, dict):
        for key, inner in content.items():
            if isinstance(value, str | int) and str(key) == str(value) and isinstance(inner, dict):
                yield (*path, list(content).index(key)), None, True
            yield from _places(value, inner, (*path, str(key)))
    elif isinstance(content, list):
        for place, inner in enumerate(content):
            yield from _places(value, inner, (*path, place))
    elif isinstance(content, str) and (line := _line_of(value, content)) is not None:
        yield path, (line if line[1] > 1 else None), False


def _same(one: Any, other: Any) -> bool:
    if (
        isinstance(one, bool)
        or isinstance(other, bool)
        or isinstance(one, dict | list) is not isinstance(other, dict | list)
    ):
        return False
    return one == other or (not isinstance(one, dict | list) and one is not None and str(one) == str(other))


def _line_of(value: Any, text: str) -> tuple[int, int] | None:
    """The place of the line that holds the value, or the name of the file that it is, among the lines of a text."""
    if isinstance(value, dict | list):
        return None
    name = posixpath.basename(value.rstrip("/")) if isinstance(value, str) and "/" in value else str(value)
    said = value if isinstance(value, int | float) else name
    if len(name) < _SHORTEST_IN_TEXT or not mentions(text, said):
        return None
    lines = [line for line in text.splitlines() if line.strip()]
    marked = [line for line in lines if _LISTED_LINE.match(line)]
    if len(marked) < 2:
        marked = _alike(name, text) if any(" " in _MARK.sub("", line).strip() for line in lines) else lines
    listed = marked or lines
    hit = next((i for i, line in enumerate(listed) if mentions(line, said)), None)
    return (hit, len(listed)) if hit is not None else (0, 1)


def _alike(value: str, text: str) -> list[str]:
    """The things of the same make as `value` in a running text: its hashes, its files; the value alone for other things."""
    make = next((make for make in _MAKES if make.fullmatch(value)), None)
    return list(dict.fromkeys(make.findall(text))) if make else [value]
