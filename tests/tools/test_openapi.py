from __future__ import annotations

import contextlib
import gzip
import json
import tempfile
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from toolace_mt.errors import InputError
from toolace_mt.schema.validate import argument_problems, conforms, schema_problem
from toolace_mt.tools.notes import LoadedTools
from toolace_mt.tools.openapi import PARAMETERS_LIMIT, RETURNS_LIMIT
from toolace_mt.tools.sources import load_tools
from toolace_mt.types import Tool

OPENAPI = Path(__file__).parents[3] / "shared" / "data" / "openapi"
Write = Callable[[str, str], Path]
OK: dict[str, Any] = {"200": {"description": "ok"}}
TEXT = {"type": "string"}


def document(paths: dict[str, Any], version: str = "3.0.3", **more: Any) -> dict[str, Any]:
    return {"openapi": version, "info": {"title": "Zoo", "version": "1"}, "paths": paths, **more}


def content(schema: Any, kind: str = "application/json") -> dict[str, Any]:
    return {"content": {kind: {"schema": schema}}}


def posting(schema: Any, kind: str = "application/json", **more: Any) -> dict[str, Any]:
    body = {"required": True, **content(schema, kind)}
    return {"/animals": {"post": {"operationId": "add", "requestBody": body, "responses": OK, **more}}}


def giving(schema: Any) -> dict[str, Any]:
    return {"/animals": {"get": {"operationId": "get", "responses": {"200": content(schema)}}}}


@pytest.fixture
def load(write: Write) -> Callable[[dict[str, Any]], LoadedTools]:
    def from_document(value: dict[str, Any]) -> LoadedTools:
        return load_tools([f"openapi:{write('api.json', json.dumps(value))}"], lambda _: ())

    return from_document


@pytest.fixture
def one(load: Callable[[dict[str, Any]], LoadedTools]) -> Callable[..., Tool]:
    def only_tool(paths: dict[str, Any], version: str = "3.0.3", **components: Any) -> Tool:
        (tool,) = load(document(paths, version, components=components)).tools
        return tool

    return only_tool


def test_an_operation_becomes_a_tool(one: Callable[..., Tool]) -> None:
    paths = {
        "/v1/animals/{id}": {
            "parameters": [{"name": "id", "in": "path", "required": True, "schema": TEXT}],
            "put": {
                "operationId": "animals.update",
                "summary": "Update an animal",
                "description": "Only its [keeper](https://zoo.org/keepers) **may**.\n\n```\nPUT x\n```",
                "parameters": [
                    {"name": "dry", "in": "query", "schema": {"type": "boolean"}, "description": "Only try."},
                    {"name": "X-Zone", "in": "header", "required": True, "schema": TEXT, "example": "north"},
                ],
                "requestBody": content({"type": "object", "required": ["name"], "properties": {"name": TEXT}}),
                "responses": {"404": content({"type": "array"}), "200": content({"type": "object"})},
            },
        }
    }
    assert one(paths) == Tool(
        name="animals_update",
        source_name="animals.update",
        description="Update an animal. Only its keeper may.",
        group="Zoo.animals",
        parameters={
            "type": "object",
            "properties": {
                "id": TEXT,
                "dry": {"type": "boolean", "description": "Only try."},
                "X-Zone": {**TEXT, "examples": ["north"]},
                "name": TEXT,
            },
            "required": ["id", "X-Zone", "name"],
        },
        returns={"type": "object"},
        read_only=False,
    )


def test_getting_only_reads_and_the_rest_does_not(one: Callable[..., Tool]) -> None:
    assert one(giving(TEXT)).read_only is True
    assert one(posting(TEXT)).read_only is False


def test_names_and_groups(load: Callable[..., LoadedTools]) -> None:
    paths = {
        "/api/v2/cats/{cat id}": {"get": {"responses": OK}},
        "/b": {"get": {"operationId": "x", "tags": ["Dogs.big"], "responses": OK}},
        "/c": {"get": {"operationId": "x", "responses": OK}},
    }
    tools = load(document(paths)).tools
    assert [(tool.name, tool.group) for tool in tools] == [
        ("get_api_v2_cats_cat_id_", "Zoo.cats"),
        ("x", "Zoo.Dogs big"),
        ("x_2", "Zoo.c"),
    ]
    assert tools[0].required == ("cat_id",)  # the path names it, although nothing declares it


