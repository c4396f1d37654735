"""Values as the text of a request: OpenAPI's styles (https://spec.openapis.org/oas/v3.1.1.html#style-values)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import orjson

from toolace_mt.schema.http import Style

_BETWEEN = {"form": ",", "spaceDelimited": "%20", "pipeDelimited": "%7C"}


def plain(value: Any) -> str:
    """A value as text: strings as they are, all else as JSON writes it."""
    return value if isinstance(value, str) else orjson.dumps(value).decode()


def encoded(value: Any) -> str:
    """The same, with everything percent-encoded but letters, digits and `-._~`."""
    return quote(plain(value), safe="")


def joined(value: Any, style: Style) -> str:
    """Style `simple`, of path and headers, not encoded: `a,b` for a list, `x,1,y,2` or `x=1,y=2` for an object."""
    return ",".join(_simple(value, style, plain))


def joined_encoded(value: Any, style: Style) -> str:
    """The same with each value percent-encoded, so that only our own commas and equals signs are left."""
    return ",".join(_simple(value, style, encoded))


def _simple(value: Any, style: Style, write: Any) -> Iterator[str]:
    if style.as_json:
        yield write(orjson.dumps(value).decode())
    elif isinstance(value, list):
        yield from (write(item) for item in value)
    elif isinstance(value, dict):
        sign = "=" if style.explode else ","
        yield from (f"{write(key)}{sign}{write(inner)}" for key, inner in value.items())
    else:
        yield write(value)


def pairs(name: str, value: Any, style: Style) -> Iterator[str]:
    """The `name=value` pairs of a query or a form, percent-encoded; none for null, an empty list or object."""
    if value is None:
        return
    if style.as_json:
        yield f"{encoded(name)}={encoded(orjson.dumps(value).decode())}"
    elif style.style == "deepObject" and isinstance(value, (dict, list)):
        yield from _deep(name, value)
    elif not isinstance(value, (dict, list)):
        yield f"{encoded(name)}={encoded(value)}"
    elif not value:
        return
    elif isinstance(value, list) and style.explode:
        yield from (f"{encoded(name)}={encoded(item)}" for item in value)
    elif isinstance(value, dict) and style.explode:
        yield from (f"{encoded(key)}={encoded(inner)}" for key, inner in value.items())
    else:
        sign = _BETWEEN.get(style.style, ",")
        parts = value if isinstance(value, list) else [part for item in value.items() for part in item]
        yield f"{encoded(name)}={sign.join(encoded(part) for part in parts)}"


def _deep(name: str, value: Any) -> Iterator[str]:
    """`filter[size]=3`; nested ones, of which the standard says nothing, as most servers read them."""
    if value is None:
        return
    if not isinstance(value, (dict, list)):
        yield f"{encoded(name)}={encoded(value)}"
        return
    for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
        yield from _deep(f"{name}[{key}]", inner)
