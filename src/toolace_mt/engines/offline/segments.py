"""How the values of a call are said after its verb: ` from Oslo to Lima on 2026-05-14, with 42 as the retry limit`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from toolace_mt.engines.offline.books import read_book
from toolace_mt.engines.offline.language import counted, is_plural, join_list, pluralize, with_article
from toolace_mt.engines.offline.spoken import Reference
from toolace_mt.schema.names import is_id_like, name_in_words
from toolace_mt.types import JsonSchema

_LAST = 20
_CHANGES = frozenset({"change", "update", "edit", "set", "adjust", "configure", "set up"})
_DATE = re.compile(r"\d{4}-\d\d-\d\d|\d\d?[/.]\d\d?[/.]\d{2,4}|[A-Z][a-z]{2,8} \d")
_CLOCK = re.compile(r"\d{1,2}:\d\d|\d{1,2} ?[ap]m\b", re.IGNORECASE)
_NAMELIKE = re.compile(r"[A-Z0-9$#@+/-][\w'.$#@:/+%-]*(?:[ ,]+(?:[A-Z0-9&][\w'.-]*|of|the|de|and))*")
_PLAINWORD = re.compile(r"[a-z][a-z-]*")
_TOKEN = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,24}")
_IDS = re.compile(r"^(?P<thing>.*?) ?(?:id|ids|uuid|guid|identifier|number|code|key|no|reference|ref|handle|sku|slug)$")


class Segment(NamedTuple):
    """A piece of a clause. in_list: an item of the closing "with" list; else text with its own leading space."""

    text: str
    order: int
    in_list: bool = False


class _Row(NamedTuple):
    match: re.Pattern[str]
    of: str
    verbs: frozenset[str]
    say: str
    item: str
    order: int


@lru_cache(maxsize=1)
def _rows() -> tuple[_Row, ...]:
    return tuple(
        _Row(
            re.compile(row["match"]),
            row["of"],
            frozenset(str(row.get("verbs", "")).split()),
            row.get("say", ""),
            row.get("with", ""),
            row.get("order", _LAST),
        )
        for row in read_book("segments")
    )


def say_value(value: Any) -> str:
    """A value in running text: numbers without a trailing .0, lists with `and`, yes and no."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, list):
        return join_list([quoted(item) for item in value])
    if isinstance(value, dict):
        return join_list([f"{name_in_words(str(k))} {say_value(v)}" for k, v in value.items()])
    return str(value)


def quoted(value: Any) -> str:
    """The value, in quotation marks unless it is a number, a name, a code or a single plain word."""
    text = say_value(value)
    if not isinstance(value, str) or isinstance(value, Reference):
        return text
    if _NAMELIKE.fullmatch(text) or _PLAINWORD.fullmatch(text) or _is_code(text):
        return text
    return f"'{text}'" if '"' in text else f'"{text}"'


def _is_code(text: str) -> bool:
    return " " not in text and len(text) > 1


def segments(name: str, schema: JsonSchema, value: Any, verb: str) -> list[Segment]:
    """How `value` of the parameter `name` is said after `verb`; a nested object gives one piece for each of its leaves."""
    if isinstance(value, dict):
        inner: Mapping[str, JsonSchema] = schema.get("properties") or {}
        return [piece for k, v in value.items() for piece in segments(str(k), inner.get(str(k)) or {}, v, verb)]
    if isinstance(value, list) and any(isinstance(item, dict) for item in value):
        items = schema.get("items")
        inside = items if isinstance(items, dict) else {}
        if len(value) == 1:
            return segments(name, inside, value[0], "")
        each = [join_segments(segments(name, inside, item, "")) for item in value]
        return [Segment(f"one{text}", _LAST, in_list=True) for text in each]
    if value is None or value == [] or value == "":
        return []
    if isinstance(value, list) and all(isinstance(item, Reference) for item in value):
        value = Reference(say_value(value))
    said = name_in_words(name)
    for row in _rows():
        if not row.verbs or verb.split(" ")[0] in row.verbs:
            match = row.match.search(said)
            if match and (row.of != "number" if isinstance(value, Reference) else _is_of(row.of, value)):
                return [_from_row(row, match, said, value)]
    return [_by_reference(name, value) if isinstance(value, Reference) else _by_type(said, value, verb)]