def test_equal_and_illegal_names_of_parameters(load: Callable[..., LoadedTools]) -> None:
    places = [("path", "id"), ("query", "id"), ("header", "id"), ("query", "Start<"), ("query", "to[]")]
    parameters = [{"name": name, "in": place, "required": True, "schema": TEXT} for place, name in reversed(places)]
    loaded = load(document({"/x/{id}": posting({"type": "object", "properties": {"id": TEXT}})["/animals"]}))
    assert list(loaded.tools[0].properties) == ["id", "body_id"]
    node = {"/x/{id}": {"get": {"operationId": "x", "parameters": parameters, "responses": OK}}}
    loaded = load(document(node))
    assert sorted(loaded.tools[0].properties) == ["Start_lt", "header_id", "id", "query_id", "to"]
    told = {mend.field: mend.done for mend in loaded.mended if mend.kind == "name"}
    assert told["parameters.Start_lt"] == "'Start<' of the query written as Start_lt"
    assert told["parameters.header_id"] == "'id' of the header written as header_id"


def test_what_a_call_does_not_decide_is_left_out(load: Callable[..., LoadedTools]) -> None:
    names = [("header", "Authorization"), ("header", "If-None-Match"), ("header", "x-api-key"), ("cookie", "session")]
    names += [("query", "key"), ("header", "X-Zone")]
    parameters = [{"name": name, "in": place, "required": True, "schema": TEXT} for place, name in names]
    parameters.append({"name": "old", "in": "query", "deprecated": True, "schema": TEXT})
    schemes = {"securitySchemes": {"k": {"type": "apiKey", "in": "query", "name": "key"}}}
    paths = {"/a": {"get": {"operationId": "a", "parameters": parameters, "responses": OK}}}
    loaded = load(document(paths, components=schemes))
    assert list(loaded.tools[0].properties) == ["X-Zone"]
    assert len([mend for mend in loaded.mended if mend.kind == "left out"]) == 6


@pytest.mark.parametrize(
    ("operation", "reason"),
    [
        ({"deprecated": True}, "is deprecated"),
        ({"requestBody": content(TEXT, "application/xml")}, "its body is application/xml"),
        ({"requestBody": content({"properties": {"f": {"format": "binary"}}}, "multipart/form-data")}, "uploaded file"),
        ({"requestBody": {"$ref": "#/components/requestBodies/No"}}, "leads nowhere"),
        ({"requestBody": {"$ref": "#/paths/~1a/post/requestBody"}}, "circle"),
        ({"parameters": [{"$ref": "other.yaml#/x"}]}, "in another document; bundle"),
        ({"parameters": [{"in": "query"}]}, "a parameter without a name"),
        ({"parameters": [3]}, "a parameter is no object"),
    ],
)
def test_operations_that_cannot_be_used(
    load: Callable[..., LoadedTools], operation: dict[str, Any], reason: str
) -> None:
    good = {"get": {"operationId": "good", "responses": OK}}
    loaded = load(document({"/a": {"post": {"operationId": "bad", "responses": OK, **operation}, **good}}))
    assert [tool.name for tool in loaded.tools] == ["good"]
    (refusal,) = loaded.refused
    assert refusal.where.endswith("api.json: paths./a.post")
    assert refusal.name == "bad"
    assert reason in refusal.reason


def test_odd_paths_are_refused_one_by_one(load: Callable[..., LoadedTools]) -> None:
    good = {"get": {"operationId": "good", "responses": OK}}
    paths = {"/a": 3, "/b": {"get": 4}, "/c": {"$ref": "#/paths/~1d"}, "/d": good, "x-more": 5, "/e": {"head": {}}}
    loaded = load(document(paths))
    assert [tool.name for tool in loaded.tools] == ["good", "good_2"]
    assert [refusal.where.rpartition(" ")[2] for refusal in loaded.refused] == [
        "paths./a",
        "paths./b.get",
        "paths./e.head",
    ]


def test_bodies_of_every_kind(one: Callable[..., Tool]) -> None:
    fields = {"type": "object", "properties": {"a": TEXT}, "required": ["a"]}
    for kind in ("application/json; charset=utf-8", "application/vnd.x+json", "application/x-www-form-urlencoded"):
        assert one(posting(fields, kind)).required == ("a",)
    with_file = {"type": "object", "properties": {"a": TEXT, "image": {"type": "string", "format": "binary"}}}
    assert list(one(posting(with_file, "multipart/form-data")).properties) == ["a"]
    items = {"type": "array", "items": {"type": "integer"}}
    tool = one(posting(items))
    assert (tool.properties, tool.required) == ({"body": items}, ("body",))
    assert one(posting({"type": "object", "additionalProperties": TEXT})).properties["body"]["type"] == "object"
    assert one(posting({}, "text/plain")).properties == {"body": TEXT}
    assert one(posting({"type": "object", "properties": {}, "additionalProperties": False})).properties == {}
    either = {"oneOf": [fields, {"type": "object", "properties": {"b": TEXT}}]}
    assert set(one(posting(either)).properties) == {"body"}


