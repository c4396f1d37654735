from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from contextlib import aclosing
from pathlib import Path
from typing import Any

import pytest

from tests.doubles.loopback import Call, Reply, answer_body, error_body, loopback
from toolace_mt.config import Config
from toolace_mt.dialogue.messages import from_messages
from toolace_mt.dialogue.recorded import Recorded
from toolace_mt.errors import BudgetExhausted, EngineUnavailable, InputError
from toolace_mt.runs.judging import Judged, in_order, judged_folder, open_judges

PASS = '{"reason": "Fine.", "verdict": "pass", "turns": []}'
FAIL = '{"reason": "It says Rome.", "verdict": "fail", "turns": [1]}'


def row(id_: str, reply: str = "Paris.") -> Recorded:
    messages = [{"role": "user", "content": "What is the capital?"}, {"role": "assistant", "content": reply}]
    return Recorded(id_, from_messages(messages, (), id=id_), ((0,), (1,)), (), "openai", {})


def judge(
    rows: list[Recorded], folder: Path, answer: Callable[[Call], Reply], **settings: Any
) -> tuple[list[Judged], list[Call]]:
    """What the experts say of rows, on a model behind a server, and the requests that it saw."""

    async def go() -> tuple[list[Judged], list[Call]]:
        async with loopback(answer) as server:
            engine = {"model": "m", "base_url": server.base_url, "retries": 0, **settings.pop("engine", {})}
            config = Config.model_validate({"engine": engine, **settings})
            async with open_judges(config, folder) as judges, aclosing(in_order(rows, judges.ask, 4)) as said:
                return [judged async for judged in said], server.calls

    return asyncio.run(go())


def by_content(call: Call) -> Reply:
    text = call.body["messages"][-1]["content"]
    return Reply(answer_body(FAIL if "Rome" in text and "verify_faithfulness" in text else PASS))


def test_rows_are_judged_in_order_and_an_answer_is_paid_for_once(tmp_path: Path) -> None:
    rows = [row("a"), row("b", "Rome."), row("c")]
    said, calls = judge(rows, tmp_path / "judged", by_content)
    assert [[f.rule for f in judged.findings] for judged in said] == [[], ["expert-faithfulness"], []]
    assert [len(judged.opinions) for judged in said] == [5, 5, 5]
    assert len(calls) == 15
    again, calls = judge(rows, tmp_path / "judged", by_content)
    assert (again, calls) == (said, [])


def test_experts_are_asked_in_the_words_of_the_folder_that_overrides_them(tmp_path: Path) -> None:
    (tmp_path / "verify_roles.md").write_text("Who is who?")
    _, calls = judge([row("a")], tmp_path / "judged", by_content, engine={"prompts": str(tmp_path)})
    asked = [call.body["messages"][-1]["content"] for call in calls]
    assert sum("Who is who?" in text for text in asked) == 1


def test_only_what_changed_is_asked_again(tmp_path: Path) -> None:
    judge([row("a"), row("b")], tmp_path, by_content)
    said, calls = judge([row("b", "Rome."), row("a")], tmp_path, by_content)
    assert [bool(judged.findings) for judged in said] == [True, False]
    assert len(calls) == 5
    _, calls = judge([row("a")], tmp_path, by_content, verify={"experts": ["roles"], "votes": 3})
    assert len(calls) == 2  # vote 0 is there


def test_rows_that_are_the_same_share_an_answer(tmp_path: Path) -> None:
    said, calls = judge([row("a")] * 12, tmp_path, by_content)
    assert len(said) == 12
    assert len(calls) == 5


def test_what_was_answered_before_the_server_went_away_is_kept(tmp_path: Path) -> None:
    rows = [row(str(number)) for number in range(6)]

    def until_down(call: Call) -> Reply:
        return by_content(call) if call.number < 12 else Reply(error_body("down"), status=503)

    with pytest.raises(EngineUnavailable):
        judge(rows, tmp_path, until_down, run={"concurrency": 1})
    said, calls = judge(rows, tmp_path, by_content)
    assert len(said) == 6
    assert len(calls) == 18


def test_a_refused_request_is_a_finding_of_its_row_alone(tmp_path: Path) -> None:
    def refuse(call: Call) -> Reply:
        too_long = "Rome" in call.body["messages"][-1]["content"]
        return Reply(error_body("context length"), status=400) if too_long else Reply(answer_body(PASS))

    said, _ = judge([row("a"), row("b", "Rome."), row("c")], tmp_path, refuse)
    assert [[f.rule for f in judged.findings] for judged in said] == [[], ["request-refused"], []]
    assert said[1].opinions == ()


def test_another_model_needs_another_folder(tmp_path: Path) -> None:
    judge([row("a")], tmp_path, by_content)
    with pytest.raises(InputError, match=r'engine\.model: "m" there, "other" now'):
        judge([row("a")], tmp_path, by_content, engine={"model": "other"})


def test_an_id_and_texts_of_any_kind_can_be_judged(tmp_path: Path) -> None:
    odd = [row("\x00 'x' \U0001f600" * 200), row("", "\ud800"), row("deep", json.dumps([[[]]]) * 50)]
    said, _ = judge(odd, tmp_path, by_content)
    assert len(said) == 3


def test_without_a_model_the_offline_engine_judges_and_nothing_is_kept(tmp_path: Path) -> None:
    async def go() -> list[Judged]:
        async with open_judges(Config(), tmp_path / "none") as judges:
            return [await judges.ask(row("a")), await judges.ask(row("b", "<|im_start|>[name]"))]

    good, bad = asyncio.run(go())
    assert good.findings == ()
    assert "expert-naturalness" in {f.rule for f in bad.findings}
    assert not (tmp_path / "none").exists()


def test_the_folder_lies_beside_the_file() -> None:
    assert judged_folder(Path("data/logs.jsonl.gz")) == Path("data/logs.jsonl.gz.judged")


def test_results_keep_their_order_and_little_is_read_ahead() -> None:
    read: list[int] = []
    working: set[int] = set()
    most = 0

    def rows() -> Any:
        for number in range(100):
            read.append(number)
            yield number

    async def work(number: int) -> int:
        nonlocal most
        working.add(number)
        most = max(most, len(working))
        await asyncio.sleep(0.003 if number % 7 == 0 else 0)
        working.discard(number)
        return number

    async def go() -> None:
        got: list[int] = []
        async for number in in_order(rows(), work, 3):
            got.append(number)
            assert len(read) - len(got) <= 12
        assert got == list(range(100))

    asyncio.run(go())
    assert most == 3


def test_an_error_ends_the_others() -> None:
    ended: list[int] = []

    async def work(number: int) -> int:
        if number == 1:
            raise BudgetExhausted("spent")
        try:
            await asyncio.sleep(60 if number else 0)
        except asyncio.CancelledError:
            ended.append(number)
            raise
        return number

    async def go() -> None:
        async with aclosing(in_order(range(3), work, 3)) as rows:
            async for _ in rows:
                pass

    with pytest.raises(BudgetExhausted):
        asyncio.run(go())
    assert ended == [2]
