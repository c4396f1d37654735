"""Traces read back, their token ids, and the order in which calls are handed out."""

from __future__ import annotations

import json
import weakref

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from toolace_mt.bench import gpu_replay
from toolace_mt.bench.gpu_replay import command, replay
from toolace_mt.bench.replay import Schedule, TracedCall, TracedMethod, read_trace, token_ids
from toolace_mt.errors import InputError

HEAD = {"method": "mas", "attempted": 2, "accepted": ["a"]}


def call(number, dialogue="a", after=(), prefix_of=None, prefix_tokens=0, prompt=40):
    return TracedCall(
        dialogue=dialogue,
        number=number,
        prompt_tokens=prompt,
        output_tokens=3,
        after=list(after),
        prefix_of=prefix_of,
        prefix_tokens=prefix_tokens,
    )


def write(tmp_path, *lines):
    file = tmp_path / "trace.jsonl"
    file.write_text("\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines))
    return file


def test_a_trace_is_read_back(tmp_path):
    (method,) = read_trace(write(tmp_path, HEAD, call(0).model_dump(), call(1, "b", prefix_of=0).model_dump()))
    assert (method.name, method.accepted) == ("mas", {"a"})
    assert [c.number for c in method.calls] == [0, 1]
    assert [c.dialogue for c in method.first(1).calls] == ["a"]


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ([], "holds no calls"),
        ([HEAD], "holds no calls"),
        (["{"], ":1: the line"),
        ([call(0).model_dump()], ":1: a call stands before"),
        ([HEAD, call(1).model_dump()], ":2: number"),
        ([HEAD, call(0, after=[0]).model_dump()], ":2: number"),
        ([HEAD, call(0, prefix_of=0).model_dump()], ":2: prefix_of"),
        ([HEAD, call(0).model_dump(), call(1, prefix_of=0, prefix_tokens=41).model_dump()], ":3: prefix_tokens"),
        ([HEAD, {**call(0).model_dump(), "prompt_tokens": -1}], ":2: prompt_tokens"),
    ],
)
def test_what_is_no_trace_is_named_by_its_line(tmp_path, lines, said):
    with pytest.raises(InputError, match=said):
        read_trace(write(tmp_path, *lines))


def test_a_missing_trace_is_said(tmp_path):
    with pytest.raises(InputError, match="cannot be read"):
        read_trace(tmp_path / "none.jsonl")


def test_prompts_share_what_the_real_ones_shared():
    calls = [call(0), call(1, prefix_of=0, prefix_tokens=32), call(2, "b", prompt=50)]
    ids = token_ids(TracedMethod("mas", frozenset(), calls), 1000)
    assert [len(ids[n]) for n in range(3)] == [40, 40, 50]
    assert ids[0][:32] == ids[1][:32]
    assert ids[0][32:] != ids[1][32:]
    assert ids[2][:8] != ids[0][:8]


@settings(max_examples=40)
@given(st.data(), st.integers(1, 4))
def test_no_call_is_handed_out_before_those_that_it_waits_for(data, at_once):
    calls = []
    for number in range(data.draw(st.integers(1, 15))):
        dialogue = data.draw(st.sampled_from("abc"))
        own = [c.number for c in calls if c.dialogue == dialogue]
        calls.append(call(number, dialogue, after=data.draw(st.sets(st.sampled_from(own))) if own else ()))
    schedule = Schedule(calls, at_once)
    ready, answered = schedule.begin(), []
    while ready:
        assert len({c.dialogue for c in ready}) <= at_once
        position = data.draw(st.integers(0, len(ready) - 1))
        one = ready.pop(position)
        assert set(one.after) <= set(answered)
        answered.append(one.number)
        ready += schedule.done(one.number)
    assert sorted(answered) == list(range(len(calls)))
    assert schedule.finished == {c.dialogue for c in calls}


class Counting:
    """A replay engine that answers the oldest call."""

    name = "counting"

    def __init__(self):
        self.sent, self.waiting = [], []

    def submit(self, number, ids, output_tokens):
        self.sent.append((number, len(ids), output_tokens))
        self.waiting.append(number)

    def answered(self):
        return [self.waiting.pop(0)]

    def close(self):
        self.sent.clear()


