"""The HTTP request of one call, from its arguments. Pure: nothing is sent here."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

import orjson

from toolace_mt.environments.http_styles import joined, joined_encoded, pairs
from toolace_mt.schema.http import HttpBody, HttpOperation, Style
from toolace_mt.schema.validate import shown

_IN_PATH = re.compile(r"\{([^{}]+)\}")
_SEPARATORS = re.compile(r"[/\\]")
_FORM_LIST = Style("form", explode=True)
_FORM_OBJECT = Style(as_json=True)


class Unsendable(Exception):
    """No request can be made of the arguments; the message tells who made the call what to change."""


@dataclass(frozen=True, slots=True)
class HttpRequest:
    """target: path and query, percent-encoded, to be put behind the base URL."""

    method: str
    target: str
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    data: bytes | None = None


def written_request(operation: HttpOperation, arguments: Mapping[str, Any]) -> HttpRequest:
    """The request of a call whose arguments fit the tool's schema. Raises Unsendable."""
    filled: dict[str, str] = {}
    query = [operation.query] if operation.query else []
    headers: dict[str, str] = {}
    for parameter in operation.parameters:
        value = arguments.get(parameter.argument)
        if parameter.place == "path":
            filled[parameter.name] = _in_path(parameter.argument, value, parameter.style)
        elif parameter.place == "query":
            query += pairs(parameter.name, value, parameter.style)
        elif value is not None:
            headers[parameter.name] = _in_header(parameter.argument, joined(value, parameter.style))
    path = _path(operation.path, filled)
    data = None if operation.body is None else _data(operation.body, _placed_elsewhere(operation), arguments)
    if operation.body is not None and data is not None:
        headers["Content-Type"] = operation.body.content_type
    return HttpRequest(operation.method, f"{path}?{'&'.join(query)}" if query else path, headers, data)


def _in_path(argument: str, value: Any, style: Style) -> str:
    text = "" if value is None else joined_encoded(value, style)
    if not text:
        raise Unsendable(f"arguments.{argument}: must not be empty: it is part of the path")
    # Encoded they stay what they are, but servers in between have been seen to decode and resolve them.
    if any(part in (".", "..") for part in _SEPARATORS.split(joined(value, style))):
        raise Unsendable(f"arguments.{argument}: {shown(value)} cannot be part of a path")
    return text


def _path(template: str, filled: Mapping[str, str]) -> str:
    pieces = _IN_PATH.split(template)  # text, name, text, name, ..., text
    for i, piece in enumerate(pieces):
        pieces[i] = filled[piece] if i % 2 else quote(piece, safe="/%:@!$&'()*+,;=~")
    return "".join(pieces)


def _in_header(argument: str, text: str) -> str:
    if not (text.isascii() and text.isprintable()):
        raise Unsendable(f"arguments.{argument}: {shown(text)} has characters that no HTTP header can have")
    return text


def _placed_elsewhere(operation: HttpOperation) -> set[str]:
    return {parameter.argument for parameter in operation.parameters}


def _data(body: HttpBody, elsewhere: set[str], arguments: Mapping[str, Any]) -> bytes | None:
    """The body; None where nothing is to be sent."""
    if body.whole is not None:
        if body.whole not in arguments:
            return None
        value = arguments[body.whole]
    else:
        value = {name: arguments[argument] for argument, name in body.properties.items() if argument in arguments}
        if body.open:
            declared = elsewhere | set(body.properties)
            value |= {name: inner for name, inner in arguments.items() if name not in declared}
        if not value and not body.required:
            return None
    if body.kind == "json":
        return orjson.dumps(value)
    if body.kind == "text":
        return str(value).encode()
    return "&".join(_form(body, value)).encode()


def _form(body: HttpBody, value: Any) -> list[str]:
    """Lists are repeated and objects are JSON, where the document says nothing else (OpenAPI's `encoding`)."""
    if not isinstance(value, dict):
        raise Unsendable("arguments.body: must be an object: it is sent as a form")
    written: list[str] = []
    for name, inner in value.items():
        is_nested = isinstance(inner, dict) or (isinstance(inner, list) and any(isinstance(i, dict) for i in inner))
        default = _FORM_OBJECT if is_nested else _FORM_LIST
        written += pairs(name, inner, body.styles.get(name, default))
    return written
