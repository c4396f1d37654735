from __future__ import annotations

import asyncio
import functools
import gzip
import json
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import pytest

from tests.doubles.lending import COVER, DOCUMENT, KNOWS, Library, lending
from tests.doubles.loopback import Call, Loopback, Reply, loopback
from toolace_mt.config import ToolsConfig
from toolace_mt.environments.base import ToolOutput
from toolace_mt.environments.http_calls import HttpEnvironment, RunnableOperation, open_http
from toolace_mt.errors import InputError, ToolServerFailed, ToolServerUnavailable
from toolace_mt.schema.http import HttpBody, HttpOperation, HttpParameter, Style
from toolace_mt.tools.execution import executable
from toolace_mt.tools.sources import load_tools
from toolace_mt.types import Tool

SOURCE = f"openapi:{DOCUMENT}"
OPEN: dict[str, Any] = {"type": "object", "properties": {"id": {"type": "string"}}}
GET = RunnableOperation(
    Tool(name="get", parameters=OPEN),
    HttpOperation("GET", "/things/{id}", (HttpParameter("id", "id", "path", Style("simple", explode=False)),)),
)
POST = RunnableOperation(
    Tool(name="post", parameters=OPEN),
    HttpOperation("POST", "/things", body=HttpBody("json", "application/json", {"id": "id"})),
)


def in_loop(test: Callable[..., Coroutine[Any, Any, None]]) -> Callable[..., None]:
    @functools.wraps(test)
    def run(**parameters: Any) -> None:
        asyncio.run(test(**parameters))

    return run


@asynccontextmanager
async def library_environment(library: Library, execute: str = "all", **more: Any) -> AsyncIterator[HttpEnvironment]:
    async with lending(library) as base_url:
        config = ToolsConfig.model_validate(
            {"sources": [SOURCE], "openapi_base_url": base_url, "openapi_execute": execute} | more
        )
        loaded = executable(load_tools([SOURCE], lambda _: ()), config)
        running = [RunnableOperation(t, loaded.requests[t.name]) for t in loaded.tools if t.environment == SOURCE]
        async with open_http(SOURCE, running, config, knows=KNOWS, environ={"LIBRARY_KEY": "k-secret-77"}) as opened:
            yield opened


async def succeed(environment: HttpEnvironment, name: str, **arguments: Any) -> Any:
    output = await environment.call(name, arguments)
    assert not output.is_error, output
    return json.loads(output.content)


@in_loop
async def test_a_story_on_a_server_with_state() -> None:
    async with library_environment(Library()) as library:
        assert (library.name, library.repeatable, library.state()) == (SOURCE, False, None)
        assert library.brief == {"knows": KNOWS}
        (title, *_) = await succeed(library, "searchTitles", text="tide", published={"from": 2000})
        isbn = title["isbn"]
        copies = await succeed(library, "listCopies", isbn=isbn, **{"X-Branch": "hill"})
        assert [copy["branch"] for copy in copies] == ["hill"]
        loan = await succeed(library, "borrowCopy", member_id="m-1002", copy_id=copies[0]["copy_id"], days=7)
        assert (await succeed(library, "renewLoan", loan_id=loan["loan_id"]))["days"] == 14
        assert (await succeed(library, "renewLoan", loan_id=loan["loan_id"], days=3))["days"] == 17
        refused = await library.call("renewLoan", {"loan_id": loan["loan_id"]})
        assert refused.is_error
        assert json.loads(refused.content) == {
            "status": 409,
            "body": {"error": f"Loan {loan['loan_id']} cannot be renewed."},
        }
        assert await succeed(library, "writeNote", member_id="m-1002", body="Rings «twice»") == {"status": 204}
        paid = await succeed(library, "payFees", member_id="m-1002", cents=100, loan_ids=[loan["loan_id"]])
        assert (paid["fees_cents"], paid["note"]) == (150, "Rings «twice»")
        assert (await succeed(library, "returnCopy", loan_id=loan["loan_id"]))["status"] == "returned"
        assert await succeed(library, "listLoans", member_id="m-1002", status="open") == []


@in_loop
async def test_lists_in_a_query() -> None:
    library = Library()
    async with library_environment(library) as environment:
        found = await succeed(environment, "searchTitles", subject=["sea", "cooking"], language=["pt", "fr"])
        assert {title["title"] for title in found} == {"O Mar ao Longe", "Le pain du soir"}
        assert library.seen == [("GET", "/v1/titles?subject=sea&subject=cooking&language=pt%7Cfr")]


