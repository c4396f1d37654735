"""Answers from a folder."""

from __future__ import annotations

import asyncio

import pytest

from tests.doubles.engines import make_completion, make_request
from toolace_mt.engines.recorded import RecordedEngine, record
from toolace_mt.errors import InputError, ProviderError


def test_what_was_recorded_is_answered_whatever_its_key(tmp_path):
    record(tmp_path / "new", make_request("a"), make_completion("A"))
    record(tmp_path / "new", make_request("b"), make_completion("B"))
    engine = RecordedEngine(tmp_path / "new")
    assert asyncio.run(engine.complete(make_request("b", step="other"))).text == "B"
    assert asyncio.run(engine.complete(make_request("a", seed=99))) == make_completion("A")


def test_what_was_not_recorded_is_refused_naming_the_step(tmp_path):
    record(tmp_path, make_request("a"), make_completion())
    engine = RecordedEngine(tmp_path)
    for request in (make_request("b", step="refine/1"), make_request("a", operation="judge", step="refine/1")):
        with pytest.raises(ProviderError, match="step refine/1") as caught:
            asyncio.run(engine.complete(request))
        assert caught.value.kind == "refused"


def test_a_recording_without_usage_is_enough(tmp_path):
    (tmp_path / "by-hand.json").write_text(
        '{"request": {"operation": "plan_task", "model": "m", "messages": [{"role": "user", "content": "q"}]},'
        ' "completion": {"text": "A"}}'
    )
    request = make_request(messages=make_request("q").messages[1:])
    assert asyncio.run(RecordedEngine(tmp_path).complete(request)).text == "A"


@pytest.mark.parametrize("text", ["", "[]", '{"request": {}}', '{"completion": {"text": 5}, "request": 1}', "\x00"])
def test_a_broken_recording_is_named(tmp_path, text):
    (tmp_path / "bad.json").write_text(text)
    with pytest.raises(InputError, match=r"bad\.json"):
        RecordedEngine(tmp_path)


def test_two_recordings_of_one_request_are_an_error(tmp_path):
    file = record(tmp_path, make_request(), make_completion("A"))
    (tmp_path / "zz.json").write_bytes(file.read_bytes())
    with pytest.raises(InputError, match=f"zz.json: records the same request as {file.name}"):
        RecordedEngine(tmp_path)


def test_a_missing_folder_is_an_input_error(tmp_path):
    with pytest.raises(InputError, match="nowhere"):
        RecordedEngine(tmp_path / "nowhere")
