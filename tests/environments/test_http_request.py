from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import orjson
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from yarl import URL

from toolace_mt.environments.http_request import HttpRequest, Unsendable, written_request
from toolace_mt.schema.http import BodyKind, HttpBody, HttpOperation, HttpParameter, Place, Style


def parameter(name: str, place: Place, style: Style | None = None) -> HttpParameter:
    return HttpParameter(name, name, place, style or Style("form" if place == "query" else "simple", place == "query"))


def target(style: Style, value: Any, place: Place = "query") -> str:
    operation = HttpOperation("GET", "/x/{p}" if place == "path" else "/x", (parameter("p", place, style),))
    return written_request(operation, {"p": value}).target


@pytest.mark.parametrize(
    ("style", "value", "written"),
    [
        (Style(), [1, "b c", True], "/x?p=1&p=b%20c&p=true"),
        (Style(explode=False), ["a", "b,c"], "/x?p=a,b%2Cc"),
        (Style("spaceDelimited", explode=False), ["a", "b"], "/x?p=a%20b"),
        (Style("pipeDelimited", explode=False), ["a", "b"], "/x?p=a%7Cb"),
        (Style("pipeDelimited", explode=True), ["a", "b"], "/x?p=a&p=b"),
        (Style("deepObject"), {"a": 1, "b": {"c": [2, None]}}, "/x?p%5Ba%5D=1&p%5Bb%5D%5Bc%5D%5B0%5D=2"),
        (Style(), {"a": 1, "b": "&"}, "/x?a=1&b=%26"),
        (Style(explode=False), {"a": 1, "b": 2}, "/x?p=a,1,b,2"),
        (Style(as_json=True), {"a": [1]}, "/x?p=%7B%22a%22%3A%5B1%5D%7D"),
        (Style(), "é+&=#?/", "/x?p=%C3%A9%2B%26%3D%23%3F%2F"),
        (Style(), 1.5, "/x?p=1.5"),
        (Style(), "", "/x?p="),
        (Style(), [], "/x"),
        (Style(), None, "/x"),
    ],
)
def test_styles_of_the_query(style: Style, value: Any, written: str) -> None:
    assert target(style, value) == written


@pytest.mark.parametrize(
    ("style", "value", "written"),
    [
        (Style("simple", explode=False), "a/b?c#d", "/x/a%2Fb%3Fc%23d"),
        (Style("simple", explode=False), ["a", "b,c"], "/x/a,b%2Cc"),
        (Style("simple", explode=False), {"a": 1, "b": 2}, "/x/a,1,b,2"),
        (Style("simple", explode=True), {"a": 1, "b": 2}, "/x/a=1,b=2"),
        (Style("simple", explode=False), 7, "/x/7"),
        (Style("simple", explode=False), "%2e%2e", "/x/%252e%252e"),
    ],
)
def test_styles_of_the_path(style: Style, value: Any, written: str) -> None:
    assert target(style, value, "path") == written


@pytest.mark.parametrize("value", ["", ".", "..", "../x", "a/../../b", "..\\x", "x/.", None, []])
def test_what_would_lead_elsewhere_is_not_sent(value: Any) -> None:
    with pytest.raises(Unsendable, match=r"arguments\.p: "):
        target(Style("simple", explode=False), value, "path")


def test_dots_of_two_arguments_are_not_joined() -> None:
    operation = HttpOperation("GET", "/x/{a}{b}", (parameter("a", "path"), parameter("b", "path")))
    assert written_request(operation, {"a": "x", "b": "y"}).target == "/x/xy"
    twice = HttpOperation("GET", "/x/.{a}", (parameter("a", "path"),))
    assert written_request(twice, {"a": "git"}).target == "/x/.git"
    with pytest.raises(Unsendable, match="cannot be part of a path"):
        written_request(twice, {"a": "."})


TEMPLATE = HttpOperation(
    "GET", "/a/{p}/b c/{q}.json", (parameter("p", "path"), parameter("q", "path"), parameter("r", "query"))
)
ANY_TEXT = st.text(st.characters(exclude_categories=["Cs"])) | st.text("./\\%?#:@;\r\n ")


