"""The values in a result that later calls can go on with: fields of JSON, and files, hashes and names in plain text."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any, NamedTuple

from toolace_mt.dialogue.turns import content_value

FILE, FOLDER, HASH, ITEM = "(file)", "(folder)", "(hash)", "(item)"
"""The names under which plain text gives files, folders, hashes of commits and the like, and the lines of a list."""

_MOST = 200
_LONGEST = 200
_TEXT_FIELDS = frozenset({"content", "text", "output", "stdout"})
_ABSOLUTE = re.compile(r"(?<![\w.:/])/(?:[\w.@+-]+/)*[\w.@+-]+")
_LISTED_FILE = re.compile(
    r"^\s*(?:\[(FILE|DIR)\]|(?:new file|modified|deleted|renamed):)[ \t]*([\w.@+/-]+)[ \t]*(?:\d.*)?$", re.MULTILINE
)
_LISTED = re.compile(r"(?:\s*[-*]\s+|\s{2,})([\w./-]{2,60})\s*")
_FILE_NAME = re.compile(r"(?<![\w/.@-])[\w-]+(?:/[\w.-]+)*\.[A-Za-z][A-Za-z0-9]{0,4}(?![\w/@-])")
_FIELD = re.compile(r"^\s*([A-Za-z][A-Za-z ]{1,24}?)\s*[:=]\s+['\"]?([\w@.#/+-]{2,80})['\"]?\s*$", re.MULTILINE)
_QUOTED = re.compile(r"\b([a-z]{3,20}) '([\w./-]{2,60})'")
_HASHED = re.compile(r"\b(?=[a-f]*\d)(?=\d*[a-f])[0-9a-f]{7,64}\b")
_MARKED = re.compile(r"\b(?=[A-Z0-9-]*\d)[A-Z]{1,6}-?\d{3,}\b")
# A diff names each file several times, with letters in front, and the hashes of contents, which no tool asks for.
_DIFF = re.compile(r"^(?:diff --git .*|index [0-9a-f]+\.\..*|[+-].*)\n?", re.MULTILINE)
_CHANGED_FILE = re.compile(r"^\+\+\+ b/([\w.@+/-]+)$", re.MULTILINE)
_TREE_TYPES = frozenset({"file", "directory", "folder", "dir"})


class Found(NamedTuple):
    """A value of a result. name: the field that holds it; path: its place, without the numbers of list entries.

    inside: of a file, what it is called within the folder that the call was about; `value` is with the folder then.
    """

    name: str
    path: str
    value: Any
    in_list: bool
    inside: str = ""


def harvest(content: str, arguments: Mapping[str, Any]) -> list[Found]:
    """What is found in a result; `arguments` of its call tell which folder a listing is of."""
    asked = asked_place(arguments)[1]
    value = content_value(content)
    found = _of_text(value, asked) if isinstance(value, str) else _of_json(value, "", "", asked, in_list=False)
    return list(islice(found, _MOST))


def asked_place(arguments: Mapping[str, Any]) -> tuple[str, str]:
    """The first argument that is an absolute path, with its name; nothing where none is."""
    return next(((n, v) for n, v in arguments.items() if isinstance(v, str) and v.startswith("/")), ("", ""))


def is_file(path: str) -> bool:
    """Whether a path is rather a file than a folder: its last part has an ending."""
    return "." in posixpath.basename(path.rstrip("/")).lstrip(".")


def text_of(content: str) -> str:
    """The plain text that a result is, also where it stands in the only field of an object; else nothing."""
    value = content_value(content)
    if isinstance(value, dict) and len(value) == 1:
        value = next(iter(value.values()))
    return value if isinstance(value, str) else ""


def records(content: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """The objects in the lists of a JSON result, each with the name of its list."""
    value = content_value(content)
    waiting: list[tuple[str, Any, bool]] = [("", value, False)]
    while waiting:
        name, part, in_list = waiting.pop()
        if isinstance(part, dict):
            if in_list and len(part) > 1:
                yield name, part
            waiting += [(str(key), inner, False) for key, inner in part.items()]
        elif isinstance(part, list):
            waiting += [(name, inner, True) for inner in part]


def _of_json(value: Any, name: str, path: str, asked: str, *, in_list: bool) -> Iterator[Found]:
    if isinstance(value, dict):
        if asked and _is_of_a_tree(value):
            yield from _of_tree(value, asked, "")
            return
        for key, inner in value.items():
            yield from _of_json(inner, str(key), f"{path}.{key}" if path else str(key), asked, in_list=in_list)
        yield from _keys(value, name, path)
    elif isinstance(value, list):
        for inner in value:
            yield from _of_json(inner, name, f"{path}[]", asked, in_list=True)
    elif isinstance(value, str) and ("\n" in value or name in _TEXT_FIELDS):
        inner = content_value(value)
        if isinstance(inner, str):
            yield from _of_text(inner, asked)
        else:
            yield from _of_json(inner, "", path, asked, in_list=in_list)
    elif value is not None and not isinstance(value, bool) and len(str(value)) <= _LONGEST:
        yield Found(name, path, value, in_list)
        if isinstance(value, str) and (_ABSOLUTE.fullmatch(value) or _FILE_NAME.fullmatch(value)):
            yield Found(FILE if is_file(value) else FOLDER, path, value, in_list)


def _is_of_a_tree(value: dict[Any, Any]) -> bool:
    children, kind = value.get("children"), value.get("type")
    return isinstance(value.get("name"), str) and (isinstance(children, list) or kind in _TREE_TYPES)


def _of_tree(node: dict[Any, Any], folder: str, inside: str) -> Iterator[Found]:
    """The files and folders of a tree of objects, whose names are of one folder each."""
    inside = posixpath.join(inside, str(node.get("name")))
    children = node.get("children")
    is_folder = isinstance(children, list) or node.get("type") in _TREE_TYPES - {"file"}
    yield Found(FOLDER if is_folder else FILE, "", posixpath.join(folder, inside), True, inside)
    for child in children if isinstance(children, list) else ():
        if isinstance(child, dict):
            yield from _of_tree(child, folder, inside)


def _keys(value: dict[Any, Any], name: str, path: str) -> Iterator[Found]:
    """The keys of an object whose entries are all alike: things by their ids."""
    entries = list(value.values())
    if len(entries) > 1 and all(isinstance(entry, dict) and entry.keys() == entries[0].keys() for entry in entries):
        for key in value:
            yield Found(name or "name", f"{path}.*", str(key), in_list=True)


def _of_text(text: str, asked: str) -> Iterator[Found]:
    changed = _CHANGED_FILE.findall(text)
    if changed:
        text = _DIFF.sub("", text)
    for match in _ABSOLUTE.finditer(text):
        yield Found(FILE if is_file(match[0]) else FOLDER, "", match[0], in_list=True)
    for match in _HASHED.finditer(text):
        yield Found(HASH, "", match[0], in_list=True)
    for match in _MARKED.finditer(text):
        yield Found("id", "", match[0], in_list=True)
    if is_file(asked):
        return  # what stands in a file are no names of things, as far as anybody knows
    folders = {name for kind, name in _LISTED_FILE.findall(text) if kind == "DIR"}
    for name in dict.fromkeys([*changed, *(name for _, name in _LISTED_FILE.findall(text)), *_FILE_NAME.findall(text)]):
        if not name.startswith("/"):
            place = posixpath.join(asked, name) if asked else name
            yield Found(FOLDER if name in folders else FILE, "", place, in_list=True, inside=name)
    for field, value in _FIELD.findall(text):
        yield Found(field.strip().lower().replace(" ", "_"), "", value, in_list=False)
    for noun, value in _QUOTED.findall(text):
        yield Found(noun, "", value, in_list=False)
    for item in _items(text):
        yield Found(ITEM, "", item, in_list=True)
    if "\n" not in text and 1 < len(text) <= 60:
        yield Found("result", "", text, in_list=False)


def _items(text: str) -> Iterator[str]:
    """The lines of a list, where a text is one: all of it, but for a line above and one below."""
    lines = [line for line in text.splitlines() if line.strip()]
    found = [match[1] for line in lines if (match := _LISTED.fullmatch(line))]
    return iter(found if len(found) >= len(lines) - 2 else ())