def test_only_one_direction(one: Callable[..., Tool]) -> None:
    animal = {
        "type": "object",
        "required": ["id", "name", "secret", "made"],
        "properties": {
            "id": {**TEXT, "readOnly": True},
            "made": {"$ref": "#/components/schemas/Made"},
            "name": TEXT,
            "secret": {**TEXT, "writeOnly": True},
        },
    }
    made = {**TEXT, "format": "date-time", "readOnly": True}
    paths = posting({"$ref": "#/components/schemas/A"}, responses={"201": content({"$ref": "#/components/schemas/A"})})
    tool = one(paths, schemas={"A": animal, "Made": made})
    assert list(tool.properties) == list(tool.required) == ["name", "secret"]
    assert tool.returns is not None
    assert set(tool.returns["properties"]) == set(tool.returns["required"]) == {"id", "made", "name"}


def test_the_schemas_of_3_0_in_2020_12(one: Callable[..., Tool]) -> None:
    schemas = {
        "Kind": {"type": "string", "enum": ["cat", "dog"]},
        "Named": {"type": "object", "required": ["name"], "properties": {"name": TEXT}},
    }
    properties = {
        "age": {"type": "integer", "format": "int32", "minimum": 0, "exclusiveMinimum": True, "example": 4},
        "size": {"type": "number", "maximum": 9, "exclusiveMaximum": False, "nullable": True},
        "kind": {"allOf": [{"$ref": "#/components/schemas/Kind"}], "nullable": True, "description": "What it is."},
        "owner": {
            "allOf": [{"$ref": "#/components/schemas/Named"}, {"required": ["town"], "properties": {"town": TEXT}}]
        },
        "either": {"nullable": True, "oneOf": [TEXT, {"type": "integer"}]},
    }
    tool = one(posting({"type": "object", "properties": properties}), schemas=schemas)
    assert tool.properties == {
        "age": {"type": "integer", "exclusiveMinimum": 0, "examples": [4]},
        "size": {"type": ["number", "null"], "maximum": 9},
        "kind": {"type": ["string", "null"], "enum": ["cat", "dog", None], "description": "What it is."},
        "owner": {"type": "object", "properties": {"name": TEXT, "town": TEXT}, "required": ["name", "town"]},
        "either": {"anyOf": [TEXT, {"type": "integer"}, {"type": "null"}]},
    }


def test_the_schemas_of_3_1(one: Callable[..., Tool]) -> None:
    constants = [{"const": 1, "title": "LOW"}, {"const": 2, "title": "HIGH"}]
    properties = {
        "id": {"oneOf": [{"type": "null"}, {"$ref": "#/components/schemas/Id", "description": "Mine."}]},
        "level": {"type": "integer", "oneOf": constants},
        "any": True,
    }
    tool = one(posting({"type": "object", "properties": properties}), "3.1.0", schemas={"Id": {**TEXT, "minLength": 1}})
    assert tool.properties == {
        "id": {"type": ["string", "null"], "minLength": 1, "description": "Mine."},
        "level": {"type": "integer", "enum": [1, 2], "description": "1: LOW, 2: HIGH"},
        "any": {},
    }


def test_a_discriminator_names_its_variants(one: Callable[..., Tool]) -> None:
    variant = {"type": "object", "properties": {"kind": TEXT}}
    schemas = {"Cat": variant, "Dog": variant}
    pet = {
        "oneOf": [{"$ref": "#/components/schemas/Cat"}, {"$ref": "#/components/schemas/Dog"}],
        "discriminator": {"propertyName": "kind", "mapping": {"woof": "#/components/schemas/Dog"}},
    }
    tool = one(posting({"type": "object", "properties": {"pet": pet}}), schemas=schemas)
    assert conforms(tool.properties["pet"], {"kind": "woof"})
    assert conforms(tool.properties["pet"], {"kind": "Cat"})
    assert not conforms(tool.properties["pet"], {"kind": "Dog"})


