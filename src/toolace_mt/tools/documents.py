"""Tool documents in JSON, JSONL and YAML files, each with the line that it starts on."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import orjson
import yaml

from toolace_mt.errors import InputError
from toolace_mt.tools.plain_yaml import PlainLoader

# A file may hold its list under one of these, as requests to a model and benchmark entries do.
_CONTAINERS = ("tools", "functions", "function")
_HOPED_FOR = 'expected tools: a list of them, one a line, or {"tools": [...]}'
_GAP = re.compile(r"[\s,:]*")
_MOST_NODES = 2_000_000


class Document(NamedTuple):
    """One tool document. where: `file:line`."""

    where: str
    value: Any


def read_documents(path: Path) -> list[Document]:
    """All tool documents of a file. Raises InputError naming the file, and the line where it cannot be read."""
    text = _text(path)
    if not text.strip():
        raise InputError(f"{path}: is empty; {_HOPED_FOR}")
    suffix = path.suffix.lower()
    if suffix in {".yaml", ".yml"}:
        return list(_yaml_documents(text, path))
    if suffix in {".jsonl", ".ndjson"} or _is_one_a_line(text):
        return list(_line_documents(text, path))
    return list(_json_documents(text, path))


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise InputError(
            f"{path}: there is no such file; a source is a path, openapi:PATH_OR_URL, or builtin[:NAME]"
        ) from None
    except IsADirectoryError:
        raise InputError(f"{path}: is a folder; name a JSON, JSONL or YAML file in it") from None
    except UnicodeDecodeError:
        raise InputError(f"{path}: is not UTF-8 text") from None
    except (OSError, ValueError) as error:
        raise InputError(f"{path}: cannot be read ({getattr(error, 'strerror', None) or error})") from None


def _is_one_a_line(text: str) -> bool:
    """Whether a file is JSONL by its looks: its first line is a whole value, and others follow."""
    first, _, rest = text.strip().partition("\n")
    if not rest.strip():
        return False
    try:
        orjson.loads(first)
    except orjson.JSONDecodeError:
        return False
    return True


def _line_documents(text: str, path: Path) -> Iterator[Document]:
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            value = _parsed(line, path, number)
            for item in _items(value):
                yield Document(f"{path}:{number}", item)


def _json_documents(text: str, path: Path) -> Iterator[Document]:
    value = _parsed(text, path, 1)
    if not isinstance(value, (dict, list)):
        raise InputError(f"{path}:1: holds a single value; {_HOPED_FOR}")
    items = _items(value)
    offsets = _item_offsets(text, value)
    line, counted = 1, 0
    for item, offset in zip(items, offsets, strict=True):
        line, counted = line + text.count("\n", counted, offset), offset
        yield Document(f"{path}:{line}", item)


def _parsed(text: str, path: Path, first_line: int) -> Any:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError as error:
        line = first_line + error.lineno - 1
        raise InputError(f"{path}:{line}: is not valid JSON: {error.msg} (column {error.colno})") from None


def _items(value: Any) -> list[Any]:
    if isinstance(value, list):
        return value
    key = _container(value)
    return value[key] if key else [value]


def _container(value: Any) -> str | None:
    if not isinstance(value, dict):
        return None
    return next((key for key in _CONTAINERS if isinstance(value.get(key), list)), None)


def _item_offsets(text: str, value: Any) -> list[int]:
    """Where each item of `value` starts in the text, which is its JSON: at the beginning where that is beyond finding.

    The parser that tells places has limits that the other one has not, such as how deep values nest.
    """
    count = len(_items(value))
    try:
        offsets = list(_places(text, value))
    except (ValueError, RecursionError):
        return [0] * count
    return offsets if len(offsets) == count else [0] * count


def _places(text: str, value: Any) -> Iterator[int]:
    at = _gap(text, 0)
    key = _container(value)
    if key is not None:
        at = _last_value(text, at, key)
    elif not isinstance(value, list):
        yield at
        return
    decoder = json.JSONDecoder()
    at = _gap(text, at + 1)
    while text[at] != "]":
        yield at
        _, at = decoder.raw_decode(text, at)
        at = _gap(text, at)


def _last_value(text: str, at: int, key: str) -> int:
    """Where the value of `key` starts in the object at `at`: of a key that is written twice the last one counts."""
    decoder = json.JSONDecoder()
    found = at
    at = _gap(text, at + 1)
    while text[at] != "}":
        name, at = decoder.raw_decode(text, at)
        at = _gap(text, at)
        if name == key:
            found = at
        _, at = decoder.raw_decode(text, at)
        at = _gap(text, at)
    return found


def _gap(text: str, at: int) -> int:
    match = _GAP.match(text, at)
    return match.end() if match else at


def _yaml_documents(text: str, path: Path) -> Iterator[Document]:
    """Item by item, so that each knows its line."""
    try:
        for root in yaml.compose_all(text, PlainLoader):
            if _weight(root, {}) > _MOST_NODES:
                raise InputError(f"{path}: has more than {_MOST_NODES:,} values (aliases written out)")
            loader = PlainLoader("")
            for node in _item_nodes(root):
                value = loader.construct_document(node)
                where = f"{path}:{node.start_mark.line + 1}"
                yield Document(where, orjson.loads(orjson.dumps(value, option=orjson.OPT_NON_STR_KEYS)))
    except yaml.MarkedYAMLError as error:
        line = f":{error.problem_mark.line + 1}" if error.problem_mark else ""
        raise InputError(f"{path}{line}: is not valid YAML: {error.problem or error.context}") from None
    except (yaml.YAMLError, TypeError, ValueError, RecursionError) as error:
        raise InputError(f"{path}: cannot be read as YAML: {str(error).partition(chr(10))[0]}") from None


def _item_nodes(root: Any) -> list[Any]:
    if isinstance(root, yaml.SequenceNode):
        return root.value
    if isinstance(root, yaml.MappingNode):
        lists = {key.value: node for key, node in root.value if isinstance(node, yaml.SequenceNode)}
        found = next((lists[key] for key in _CONTAINERS if key in lists), None)
        if found is not None:
            return found.value
    return [root]


def _weight(node: Any, seen: dict[int, int]) -> int:
    """How many values a node holds with its aliases written out; aliases in a circle are endless."""
    if id(node) in seen:
        return seen[id(node)]
    seen[id(node)] = _MOST_NODES + 1
    parts = node.value if isinstance(node.value, list) else ()
    inner = [part for pair in parts for part in (pair if isinstance(pair, tuple) else (pair,))]
    seen[id(node)] = 1 + sum(_weight(part, seen) for part in inner)
    return seen[id(node)]
