"""Why an operation that makes a good tool cannot be sent all the same."""

from __future__ import annotations

import re
from collections.abc import Iterator

from toolace_mt.tools.openapi_request import Body, Parameter

_STYLES = {
    "path": frozenset({"simple"}),
    "query": frozenset({"form", "spaceDelimited", "pipeDelimited", "deepObject"}),
    "header": frozenset({"simple"}),
}
_SENT_ANYWAY = re.compile(r"accept.*|content-.*|host|user-agent|connection", re.IGNORECASE)
# These would make another request of it than the one that is let through.
_STEERING = re.compile(
    r"transfer-encoding|te|trailer|upgrade|expect|keep-alive|via|forwarded|x-(http-)?method(-override)?", re.IGNORECASE
)
_HEADER = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_CONTENT_TYPE = re.compile(r"[\x20-\x7e]+")


def is_sent_anyway(header: str) -> bool:
    """Whether every HTTP client sets the header by itself."""
    return _SENT_ANYWAY.fullmatch(header) is not None


def path_obstacle(path: str, query: str) -> str:
    """What in the template itself would not stay below the base URL as it is; "" for nothing."""
    if "{" in query:
        return "its path has parameters behind ?"
    if not path.startswith("/"):
        return "its path does not begin with /"
    if "\\" in path or not path.isprintable():
        return "its path has characters that no path can have"
    if any(segment in (".", "..") for segment in path.split("/")) or "//" in path:
        return "its path has empty segments, or dots for segments"
    return ""


def parameter_obstacles(parameter: Parameter) -> Iterator[str]:
    """What about a parameter cannot be sent."""
    name, style = parameter.name, parameter.style
    if not style.as_json and style.style not in _STYLES[parameter.place]:
        yield f"its {parameter.place} parameter {name} is written in style {style.style}"
    if parameter.place == "header" and _STEERING.fullmatch(name):
        yield f"its header {name} steers the transport"
    if parameter.place == "header" and not _HEADER.fullmatch(name):
        yield f"{name!r} is no name of a header"


def body_obstacles(body: Body) -> Iterator[str]:
    """What about a body cannot be sent."""
    if body.in_parts:
        yield f"its body is {body.content_type.partition(';')[0]}"
    elif not _CONTENT_TYPE.fullmatch(body.content_type):
        yield "its content type is none"