def test_circles_end(load: Callable[..., LoadedTools]) -> None:
    node = {
        "type": "object",
        "properties": {"name": TEXT, "parts": {"type": "array", "items": {"$ref": "#/components/schemas/N"}}},
    }
    schemas = {
        "N": node,
        "Self": {"$ref": "#/components/schemas/Self"},
        "All": {"allOf": [{"$ref": "#/components/schemas/All"}]},
    }
    for name in schemas:
        loaded = load(document(posting({"$ref": f"#/components/schemas/{name}"}), components={"schemas": schemas}))
        assert schema_problem(loaded.tools[0].parameters) is None
        assert "circle" in {mend.kind for mend in loaded.mended}
    loaded = load(document(posting({"$ref": "#/components/schemas/N"}), components={"schemas": schemas}))
    assert loaded.tools[0].properties["parts"]["items"] == {"type": "object"}


def endless(**more: Any) -> dict[str, Any]:
    node = {"type": "object", "required": ["child"], "properties": {"child": {"$ref": "#/components/schemas/N"}}}
    return {"N": node | more, "Leaf": TEXT}


@pytest.mark.parametrize(
    ("body", "schemas", "is_callable"),
    [
        ({"$ref": "#/components/schemas/N"}, endless(), False),
        (
            {"type": "object", "required": ["n"], "properties": {"n": {"$ref": "#/components/schemas/N"}}},
            endless(),
            False,
        ),
        ({"type": "object", "properties": {"n": {"$ref": "#/components/schemas/N"}}}, endless(), True),
        ({"type": "array", "items": {"$ref": "#/components/schemas/N"}}, endless(), True),
        ({"type": "array", "minItems": 1, "items": {"$ref": "#/components/schemas/N"}}, endless(), False),
        ({"$ref": "#/components/schemas/N"}, endless(required=[]), True),
        ({"$ref": "#/components/schemas/N"}, endless(nullable=True), True),
        ({"$ref": "#/components/schemas/N"}, endless(type=["object", "null"]), True),
        (
            {
                "type": "object",
                "properties": {"a": {"anyOf": [{"$ref": "#/components/schemas/N"}, TEXT]}},
                "required": ["a"],
            },
            endless(),
            True,
        ),
    ],
)
def test_what_requires_itself_without_end_is_refused(
    load: Callable[..., LoadedTools], body: Any, schemas: dict[str, Any], is_callable: bool
) -> None:
    good = {"get": {"operationId": "good", "responses": {"200": content({"$ref": "#/components/schemas/N"})}}}
    paths = {"/animals": posting(body)["/animals"] | good}
    loaded = load(document(paths, components={"schemas": schemas}))
    assert ("add" in {tool.name for tool in loaded.tools}) == is_callable
    assert [r.name for r in loaded.refused if "requires itself within itself" in r.reason] == ["add"] * (
        not is_callable
    )
    assert "good" in {tool.name for tool in loaded.tools}


def test_bounds_that_exclude_each_other_are_refused(load: Callable[..., LoadedTools]) -> None:
    bad = {"name": "days", "in": "query", "required": True, "schema": {"type": "integer", "minimum": 5, "maximum": 3}}
    paths = giving(TEXT) | {"/x": {"get": {"operationId": "x", "parameters": [bad], "responses": OK}}}
    loaded = load(document(paths))
    assert [tool.name for tool in loaded.tools] == ["get"]
    assert loaded.refused[0].reason == "no call can fit: parameters.days: its minimum 5 is above its maximum 3"


def test_large_schemas_are_cut_and_what_was_cut_is_told(load: Callable[..., LoadedTools]) -> None:
    schema: dict[str, Any] = TEXT
    for _ in range(7):
        properties = {f"p{i}": schema for i in range(5)} | {"needed": schema}
        schema = {"type": "object", "description": "d" * 200, "properties": properties, "required": ["needed"]}
    paths = posting(schema, responses={"200": content(schema)})
    loaded = load(document(paths))
    (tool,) = loaded.tools
    assert len(json.dumps(tool.parameters, separators=(",", ":"))) <= PARAMETERS_LIMIT
    assert len(json.dumps(tool.returns, separators=(",", ":"))) <= RETURNS_LIMIT
    assert {mend.field for mend in loaded.mended if mend.kind == "size"} == {"parameters", "returns"}
    inner = tool.properties["needed"]
    while inner["type"] == "object":  # what is required stays, all the way down
        inner = inner["properties"]["needed"]
    assert tool.returns is not None


