"""The values in a result that later calls can go on with: fields of JSON, and files, hashes and names in plain text."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any, NamedTuple

from toolace_mt.dialogue.turns import content_value

FILE, HASH, ITEM = "(file)", "(hash)", "(item)"
"""The names under which plain text gives files, hashes of commits and the like, and the lines of a list."""

_MOST = 200
_LONGEST = 200
_ABSOLUTE = re.compile(r"(?<![\w.:/])/(?:[\w.@+-]+/)*[\w.@+-]+")
_LISTED_FILE = re.compile(
    r"^\s*(?:\[(?:FILE|DIR)\]|(?:new file|modified|deleted|renamed):)\s*([\w.@+/-]+)\s*(?:\d.*)?$", re.MULTILINE
)
_LISTED = re.compile(r"^(?:\s*[-*]\s+|\s{2,})([\w./-]{2,60})\s*$", re.MULTILINE)
_FILE_NAME = re.compile(r"(?<![\w/.@-])[\w-]+(?:/[\w.-]+)*\.[A-Za-z][A-Za-z0-9]{0,4}(?![\w/@-])")
_FIELD = re.compile(r"^\s*([A-Za-z][A-Za-z ]{1,24}?)\s*[:=]\s+['\"]?([\w@.#/+-]{2,80})['\"]?\s*$", re.MULTILINE)
_HASHED = re.compile(r"\b(?=[a-f]*\d)(?=\d*[a-f])[0-9a-f]{7,64}\b")
_MARKED = re.compile(r"\b(?=[A-Z0-9-]*\d)[A-Z]{1,6}-?\d{3,}\b")


class Found(NamedTuple):
    """A value of a result. name: the field that holds it; path: its place, without the numbers of list entries."""

    name: str
    path: str
    value: Any
    in_list: bool


def harvest(content: str, arguments: Mapping[str, Any]) -> list[Found]:
    """What is found in a result; `arguments` of its call tell which folder a listing is of."""
    folder = next((v for v in arguments.values() if isinstance(v, str) and v.startswith("/")), "")
    value = content_value(content)
    found = _of_text(value, folder) if isinstance(value, str) else _of_json(value, "", "", folder, in_list=False)
    return list(islice(found, _MOST))


def _of_json(value: Any, name: str, path: str, folder: str, *, in_list: bool) -> Iterator[Found]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _of_json(inner, str(key), f"{path}.{key}" if path else str(key), folder, in_list=in_list)
        yield from _keys(value, name, path)
    elif isinstance(value, list):
        for inner in value:
            yield from _of_json(inner, name, f"{path}[]", folder, in_list=True)
    elif isinstance(value, str) and ("\n" in value or (name == "content" and folder)):
        yield from _of_text(value, folder)
    elif value is not None and not isinstance(value, bool) and len(str(value)) <= _LONGEST:
        yield Found(name, path, value, in_list)
        if isinstance(value, str) and (_ABSOLUTE.fullmatch(value) or _FILE_NAME.fullmatch(value)):
            yield Found(FILE, path, value, in_list)


def _keys(value: dict[Any, Any], name: str, path: str) -> Iterator[Found]:
    """The keys of an object whose entries are all alike: things by their ids."""
    entries = list(value.values())
    if len(entries) > 1 and all(isinstance(entry, dict) and entry.keys() == entries[0].keys() for entry in entries):
        for key in value:
            yield Found(name or "name", f"{path}.*", str(key), in_list=True)


def _of_text(text: str, folder: str) -> Iterator[Found]:
    for match in _ABSOLUTE.finditer(text):
        yield Found(FILE, "", match[0], in_list=True)
    for name in dict.fromkeys([*_LISTED_FILE.findall(text), *_FILE_NAME.findall(text)]):
        if not name.startswith("/"):
            yield Found(FILE, "", posixpath.join(folder, name) if folder else name, in_list=True)
    for match in _HASHED.finditer(text):
        yield Found(HASH, "", match[0], in_list=True)
    for field, value in _FIELD.findall(text):
        yield Found(field.strip().lower().replace(" ", "_"), "", value, in_list=False)
    for item in _LISTED.findall(text):
        yield Found(ITEM, "", item, in_list=True)
    for match in _MARKED.finditer(text):
        yield Found("id", "", match[0], in_list=True)
    if "\n" not in text and 1 < len(text) <= 60:
        yield Found("result", "", text, in_list=False)