@in_loop
async def test_only_what_reads_runs_under_reads() -> None:
    library = Library()
    async with library_environment(library, "reads") as environment:
        assert [tool.name for tool in environment.tools] == [
            *("listBranches", "searchTitles", "getTitle", "getCover", "listCopies", "getMember", "listLoans"),
        ]
        output = await environment.call("borrowCopy", {"member_id": "m-1001", "copy_id": "c-1010"})
        assert output.is_error
        assert "Unknown tool: borrowCopy" in output.content
        assert library.seen == []


@in_loop
async def test_arguments_that_do_not_fit_are_not_sent() -> None:
    library = Library()
    async with library_environment(library) as environment:
        for name, arguments, said in (
            ("borrowCopy", {"member_id": "m-1001"}, "'copy_id' is missing"),
            ("searchTitles", {"limit": 99}, "arguments.limit"),
            ("getTitle", {"isbn": "../members/m-1001"}, "cannot be part of a path"),
            ("describePhoto", {"member_id": "m-1001"}, "Unknown tool"),  # multipart
        ):
            output = await environment.call(name, arguments)
            assert output.is_error
            assert said in json.loads(output.content)["error"]
        assert library.seen == []
        odd = await environment.call("getTitle", {"isbn": "a/b c"})
        assert json.loads(odd.content)["status"] == 404
        assert library.seen == [("GET", "/v1/titles/a%2Fb%20c")]


@in_loop
async def test_a_picture_is_told_of() -> None:
    async with library_environment(Library()) as environment:
        isbn = (await succeed(environment, "searchTitles", limit=1))[0]["isbn"]
        assert await environment.call("getCover", {"isbn": isbn}) == ToolOutput(
            f"[image/png, {len(COVER)} bytes]", is_error=False
        )


@in_loop
async def test_headers_from_the_environment() -> None:
    async with library_environment(Library(key="k-secret-77")) as environment:
        output = await environment.call("listBranches", {})
        assert json.loads(output.content) == {"status": 401, "body": {"error": "A library key is needed."}}
    header_env = {"openapi_header_env": {"X-Library-Key": "LIBRARY_KEY"}}
    async with library_environment(Library(key="k-secret-77"), **header_env) as environment:
        assert len(await succeed(environment, "listBranches")) == 3
    with pytest.raises(InputError, match="ABSENT, for the HTTP header X-Library-Key, is not set"):
        async with library_environment(Library(), openapi_header_env={"X-Library-Key": "ABSENT"}):
            pass


@in_loop
async def test_dialogues_take_turns() -> None:
    async with library_environment(Library()) as environment:
        order: list[str] = []

        async def talk(name: str) -> None:
            async with environment.alone():
                for _ in range(3):
                    await succeed(environment, "listBranches")
                    order.append(name)
            await environment.close()

        await asyncio.gather(talk("a"), talk("b"))
        assert order == ["a", "a", "a", "b", "b", "b"]


@in_loop
async def test_where_no_call_changes_anything_nobody_waits() -> None:
    async with library_environment(Library(), "reads") as environment:
        async with asyncio.timeout(5), environment.alone(), environment.alone():
            assert len(await succeed(environment, "listBranches")) == 3
        assert not environment.takes_turns("listBranches")
    async with library_environment(Library(), "all") as environment:
        assert [environment.takes_turns(name) for name in ("listBranches", "borrowCopy", "none")] == [
            False,
            True,
            False,
        ]


