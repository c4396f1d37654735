from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from toolace_mt.config import ToolsConfig
from toolace_mt.errors import InputError
from toolace_mt.schema.http import HttpBody, HttpParameter, Style
from toolace_mt.tools.execution import executable, not_running, why_not
from toolace_mt.tools.notes import LoadedTools
from toolace_mt.tools.sources import load_tools
from toolace_mt.types import Tool

TEXT = {"type": "string"}


def loaded(tmp_path: Path, paths: dict[str, Any], **components: Any) -> tuple[str, LoadedTools]:
    file = tmp_path / "api.json"
    file.write_text(
        json.dumps({"openapi": "3.1.0", "info": {"title": "Zoo"}, "paths": paths, "components": components})
    )
    source = f"openapi:{file}"
    return source, load_tools([source], lambda _: ())


def config(source: str, execute: str, **more: Any) -> ToolsConfig:
    where = {} if execute == "no" else {"openapi_base_url": "http://127.0.0.1:1"}
    return ToolsConfig.model_validate({"sources": [source], "openapi_execute": execute, **where, **more})


def operation(*parameters: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"operationId": "do", "parameters": [{"schema": TEXT, **p} for p in parameters], "responses": {}, **more}


def content(kind: str, schema: Any, **more: Any) -> dict[str, Any]:
    return {"content": {kind: {"schema": schema, **more}}}


def test_what_the_user_lets_run(tmp_path: Path) -> None:
    paths = {"/a": {"get": operation(operationId="look"), "delete": operation(operationId="drop")}}
    source, tools = loaded(tmp_path, paths)
    for execute, running in (("no", []), ("reads", ["look"]), ("all", ["look", "drop"])):
        result = executable(tools, config(source, execute))
        assert [t.name for t in result.tools] == ["look", "drop"]
        assert [t.name for t in result.tools if t.environment == source] == running
        assert list(result.requests) == running
    assert "--openapi-execute all" in why_not(tools.requests["drop"], config(source, "reads"))


def test_where_everything_goes(tmp_path: Path) -> None:
    body = content(
        "application/vnd.zoo+json", {"type": "object", "properties": {"id": TEXT, "age": {"type": "integer"}}}
    )
    parameters = (
        {"name": "id", "in": "path", "required": True},
        {"name": "id", "in": "query"},
        {"name": "tags[]", "in": "query", "style": "pipeDelimited"},
        {"name": "filter", "in": "query", "content": {"application/json": {"schema": {"type": "object"}}}},
        {"name": "X-Zone", "in": "header"},
    )
    _, tools = loaded(tmp_path, {"/a/{id}?v=1#variant": {"put": operation(*parameters, requestBody=body)}})
    request = tools.requests["do"]
    assert (request.method, request.path, request.query, request.obstacle) == ("PUT", "/a/{id}", "v=1", "")
    assert request.parameters == (
        HttpParameter("id", "id", "path", Style("simple", explode=False)),
        HttpParameter("query_id", "id", "query", Style()),
        HttpParameter("tags", "tags[]", "query", Style("pipeDelimited", explode=False)),
        HttpParameter("filter", "filter", "query", Style(as_json=True)),
        HttpParameter("X-Zone", "X-Zone", "header", Style("simple", explode=False)),
    )
    assert request.body == HttpBody("json", "application/vnd.zoo+json", {"body_id": "id", "age": "age"})


def test_bodies_of_other_kinds(tmp_path: Path) -> None:
    form = content(
        "application/x-www-form-urlencoded",
        {"type": "object", "properties": {"a": {"type": "object"}}, "additionalProperties": TEXT},
        encoding={"a": {"style": "deepObject"}},
    )
    paths = {
        "/form": {"post": operation(operationId="form", requestBody=form)},
        "/text": {"post": operation(operationId="text", requestBody={"required": True, **content("text/*", TEXT)})},
        "/list": {"post": operation(operationId="list", requestBody=content("*/*", {"type": "array"}))},
    }
    _, tools = loaded(tmp_path, paths)
    bodies = {name: request.body for name, request in tools.requests.items()}
    deep = {"a": Style("deepObject", explode=False)}
    assert bodies == {
        "form": HttpBody("form", "application/x-www-form-urlencoded", {"a": "a"}, open=True, styles=deep),
        "text": HttpBody("text", "text/plain", whole="body", required=True),
        "list": HttpBody("json", "application/json", whole="body"),
    }


FIELDS = {"type": "object", "properties": {"a": TEXT}}