def joint(name: str) -> str:
    """The word between a clause and a reference to an earlier result."""
    first = name_in_words(name).split(" ")[0]
    return {"from": "from", "source": "from", "origin": "from", "to": "to", "destination": "to"}.get(first, "for")


def _by_reference(name: str, value: Reference) -> Segment:
    if is_id_like(name) or joint(name) != "for":
        return Segment(f" {joint(name)} {value}", 2)
    return Segment(str(value), _LAST, in_list=True)


def _is_of(kind: str, value: Any) -> bool:
    match kind:
        case "true":
            return value is True
        case "any":
            return not isinstance(value, bool)
        case "number":
            return isinstance(value, int | float) and not isinstance(value, bool)
        case "date":
            return isinstance(value, str) and bool(_DATE.match(value))
        case "clock":
            return isinstance(value, str) and bool(_CLOCK.search(value))
        case "name":
            return isinstance(value, str) and bool(_NAMELIKE.fullmatch(value) or _PLAINWORD.match(value))
        case _:
            return isinstance(value, str)


def _from_row(row: _Row, match: re.Match[str], said: str, value: Any) -> Segment:
    groups = {k: v for k, v in match.groupdict().items() if v}
    things = groups.get("things") or groups.get("things2") or ""
    if isinstance(value, Reference) and row.item:
        return Segment(str(value), row.order, in_list=True)
    template = row.say or row.item
    text = (
        template.replace("{words}", said)
        .replace("{after}", said.partition(" ")[2])
        .replace("{things}", things if value != 1 else _single(things))
        .replace("{units}", _in_units(said, value))
        .replace("{q}", quoted(value))
        .replace("{}", say_value(value))
    )
    return Segment(text, row.order, in_list=bool(row.item))


def _single(noun: str) -> str:
    return noun[:-1] if is_plural(noun) else noun


def _in_units(said: str, value: Any) -> str:
    noun = said.split(" ")[-1]
    if noun == "duration" or not isinstance(value, int):
        return say_value(value) if noun == "duration" else f"{say_value(value)} {noun}"
    return counted(value, _single(noun)) if value > 10 else f"{value} {_single(noun) if value == 1 else noun}"


def _by_type(said: str, value: Any, verb: str) -> Segment:
    if isinstance(value, bool):
        bare = re.sub(r"^(is|has|include|enable|with|use|allow|show) ", "", said)
        option = bare if len(bare) > 1 else f"the option {bare}"
        return Segment(f"{option} turned {'on' if value else 'off'}", _LAST, in_list=True)
    ids = _IDS.match(said)
    if ids and isinstance(value, str | int):
        thing = ids["thing"].strip()
        return Segment(f" for {thing} {value}" if thing else f" with the ID {value}", 2)
    if isinstance(value, int | float) and is_plural(said.split(" ")[-1]):
        return Segment(f" for {_single(f'1 {said}') if value == 1 else f'{say_value(value)} {said}'}", 4)
    if isinstance(value, int | float):
        article = with_article(said)
        return Segment(f"{article} of {say_value(value)}", _LAST, in_list=True)
    if isinstance(value, list):
        noun = said if is_plural(said) or len(value) == 1 else pluralize(said)
        return Segment(f"{say_value(value)} as the {noun}", _LAST, in_list=True)
    if verb in _CHANGES:
        return Segment(f"the {said} set to {quoted(value)}", _LAST, in_list=True)
    if isinstance(value, str) and _TOKEN.fullmatch(value):
        return Segment(f"{said} {value.replace('_', ' ')}", _LAST, in_list=True)
    return Segment(f"{quoted(value)} as the {said}", _LAST, in_list=True)


def join_segments(pieces: list[Segment]) -> str:
    """All pieces as one text to put behind verb and object."""
    ordered = sorted(pieces, key=lambda piece: piece.order)
    text = "".join(piece.text for piece in ordered if not piece.in_list)
    items = [piece.text for piece in ordered if piece.in_list]
    if not items:
        return text
    comma = "," if text and len(items) > 1 else ""
    return f"{text}{comma} with {join_list(items)}"
