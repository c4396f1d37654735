"""The model of a server: what its cache gives, and how requests slow each other down."""

from __future__ import annotations

import asyncio
import json
import math
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from toolace_mt.bench.virtual_time import run_virtually
from toolace_mt.engines.base import Message
from toolace_mt.runs.serving.model import HOSTED, VLLM, ServerModel, ServerProfile
from toolace_mt.runs.serving.prefix_cache import PrefixCache
from toolace_mt.runs.serving.processor import SharedProcessor
from toolace_mt.runs.serving.tokens import Prompt, TokenCounter

TRACE = Path(__file__).parents[4] / "shared" / "data" / "llm_call_trace.json"
WORDS = TokenCounter(exact=False)


def prompt(text):
    return WORDS.prompt([Message("user", text)])


def served(profile, *requests):
    """(cached tokens, time of the answer) of requests (begun at, prompt, output tokens)."""

    async def one(model, begun, asked, output):
        await asyncio.sleep(begun)
        service = await model.serve(asked, output)
        return service.cached_tokens, asyncio.get_running_loop().time()

    async def go():
        model = ServerModel(profile)
        return await asyncio.gather(*(one(model, *request) for request in requests))

    return run_virtually(go())


def test_alone_a_request_takes_base_and_its_tokens():
    profile = ServerProfile(base=1.0, prompt=0.5, output=2.0)
    ((cached, ended),) = served(profile, (0, Prompt(10, ()), 3))
    assert (cached, ended) == (0, pytest.approx(1 + 5 + 6))
    ((_, twice_as_fast),) = served(replace(profile, speed=2.0), (0, Prompt(10, ()), 3))
    assert twice_as_fast == pytest.approx(6)


def test_answers_are_slower_where_more_are_written_than_the_server_can_at_full_speed():
    profile = ServerProfile(output=1.0, saturation=2)
    four = served(profile, *[(0, Prompt(1, ()), 10)] * 4)
    assert [ended for _, ended in four] == pytest.approx([20] * 4)
    two = served(profile, *[(0, Prompt(1, ()), 10)] * 2)
    assert [ended for _, ended in two] == pytest.approx([10] * 2)
    never_full = served(replace(profile, saturation=0), *[(0, Prompt(1, ()), 10)] * 4)
    assert [ended for _, ended in never_full] == pytest.approx([10] * 4)


def test_a_prefill_slows_down_those_who_write():
    # 10 s of writing with half of the accelerator; from 2 s on a prompt asks for all of it: 1 + 1/2 in all.
    profile = ServerProfile(prompt=1.0, output=1.0, saturation=2)
    (_, writer), _ = served(profile, (0, Prompt(0, ()), 10), (2, Prompt(4, ()), 0))
    assert writer == pytest.approx(10 + 4 * 0.5)


def test_a_prefix_is_cached_from_the_end_of_its_prefill_on():
    text = "a long beginning that all share. " * 20
    profile = ServerProfile(prompt=0.01, cache=16)
    asked = prompt(text + "one"), prompt(text + "another")
    together = served(profile, (0, asked[0], 1), (0, asked[1], 1))
    assert [cached for cached, _ in together] == [0, 0]
    later = served(profile, (0, asked[0], 1), (100, asked[1], 1))
    assert later[1][0] >= 16 * (len(text) // 64)
    assert later[1][0] % 16 == 0


def test_one_accelerator_takes_prompts_one_after_another_so_the_second_finds_the_first():
    text = "a long beginning that all share. " * 20
    profile = ServerProfile(prompt=0.01, cache=16, saturation=4)
    (first, _), (second, _) = served(profile, (0, prompt(text + "one"), 1), (0, prompt(text + "another"), 1))
    assert first == 0
    assert second > 0


def test_openai_caches_from_1024_tokens_on_in_steps_of_128():
    cache = PrefixCache(smallest=1024, step=128, capacity=100_000)
    short, long = prompt("x" * 4 * 900), prompt("y" * 4 * 1500)
    cache.keep(short)
    cache.keep(long)
    assert cache.cached_tokens(short) == 0
    assert cache.cached_tokens(long) == 1408


def test_what_was_not_used_for_longest_is_dropped_and_its_end_first():
    cache = PrefixCache(smallest=16, step=16, capacity=160)
    first, second = prompt("a" * 4 * 100), prompt("b" * 4 * 100)
    cache.keep(first)
    cache.keep(second)
    assert cache.cached_tokens(second) == len(second.blocks) * 16
    assert 0 < cache.cached_tokens(first) < len(first.blocks) * 16


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.floats(0.01, 5), st.sampled_from([0.0, 0.1, 0.5, 1.0])), min_size=1, max_size=12))
def test_no_work_is_lost_or_done_twice(jobs):
    async def go():
        processor = SharedProcessor()
        loop = asyncio.get_running_loop()

        async def one(seconds, share):
            await processor.work(seconds, share)
            return loop.time()

        ended = await asyncio.gather(*(one(*job) for job in jobs))
        return processor.busy, ended

    busy, ended = run_virtually(go())
    assert busy == pytest.approx(sum(seconds * share for seconds, share in jobs))
    for (seconds, _), end in zip(jobs, ended, strict=True):
        assert end >= seconds - 1e-6
    asked = sum(share for _, share in jobs)
    assert max(ended) <= max(seconds for seconds, _ in jobs) * max(1.0, asked) + 1e-6