def test_a_replay_sends_every_call_and_counts_accepted_dialogues():
    calls = [call(0), call(1, after=[0]), call(2, "b")]
    engine = Counting()
    done = replay(TracedMethod("mas", frozenset("a"), calls), engine, 1000, at_once=1, limit_s=60)
    assert engine.sent == [(0, 40, 3), (1, 40, 3), (2, 40, 3)]
    assert (done.dialogues, done.accepted, done.calls) == (2, 1, 3)
    assert done.seconds_per_accepted == done.seconds


def test_when_the_time_is_up_no_further_dialogue_is_begun():
    calls = [call(0), call(1, after=[0]), call(2, "b")]
    done = replay(TracedMethod("mas", frozenset("ab"), calls), Counting(), 1000, at_once=1, limit_s=-1)
    assert (done.dialogues, done.calls) == (1, 2)


@pytest.fixture
def opened(monkeypatch):
    """Engines that were opened, and how many lived when the next was."""
    engines, alive = [], []

    def open_one(*_):
        alive.append(sum(engine() is not None for engine in engines))
        engine = Counting()
        engine.itself = engine  # as engines are in a ring of references
        engines.append(weakref.ref(engine))
        return engine

    monkeypatch.setattr(gpu_replay, "_open_transformers", open_one)
    monkeypatch.setattr(gpu_replay, "_found", lambda _: object())
    return alive


def replayed(tmp_path, *more, methods="abc"):
    lines = [
        line for name in methods for line in ({**HEAD, "method": name}, call(0).model_dump(), call(1).model_dump())
    ]
    return CliRunner().invoke(command, [str(write(tmp_path, *lines)), "--shape", "tiny", "--device", "cpu", *more])


def test_an_engine_is_gone_before_the_next_is_opened(tmp_path, opened):
    result = replayed(tmp_path)
    assert result.exit_code == 0, result.exception
    assert opened == [0, 0, 0]


def test_the_first_call_is_neither_timed_nor_counted(tmp_path, opened, monkeypatch):
    sent = []
    monkeypatch.setattr(Counting, "close", lambda self: sent.append([number for number, *_ in self.sent]))
    result = replayed(tmp_path, methods="a")
    assert sent == [[-1, 0, 1]]
    assert json.loads(result.output[result.output.index("{") :])["methods"]["a"]["calls"] == 2


def test_loading_is_inside_the_time_limit(tmp_path, opened, monkeypatch):
    now = iter(range(0, 100_000, 50))  # every look at the clock is 50 s after the one before
    monkeypatch.setattr(gpu_replay.time, "perf_counter", lambda: next(now))
    limits = []
    real = gpu_replay.replay
    monkeypatch.setattr(gpu_replay, "replay", lambda *given: limits.append(given[-1]) or real(*given))
    assert replayed(tmp_path, "--minutes", "10", methods="a").exit_code == 0
    assert limits == [10 * 60 - 50 - 50]


def test_a_file_that_cannot_be_written_is_said_before_anything_is_replayed(tmp_path, opened):
    result = replayed(tmp_path, "--json", str(tmp_path / "none" / "out.json"))
    assert isinstance(result.exception, InputError)
    assert not opened


def test_without_an_engine_it_is_said_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setattr("toolace_mt.bench.gpu_replay._found", lambda _: None)
    result = CliRunner().invoke(command, [str(write(tmp_path, HEAD, call(0).model_dump()))])
    assert isinstance(result.exception, InputError)
    assert "pip install torch" in str(result.exception)


def test_a_tiny_model_replays_on_the_cpu(tmp_path):
    pytest.importorskip("torch", reason="needs torch and transformers")
    pytest.importorskip("transformers", reason="needs torch and transformers")
    file = write(tmp_path, HEAD, call(0).model_dump(), call(1, after=[0], prefix_of=0, prefix_tokens=32).model_dump())
    result = CliRunner().invoke(command, [str(file), "--shape", "tiny", "--device", "cpu"], catch_exceptions=False)
    assert result.exit_code == 0
    assert json.loads(result.output[result.output.index("{") :])["methods"]["mas"]["calls"] == 2
