"""Which tool's results feed which tool's parameters: the `order_id` of list_orders is what get_order asks for.

A thing is named by the words of an id-like property, so that `orderId`, `order_ids` and the `id` in `orders` are one.
A bare `id` takes the entity from what holds it, from the tool's name, or from its group.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import takewhile
from typing import Any, NamedTuple

from toolace_mt.schema.names import entity_words, is_id_like, singular, words
from toolace_mt.types import JsonSchema, Tool

_DEEPEST = 8
_SCALARS = frozenset({"string", "integer", "number"})
# These need the entity to say what they are; a `symbol` or a `token` is the same thing wherever it stands.
_BARE_IDS = frozenset({"id", "uuid", "guid", "uid"})
_VERBS = frozenset(
    {"get", "list", "find", "search", "create", "add", "make", "open", "new", "fetch", "read", "show", "view", "lookup"}
    | {"update", "edit", "modify", "change", "set", "delete", "remove", "cancel", "close", "resolve", "book", "place"}
    | {"retrieve", "check", "post", "send", "start", "submit", "register", "reserve", "query", "describe", "put", "do"}
)
_FILLERS = frozenset({"detail", "details", "info", "information", "status", "data", "record", "records", "list", "all"})
_PREPOSITIONS = frozenset({"by", "for", "from", "in", "of", "on", "to", "with", "at"})
_GROUP_SUFFIXES = frozenset({"api", "apis", "service", "system", "tool", "tools", "server", "client", "bot", "control"})


class Link(NamedTuple):
    """`field` (a path such as `orders[].id`) in the results of `source` feeds `parameter` of `target`."""

    source: str
    field: str
    target: str
    parameter: str


class Producer(NamedTuple):
    """A tool, and the path in its results where the thing is."""

    tool: str
    field: str


@dataclass(frozen=True)
class Links:
    """The links between tools, kept as an index: 10,000 tools may have millions of links, but few things."""

    needs: Mapping[str, Mapping[str, str]]
    producers: Mapping[str, tuple[Producer, ...]]

    def sources(self, target: str, parameter: str) -> tuple[Producer, ...]:
        """The other tools whose results hold what this parameter asks for: those that do not ask for it first."""
        thing = self.needs.get(target, {}).get(parameter, "")
        return tuple(producer for producer in self.producers.get(thing, ()) if producer.tool != target)

    def __iter__(self) -> Iterator[Link]:
        for target, parameters in self.needs.items():
            for parameter in parameters:
                for source, field in self.sources(target, parameter):
                    yield Link(source, field, target, parameter)


def links(tools: Iterable[Tool]) -> Links:
    """The links between tools with distinct names. The work grows with the number of tools, not of pairs."""
    needed: dict[str, dict[str, str]] = {}
    starting: dict[str, list[Producer]] = {}
    repeating: dict[str, list[Producer]] = {}  # these ask for the thing themselves, so the user must have it already
    for tool in tools:
        asked = needed[tool.name] = needs(tool)
        for thing, field in gives(tool).items():
            rank = repeating if thing in asked.values() else starting
            rank.setdefault(thing, []).append(Producer(tool.name, field))
    things = {**starting, **repeating}
    producers = {thing: (*starting.get(thing, ()), *repeating.get(thing, ())) for thing in things}
    return Links(needed, producers)


def needs(tool: Tool) -> dict[str, str]:
    """The id-like parameters of a tool and the thing that each asks for: `{"orderId": "order id"}`."""
    found: dict[str, str] = {}
    entity = _entity(tool)
    for name, schema in tool.properties.items():
        if is_id_like(name) and _holds_scalars(schema):
            found[name] = _thing(name, entity)
    return found


def gives(tool: Tool) -> dict[str, str]:
    """The things in a tool's results, each with the path of its first place: `{"order id": "orders[].id"}`."""
    found: dict[str, str] = {}
    if tool.returns is not None:
        entity = _entity(tool)
        for path, name, holder in _id_fields(tool.returns, "", "", _DEEPEST):
            found.setdefault(_thing(name, holder or entity), path)
    return found


def _thing(name: str, entity: str) -> str:
    named = entity_words(name)
    return f"{entity} {named[0]}".strip() if len(named) == 1 and named[0] in _BARE_IDS else " ".join(named)


def _entity(tool: Tool) -> str:
    """What the tool is about, by its name (`create_ticket` gives ticket), else by its group (`TicketAPI`)."""
    prefix, _, last = (tool.source_name or tool.name).rpartition(".")
    own = list(takewhile(lambda word: word not in _PREPOSITIONS, words(last)))
    while own and (own[-1] in _VERBS or own[-1] in _FILLERS or own[-1].isdigit()):
        own.pop()
    if len(own) > 1 or (own and own[0] not in _VERBS):
        return singular(own[-1])
    group = [word for word in words((tool.group or prefix).rpartition(".")[2]) if not word.isdigit()]
    group = [word for word in group if word not in _GROUP_SUFFIXES]
    return singular(group[-1]) if group else ""


def _id_fields(schema: Any, path: str, holder: str, depth: int) -> Iterator[tuple[str, str, str]]:
    """Path, name and entity of the holder ("" at the top) of each id-like scalar in a schema of results."""
    if not isinstance(schema, dict) or depth == 0:
        return
    for name, inner in _dict(schema.get("properties")).items():
        here = f"{path}.{name}" if path else name
        if is_id_like(name) and _holds_scalars(inner):
            yield here, name, holder
        else:
            entity = entity_words(name)[-1:] or ("",)
            yield from _id_fields(inner, here, entity[0], depth - 1)
    if "items" in schema:
        yield from _id_fields(schema["items"], f"{path}[]", holder, depth - 1)
    for keyword in ("anyOf", "oneOf", "allOf"):
        for choice in _list(schema.get(keyword)):
            yield from _id_fields(choice, path, holder, depth - 1)


def _holds_scalars(schema: Any) -> bool:
    """Whether values can be a string or a number, or an array of them; so too where the schema does not say."""
    if not isinstance(schema, dict):
        return True
    types = _types(schema)
    if "array" in types and isinstance(schema.get("items"), dict):
        return _holds_scalars(schema["items"])
    return not types or not _SCALARS.isdisjoint(types) or "array" in types


def _types(schema: JsonSchema) -> frozenset[str]:
    declared = schema.get("type")
    if isinstance(declared, str):
        return frozenset({declared})
    return frozenset(name for name in _list(declared) if isinstance(name, str))


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
