"""The OpenAI engine against a real HTTP server on loopback."""

from __future__ import annotations

import asyncio
import socket
import time

import pytest

from tests.doubles.engines import make_request
from tests.doubles.loopback import Reply, answer_body, error_body, loopback
from toolace_mt.config import EngineConfig
from toolace_mt.engines.openai import find_endpoint, open_openai
from toolace_mt.errors import InputError, ProviderError

KEY = "sk-very-secret-123"


@pytest.fixture(autouse=True)
def key(monkeypatch):
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY", "OPENAI_API_KEY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TEST_KEY", KEY)


def talk(answer, *requests, notify=None, base_url=None, **config):
    """Send `requests` at once to a server that answers with `answer`; gives results (or errors) and the server's calls."""

    async def go():
        async with loopback(answer) as server:
            fields = {
                "model": "some-model",
                "base_url": base_url or server.base_url,
                "api_key_env": "TEST_KEY",
                "timeout": 5.0,
            }
            settings = EngineConfig(**{**fields, **config})
            async with open_openai(settings, in_flight=64, notify=notify or (lambda _: None)) as engine:
                assert KEY not in repr(engine)
                asked = requests or (make_request(),)
                return await asyncio.gather(*map(engine.complete, asked), return_exceptions=True), server.calls

    return asyncio.run(go())


def failure(answer, **config):
    (error,), _ = talk(answer, **config)
    assert isinstance(error, ProviderError), error
    assert KEY not in str(error) + repr(error)
    assert error.__cause__ is None
    return error


def test_one_post_with_the_key_in_its_header():
    (completion,), calls = talk(lambda _: Reply(answer_body("hi")))
    assert (completion.text, completion.model) == ("hi", "served")
    assert completion.usage.cached_prompt_tokens == 4
    assert [call.path for call in calls] == ["/v1/chat/completions"]
    assert calls[0].headers["Authorization"] == f"Bearer {KEY}"
    assert calls[0].structure == "json_schema"


def test_without_a_key_no_header_is_sent(monkeypatch):
    monkeypatch.delenv("TEST_KEY")
    _, calls = talk(lambda _: Reply(answer_body()))
    assert "Authorization" not in calls[0].headers


def test_a_missing_key_that_is_needed_is_named(monkeypatch):
    monkeypatch.delenv("TEST_KEY")
    error = failure(lambda _: Reply(error_body("missing bearer token"), status=401))
    assert error.kind == "authentication"
    assert "set the environment variable TEST_KEY" in str(error)


@pytest.mark.parametrize("status", [401, 403])
def test_a_refused_key_is_named_but_never_shown(status):
    error = failure(lambda _: Reply(error_body(f"Incorrect API key provided: {KEY}"), status=status))
    assert error.kind == "authentication"
    assert "TEST_KEY" in str(error)
    assert "[key]" in str(error)


@pytest.mark.parametrize(
    ("reply", "kind", "said"),
    [
        (Reply(error_body("The model `x` does not exist"), status=404), "refused", "usually ends in /v1"),
        (Reply(error_body("maximum context length is 8 tokens"), status=400), "refused", "context length"),
        (Reply(error_body("boom"), status=500), "server", "HTTP 500: boom"),
        (Reply(error_body("loading model"), status=503), "overloaded", "loading model"),
        (Reply(b"", status=307, headers={"Location": "https://other/v1"}), "refused", "redirects to https://other/v1"),
        (Reply(b"<html><title>Hello</title>", headers={"Content-Type": "text/html"}), "protocol", "no chat completion"),
        (Reply(b'{"choices": [', headers={}), "protocol", "no chat completion"),
        (Reply({"choices": []}), "protocol", "no choices"),
        (Reply(answer_body("x" * 1000), cut=True), "server", "broke the exchange off"),
        (Reply(answer_body(), delay=0.5), "timeout", "in time"),
        (Reply(b"not gzip", headers={"Content-Encoding": "gzip"}), "server", "broke the exchange off"),
    ],
)
def test_failures_have_a_kind_and_name_the_address(reply, kind, said):
    error = failure(lambda _: reply, timeout=0.2, structured_output="json_schema")
    assert error.kind == kind
    assert said in str(error)
    assert str(error).startswith("http://127.0.0.1:")


