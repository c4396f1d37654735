"""Facts about a result that is an object or a list: short clauses made of its fields."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from typing import Any

from toolace_mt.engines.offline.language import counted, is_plural, join_list
from toolace_mt.engines.offline.quoting import in_quotes
from toolace_mt.engines.offline.segments import quoted, say_value
from toolace_mt.schema.names import is_id_like, name_in_words, words

_DATETIME = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d:\d\d)(?::\d\d)?(?:Z|[+-]\d\d:?\d\d)?)?")
_DULL = frozenset({"success", "ok", "message", "unit", "units", "note", "query", "page", "link", "url"})
_TEXTS = ("content", "text", "comment", "body")
_LABELS = ("name", "title", "label", "username", "subject", "summary")
_MOST_FACTS, _MOST_ITEMS, _MOST_COUNTED = 3, 4, 10
_GROUPED_BELOW = 10**10
# The last word of a field's name that is a unit: what stands behind the value instead of in the name.
_UNITS = {"usd": "", "c": "°C", "percent": "%", "km": " km", "kg": " kg", "kwh": " kWh", "w": " W"}
_STATES = frozenset({
    "open", "closed", "active", "enabled", "disabled", "available", "required", "locked", "connected", "paid", "full",
    "empty", "ready", "visible", "online", "valid", "heating", "running", "read", "done", "completed",
})  # fmt: skip


def in_words(name: str, value: Any) -> str:
    """A result's value for the user: dollars, dates as `May 14`, lists with `and`."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float) and re.search(r"_usd$|(^|_)usd_|dollars", name):
        return f"${value:,.2f}".removesuffix(".00")
    if isinstance(value, float):
        return say_value(round(value, 2))
    if isinstance(value, int) and not is_id_like(name) and 10_000 <= value < _GROUPED_BELOW:
        return f"{value:,}"
    if isinstance(value, str) and (match := _DATETIME.fullmatch(value)):
        return _in_calendar(match)
    if isinstance(value, list):
        return join_list([in_words(name, item) for item in value if not isinstance(item, dict | list)])
    return str(value)


def _in_calendar(match: re.Match[str]) -> str:
    try:
        day = dt.date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError:
        return match[0]
    return f"{day:%B} {day.day}" + (f" at {match[4]}" if match[4] else "")


def facts_of(content: Any, arguments: Mapping[str, Any]) -> list[str]:
    """Short clauses about a result, those that only repeat the arguments left out: `the balance is 250`."""
    if isinstance(content, list):
        return [f"here is what came back: {_items(content)}"] if content else []
    if not isinstance(content, dict):
        return [f"the result is {say_value(content)}"]
    known = {str(v) for v in arguments.values()}
    told = (_fact(str(n), v) for n, v in content.items() if str(v) not in known and n not in _DULL and _says(v))
    return [fact for fact in told if fact][:_MOST_FACTS]


def _says(value: Any) -> bool:
    return value is not None and value != "" and value != [] and value != {}


def _fact(name: str, value: Any) -> str:
    said = re.sub(r"\b(id|url|api|ip)\b", lambda m: m[0].upper(), name_in_words(name))
    if isinstance(value, bool):
        return _yes_or_no(said, value)
    if isinstance(value, dict):
        inner = [
            f"{name_in_words(str(k))} {in_words(str(k), v)}" for k, v in value.items() if not isinstance(v, dict | list)
        ]
        return f"the {said} shows {join_list(inner[:4])}" if inner else _list_fact(said, list(value))
    if isinstance(value, list):
        return _list_fact(said, value)
    if isinstance(value, str) and (match := _DATETIME.fullmatch(value)) and (dated := _dated(said)):
        return f"it was {dated} {_in_calendar(match)}"
    unit = _UNITS.get(words(name)[-1]) if len(words(name)) > 1 and isinstance(value, int | float) else None
    text = in_words(name, value) + (unit or "")
    if isinstance(value, str) and not _DATETIME.fullmatch(value):
        text = in_quotes(value) if "\n" in value or len(value) > 160 else quoted(value)
    said = said.rpartition(" ")[0] if unit is not None else said
    return f"the {said} {'are' if is_plural(said.split()[-1]) else 'is'} {text}"


def _dated(said: str) -> str:
    """`last_updated` and `placed_on` as what follows "it was" and comes before a date; nothing for other names."""
    if said.startswith("last "):
        return f"{said} on"
    return f"{said.split(' ')[-2]} on" if re.fullmatch(r"(?:\w+ )?\w+ed (?:on|at)", said) else ""


def _yes_or_no(said: str, value: bool) -> str:
    first, _, last = said.rpartition(" ")
    if said.split(" ")[0] in ("can", "is", "has", "are"):
        return f"the check whether it {said} came back {'positive' if value else 'negative'}"
    if last in _STATES:
        verb = "are" if first and is_plural(first.split()[-1]) else "is"
        return f"{f'the {first}' if first else 'it'} {verb}{'' if value else ' not'} {last}"
    if not value:
        return f"the {said} came back negative"
    return f"the {said} is {'active' if 'status' in said else 'confirmed'}"


def _list_fact(said: str, value: Sequence[Any]) -> str:
    shown = [_item(item) for item in value[:_MOST_ITEMS]]
    count = counted(len(value), "entry") if len(value) <= _MOST_COUNTED else "more than ten entries"
    if not all(shown):
        return f"there are {count} under {said}" if len(value) != 1 else f"there is one entry under {said}"
    text = next((t for k in _TEXTS if isinstance(value[0], dict) and isinstance(t := value[0].get(k), str)), "")
    if text and len(text) < 160:
        told = _list_fact(said, [{k: v for k, v in item.items() if k not in _TEXTS} for item in value])
        return f"{told}, and the first one says {quoted(text)}"
    if len(value) > _MOST_ITEMS:
        return f"there are {count} under {said}, among them {_items(value)}"
    if not is_plural(said.split()[-1]):
        return f"the {said} contains {join_list(shown)}"
    if len(value) == 1:
        return f"there's one entry under {said}, {shown[0]}"
    return f"the {said} are {join_list(shown)}"


def _items(values: Sequence[Any]) -> str:
    return join_list([_item(item) for item in values[:_MOST_ITEMS] if _item(item)])


def _item(item: Any) -> str:
    if isinstance(item, dict):
        label = next((str(v) for n in _LABELS for k, v in item.items() if words(str(k))[-1:] == (n,) and v), "")
        label = label or next((str(v) for v in item.values() if isinstance(v, str | int)), "")
        extra = next((f" ({v})" for k, v in item.items() if is_id_like(k) and str(v) != label), "")
        return f"{label}{extra}"
    return quoted(item) if not isinstance(item, list) else ""