def test_many_optional_fields_give_way_to_what_is_required(load: Callable[..., LoadedTools]) -> None:
    properties = {f"field_{i:03}": {**TEXT, "description": "Words. " * 9} for i in range(200)}
    loaded = load(document(posting({"type": "object", "properties": properties, "required": ["field_199"]})))
    (tool,) = loaded.tools
    assert tool.required == ("field_199",)
    assert list(tool.properties)[:2] == ["field_000", "field_001"]
    assert "field_198" not in tool.properties
    assert any("field_198" in mend.done for mend in loaded.mended if mend.kind == "size")


def test_only_required_beyond_the_limit_is_refused(load: Callable[..., LoadedTools]) -> None:
    properties = {f"field_{i:03}": TEXT for i in range(600)}
    with pytest.raises(InputError, match="what it requires is larger"):
        load(document(posting({"type": "object", "properties": properties, "required": list(properties)})))


def test_results_that_are_no_objects(one: Callable[..., Tool]) -> None:
    assert one(giving({"type": "array", "items": TEXT})).returns == {"type": "array", "items": TEXT}
    plain = {"/a": {"get": {"operationId": "a", "responses": {"200": content(TEXT, "text/csv"), "204": {}}}}}
    assert one(plain).returns is None


@pytest.mark.parametrize(
    "schema",
    [
        3,
        {"type": "strange"},
        {"properties": [1]},
        {"allOf": 3, "anyOf": [], "required": "x"},
        {"enum": {"a": 1}},
        {"type": "object", "properties": {"p": {"pattern": "(", "minimum": "3"}}},
        {"$ref": "#/nowhere"},
        {"$ref": "https://example.org/x.json"},
        {"items": [{"type": "string"}]},
    ],
)
def test_odd_schemas_come_out_valid(one: Callable[..., Tool], schema: Any) -> None:
    tool = one(posting({"type": "object", "properties": {"p": schema}}))
    jsonschema.Draft202012Validator.check_schema(tool.parameters)
    assert one(giving(schema)).name == "get"


KEYWORDS = [
    *("type", "enum", "const", "default", "required", "properties", "items", "allOf", "anyOf", "oneOf", "nullable"),
    *("description", "example", "examples", "readOnly", "discriminator", "minimum", "exclusiveMinimum", "pattern"),
    *("format", "additionalProperties", "$ref", "contentEncoding", "not"),
]
JUNK = st.recursive(
    st.sampled_from(
        [None, True, False, 0, -1, 2.5, "", "x", "string", "object", "array", "#", "#/paths", "#/paths/~1a/get"]
    ),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYWORDS), inner, max_size=4),
    max_leaves=20,
)