@in_loop
async def test_of_many_who_wait_one_looks_for_the_server() -> None:
    connected: list[asyncio.StreamWriter] = []
    server = await asyncio.start_server(lambda _, writer: connected.append(writer), "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    config = ToolsConfig(openapi_base_url=f"http://127.0.0.1:{port}/v1", openapi_execute="reads")
    async with server, open_http("openapi:x", [GET], config, knows={}) as environment:
        await asyncio.gather(*(environment.ready() for _ in range(16)))
        await asyncio.sleep(0.05)
        for writer in connected:
            writer.close()
    assert len(connected) == 1


@asynccontextmanager
async def scripted(
    answer: Callable[[Call], Reply], environ: dict[str, str] | None = None, **more: Any
) -> AsyncIterator[tuple[HttpEnvironment, Loopback]]:
    async with loopback(answer) as server:
        config = ToolsConfig.model_validate(
            {"openapi_base_url": server.base_url, "openapi_execute": "all", "sources": ["openapi:x"]} | more
        )
        async with open_http("openapi:x", [GET, POST], config, knows={}, environ=environ or {}) as environment:
            yield environment, server


def reply(body: bytes, kind: str = "application/json", **more: Any) -> Callable[[Call], Reply]:
    return lambda _: Reply(body, headers={"Content-Type": kind}, **more)


def zipped(body: bytes) -> Callable[[Call], Reply]:
    return lambda _: Reply(gzip.compress(body), headers={"Content-Encoding": "gzip"})


@pytest.mark.parametrize(
    ("answer", "content", "is_error"),
    [
        (reply(b'{ "a": [1,\n 2.50] }'), '{"a":[1,2.5]}', False),
        (reply(b'\xef\xbb\xbf["x"]', "application/vnd.x+json; charset=utf-8"), '["x"]', False),
        (reply(b" [1] ", "text/html"), "[1]", False),
        (reply(b"no json", "application/json"), "no json", False),
        (reply("né".encode("latin-1"), "text/plain; charset=latin-1"), "né", False),
        (reply(b"\xff", "text/plain; charset=nonsense"), "�", False),
        (reply(b"<a/>", "application/xml"), "<a/>", False),
        (reply(b"", "text/plain"), '{"status":200}', False),
        (reply(bytes(2000), "application/octet-stream"), "[application/octet-stream, 2,000 bytes]", False),
        (reply(b"[1, 2]", status=404), '{"status":404,"body":[1,2]}', True),
        (reply(b"Oops", "text/plain", status=500), '{"status":500,"body":"Oops"}', True),
        (reply(b"a" * 101), '{"error":"The answer is larger than 100 bytes; ask for less at once."}', True),
        (zipped(b"a" * 101), '{"error":"The answer is larger than 100 bytes; ask for less at once."}', True),
        (zipped(b'{"a": 1}'), '{"a":1}', False),
        (
            reply(b"a" * 101, status=500),
            '{"status":500,"body":"The answer is larger than 100 bytes; ask for less at once."}',
            True,
        ),
    ],
)
@in_loop
async def test_answers(answer: Callable[[Call], Reply], content: str, is_error: bool) -> None:
    async with scripted(answer, longest_output=100) as (environment, _):
        assert await environment.call("get", {"id": "1"}) == ToolOutput(content, is_error)


@in_loop
async def test_an_answer_in_time_or_none() -> None:
    async with scripted(lambda _: Reply({}, delay=5), call_timeout=0.2) as (environment, server):
        output = await environment.call("get", {"id": "1"})
        assert output == ToolOutput('{"error":"The server gave no answer within 0.2 seconds."}', is_error=True)
        assert len(server.calls) == 1
        assert (await environment.call("post", {"id": "1"})) == output._replace(uncertain=True)


@pytest.mark.parametrize(
    ("answer", "uncertain"),
    [
        (reply(b"a" * 101), True),
        (reply(b"a" * 101, status=500), False),
        (reply(b"", status=504), True),
        (reply(b"", status=404), False),
        (lambda _: Reply(b"", status=303, headers={"Location": "http://elsewhere.example/"}), True),
    ],
)
@in_loop
async def test_errors_that_leave_it_open_whether_a_call_was_done(
    answer: Callable[[Call], Reply], uncertain: bool
) -> None:
    async with scripted(answer, longest_output=100) as (environment, _):
        outputs = [await environment.call(name, {"id": "1"}) for name in ("get", "post")]
        assert [output.is_error for output in outputs] == [True, True]
        assert [output.uncertain for output in outputs] == [False, uncertain]


@in_loop
async def test_a_server_that_breaks_off_or_is_away_ends_the_dialogue() -> None:
    secret = {"openapi_header_env": {"X-Key": "KEY"}}
    async with scripted(lambda _: Reply({"a": 1}, cut=True), {"KEY": "127.0.0.1"}, **secret) as (environment, server):
        for name in ("get", "post"):
            with pytest.raises(ToolServerFailed, match="broke the exchange off") as broken:
                await environment.call(name, {"id": "1"})
            assert broken.value.rule == "tool-server"
            assert "127.0.0.1" not in str(broken.value)
        assert len(server.calls) == 2  # nothing is sent twice
    config = ToolsConfig(openapi_base_url="http://127.0.0.1:1/v1", openapi_execute="all")
    async with open_http("openapi:x", [GET], config, knows={}) as environment:
        with pytest.raises(ToolServerFailed, match=r"openapi:x: http://127\.0\.0\.1:1/v1 cannot be reached"):
            await environment.call("get", {"id": "1"})


@in_loop
async def test_a_server_that_is_away_is_noticed_before_a_call_is_made() -> None:
    library = Library()
    async with library_environment(library) as environment:
        await environment.ready()
        assert library.seen == []
    config = ToolsConfig(openapi_base_url="http://127.0.0.1:1/v1", openapi_execute="all")
    async with open_http("openapi:x", [GET], config, knows={}) as environment:
        with pytest.raises(ToolServerUnavailable, match=r"openapi:x: http://127\.0\.0\.1:1/v1 cannot be reached"):
            await environment.ready()


@in_loop
async def test_after_a_broken_exchange_the_server_is_looked_for_again() -> None:
    async with AsyncExitStack() as opened:
        server = await opened.enter_async_context(loopback(lambda _: Reply({})))
        config = ToolsConfig(openapi_base_url=server.base_url, openapi_execute="all")
        async with open_http("openapi:x", [GET], config, knows={}) as environment:
            await environment.ready()
            assert not (await environment.call("get", {"id": "1"})).is_error
            await opened.aclose()
            await environment.ready()  # it was there a moment ago
            with pytest.raises(ToolServerFailed, match="cannot be reached"):
                await environment.call("get", {"id": "1"})
            with pytest.raises(ToolServerUnavailable):
                await environment.ready()


@in_loop
async def test_redirects_stay_with_the_server() -> None:
    def answer(call: Call) -> Reply:
        where = {
            "/v1/things/near": "/v1/things/there?x=1",
            "/v1/things/far": f"http://localhost:{port}/v1/things/there",
        }
        where |= {
            "/v1/things/round": "/v1/things/round",
            "/v1/things/odd": "http://[",
            "/v1/things/file": "file:///etc",
        }
        if call.path == "/v1/things":
            return Reply(
                b"", status=307 if call.body["id"] == "again" else 303, headers={"Location": "/v1/things/there"}
            )
        return (
            Reply(b"", status=302, headers={"Location": where[call.path]}) if call.path in where else Reply(call.path)
        )

    async with scripted(answer) as (environment, server):
        port = server.base_url.rpartition(":")[2].partition("/")[0]
        assert (await environment.call("get", {"id": "near"})).content == '"/v1/things/there?x=1"'
        far = await environment.call("get", {"id": "far"})
        assert (far.is_error, "redirects to localhost, which is not called" in far.content) == (True, True)
        assert "without end" in (await environment.call("get", {"id": "round"})).content
        assert "redirects to nowhere" in (await environment.call("get", {"id": "odd"})).content
        assert "redirects to nowhere" in (await environment.call("get", {"id": "file"})).content
        assert all(call.headers["Host"].startswith("127.0.0.1:") for call in server.calls)
        server.calls.clear()
        await environment.call("post", {"id": "again"})
        await environment.call("post", {"id": "see other"})
        assert [call.body for call in server.calls] == [{"id": "again"}, {"id": "again"}, {"id": "see other"}, {}]
        assert "Content-Type" not in server.calls[-1].headers


@in_loop
async def test_the_base_url_may_be_spelled_in_capitals() -> None:
    async with loopback(lambda call: Reply(call.path)) as server:
        spelled = server.base_url.replace("http://127.0.0.1", "HTTP://LOCALHOST")
        config = ToolsConfig(openapi_base_url=f"{spelled}/Up%20/", openapi_execute="reads")
        async with open_http("openapi:x", [GET], config, knows={}) as environment:
            assert (await environment.call("get", {"id": "1"})).content == '"/v1/Up%20/things/1"'


@in_loop
async def test_a_secret_is_sent_and_shown_nowhere() -> None:
    def echo(call: Call) -> Reply:
        return Reply({"headers": dict(call.headers), "key": "abc/def==ghi", "url": "?k=abc%2Fdef%3D%3Dghi", "v": "v2"})

    header_env = {"Authorization": "TOKEN", "X-Version": "VERSION"}
    environ = {"TOKEN": "Bearer abc/def==ghi\n", "VERSION": "v2"}
    async with scripted(echo, environ, openapi_header_env=header_env) as (environment, server):
        output = await environment.call("get", {"id": "1"})
        assert server.calls[0].headers["Authorization"] == "Bearer abc/def==ghi"
        assert "abc" not in output.content
        found = json.loads(output.content)
        assert (found["headers"]["Authorization"], found["key"]) == ("[Authorization]", "[Authorization]")
        assert (found["url"], found["v"]) == ("?k=[Authorization]", "v2")
        assert "abc" not in repr(environment.__dict__)
    with pytest.raises(InputError, match="characters that no HTTP header"):
        async with scripted(echo, {"TOKEN": "a\nb", "VERSION": "1"}, openapi_header_env=header_env):
            pass


@in_loop
async def test_a_call_decides_no_header_that_the_user_set() -> None:
    place = HttpParameter("id", "x-zone", "header", Style("simple", explode=False))
    operation = RunnableOperation(GET.tool, HttpOperation("GET", "/things", (place,)))
    async with loopback(lambda _: Reply({})) as server:
        config = ToolsConfig(
            openapi_base_url=server.base_url, openapi_execute="reads", openapi_header_env={"X-Zone": "ZONE"}
        )
        async with open_http("openapi:x", [operation], config, knows={}, environ={"ZONE": "ours"}) as environment:
            assert environment.brief == {}
            await environment.call("get", {"id": "theirs"})
        assert [v for k, v in server.calls[0].headers.items() if k.lower() == "x-zone"] == ["ours"]
