"""Paths and texts that a call needs and no result gives as they are: names of new files, where to move one, what to change."""

from __future__ import annotations

import posixpath
import random
import re
from collections.abc import Collection, Sequence
from typing import Any

from toolace_mt.schema.names import words
from toolace_mt.types import JsonSchema
from toolace_mt.values.samples import sample
from toolace_mt.walks.harvest import is_file
from toolace_mt.walks.memory import Memory, is_source
from toolace_mt.walks.skills import Parameter, Skill

_DRAWS = 8
_TEXTS = (".txt", ".md")
_OLD, _NEW = frozenset({"old", "search", "find", "before"}), frozenset({"new", "replace", "replacement", "after"})
_WORDS_OF_PATTERNS = frozenset({"pattern", "glob"})
_NUMBER = re.compile(r"(?<![\w.,-])\d{1,3}(?![\w.,-]|\d)")
_PREFIXES = ("old", "final", "archived")
_SHORTEST_LINE, _LONGEST_LINE = 6, 120


def new_path(skill: Skill, folders: Sequence[str], taken: Collection[str], rng: random.Random) -> str:
    """A name for a new file or folder that is not taken, in one of the folders where any is known."""
    path = ""
    for _ in range(_DRAWS):
        name = str(sample("folders" if skill.asks_for_folder else "files", rng)).lstrip("/")
        path = posixpath.join(rng.choice(folders), name) if folders else name
        # What we can write is text.
        if path not in taken and (skill.asks_for_folder or name.endswith(_TEXTS)):
            break
    return path


def moved_path(path: str, folders: Sequence[str], rng: random.Random) -> str:
    """Where a file or folder may go: into another folder, or beside itself under a new name."""
    folder, name = posixpath.split(path.rstrip("/"))
    others = [other for other in folders if other != folder and not f"{other}/".startswith(f"{path}/")]
    if others and rng.random() < 0.6:
        return posixpath.join(rng.choice(others), name)
    first, dash, rest = name.partition("-")
    prefixes = [prefix for prefix in _PREFIXES if prefix != first]
    bare = rest if dash and first in _PREFIXES else name
    return posixpath.join(folder, f"{rng.choice(prefixes)}-{bare}")


def goes_to(skill: Skill, parameter: Parameter) -> bool:
    """Whether the parameter is where a thing is moved or copied to."""
    return skill.moves and not is_source(parameter) and any(is_source(other) for other in skill.parameters)


def is_pattern(parameter: Parameter) -> bool:
    """Whether the parameter is a pattern for the names of files."""
    return parameter.kind == "string" and not _WORDS_OF_PATTERNS.isdisjoint(words(parameter.name))


def pattern_for(parameter: Parameter, files: Sequence[str], rng: random.Random) -> str:
    """A pattern for names of files like those that are known: by their ending, or a word of the name."""
    known = [posixpath.splitext(posixpath.basename(path)) for path in files if is_file(path)]
    stem, ending = rng.choice(known) if known else ("", rng.choice((".txt", ".md", ".csv", ".json")))
    if "glob" in f"{parameter.about} {parameter.schema.get('description', '')}".lower():
        return f"**/*{ending}"
    parts = [word for word in words(stem) if len(word) > 2]
    return rng.choice(parts) if parts else ending


def change_of(names: Sequence[str], text: str, rng: random.Random) -> dict[str, str] | None:
    """Under two of the names, such as old_text and new_text, a line of a text and what it is changed to."""
    old = next((name for name in names if words(name)[:1] and words(name)[0] in _OLD), None)
    new = next((name for name in names if words(name)[:1] and words(name)[0] in _NEW), None)
    lines = [line.strip() for line in text.splitlines()]
    lines = [line for line in lines if _SHORTEST_LINE <= len(line) <= _LONGEST_LINE and text.count(line) == 1]
    if old is None or new is None or not lines:
        return None
    numbered = [line for line in lines if _NUMBER.search(line)]
    line = rng.choice(numbered or lines)
    changed = _NUMBER.sub(lambda match: str(int(match[0]) + rng.randint(1, 9)), line, count=1)
    if changed == line:
        changed = f"{line.rstrip('.')} (to be confirmed){'.' if line.endswith('.') else ''}"
    return {old: line, new: changed}


def changes_text(schema: JsonSchema) -> bool:
    """Whether an object of this schema, or the arguments of a tool, say which text takes the place of which."""
    names: dict[str, Any] = schema.get("properties") or {}
    first = {words(name)[0] for name in names if words(name) and names[name].get("type") == "string"}
    return not _OLD.isdisjoint(first) and not _NEW.isdisjoint(first)


def text_in_hand(memory: Memory, chosen: dict[str, Any]) -> str:
    """The text of the file that a call is about, as it was last read."""
    return next((memory.texts[value] for value in chosen.values() if str(value) in memory.texts), "")