@given(schema=JUNK, junk=JUNK)
def test_nothing_odd_ends_in_a_traceback(schema: Any, junk: Any) -> None:
    operations = {
        "get": {"operationId": "a", "responses": {"200": content(schema)}},
        "post": {"requestBody": content(schema), "summary": junk, "tags": junk, "responses": {"200": junk}},
        "put": {"requestBody": junk, "responses": junk},
        "patch": {"parameters": [{"name": "p", "in": "query", "schema": schema, "content": junk}, junk]},
        "delete": junk,
    }
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "api.json"
        path.write_text(json.dumps(document({"/a": operations, "/b": junk}, components=junk)))
        with contextlib.suppress(InputError):
            for tool in load_tools([f"openapi:{path}"], lambda _: ()).tools:
                assert schema_problem(tool.parameters) is None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"swagger": "2.0", "paths": {}}', "is Swagger 2.0.*npx swagger2openapi.*converter.swagger.io"),
        ('{"tools": []}', "is no OpenAPI document.*without openapi:"),
        ("[]", "is no OpenAPI document"),
        ('{"openapi": "4.0.0", "paths": {}}', "field openapi: version 4.0.0"),
        ('{"openapi": "3.1.0", "webhooks": {}}', "field paths"),
        ('{"openapi": ', "api.json:1: is not valid JSON"),
        ("openapi: 3.0.0\npaths: {", r"api.json:\d: is not valid YAML"),
        ("[" * 100_000, "api.json:1: is not valid JSON"),
        ("- " * 100_000, "nested more than 200 deep"),
        ('{"openapi": "3.0.0", "paths": {}}', "no tools found"),
        ("", "is no OpenAPI document"),
    ],
)
def test_documents_that_are_refused(write: Write, text: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        load_tools([f"openapi:{write('api.json', text)}"], lambda _: ())


def test_yaml_gzip_and_hostile_aliases(tmp_path: Path) -> None:
    lines = ["openapi: 3.0", "info: {title: Zoo}", "x: &a0 [y, y, y, y, y, y, y, y, y, y]"]
    lines += [f"x{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]" for i in range(1, 30)]
    lines += [
        "paths: {/a: {get: {operationId: a, responses: {200: {content: {application/json: {schema: {type: object,"
    ]
    lines += ["  properties: {on: {type: string, enum: [yes, no]}, b: {default: *a29, enum: *a29}}}}}}}}}}"]
    path = tmp_path / "api.yaml.gz"
    path.write_bytes(gzip.compress("\n".join(lines).encode()))
    (tool,) = load_tools([f"openapi:{path}"], lambda _: ()).tools
    assert tool.returns == {"type": "object", "properties": {"on": {"type": "string", "enum": ["yes", "no"]}, "b": {}}}
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(InputError, match="no whole gzip file"):
        load_tools([f"openapi:{path}"], lambda _: ())
    for place, said in (("absent.json", "no such file"), (str(tmp_path), "is a folder"), ("a\0b", "cannot be read")):
        with pytest.raises(InputError, match=said):
            load_tools([f"openapi:{place}"], lambda _: ())


class _Answer(BaseHTTPRequestHandler):
    asked: list[str] = []

    def do_GET(self) -> None:
        self.asked.append(self.path)
        self.send_response(200 if self.path == "/api.json" else 404)
        self.end_headers()
        other = f"http://127.0.0.1:{self.server.server_address[1]}/other.json"
        self.wfile.write(json.dumps(document(giving({"$ref": other}))).encode())

    def log_message(self, format: str, *args: Any) -> None:
        pass


@pytest.fixture
def server() -> Iterator[str]:
    with HTTPServer(("127.0.0.1", 0), _Answer) as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{running.server_address[1]}"
        running.shutdown()


def test_a_url_is_fetched_and_what_it_refers_to_is_not(server: str) -> None:
    loaded = load_tools([f"openapi:{server}/api.json"], lambda _: ())
    assert [tool.name for tool in loaded.tools] == ["get"]
    assert [mend.kind for mend in loaded.mended] == ["reference"]
    assert _Answer.asked == ["/api.json"]
    with pytest.raises(InputError, match="answered 404"):
        load_tools([f"openapi:{server}/absent.json"], lambda _: ())
    with pytest.raises(InputError, match="cannot be fetched"):
        load_tools(["openapi:http://127.0.0.1:1/x.json"], lambda _: ())


@pytest.mark.parametrize(
    ("name", "tools", "refused"),
    [
        ("petstore.yaml", 18, 1),
        ("box.json.gz", 290, 6),
        ("discord.json.gz", 239, 3),
        ("openai.yaml.gz", 265, 23),
        ("stripe_2022-04-12.json.gz", 401, 16),
        ("twilio_api_v2010.json.gz", 197, 0),
    ],
)
def test_real_documents(name: str, tools: int, refused: int) -> None:
    if not (OPENAPI / name).exists():
        pytest.skip(f"real data absent: {OPENAPI / name}")
    loaded = load_tools([f"openapi:{OPENAPI / name}"], lambda _: ())
    assert (len(loaded.tools), len(loaded.refused)) == (tools, refused)
    for tool in loaded.tools:
        assert tool.group
        assert schema_problem(tool.parameters) is None
        assert len(json.dumps(tool.parameters, separators=(",", ":"), ensure_ascii=False).encode()) <= PARAMETERS_LIMIT
        assert set(tool.required) <= set(tool.properties)
        assert tool.returns is None or schema_problem(tool.returns) is None
        assert argument_problems(tool, {"no such": 1})
    for tool in loaded.tools[::10]:  # a second opinion, which is slow
        jsonschema.Draft202012Validator.check_schema(tool.parameters)


def test_a_real_swagger_document() -> None:
    path = OPENAPI / "slack_swagger2_NEGATIVE.json.gz"
    if not path.exists():
        pytest.skip(f"real data absent: {path}")
    with pytest.raises(InputError, match=r"is Swagger 2\.0.*Convert it first"):
        load_tools([f"openapi:{path}"], lambda _: ())
