"""What a tool that says nothing about its results is likely to answer: a schema by its name and what it does."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any, NamedTuple

from toolace_mt.engines.offline.books import read_book
from toolace_mt.engines.offline.wording import Wording
from toolace_mt.schema.names import is_id_like, singular, words
from toolace_mt.types import JsonSchema, Tool

_FRESH = frozenset(
    {
        "create",
        "add",
        "book",
        "order",
        "make",
        "open",
        "reserve",
        "register",
        "schedule",
        "submit",
        "buy",
        "place",
        "file",
        "post",
    }
)


class _Row(NamedTuple):
    match: re.Pattern[str]
    schema: JsonSchema


@lru_cache(maxsize=1)
def _rows() -> tuple[_Row, ...]:
    return tuple(_Row(re.compile(rf"\b(?:{row['match']})"), _schema(row)) for row in read_book("returns")["look"])


def _schema(row: dict[str, Any]) -> JsonSchema:
    fields: dict[str, JsonSchema] = {name: _field(given) for name, given in row.get("fields", {}).items()}
    if "list" in row:
        fields[row["list"]] = {"type": "array", "items": {"type": "string", "x_sample": row["of"]}}
    return {"type": "object", "properties": fields}


def _field(given: str) -> JsonSchema:
    if given.startswith("one of "):
        return {"type": "string", "enum": given.removeprefix("one of ").split("|")}
    if ".." in given:
        return {"type": "number" if "." in given.replace("..", "") else "integer", "x_sample": given}
    return {"type": "string", "x_sample": given}


def likely_returns(tool: Tool, wording: Wording) -> JsonSchema:
    """An object schema; `x_sample` in it says where a value comes from."""
    if wording.kind == "look":
        thing = wording.able.partition(" ")[2].lower()
        named = " ".join(words(tool.name)[1:])
        found = (row for said in (thing, named) for row in _rows()[:-1] if row.match.search(said))
        return next(found, _rows()[-1]).schema
    fields: JsonSchema = {"status": {"type": "string", "enum": ["completed", "confirmed", "done"]}}
    if entity := _entity(tool):
        fields = {f"{entity}_id": {"type": "string"}, **fields}
    return {"type": "object", "properties": fields}


def _entity(tool: Tool) -> str:
    """What the tool makes, where it makes something that gets an id of its own."""
    own = [word for word in words(tool.name) if not word.isdigit() and word.isascii()]
    made = next((i for i, word in enumerate(own) if word in _FRESH), None)
    if made is None or made == len(own) - 1 or any(is_id_like(name) for name in tool.required):
        return ""
    return singular(own[-1])
