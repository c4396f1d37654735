"""How a tool's call is an HTTP request: what an OpenAPI document says of one operation, in plain values.

Terms are OpenAPI's (https://spec.openapis.org/oas/v3.1.1.html): a parameter's `in` is `place` here, and `style` and
`explode` say how lists and objects are written out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

Place = Literal["path", "query", "header"]
BodyKind = Literal["json", "form", "text"]


@dataclass(frozen=True, slots=True)
class Style:
    """How a value becomes text. as_json: as JSON, whatever it is; then the others say nothing."""

    style: str = "form"
    explode: bool = True
    as_json: bool = False


@dataclass(frozen=True, slots=True)
class HttpParameter:
    """An argument that goes beside the body. name: the API's own, which need not be the argument's."""

    argument: str
    name: str
    place: Place
    style: Style


@dataclass(frozen=True, slots=True)
class HttpBody:
    """The arguments that go into the body.

    properties: argument to the property's own name. whole: the argument that is the body itself, where it is no object of
    named properties. open: arguments that nothing declares are properties too. required: it is sent even when empty.
    styles: of single properties of a form.
    """

    kind: BodyKind
    content_type: str
    properties: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    whole: str | None = None
    open: bool = False
    required: bool = False
    styles: Mapping[str, Style] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class HttpOperation:
    """The request of one tool.

    method: upper case. path: a template such as `/books/{isbn}`, below the base URL. query: what every call has in its query,
    percent-encoded. headers_needed: headers that it requires and no call decides, such as that of a key. obstacle: why it
    cannot be sent at all although the tool can be described; "" where it can.
    """

    method: str
    path: str
    parameters: tuple[HttpParameter, ...] = ()
    body: HttpBody | None = None
    query: str = ""
    headers_needed: tuple[str, ...] = ()
    obstacle: str = ""

    @property
    def reads(self) -> bool:
        """Whether it only looks: GET and HEAD (RFC 9110, 9.2.1)."""
        return self.method in ("GET", "HEAD")
