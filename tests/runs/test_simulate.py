"""The simulated server, met by the real client over HTTP."""

from __future__ import annotations

import asyncio
import builtins
import importlib
import signal
import socket
import subprocess
import sys
import threading
from contextlib import contextmanager

import aiohttp
import orjson
import pytest

from tests.doubles.engines import FunctionEngine, echo, make_completion, make_request
from toolace_mt.cli.simulate import command as simulate_command
from toolace_mt.config import EngineConfig
from toolace_mt.engines.dialect import Dialect
from toolace_mt.engines.openai import open_openai
from toolace_mt.engines.wire import encode_request
from toolace_mt.errors import InputError, ProviderError
from toolace_mt.runs.faults import Faults, parse_faults, parse_latency
from toolace_mt.runs.serving.model import ServerProfile
from toolace_mt.runs.simulate import make_app, read_request, serve

uvicorn = pytest.importorskip("uvicorn")


@contextmanager
def serving(engine, faults="", latency=""):
    """The base URL of a simulated server, run in a thread of its own."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen(128)
        app = make_app(engine, parse_latency(latency), parse_faults(faults))
        server = uvicorn.Server(uvicorn.Config(app, log_level="critical", timeout_graceful_shutdown=1))
        thread = threading.Thread(target=lambda: asyncio.run(server.serve(sockets=[listening])))
        thread.start()
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}/v1"
        finally:
            server.should_exit = True
            thread.join()


def ask(base_url, *requests, **config):
    async def go():
        settings = EngineConfig(model="offline", base_url=base_url, timeout=10, **config)
        async with open_openai(settings, in_flight=32) as engine:
            return await asyncio.gather(*map(engine.complete, requests), return_exceptions=True)

    return asyncio.run(go())


def test_the_engine_gets_the_request_as_it_was_sent():
    engine = FunctionEngine(echo)
    request = make_request("abc", temperature=0.5, top_p=0.9)
    with serving(engine) as base_url:
        (completion,) = ask(base_url, request)
    assert completion.text == "cba"
    assert completion.usage == echo(request).usage
    got = engine.requests[0]
    for name in ("operation", "model", "messages", "schema", "seed", "temperature", "top_p", "max_tokens"):
        assert getattr(got, name) == getattr(request, name)


@pytest.mark.parametrize("structure", ["json_object", "text"])
def test_without_a_schema_the_operation_stands_in_the_instruction(structure):
    engine = FunctionEngine(echo)
    with serving(engine) as base_url:
        ask(base_url, make_request("{}\n\n# Operation: fill_turns\nDo it."), structured_output=structure)
    assert engine.requests[0].operation == "fill_turns"


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"not json", "the body"),
        (b'{"model": "m"}', "messages"),
        (b'{"messages": [{"role": "user"}], "stream": true}', "stream"),
        (b'{"messages": [{"role": "user", "content": "hello"}]}', "operation"),
        (b'{"messages": [{"role": "user", "content": [{"type": "text", "text": "# Operation: x"}]}]}', None),
    ],
)
def test_bodies_that_cannot_be_used_are_refused(body, said):
    if said is None:
        assert read_request(body).operation == "x"
        return
    with pytest.raises(ProviderError, match=said):
        read_request(body)

    async def post(base_url):
        async with (
            aiohttp.ClientSession() as session,
            session.post(f"{base_url}/chat/completions", data=body) as response,
        ):
            return response.status, await response.json()

    with serving(FunctionEngine(echo)) as base_url:
        status, answer = asyncio.run(post(base_url))
    assert status == 400
    assert said in answer["error"]["message"]


def test_models_are_listed():
    async def get(base_url):
        async with aiohttp.ClientSession() as session, session.get(f"{base_url}/models") as response:
            return await response.json()

    with serving(FunctionEngine(echo)) as base_url:
        assert asyncio.run(get(base_url))["data"][0]["id"] == "offline"


@pytest.mark.parametrize(
    ("fault", "kind"),
    [("rate_limit", "rate-limit"), ("server", "server"), ("drop", "server")],
)
def test_faults_of_the_transport(fault, kind):
    with serving(FunctionEngine(echo), faults=f"{fault}=1") as base_url:
        (error,) = ask(base_url, make_request("x" * 3000))
    assert isinstance(error, ProviderError)
    assert error.kind == kind
    assert error.retry_after == (1.0 if fault == "rate_limit" else None)


def test_faults_of_the_answer():
    answers = {}
    for fault in ("refuse", "truncate", "garbage"):
        with serving(FunctionEngine(lambda _: make_completion('{"answer": 12}')), faults=f"{fault}=1") as base_url:
            (answers[fault],) = ask(base_url, make_request())
    assert answers["refuse"].refusal
    assert answers["refuse"].text == ""
    assert (answers["truncate"].text, answers["truncate"].finish_reason) == ('{"answe', "length")
    with pytest.raises(orjson.JSONDecodeError):
        orjson.loads(answers["garbage"].text)


def test_faults_depend_on_the_request_and_its_count_alone():
    bodies = [encode_request(make_request(str(n)), Dialect()) for n in range(400)]

    def met(order):
        faults = parse_faults("server=0.25,drop=0.25")
        return {body: [faults.draw(body), faults.draw(body)] for body in order}

    first = met(bodies)
    assert first == met(reversed(bodies))
    drawn = [fault for pair in first.values() for fault in pair]
    for fault in ("server", "drop"):
        assert 0.2 < drawn.count(fault) / len(drawn) < 0.3
    # What failed may pass when it is tried again.
    assert any(pair[0] and not pair[1] for pair in first.values())
    assert Faults().draw(bodies[0]) is None


def test_a_server_that_has_seen_the_requests_has_other_faults_for_them():
    bodies = [str(n).encode() for n in range(100)]
    first, fresh = parse_faults("server=0.5"), parse_faults("server=0.5")
    met = [first.draw(body) for body in bodies]
    assert met == [fresh.draw(body) for body in bodies]
    assert met != [first.draw(body) for body in bodies]
    assert "fresh server" in (simulate_command.help or "")


def test_latency_says_what_the_server_is_like():
    assert parse_latency("") == ServerProfile()
    assert parse_latency("base=0.2, prompt=0.001,output=0.01") == ServerProfile(0.2, 0.001, 0.01)
    full = parse_latency("output=0.01,saturation=64,cache=128,speed=10")
    assert full == ServerProfile(0, 0, 0.01, saturation=64, cache=128, speed=10)
    large = parse_latency("cache=128,cache_tokens=50000000")
    assert (large.cache_tokens, ServerProfile().cache_tokens) == (50_000_000, 400_000)


@pytest.mark.parametrize(
    "text", ["saturation=1.5", "cache=7", "speed=0", "base=-1", "warmth=3", "cache_tokens=0", "cache_tokens=1.5"]
)
def test_latencies_that_cannot_be_are_named(text):
    with pytest.raises(InputError, match="--latency"):
        parse_latency(text)


def test_a_prompt_that_the_server_has_seen_comes_from_its_cache():
    long = make_request("{}\n\n# Operation: echo\n" + "Tell me more about the weather. " * 50)
    with serving(FunctionEngine(echo), latency="cache=16") as base_url:
        (first,), (again,) = ask(base_url, long), ask(base_url, long)
    assert first.usage.cached_prompt_tokens == 0
    assert again.usage.prompt_tokens == first.usage.prompt_tokens
    assert again.usage.cached_prompt_tokens >= 0.9 * again.usage.prompt_tokens


@pytest.mark.parametrize("text", ["sever=0.1", "server", "server=x", "server=-1", "server=nan", "server=0.6,drop=0.6"])
def test_options_that_cannot_be_are_named(text):
    with pytest.raises(InputError, match="--faults"):
        parse_faults(text)


def test_a_port_in_use_is_said():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(InputError, match=f"--port {port}"):
            serve(FunctionEngine(echo), port=port)


def test_the_command_serves_until_interrupted():
    command = [sys.executable, "-c", "from toolace_mt.cli import main; main()", "simulate", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        base_url = process.stdout.readline().split("--base-url ")[1].split()[0]
        (error,) = ask(base_url, make_request(operation="no_such_operation"))
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=10)
    assert isinstance(error, ProviderError)
    assert error.status == 400
    assert (process.returncode, said) == (0, "")


def test_without_the_extra_the_way_to_it_is_said(monkeypatch):
    real = builtins.__import__

    def without_uvicorn(name, *args, **kwargs):
        if name == "uvicorn":
            raise ImportError("no uvicorn", name="uvicorn")
        return real(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", without_uvicorn)
    monkeypatch.delitem(sys.modules, "toolace_mt.runs.simulate")
    with pytest.raises(InputError, match=r"uvicorn.*pip install 'toolace-mt\[simulate\]'"):
        importlib.import_module("toolace_mt.runs.simulate")