@pytest.mark.parametrize(
    ("path", "node", "reason"),
    [
        ("/a", operation(requestBody=content("multipart/form-data", FIELDS)), "its body is multipart/form-data"),
        ("/a", operation(requestBody=content("application/json; x=é", FIELDS)), "its content type is none"),
        (
            "/a/{p}",
            operation({"name": "p", "in": "path", "style": "matrix"}),
            "path parameter p is written in style matrix",
        ),
        ("/a", operation({"name": "p", "in": "query", "style": "odd"}), "query parameter p is written in style odd"),
        ("/a", operation({"name": "key", "in": "query", "required": True}), "requires the query parameter key"),
        ("/a", operation({"name": "s", "in": "cookie", "required": True}), "requires the cookie parameter s"),
        ("/a", operation({"name": "Transfer-Encoding", "in": "header"}), "steers the transport"),
        ("/a", operation({"name": "X-HTTP-Method-Override", "in": "header"}), "steers the transport"),
        ("/a", operation({"name": "a b", "in": "header"}), "'a b' is no name of a header"),
        ("/a", operation({"name": "X-Api-Key", "in": "header", "required": True}), "needs the header X-Api-Key"),
        ("a", operation(), "does not begin with /"),
        ("@evil.example/", operation(), "does not begin with /"),
        ("//evil.example/", operation(), "empty segments"),
        ("/a/../b", operation(), "dots for segments"),
        ("/a\\b", operation(), "characters"),
        ("/a?b={c}", operation(), "parameters behind ?"),
    ],
)
def test_operations_that_are_tools_but_cannot_run(tmp_path: Path, path: str, node: dict[str, Any], reason: str) -> None:
    schemes = {"k": {"type": "apiKey", "in": "query", "name": "key"}}
    source, tools = loaded(tmp_path, {path: {"get": node}}, securitySchemes=schemes)
    assert reason in why_not(tools.requests["do"], config(source, "all"))
    assert executable(tools, config(source, "all")).tools[0].environment is None


def test_a_header_that_is_given_is_not_missing(tmp_path: Path) -> None:
    needed = {"name": "X-Api-Key", "in": "header", "required": True}
    accepted = {"name": "Accept", "in": "header", "required": True}
    source, tools = loaded(tmp_path, {"/a": {"get": operation(needed, accepted)}})
    assert why_not(tools.requests["do"], config(source, "reads", openapi_header_env={"x-api-key": "KEY"})) == ""


def test_a_renamed_tool_keeps_its_request(tmp_path: Path) -> None:
    paths = {"/a": {"get": operation(operationId="x.y")}, "/b": {"get": operation(operationId="x_y")}}
    source, tools = loaded(tmp_path, paths)
    found = {name: request.path for name, request in executable(tools, config(source, "reads")).requests.items()}
    assert found == {"x_y": "/b", "x_y_2": "/a"}


NOTES = LoadedTools(
    (
        Tool(name="look", environment="mcp:notes", read_only=True),
        Tool(name="drop", environment="mcp:notes", source_name="notes.drop"),
        Tool(name="write", environment="mcp+http://127.0.0.1:1/mcp", read_only=False),
        Tool(name="ring", environment="python:bell"),
        Tool(name="note"),
    )
)


def test_what_mcp_servers_do_not_call_mere_reading_can_be_kept_from_running() -> None:
    def running(**given: Any) -> list[str]:
        return [t.name for t in executable(NOTES, ToolsConfig.model_validate(given)).tools if t.environment]

    assert running() == ["look", "drop", "write", "ring"]
    assert running(mcp_execute="reads") == ["look", "ring"]
    assert not_running(NOTES, ToolsConfig()) == {}
    reads = ToolsConfig.model_validate({"mcp_execute": "reads", "exclude": ["write"]})
    assert list(not_running(NOTES, reads)) == ["drop"]
    assert "--mcp-execute all" in not_running(NOTES, reads)["drop"]


def test_tools_are_left_out_by_name(tmp_path: Path) -> None:
    def left(*names: str, **given: Any) -> list[str]:
        return [t.name for t in executable(NOTES, ToolsConfig.model_validate({"exclude": names, **given})).tools]

    assert left("note", "ring") == ["look", "drop", "write"]
    assert left("notes.drop", execute=False) == ["look", "write", "ring", "note"]
    assert ToolsConfig.model_validate({"exclude": "note"}).exclude == ("note",), "--set tools.exclude=note"
    with pytest.raises(InputError, match="no tool 'wirte'; did you mean write"):
        left("wirte")
    with pytest.raises(InputError, match="no tool at all"):
        left("look", "drop", "write", "ring", "note")
    source, tools = loaded(
        tmp_path, {"/a": {"get": operation(operationId="look"), "put": operation(operationId="put")}}
    )
    assert list(executable(tools, config(source, "all", exclude=["put"])).requests) == ["look"]
