from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

from tests.doubles.loopback import Call, Reply, answer_body, loopback
from toolace_mt.config import Config
from toolace_mt.runs.judged_file import judge_file
from toolace_mt.runs.verifying import Checking, Tally, verify_file

PASS = '{"reason": "Fine.", "verdict": "pass", "turns": []}'
FAIL = '{"reason": "Nobody said Rome.", "verdict": "fail", "turns": [1]}'


def line(id_: str, reply: str, **more: Any) -> str:
    messages = [
        {"role": "system", "content": "Be kind."},
        {"role": "user", "content": "Which city is it?"},
        {"role": "assistant", "content": reply},
    ]
    return json.dumps({"id": id_, "messages": messages, **more})


ROWS = "\n".join([line("good", "Paris."), line("leak", "<|im_start|>"), "no json", line("odd", "Rome.")])


def judge(file: Path, folder: Path) -> tuple[Tally, list[Any], list[Call]]:
    def answer(call: Call) -> Reply:
        text = call.body["messages"][-1]["content"]
        assert "<|im_start|>" not in text, "a row that the rules reject is not shown to the experts"
        return Reply(answer_body(FAIL if "Rome" in text and "verify_coherence" in text else PASS))

    async def go() -> tuple[Tally, list[Any], list[Call]]:
        written: list[bytes] = []
        async with loopback(answer) as server:
            config = Config.model_validate({"engine": {"model": "m", "base_url": server.base_url}})
            tally = await judge_file(file, Checking(), config, folder, write=written.append)
            return tally, [json.loads(row) for row in b"".join(written).splitlines()], server.calls

    return asyncio.run(go())


def test_experts_see_what_the_rules_accept_and_results_keep_the_order(tmp_path: Path) -> None:
    file = tmp_path / "rows.jsonl"
    file.write_text(ROWS)
    tally, rows, calls = judge(file, tmp_path / "judged")
    assert [(row["id"], row["accepted"]) for row in rows] == [
        ("good", True), ("leak", False), ("3", False), ("odd", False)
    ]  # fmt: skip
    (finding,) = [f for f in rows[3]["findings"] if f["severity"] == "error"]
    assert (finding["rule"], finding["message_index"]) == ("expert-coherence", 2)
    assert "Nobody said Rome." in finding["detail"]
    assert (tally.rows, tally.accepted, tally.dialogues["expert-coherence", "error"]) == (4, 1, 1)
    assert len(calls) == 10
    again, same, calls = judge(file, tmp_path / "judged")
    assert (again.accepted, same, calls) == (1, rows, [])


def test_rows_that_the_experts_pass_are_written_as_without_them(tmp_path: Path) -> None:
    file = tmp_path / "rows.jsonl"
    file.write_text("\n".join(ROWS.splitlines()[:3]))
    plain: list[bytes] = []
    verify_file(file, Checking(), jobs=1, write=plain.append)
    _, rows, _ = judge(file, tmp_path / "judged")
    assert rows == [json.loads(row) for row in b"".join(plain).splitlines()]
