"""Parameters and body of an operation as the one object of arguments that a tool takes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from toolace_mt.schema.http import HttpBody, HttpOperation, HttpParameter
from toolace_mt.tools.openapi_obstacles import body_obstacles, is_sent_anyway, parameter_obstacles, path_obstacle
from toolace_mt.tools.openapi_refs import Unusable
from toolace_mt.tools.openapi_request import Body, Parameter
from toolace_mt.tools.openapi_schema import Translation
from toolace_mt.tools.openapi_text import plain_text
from toolace_mt.types import JsonSchema

_LONGEST_NAME = 64
_LONGEST_DESCRIPTION = 300
_ILLEGAL = re.compile(r"[^A-Za-z0-9_.-]+")
# `StartTime<` and `include[]` are names in some APIs; models' providers refuse them as names of properties.
_SPELLED = {"<=": "_lte", ">=": "_gte", "<": "_lt", ">": "_gt", "!": "_not", "[]": ""}
_BINARY = frozenset({"binary", "application/octet-stream"})
# A body that is any of these is no list of named arguments.
_NOT_NAMED = ("anyOf", "allOf", "enum", "const", "not", "items")


class Arguments:
    """The schema of a tool's arguments in the making; every name that is added gets to be distinct.

    The first to come keeps its name, and path parameters come first; of the same name, a query parameter becomes
    `query_NAME`, a header `header_NAME`, a property of the body `body_NAME`.
    """

    def __init__(self, translation: Translation) -> None:
        self._translation = translation
        self._properties: dict[str, JsonSchema] = {}
        self._required: list[str] = []
        self._additional: Any = None
        self._placed: list[HttpParameter] = []
        self._body: HttpBody | None = None
        self._headers_needed: list[str] = []
        self._obstacles: list[str] = []

    def written(self) -> JsonSchema:
        """The schema, of type object."""
        schema: JsonSchema = {"type": "object", "properties": self._properties}
        if self._required:
            schema["required"] = self._required
        if self._additional not in (None, False):
            schema["additionalProperties"] = self._additional
        return schema

    def request(self, method: str, path: str) -> HttpOperation:
        """How a call with these arguments is sent. path: as the document has it; `#...` only tells its variants apart."""
        path, _, query = path.partition("#")[0].partition("?")
        return HttpOperation(
            method.upper(),
            path,
            tuple(self._placed),
            self._body,
            query=quote(query, safe="%=&+,;:@/-._~[]"),
            headers_needed=tuple(self._headers_needed),
            obstacle=path_obstacle(path, query) or next(iter(self._obstacles), ""),
        )

    def add_parameters(self, parameters: Sequence[Parameter]) -> None:
        """Those of path, query and headers; what no call decides is noted."""
        for parameter in parameters:
            if parameter.left_out or parameter.place == "cookie":
                self._translation.note("left out", f"parameters.{parameter.name}", parameter.left_out)
                self._miss(parameter)
                continue
            field, required = f"parameters.{parameter.name}", parameter.required
            schema = self._translation.schema(parameter.schema, field, 1, required=required)
            if described := plain_text(parameter.description, _LONGEST_DESCRIPTION):
                schema = {**schema, "description": described}
            argument = self._add(parameter.name, parameter.place, schema, parameter.required)
            self._placed.append(HttpParameter(argument, parameter.name, parameter.place, parameter.style))
            self._obstacles += parameter_obstacles(parameter)

    def add_body(self, body: Body) -> None:
        """The properties of an object, or `body` for anything else. Raises Unusable where a file must be sent.

        What an object requires stays required where the body as a whole is optional: a call is right with it, and few
        documents mean the difference.
        """
        schema = self._translation.schema(body.schema, "parameters")
        if schema.get("anyOf") and all(set(variant) <= {"required"} for variant in schema["anyOf"]):
            self._translation.note("schema", "parameters", "which of the properties are needed together: left out")
            schema = {keyword: part for keyword, part in schema.items() if keyword != "anyOf"}
        if body.in_parts:
            schema = self._without_files(schema)
        is_named = schema.get("type", "object") == "object" and not any(keyword in schema for keyword in _NOT_NAMED)
        properties: dict[str, str] = {}
        whole: str | None = None
        if is_named and "properties" in schema:
            required = schema.get("required", ())
            for name, inner in schema["properties"].items():
                properties[self._add(name, "body", inner, name in required)] = name
            self._additional = schema.get("additionalProperties")
        elif not (is_named and schema.get("additionalProperties") is False):
            if described := plain_text(body.description, _LONGEST_DESCRIPTION):
                schema = {"description": described, **schema}
            whole = self._add("body", "body", schema, body.required)
        is_open = self._additional not in (None, False)
        self._body = HttpBody(body.kind, body.content_type, properties, whole, is_open, body.required, body.styles)
        self._obstacles += body_obstacles(body)

    def _miss(self, parameter: Parameter) -> None:
        """What the server requires, and no call gives it."""
        if not parameter.required:
            return
        if parameter.place != "header":
            self._obstacles.append(f"requires the {parameter.place} parameter {parameter.name}, which no call decides")
        elif not is_sent_anyway(parameter.name):
            self._headers_needed.append(parameter.name)

    def _without_files(self, schema: JsonSchema) -> JsonSchema:
        properties: dict[str, JsonSchema] = schema.get("properties", {})
        files = [name for name, inner in properties.items() if name == "file" or _is_file(inner)]
        needed = [name for name in files if name in schema.get("required", ())]
        if needed or (files and len(files) == len(properties)) or _is_file(schema):
            raise Unusable(f"needs an uploaded file ({', '.join(needed or files) or 'its whole body'})")
        for name in files:
            self._translation.note("left out", f"parameters.{name}", "an uploaded file, which is optional: left out")
        return {**schema, "properties": {name: part for name, part in properties.items() if name not in files}}

    def _add(self, source_name: str, place: str, schema: JsonSchema, required: bool) -> str:
        name = legal_argument(source_name)
        if name in self._properties:
            name = f"{place}_{name}"[:_LONGEST_NAME]
        base, count = name, 1
        while name in self._properties:
            count += 1
            name = f"{base[: _LONGEST_NAME - 4]}_{count}"
        if name != source_name:
            self._translation.note("name", f"parameters.{name}", f"{source_name!r} of the {place} written as {name}")
        self._properties[name] = schema
        if required:
            self._required.append(name)
        return name


def legal_argument(source_name: str) -> str:
    """The nearest name that every provider takes for a property: `StartTime<` becomes `StartTime_lt`."""
    name = source_name
    for sign, spelled in _SPELLED.items():
        name = name.replace(sign, spelled)
    name = _ILLEGAL.sub("_", name)[:_LONGEST_NAME]
    stripped = name.strip("_") if name != source_name else name
    return stripped or "value"


def _is_file(schema: JsonSchema) -> bool:
    items = schema.get("items")
    inner = [schema, *schema.get("anyOf", ()), *([items] if isinstance(items, dict) else [])]
    keywords = ("format", "contentEncoding", "contentMediaType")
    return any(part.get(keyword) in _BINARY for part in inner for keyword in keywords)