def test_a_rate_limit_says_how_long_to_wait():
    error = failure(lambda _: Reply(error_body("slow down"), status=429, headers={"Retry-After": "7"}))
    assert (error.kind, error.status, error.retry_after) == ("rate-limit", 429, 7.0)


@pytest.mark.parametrize(
    ("reply", "text"),
    [
        (
            Reply(
                error_body("The model produced output that does not match the expected peg-native format"), status=500
            ),
            "",
        ),
        (
            Reply(
                error_body("Failed to generate JSON", code="json_validate_failed", failed_generation='{"answer": "ye'),
                status=400,
            ),
            '{"answer": "ye',
        ),
    ],
)
def test_output_that_the_server_could_not_parse_is_an_unusable_answer_not_a_failure(reply, text):
    (completion,), calls = talk(lambda _: reply)
    assert (completion.text, completion.finish_reason) == (text, "error")
    assert len(calls) == 1


@pytest.mark.parametrize("status", [200, 500])
def test_an_answer_without_end_is_read_no_further(monkeypatch, status):
    monkeypatch.setattr("toolace_mt.engines.openai.LONGEST_BODY", 100_000)
    error = failure(lambda _: Reply(b" " * 2**24, status=status))
    assert (error.kind, error.retryable) == ("protocol", True)
    assert "its answer is longer than" in str(error)
    (completion,), _ = talk(lambda _: Reply(answer_body("x" * 90_000)))
    assert len(completion.text) == 90_000


def test_null_content_is_an_empty_completion():
    (completion,), _ = talk(lambda _: Reply(answer_body(None)))
    assert completion.text == ""


def test_nobody_listens():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{taken.getsockname()[1]}/v1"
        begun = time.monotonic()
        error = failure(lambda _: Reply(b""), base_url=address)
    assert error.kind == "connection"
    assert "cannot be reached: Connection refused" in str(error)
    assert address in str(error)
    assert time.monotonic() - begun < 2


def test_a_cancelled_call_leaves_the_engine_usable():
    async def go():
        async with loopback(lambda call: Reply(answer_body(), delay=30 if call.number == 0 else 0)) as server:
            config = EngineConfig(model="m", base_url=server.base_url)
            async with open_openai(config, in_flight=1) as engine:
                slow = asyncio.create_task(engine.complete(make_request()))
                await asyncio.wait_for(server.called.wait(), 5)
                slow.cancel()
                with pytest.raises(asyncio.CancelledError):
                    await slow
                return await engine.complete(make_request())

    assert asyncio.run(asyncio.wait_for(go(), 5)).text == '{"answer": "yes"}'


# What the server does not take: learned once, for all.


def takes_only(*structures, message="response_format is not supported", status=400):
    def answer(call):
        if call.structure in structures:
            return Reply(answer_body(call.structure), delay=0.02)
        return Reply(error_body(message), status=status)

    return answer


@pytest.mark.parametrize(
    ("message", "status"),
    [
        ("This response_format type is unavailable now", 400),
        ("response_format: Input should be 'text'", 422),
        ("failed to parse grammar", 500),
        ("guided decoding is not built in", 501),
        ("bad request", 400),
    ],
)
@pytest.mark.parametrize("taken", ["json_object", "text"])
def test_a_weaker_response_format_is_learned_together(message, status, taken):
    notes = []
    requests = [make_request(str(n)) for n in range(64)]
    results, calls = talk(takes_only(taken, message=message, status=status), *requests, notify=notes.append)
    assert [r.text for r in results] == [taken] * 64
    # Each of those already sent is refused once; one caller learns, and all others go straight to what works.
    assert len(calls) <= 64 + 64 + 2
    assert len(notes) == 1
    assert "response_format json_schema" in notes[0]


def test_what_was_learned_is_remembered():
    async def go():
        async with loopback(takes_only("text")) as server:
            async with open_openai(EngineConfig(model="m", base_url=server.base_url), in_flight=4) as engine:
                for _ in range(3):
                    await engine.complete(make_request())
            return [call.structure for call in server.calls]

    assert asyncio.run(go()) == ["json_schema", "json_object", "text", "text", "text"]


