"""`refine` on files of anybody's dialogues: an outcome for every row, whatever it holds."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from tests.doubles.loopback import Reply, answer_body, loopback
from toolace_mt.cli import group
from toolace_mt.config import Config
from toolace_mt.dialogue.edits import skeleton_of
from toolace_mt.runs.folder import open_run
from toolace_mt.runs.progress import Progress
from toolace_mt.runs.refining import read_file, refine_file
from toolace_mt.runs.rows import Rows

TOOLS = [
    {
        "type": "function",
        "function": {
            "name": "get_weather",
            "description": "The weather in a city.",
            "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
        },
    }
]


def row(id_: Any, *, name: str = "get_weather", city: str = "Oslo", greeting: bool = False) -> dict[str, Any]:
    call = {"id": "c", "type": "function", "function": {"name": name, "arguments": json.dumps({"city": city})}}
    messages = [{"role": "assistant", "content": "Hello!"}] if greeting else []
    messages += [
        {"role": "user", "content": "What is the weather in Oslo?"},
        {"role": "assistant", "content": None, "tool_calls": [call]},
        {"role": "tool", "tool_call_id": "c", "content": json.dumps({"city": "Oslo", "sky": "clear", "degrees": 21})},
        {"role": "assistant", "content": "It is clear in Oslo, at 21 degrees."},
    ]
    return {"id": id_, "messages": messages, "tools": TOOLS, "metadata": {"mine": id_}}


def write(path: Path, *rows: Any) -> Path:
    path.write_text("".join(f"{r if isinstance(r, str) else json.dumps(r)}\n" for r in rows))
    return path


def refine(*arguments: Any) -> Any:
    return CliRunner().invoke(group, ["refine", *map(str, arguments)])


def test_every_row_has_an_outcome_under_its_own_id(tmp_path: Path) -> None:
    rows = [row("a", greeting=True), row("a"), row(None), row("d", name="get_wether"), "{broken", '{"messages": 3}']
    file = write(tmp_path / "rows.jsonl", *rows)
    done = refine(file, "--out", tmp_path / "run")
    assert done.exit_code == 1, done.output
    outcomes = list(open_run(tmp_path / "run").outcomes("all"))
    assert [o.id for o in outcomes] == ["a", "a#2", "3", "d", "5", "6"]
    assert [o.status for o in outcomes] == ["accepted"] * 4 + ["failed"] * 2
    assert [f.rule for o in outcomes[4:] for f in o.findings] == ["unreadable"] * 2
    first, _, _, repaired, *_ = outcomes
    assert first.dialogue is not None
    assert first.repairs == 0
    assert [e.kind for e in first.edits] == ["trim_start"]
    assert skeleton_of(first.dialogue, first.edits).turns[0].text == "Hello!"
    assert repaired.repairs > 0
    assert repaired.dialogue is not None
    assert repaired.dialogue.calls[0].name == "get_weather"
    assert repaired.origin is not None
    assert (repaired.origin.line, repaired.origin.metadata) == (4, {"mine": "d"})


@pytest.mark.parametrize(
    "reply",
    [
        "Clear skies over Oslo, and about 70 °F; two degrees more than 19 would be.",
        "En Oslo está despejado, con 21 grados.",
        "| city | sky |\n|---|---|\n| Oslo | clear |",
    ],
)
def test_without_a_model_what_no_rule_objects_to_comes_out_as_it_went_in(tmp_path: Path, reply: str) -> None:
    good = row("a")
    good["messages"][-1]["content"] = reply
    assert refine(write(tmp_path / "rows.jsonl", good), "--out", tmp_path / "run").exit_code == 0
    written = json.loads((tmp_path / "run" / "dataset.jsonl").read_text())
    assert [m.get("content") for m in written["messages"]] == [m.get("content") for m in good["messages"]]


def test_rows_are_worked_on_in_the_words_of_the_folder_that_overrides_them(tmp_path: Path) -> None:
    (tmp_path / "verify_roles.md").write_text("Who is who?")
    file = write(tmp_path / "rows.jsonl", row("a"))
    passes = answer_body('{"reason": "Fine.", "verdict": "pass", "turns": []}')

    async def asked() -> list[str]:
        async with loopback(lambda _: Reply(passes)) as server:
            engine = {"model": "m", "base_url": server.base_url, "prompts": str(tmp_path)}
            knobs = {"engine": engine, "rows": {"file": str(file)}, "refine": {"enabled": False}}
            config, rows = read_file(Config.model_validate(knobs), ())
            await refine_file(config, rows, tmp_path / "run", Progress(1))
            return [call.body["messages"][-1]["content"] for call in server.calls]

    assert sum("Who is who?" in text for text in asyncio.run(asked())) == 1


def test_the_same_command_goes_on_and_another_file_is_refused(tmp_path: Path) -> None:
    file = write(tmp_path / "rows.jsonl", row("a"), row("b"))
    assert refine(file, "--out", tmp_path / "run").exit_code == 0
    dataset = (tmp_path / "run" / "dataset.jsonl").read_bytes()
    assert refine(file, "--out", tmp_path / "run").exit_code == 0
    assert (tmp_path / "run" / "dataset.jsonl").read_bytes() == dataset
    other = write(tmp_path / "other.jsonl", row("a"), row("c"))
    refused = refine(other, "--out", tmp_path / "run")
    assert "have changed since" in str(refused.exception)


def test_every_row_is_tried_though_all_fail_for_the_same_reason(tmp_path: Path) -> None:
    rows = [row(str(n), name="no_such_tool") for n in range(45)]
    flags = ("--concurrency", "1", "--set", "repair.enabled=false")
    done = refine(write(tmp_path / "rows.jsonl", *rows), "--out", tmp_path / "run", *flags)
    assert done.exit_code == 1, done.output
    assert open_run(tmp_path / "run").summary()["accepted"] == 0
    assert len(list(open_run(tmp_path / "run").outcomes("all"))) == 45


def test_quotas_choose_rows_that_fit(tmp_path: Path) -> None:
    file = write(tmp_path / "rows.jsonl", *(row(str(n)) for n in range(8)))
    done = refine(file, "--out", tmp_path / "run", "--quota", "clarification=50%", "--quota", "error_simulation=2")
    assert done.exit_code == 0, done.output
    injected = [kind for o in open_run(tmp_path / "run").outcomes("all") for kind in o.injections]
    assert sorted(injected) == ["clarification"] * 4 + ["error_simulation"] * 2


def test_a_quota_that_cannot_be_met_is_told(tmp_path: Path) -> None:
    rows = Rows(write(tmp_path / "rows.jsonl", row("a"), "{broken"))
    assert rows.plan({"clarification": "2"}, 0) == ["clarification: 2 dialogues are to get it, but only 1 can"]


@pytest.mark.parametrize(
    ("rows", "arguments", "said"),
    [
        ([], (), "holds no dialogue"),
        ([row("a")], ("--quota", "clarification"), "KIND=AMOUNT"),
        ([row("a")], ("--quota", "clarification=half"), "20%"),
        ([row("a")], ("--quota", "tea=1"), "tea"),
        ([row("a")], ("--tools", "no/such.json"), "no/such.json"),
    ],
)
def test_bad_input_is_one_message(tmp_path: Path, rows: Any, arguments: tuple[str, ...], said: str) -> None:
    done = refine(write(tmp_path / "rows.jsonl", *rows), "--out", tmp_path / "run", *arguments)
    assert getattr(done.exception, "exit_code", None) == 2
    assert said in str(done.exception)
    assert not (tmp_path / "run").exists()


def test_rows_nested_deep_cost_only_themselves(tmp_path: Path) -> None:
    deep: Any = 1
    for _ in range(400):
        deep = [deep]
    hostile = {**row("deep"), "metadata": {"deep": deep}}
    done = refine(write(tmp_path / "rows.jsonl", hostile, row("a")), "--out", tmp_path / "run")
    assert done.exit_code == 1, done.exception
    assert [o.status for o in open_run(tmp_path / "run").outcomes("all")] == ["failed", "accepted"]
