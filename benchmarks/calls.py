"""Calls per second on one core, with everything that a real call needs, beside the floor: `python benchmarks/calls.py`.

floor     aiohttp and orjson alone: write the body, POST, parse
engine    the whole stack but the journal: retries, budget, limits, wire form; then parse and check against the schema
durable   the same with the journal: each answer is on disk before it is used

The server runs in a process of its own on another core, and answers at once. Compare ratios, not times of different days.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import aiohttp
import jsonschema_rs
import orjson

from toolace_mt.config import EngineConfig, Prices
from toolace_mt.engines.base import CallKey, Engine, Message, Request
from toolace_mt.engines.stack import open_engine
from toolace_mt.runs.journal import RunStore

TURNS = {"type": "array", "items": {"type": "object", "properties": {"text": {"type": "string"}}, "required": ["text"]}}
SCHEMA = {"type": "object", "properties": {"turns": TURNS}, "required": ["turns"], "additionalProperties": False}
ANSWER = json.dumps({"turns": [{"text": "some words of an answer " * 6} for _ in range(9)]})  # 1.5 KB
PROMPT = json.dumps({"tools": [{"name": f"tool_{n}", "description": "what it does " * 20} for n in range(18)]})  # 5 KB
CHECK = jsonschema_rs.validator_for(SCHEMA)

Ask = Callable[[int], Awaitable[None]]


class Server(asyncio.Protocol):
    """Answers every POST with the same completion."""

    body = orjson.dumps(
        {
            "model": "bench",
            "choices": [{"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": ANSWER}}],
            "usage": {
                "prompt_tokens": 1300,
                "completion_tokens": 400,
                "prompt_tokens_details": {"cached_tokens": 1000},
            },
        }
    )
    head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
    reply = head % len(body) + body

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport, self.received = transport, b""

    def data_received(self, data: bytes) -> None:
        self.received += data
        while (end := self.received.find(b"\r\n\r\n")) >= 0:
            length = int(self.received[:end].lower().partition(b"content-length:")[2].split(b"\r\n")[0])
            if len(self.received) < end + 4 + length:
                return
            self.received = self.received[end + 4 + length :]
            self.transport.write(self.reply)


async def serve() -> None:
    server = await asyncio.get_running_loop().create_server(Server, "127.0.0.1", 0, backlog=2048)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


def request(number: int) -> Request:
    messages = (Message("system", "You write training dialogues."), Message("user", f"{PROMPT}\n\nDialogue {number}"))
    key = CallKey(f"d{number}", "initialize/0", 0)
    return Request(key, "write_turns", "bench", messages, SCHEMA, seed=number, temperature=0.8, max_tokens=8192)


async def all_calls(ask: Ask, calls: int, in_flight: int) -> tuple[float, float]:
    """(calls per second, CPU milliseconds per call) of `calls` calls, `in_flight` at a time."""
    numbers = iter(range(calls))

    async def lane() -> None:
        for number in numbers:
            await ask(number)

    wall, cpu = time.perf_counter(), time.process_time()
    await asyncio.gather(*(lane() for _ in range(in_flight)))
    return calls / (time.perf_counter() - wall), (time.process_time() - cpu) * 1000 / calls


async def floor(base_url: str, calls: int, in_flight: int) -> tuple[float, float]:
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=in_flight)) as session:

        async def ask(number: int) -> None:
            messages = [{"role": m.role, "content": m.content} for m in request(number).messages]
            body = orjson.dumps({"model": "bench", "messages": messages})
            headers = {"Content-Type": "application/json"}
            async with session.post(f"{base_url}/chat/completions", data=body, headers=headers) as response:
                assert orjson.loads(await response.read())["choices"]

        return await all_calls(ask, calls, in_flight)


async def stack(base_url: str, calls: int, in_flight: int, store: RunStore | None) -> tuple[float, float]:
    config = EngineConfig(model="bench", base_url=base_url, prices=Prices(prompt=2.5, completion=10))

    async with open_engine(config, in_flight=in_flight, store=store, budget_usd=1e6) as engine:
        return await all_calls(asking(engine), calls, in_flight)


def asking(engine: Engine) -> Ask:
    async def ask(number: int) -> None:
        completion = await engine.complete(request(number))
        CHECK.validate(orjson.loads(completion.text))

    return ask


async def durable(base_url: str, calls: int, in_flight: int) -> tuple[float, float]:
    with tempfile.TemporaryDirectory() as folder:
        async with RunStore(Path(folder)) as store:
            return await stack(base_url, calls, in_flight, store)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--calls", type=int, default=10_000)
    parser.add_argument("--in-flight", type=int, nargs="+", default=[64, 512])
    parser.add_argument("--repeat", type=int, default=3, help="the median of so many runs is shown")
    parser.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    gc.set_threshold(100_000, 50, 50)  # as the command line sets it: tasks in flight are many, and no garbage
    cores = sorted(os.sched_getaffinity(0))
    os.sched_setaffinity(0, {cores[-1] if options.serve else cores[0]})
    if options.serve:
        asyncio.run(serve())
        return
    with subprocess.Popen([sys.executable, __file__, "--serve"], stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout
        try:
            measure(f"http://127.0.0.1:{int(server.stdout.readline())}/v1", options)
        finally:
            server.terminate()


def measure(base_url: str, options: argparse.Namespace) -> None:
    print(f"{'in flight':>9}  {'what':8}  {'calls/s':>8}  {'CPU ms/call':>11}  {'of floor':>8}")
    ways = {"floor": floor, "engine": lambda *given: stack(*given, None), "durable": durable}
    for in_flight in options.in_flight:
        results: dict[str, list[tuple[float, float]]] = {name: [] for name in ways}
        for _ in range(options.repeat):  # side by side, so that a slow moment of the machine hits all
            for name, way in ways.items():
                results[name].append(asyncio.run(way(base_url, options.calls, in_flight)))
        best = statistics.median(rate for rate, _ in results["floor"])
        for name, pairs in results.items():
            rate, cpu = (statistics.median(column) for column in zip(*pairs, strict=True))
            print(f"{in_flight:9}  {name:8}  {rate:8,.0f}  {cpu:11.3f}  {rate / best:8.0%}")


if __name__ == "__main__":
    main()