def test_one_schema_that_is_refused_costs_only_its_own_operation_the_format():
    def answer(call):
        schema = call.body.get("response_format", {}).get("json_schema")
        if schema and schema["name"] == "hard":
            return Reply(error_body("json_schema: recursion is not supported"), status=400)
        return Reply(answer_body(call.structure))

    async def go():
        async with (
            loopback(answer) as server,
            open_openai(EngineConfig(model="m", base_url=server.base_url), in_flight=4) as engine,
        ):
            names = ("easy", "hard", "easy", "hard")
            return [(await engine.complete(make_request(operation=name))).text for name in names]

    assert asyncio.run(go()) == ["json_schema", "json_object", "json_schema", "json_object"]


def test_a_request_refused_in_every_form_is_refused():
    answers = iter(range(100))
    (error, *_), calls = talk(lambda _: Reply(error_body(f"bad request {next(answers)}"), status=400))
    assert (error.kind, error.status) == ("refused", 400)
    assert [call.structure for call in calls] == ["json_schema", "json_object", "text"]


def test_guessing_about_unspecific_refusals_ends():
    requests = [make_request(str(n)) for n in range(32)]
    results, calls = talk(lambda _: Reply(error_body("bad request"), status=400), *requests)
    assert all(isinstance(r, ProviderError) for r in results)
    assert len(calls) <= 32 + 3 * 2


def test_a_chosen_response_format_is_kept():
    (error,), calls = talk(takes_only("text"), structured_output="json_object")
    assert error.kind == "refused"
    assert [call.structure for call in calls] == ["json_object"]


def test_a_passing_500_does_not_cost_the_format_once_it_worked():
    def answer(call):
        return Reply(error_body("grammar stack is empty"), status=500) if call.number == 1 else Reply(answer_body())

    async def go():
        async with (
            loopback(answer) as server,
            open_openai(EngineConfig(model="m", base_url=server.base_url), in_flight=4) as engine,
        ):
            await engine.complete(make_request())
            with pytest.raises(ProviderError, match="grammar"):
                await engine.complete(make_request())
            await engine.complete(make_request())
            return [call.structure for call in server.calls]

    assert asyncio.run(go()) == ["json_schema"] * 3


def test_a_busy_server_teaches_nothing_and_costs_no_guess():
    def answer(call):
        if call.structure == "json_schema":
            return Reply(error_body("bad request"), status=400)
        busy = call.number < 10
        return Reply(error_body("slow down"), status=429) if busy else Reply(answer_body(call.structure))

    async def go():
        async with (
            loopback(answer) as server,
            open_openai(EngineConfig(model="m", base_url=server.base_url), in_flight=4) as engine,
        ):
            for _ in range(5):
                with pytest.raises(ProviderError) as caught:
                    await engine.complete(make_request())
                assert caught.value.kind == "rate-limit"
            return await engine.complete(make_request())

    assert asyncio.run(go()).text == "json_object"


def test_a_call_that_comes_while_others_learn_waits_for_what_they_learn():
    async def go():
        async with (
            loopback(takes_only("text")) as server,
            open_openai(EngineConfig(model="m", base_url=server.base_url), in_flight=4) as engine,
        ):
            first = asyncio.create_task(engine.complete(make_request("first")))
            while len(server.calls) < 3:
                server.called.clear()
                await server.called.wait()
            await asyncio.gather(first, engine.complete(make_request("second")))
            return [(call.body["messages"][-1]["content"][:6], call.structure) for call in server.calls[2:]]

    assert asyncio.run(asyncio.wait_for(go(), 5)) == [("first\n", "text"), ("second", "text")]


def test_parameters_are_renamed_and_dropped_as_the_server_says():
    def answer(call):
        if "max_tokens" in call.body:
            text = "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead."
            return Reply(error_body(text, param="max_tokens"), status=400)
        for field in ("temperature", "seed"):
            if field in call.body:
                return Reply(error_body(f"Unsupported value: '{field}' does not support that", param=field), status=400)
        return Reply(answer_body())

    requests = [make_request(str(n)) for n in range(16)]
    results, calls = talk(answer, *requests)
    assert [r.text for r in results] == ['{"answer": "yes"}'] * 16
    assert calls[-1].body["max_completion_tokens"] == 1000
    assert calls[-1].structure == "json_schema"
    assert len(calls) <= 16 + 16 + 3