@given(st.text(alphabet='ab é{}"\\n', max_size=200), st.text(alphabet='ab é{}"\\n', max_size=200))
def test_equal_beginnings_are_equal_blocks(one, other):
    first, second = prompt(one), prompt(one + other)
    shared = [a == b for a, b in zip(first.blocks, second.blocks, strict=False)]
    whole = (len("<|im_start|>user\n") + len(one)) // 64
    assert all(shared[:whole])


def test_tokens_are_those_of_o200k_where_it_is_installed():
    pytest.importorskip("rs_bpe")
    counter = TokenCounter()
    assert counter.name == "o200k_base"
    assert counter.count("hello world") == 2
    assert WORDS.name == "characters/4"
    assert WORDS.count("hello world") == 3


def test_a_hosted_api_puts_the_schema_before_all_messages():
    messages = [Message("system", "Be kind. " * 100)]
    bare, one, other = (WORDS.prompt(messages, schema) for schema in ("", '{"a": 1}', '{"b": 2}'))
    assert one.tokens > bare.tokens
    assert one.blocks[0] != other.blocks[0]
    assert HOSTED.schema_first
    assert not VLLM.schema_first


@pytest.mark.skipif(not TRACE.exists(), reason="needs ../shared/data/llm_call_trace.json")
def test_the_profiles_are_the_published_fits():
    runs = json.loads(TRACE.read_text())
    agent = runs["tau2 retail gpt-4.1 (2025-08-01) / agent"]["linear_fit"]
    assert (HOSTED.base, HOSTED.output) == (agent["intercept_s"], agent["s_per_output_token"])
    single = runs["BFCL single-turn gpt-4o-2024-08-06-FC (2024-08-11, hosted API)"]["linear_fit"]
    assert HOSTED.prompt == pytest.approx(single["s_per_input_token"], rel=0.01)
    vllm = runs["BFCL v4 multi_turn openai_gpt-oss-120b on vLLM, run v0.11.0"]["linear_fit"]
    assert (VLLM.base, VLLM.output) == (vllm["intercept_s"], vllm["s_per_output_token"])


class FarLoop(asyncio.SelectorEventLoop):
    """A loop whose clock has come far, where 1e-9 s more are no later; it stands still while code runs."""

    def __init__(self, now):
        super().__init__()
        self.now = now
        self.steps = 0
        self._clock_resolution = 4 * math.ulp(now)

    def time(self):
        return self.now

    def _run_once(self):
        self.steps += 1
        assert self.steps < 1000, "it does not come to an end"
        if not self._ready and self._scheduled:
            self.now = max(self.now, self._scheduled[0]._when)
        super()._run_once()


@pytest.mark.parametrize("now", [2.0**24, 2.0**26 + 0.1, 1e9])
def test_work_ends_on_a_clock_that_has_come_far(now):
    async def go():
        processor = SharedProcessor()
        await asyncio.gather(*(processor.work(0.1 * n, 0.3) for n in range(1, 9)))
        return asyncio.get_running_loop().time() - now

    with asyncio.Runner(loop_factory=lambda: FarLoop(now)) as runner:
        took = runner.run(go())
    assert took == pytest.approx(sum(0.1 * n * 0.3 for n in range(1, 9)), rel=0.2)
