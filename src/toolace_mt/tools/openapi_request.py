"""What an operation asks for, found in its parameters and its body: each a name, a place and a schema still to read."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from toolace_mt.schema.http import BodyKind, Place, Style
from toolace_mt.schema.validate import shown
from toolace_mt.tools.openapi_refs import References, Unusable

# Set by who sends the request, not by who decides what to ask for.
_TRANSPORT = re.compile(
    r"accept.*|content-.*|authorization|proxy-.*|cookie|host|user-agent|origin|referer|connection|range|digest"
    r"|if-.*|cache-control|x-request-id|x-correlation-id|x-forwarded-.*|traceparent|tracestate|idempotency-key"
    r"|(.*[-_])?(api[-_]?key|(auth|access|csrf|xsrf|session)[-_]?token|signature)",
    re.IGNORECASE,
)
_JSON = re.compile(r"application/(?:[\w.+-]+\+)?json\b|\*/\*|application/\*", re.IGNORECASE)
_FORM = re.compile(r"application/x-www-form-urlencoded\b", re.IGNORECASE)
_PARTS = re.compile(r"multipart/", re.IGNORECASE)
_TEXT = re.compile(r"text/", re.IGNORECASE)
_FORMS: dict[re.Pattern[str], BodyKind] = {_JSON: "json", _FORM: "form", _PARTS: "form", _TEXT: "text"}
_SENT_AS: dict[BodyKind, str] = {"json": "application/json", "text": "text/plain"}
_IN_PATH = re.compile(r"\{([^{}]+)\}")


@dataclass(frozen=True, slots=True)
class Parameter:
    """schema: as the document has it. left_out: why no call decides it; "" where one does."""

    name: str
    place: Place | Literal["cookie"]
    required: bool
    schema: Any
    style: Style
    description: Any = None
    left_out: str = ""


@dataclass(frozen=True, slots=True)
class Body:
    """The JSON, form or text body. in_parts: it is multipart, so a binary property would be an uploaded file.

    content_type: one that can be sent. styles: of properties of a form.
    """

    schema: Any
    required: bool
    in_parts: bool
    kind: BodyKind
    content_type: str
    styles: Mapping[str, Style] = field(default_factory=dict[str, Style])
    description: Any = None


class RequestReader:
    """Reads requests of one document. secrets: names that its security schemes send keys under."""

    def __init__(self, references: References, secrets: Collection[str]) -> None:
        self._references = references
        self._secrets = {name.lower() for name in secrets}

    def parameters(self, path: str, shared: Any, own: Any) -> Iterator[Parameter]:
        """All, those of the path first. shared: of all operations of the path. Raises Unusable.

        Headers of the transport, keys, cookies and deprecated optional ones are left out: no call decides them.
        """
        found: dict[tuple[Any, str], dict[str, Any]] = {}
        for node in [*_list(shared), *_list(own)]:
            parameter = self._references.followed(node, "a parameter")
            name, place = parameter.get("name"), parameter.get("in")
            if not isinstance(name, str) or not name or place not in ("path", "query", "header", "cookie"):
                raise Unusable(f"a parameter without a name, or not in path, query or header: {shown(parameter)}")
            found[place, name] = parameter
        for name in _IN_PATH.findall(path):
            found.setdefault(("path", name), {"required": True, "schema": {"type": "string"}})
        for (place, name), parameter in sorted(found.items(), key=lambda item: item[0][0] != "path"):
            yield Parameter(
                name,
                place,
                required=place == "path" or parameter.get("required") is True,
                schema=_parameter_schema(parameter),
                style=_style(parameter, place),
                description=parameter.get("description"),
                left_out=self._left_out(place, name, parameter),
            )

    def _left_out(self, place: str, name: str, parameter: Mapping[str, Any]) -> str:
        if name.lower() in self._secrets and place != "path":
            return f"{place} parameter left out: the key or token of the API"
        if place == "cookie":
            return "cookie left out"
        if place == "header" and _TRANSPORT.fullmatch(name):
            return "header left out: set by the client, not by a call"
        if parameter.get("deprecated") is True and place != "path" and parameter.get("required") is not True:
            return "deprecated, and left out"
        return ""

    def body(self, node: Any) -> Body | None:
        """The body in the form that is nearest to JSON. Raises Unusable for files and other formats."""
        if node is None:
            return None
        body = self._references.followed(node, "the request body")
        content = body.get("content")
        if not isinstance(content, dict) or not content:
            return None
        for form, kind in _FORMS.items():
            name = next((name for name in content if isinstance(name, str) and form.match(name)), None)
            if name is not None and isinstance(content[name], dict):
                return Body(
                    {"type": "string"} if kind == "text" else content[name].get("schema", {}),
                    required=body.get("required") is True,
                    in_parts=form is _PARTS,
                    kind=kind,
                    content_type=_SENT_AS.get(kind, name) if "*" in name else name,
                    styles=_styles(content[name].get("encoding")),
                    description=body.get("description"),
                )
        kinds = ", ".join(str(name) for name in content)
        raise Unusable(f"its body is {kinds}: only JSON, forms and text can be written as arguments")


def _parameter_schema(parameter: Mapping[str, Any]) -> Any:
    """The schema with the parameter's own example; of a serialized parameter that of its content."""
    schema = parameter.get("schema")
    content = parameter.get("content")
    if schema is None and isinstance(content, dict):
        first = next(iter(content.values()), None)
        schema = first.get("schema") if isinstance(first, dict) else None
    if "example" in parameter and isinstance(schema, dict) and "example" not in schema:
        return {**schema, "example": parameter["example"]}
    return {} if schema is None else schema


def _style(node: Mapping[str, Any], place: str) -> Style:
    """As a parameter, or the `encoding` of a property, says, with the defaults of its place."""
    content = node.get("content")
    kinds = [str(kind) for kind in content] if isinstance(content, dict) else [str(node.get("contentType", ""))]
    if "style" not in node and any(_JSON.match(kind) for kind in kinds):
        return Style(as_json=True)
    given, explode = node.get("style"), node.get("explode")
    style = given if isinstance(given, str) else "form" if place == "query" else "simple"
    return Style(style, explode if isinstance(explode, bool) else style == "form")


def _styles(encoding: Any) -> dict[str, Style]:
    nodes = encoding.items() if isinstance(encoding, dict) else ()
    return {str(name): _style(node, "query") for name, node in nodes if isinstance(node, dict)}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