# Addresses and keys.


@pytest.mark.parametrize(
    ("base_url", "url"),
    [
        (None, "https://api.openai.com/v1/chat/completions"),
        ("http://h:8000/v1", "http://h:8000/v1/chat/completions"),
        ("http://h:8000/v1/", "http://h:8000/v1/chat/completions"),
        ("http://h:8000", "http://h:8000/chat/completions"),
        (" http://h/v1/chat/completions ", "http://h/v1/chat/completions"),
        ("http://[::1]:8000/v1", "http://[::1]:8000/v1/chat/completions"),
        ("https://h/openai/d?api-version=3", "https://h/openai/d/chat/completions?api-version=3"),
    ],
)
def test_the_path_is_appended_to_the_base_url(base_url, url):
    endpoint = find_endpoint(EngineConfig(model="m", base_url=base_url))
    assert endpoint.url == url
    assert "?" not in endpoint.shown


@pytest.mark.parametrize("base_url", ["h:8000/v1", "ftp://h", "http://", "http://h:port/v1", "http://[::1", ""])
def test_a_base_url_that_is_none_is_the_users_to_mend(base_url):
    with pytest.raises(InputError, match="--base-url"):
        find_endpoint(EngineConfig(model="m", base_url=base_url or "   "))


def test_a_password_in_the_address_is_refused_and_not_shown():
    for scheme in ("http", "ftp"):
        with pytest.raises(InputError) as caught:
            find_endpoint(EngineConfig(model="m", base_url=f"{scheme}://me:hunter2@h/v1"))
        assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize("bad", ["sk-\nInjected: 1", "schl\u00fcssel"])
def test_a_key_that_cannot_be_one_is_refused_and_not_shown(monkeypatch, bad):
    monkeypatch.setenv("TEST_KEY", bad)
    with pytest.raises(InputError, match="TEST_KEY") as caught:
        find_endpoint(EngineConfig(model="m", api_key_env="TEST_KEY"))
    assert bad not in str(caught.value)


def test_a_key_with_a_stray_line_end_works(monkeypatch):
    monkeypatch.setenv("TEST_KEY", KEY + "\r\n")
    _, calls = talk(lambda _: Reply(answer_body()))
    assert calls[0].headers["Authorization"] == f"Bearer {KEY}"


def test_fields_that_are_not_the_users_are_refused():
    with pytest.raises(InputError, match="stream"):
        find_endpoint(EngineConfig(model="m", extra={"stream": True}))


def test_several_answers_per_request_are_refused():
    with pytest.raises(InputError, match="leave n out"):
        find_endpoint(EngineConfig(model="m", extra={"n": 4}))


def test_proxies_come_from_the_environment(monkeypatch):
    def proxy(base_url="http://h/v1"):
        return find_endpoint(EngineConfig(model="m", base_url=base_url)).proxy

    assert proxy() is None
    monkeypatch.setenv("http_proxy", "proxy.example:3128")
    assert proxy() == "http://proxy.example:3128"
    assert proxy("https://h/v1") is None
    monkeypatch.setenv("no_proxy", "h")
    assert proxy() is None
    monkeypatch.setenv("http_proxy", "socks5://proxy.example")
    with pytest.raises(InputError, match="socks5"):
        proxy("http://other/v1")


def test_a_proxy_that_refuses_does_not_show_its_password(monkeypatch):
    monkeypatch.setenv("http_proxy", "http://me:hunter2@127.0.0.1:9")
    error = failure(lambda _: Reply(b""), base_url="http://somewhere.invalid/v1")
    assert error.kind == "connection"
    assert "hunter2" not in str(error)


def test_requests_go_through_the_proxy(monkeypatch):
    async def go():
        async with loopback(lambda _: Reply(answer_body("by proxy"))) as server:
            monkeypatch.setenv("http_proxy", server.base_url.removesuffix("/v1"))
            config = EngineConfig(model="m", base_url="http://somewhere.invalid/v1")
            async with open_openai(config, in_flight=4) as engine:
                completion = await engine.complete(make_request())
            return completion, server.calls[0].headers["Host"]

    completion, host = asyncio.run(go())
    assert (completion.text, host) == ("by proxy", "somewhere.invalid")