@given(p=ANY_TEXT | st.lists(ANY_TEXT), q=ANY_TEXT | st.integers(-(2**63), 2**64 - 1) | st.booleans(), r=ANY_TEXT)
@example(p="../../admin", q="x", r="")
@example(p="//evil.example", q="\\..", r="#")
def test_no_argument_changes_the_shape_of_the_path(p: Any, q: Any, r: str) -> None:
    try:
        request = written_request(TEMPLATE, {"p": p, "q": q, "r": r})
    except Unsendable:
        return
    for url in (URL(f"http://h:1/base{request.target}", encoded=True), URL(f"http://h:1/base{request.target}")):
        assert (url.scheme, url.host, url.port, url.fragment) == ("http", "h", 1, "")
        parts = url.raw_path.split("/")
        assert parts[:3] == ["", "base", "a"]
        assert (parts[4], len(parts)) == ("b%20c", 6)
        assert parts[5].endswith(".json")
        if isinstance(p, str):
            assert unquote(parts[3]) == p
    assert parse_qsl(urlsplit(request.target).query, keep_blank_values=True) == [("r", r)]


def body_of(body: HttpBody, arguments: dict[str, Any], *more: HttpParameter) -> HttpRequest:
    return written_request(HttpOperation("POST", "/x", more, body), arguments)


def body(kind: BodyKind, **more: Any) -> HttpBody:
    return HttpBody(kind, {"json": "application/json", "text": "text/plain"}.get(kind, "form"), **more)


def test_properties_of_a_body_get_their_own_names_back() -> None:
    both = body("json", properties={"name": "name", "body_id": "id"})
    request = body_of(both, {"id": "q", "body_id": 3, "name": None}, parameter("id", "query"))
    assert request == HttpRequest(
        "POST", "/x?id=q", {"Content-Type": "application/json"}, orjson.dumps({"name": None, "id": 3})
    )


def test_when_a_body_is_sent() -> None:
    named = {"a": "a"}
    assert body_of(body("json", properties=named), {}).data is None
    assert body_of(body("json", properties=named), {}).headers == {}
    assert body_of(body("json", properties=named, required=True), {}).data == b"{}"
    assert body_of(body("json", properties=named, open=True), {"other": 1}).data == b'{"other":1}'
    assert body_of(body("json", whole="body"), {"body": [1, 2]}).data == b"[1,2]"
    assert body_of(body("json", whole="body"), {}).data is None
    assert body_of(body("text", whole="body"), {"body": "plain é"}).data == "plain é".encode()


def test_forms() -> None:
    names = {name: name for name in "abcd"}
    form = body("form", properties=names, styles={"d": Style("deepObject")})
    sent = body_of(form, {"a": [1, 2], "b": "x y&z", "c": {"k": True}, "d": {"e": 1}}).data
    assert sent == b"a=1&a=2&b=x%20y%26z&c=%7B%22k%22%3Atrue%7D&d%5Be%5D=1"
    with pytest.raises(Unsendable, match="must be an object"):
        body_of(body("form", whole="body"), {"body": [1]})


def test_headers_hold_one_line_of_plain_characters() -> None:
    operation = HttpOperation("GET", "/x", (HttpParameter("zone", "X-Zone", "header", Style("simple", explode=False)),))
    assert written_request(operation, {"zone": ["a", 2]}).headers == {"X-Zone": "a,2"}
    assert written_request(operation, {}).headers == {}
    for value in ("a\r\nHost: evil", "é"):
        with pytest.raises(Unsendable, match=r"arguments\.zone"):
            written_request(operation, {"zone": value})


def test_what_stands_in_the_query_of_the_document_is_kept() -> None:
    operation = HttpOperation("GET", "/x", (parameter("p", "query"),), query="beta=true")
    assert written_request(operation, {"p": 1}).target == "/x?beta=true&p=1"
