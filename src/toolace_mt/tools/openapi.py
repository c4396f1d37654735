"""The operations of an OpenAPI document as tools. Only the description is read: nothing is called."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from toolace_mt.schema.http import HttpOperation
from toolace_mt.tools.join import Located
from toolace_mt.tools.mend import mend_tool
from toolace_mt.tools.notes import Mend, Refusal
from toolace_mt.tools.openapi_arguments import Arguments
from toolace_mt.tools.openapi_file import read_openapi
from toolace_mt.tools.openapi_refs import References, Unusable
from toolace_mt.tools.openapi_request import RequestReader
from toolace_mt.tools.openapi_schema import Direction, TooLarge, Translation
from toolace_mt.tools.openapi_text import joined_sentences, plain_text
from toolace_mt.tools.schema_size import Fitted, Written, fit
from toolace_mt.types import JsonSchema

PARAMETERS_LIMIT = 6_000
RETURNS_LIMIT = 4_000
"""Characters of JSON that the schema of a tool's parameters, and of its results, may have."""

_METHODS = ("get", "put", "post", "delete", "patch")
_OTHER_METHODS = ("head", "options", "trace")
_LONGEST_DESCRIPTION = 500
_LONGEST_TITLE = 60
_SMALLEST_PART = 10
_MOST_PARTS = 5_000
_NOTES_OF_RETURNS = frozenset({"size", "reference"})
_JSON = re.compile(r"application/(?:[\w.+-]+\+)?json\b|\*/\*", re.IGNORECASE)
_VERSION = re.compile(r"v?\d[\d.-]*|api|rest", re.IGNORECASE)
_SPEC_SUFFIX = re.compile(r"[\s(–:-]*\b(?:open ?api|swagger)\b(?: spec(?:ification)?)?[\s\d.v)]*$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Operation:
    path: str
    method: str
    item: Mapping[str, Any]
    node: Mapping[str, Any]
    where: str

    @property
    def name(self) -> str:
        given = self.node.get("operationId")
        return given.strip() if isinstance(given, str) and given.strip() else f"{self.method} {self.path}"


def openapi_tools(place: str) -> Iterator[Located | Refusal]:
    """A tool for each operation of the document at `place`, a path or an http(s) URL, in the document's order.

    What cannot be used is a Refusal with the reason; its `where` ends in the place, such as `paths./pets.get`. Raises
    InputError where there is no OpenAPI 3 document.
    """
    document = read_openapi(place)
    reader = _Reader(document)
    for operation in _operations(document, reader.references, place):
        if isinstance(operation, Refusal):
            yield operation
        else:
            yield reader.read(operation)


def _operations(document: Mapping[str, Any], references: References, place: str) -> Iterator[_Operation | Refusal]:
    for path, node in document["paths"].items():
        if str(path).startswith("x-"):
            continue
        where = f"{place}: paths.{path}"
        try:
            item = references.followed(node, "the path")
        except Unusable as unusable:
            yield Refusal(where, "", str(unusable))
            continue
        for method in (*_METHODS, *_OTHER_METHODS):
            if method not in item:
                continue
            if not isinstance(item[method], dict):
                yield Refusal(f"{where}.{method}", "", "is no object")
            else:
                yield _Operation(str(path), method, item, item[method], f"{where}.{method}")


class _Reader:
    """Reads the operations of one document."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self.references = References(dict(document))
        self._requests = RequestReader(self.references, _secrets(document))
        info = document.get("info")
        title = plain_text(info.get("title") if isinstance(info, dict) else None, _LONGEST_TITLE)
        self._title = _SPEC_SUFFIX.sub("", title).replace(".", " ").strip()
        self._returns: dict[str, tuple[Fitted | None, Translation]] = {}

    def read(self, operation: _Operation) -> Located | Refusal:
        try:
            found, request, notes = self._document(operation)
        except Unusable as unusable:
            return Refusal(operation.where, operation.name, str(unusable))
        except orjson.JSONEncodeError as error:
            return Refusal(operation.where, operation.name, f"cannot be written as JSON: {error}")
        result = mend_tool(found, operation.where)
        if isinstance(result, Refusal):
            return result
        tool, mends = result
        tool = tool.model_copy(update={"read_only": request.reads})
        earlier = [Mend(tool.name, operation.where, field, kind, done) for kind, field, done in notes]
        return Located(tool, operation.where, (*earlier, *mends), request)

    def _document(self, operation: _Operation) -> tuple[dict[str, Any], HttpOperation, list[tuple[str, str, str]]]:
        """The tool's document, its request, and what was changed. Raises Unusable."""
        if operation.node.get("deprecated") is True:
            raise Unusable("is deprecated")
        if operation.method in _OTHER_METHODS:
            raise Unusable(f"{operation.method.upper()} gives nothing that an assistant could use")
        parameters, request, notes = self._parameters(operation)
        returns, more = self._results(operation)
        described = joined_sentences(
            plain_text(operation.node.get("summary"), _LONGEST_DESCRIPTION),
            plain_text(operation.node.get("description"), _LONGEST_DESCRIPTION),
        )
        found: dict[str, Any] = {
            "name": operation.name,
            "description": plain_text(described, _LONGEST_DESCRIPTION),
            "parameters": parameters,
            "group": self._group(operation),
        }
        return found | ({"returns": returns} if returns else {}), request, [*notes, *more]

    def _parameters(self, operation: _Operation) -> tuple[JsonSchema, HttpOperation, list[tuple[str, str, str]]]:
        body = self._requests.body(operation.node.get("requestBody"))
        shared, own = operation.item.get("parameters"), operation.node.get("parameters")
        parameters = list(self._requests.parameters(operation.path, shared, own))
        requests: dict[Translation, HttpOperation] = {}

        def write(translation: Translation) -> JsonSchema:
            arguments = Arguments(translation)
            arguments.add_parameters(parameters)
            if body is not None:
                arguments.add_body(body)
            requests[translation] = arguments.request(operation.method, operation.path)
            return arguments.written()

        fitted, translation = self._fitted(write, "request", PARAMETERS_LIMIT)
        if fitted is None:
            raise Unusable(f"what it requires is larger than {PARAMETERS_LIMIT:,} characters of JSON Schema")
        return fitted.schema, requests[translation], _notes(fitted, translation, "parameters")

    def _results(self, operation: _Operation) -> tuple[JsonSchema | None, list[tuple[str, str, str]]]:
        schema = self._result_schema(operation.node.get("responses"))
        if schema is None:
            return None, []
        key = schema.get("$ref") if isinstance(schema, dict) and len(schema) == 1 else None
        known = self._returns.get(str(key)) if key else None
        fitted, translation = known or self._fitted(lambda t: t.schema(schema, "returns"), "response", RETURNS_LIMIT)
        if key:
            self._returns[str(key)] = fitted, translation
        if fitted is None:
            return None, [("size", "returns", f"left out: larger than {RETURNS_LIMIT:,} characters")]
        notes = _notes(fitted, translation, "returns")
        return fitted.schema, [note for note in notes if note[0] in _NOTES_OF_RETURNS]

    def _fitted(self, write: Any, direction: Direction, limit: int) -> tuple[Fitted | None, Translation]:
        """The schema within `limit`, and the translation that wrote it."""
        used: dict[int, Translation] = {}

        def written(depth: int) -> Written | None:
            most = limit // _SMALLEST_PART if depth > 1 else _MOST_PARTS
            translation = used[depth] = Translation(self.references, direction, depth, most)
            try:
                return Written(write(translation), not translation.is_cut)
            except TooLarge:
                return None

        fitted = fit(written, limit)
        return fitted, used[fitted.depth if fitted else 0]

    def _result_schema(self, responses: Any) -> Any:
        """Of the first 2xx response with JSON; None where there is none, or it cannot be read."""
        if not isinstance(responses, dict):
            return None
        for status in sorted(status for status in responses if str(status).startswith("2")):
            try:
                content = self.references.followed(responses[status], "the response").get("content")
            except Unusable:
                continue
            for name, media in content.items() if isinstance(content, dict) else ():
                if _JSON.match(str(name)) and isinstance(media, dict) and media.get("schema"):
                    return media["schema"]
        return None

    def _group(self, operation: _Operation) -> str:
        """The API, then what of it: the first tag, or the first telling segment of the path."""
        tags = operation.node.get("tags")
        tag = plain_text(tags[0], _LONGEST_TITLE) if isinstance(tags, list) and tags else ""
        if not tag:
            segments = [
                segment.partition(".")[0] for segment in operation.path.split("/") if segment[:1] not in ("", "{")
            ]
            tag = next((segment for segment in segments if segment and not _VERSION.fullmatch(segment)), "")
        return ".".join(part for part in (self._title, tag.replace(".", " ").strip()) if part)


def _notes(fitted: Fitted, translation: Translation, field: str) -> list[tuple[str, str, str]]:
    shortened = list(fitted.shortened)
    if translation.is_cut:
        shortened.append(
            f"objects nested deeper than {fitted.depth} left open" if fitted.depth else "all inner objects left open"
        )
    return [*translation.notes, *([("size", field, f"shortened: {'; '.join(shortened)}")] if shortened else [])]


def _secrets(document: Mapping[str, Any]) -> set[str]:
    """The names of the parameters that carry keys."""
    components = document.get("components")
    schemes = components.get("securitySchemes") if isinstance(components, dict) else None
    found = schemes.values() if isinstance(schemes, dict) else ()
    return {str(scheme["name"]) for scheme in found if isinstance(scheme, dict) and "name" in scheme}
