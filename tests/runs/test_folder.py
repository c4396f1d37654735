from __future__ import annotations

import asyncio
from contextlib import nullcontext
from pathlib import Path

import pytest

from toolace_mt.config import Config, load_config
from toolace_mt.engines.base import CallKey, Completion
from toolace_mt.errors import InputError
from toolace_mt.runs.folder import Inputs, begin_run, fingerprint_inputs, open_run
from toolace_mt.types import Finding, Outcome, Tool

KEY = CallKey("000000", "init/task", 0)


def begin(path: Path, *settings: str, inputs: Inputs = "tools", answered: bool = True) -> None:
    """Begin a run, or go on with it. answered: so that an answer is in it."""

    async def work() -> None:
        _, store = begin_run(path, load_config(None, settings, {}), inputs)
        async with store:
            if answered and await store.get(KEY) is None:
                await store.put(KEY, "task", "print", Completion(text="{}"))

    asyncio.run(work())


def test_a_run_goes_on_with_its_configuration(tmp_path: Path) -> None:
    begin(tmp_path / "run", "run.seed=4")
    begin(tmp_path / "run", "run.seed=4")
    assert open_run(tmp_path / "run").config.run.seed == 4


@pytest.mark.parametrize(
    "free", ["run.concurrency=2", "run.max_attempts=7", "engine.timeout=5", "run.speculative=3", "run.count=99"]
)
def test_what_no_dialogue_depends_on_may_change(tmp_path: Path, free: str) -> None:
    begin(tmp_path / "run")
    begin(tmp_path / "run", free)


@pytest.mark.parametrize("other", ["run.seed=9", "engine.temperature=0.1", "refine.enabled=false"])
def test_what_dialogues_depend_on_may_not(tmp_path: Path, other: str) -> None:
    begin(tmp_path / "run")
    with pytest.raises(InputError, match=other.split("=")[0]):
        begin(tmp_path / "run", other)


def test_other_tools_are_another_run(tmp_path: Path) -> None:
    begin(tmp_path / "run", inputs=fingerprint_inputs([Tool(name="a"), Tool(name="z")], [], {"task": "Write."}))
    with pytest.raises(
        InputError, match=r"have changed since: tool a, tool new \(new\), instruction task, tool z \(gone\)\)"
    ):
        begin(
            tmp_path / "run",
            inputs=fingerprint_inputs([Tool(name="a", description="b"), Tool(name="new")], [], {"task": "Draw."}),
        )


def test_many_changes_are_counted(tmp_path: Path) -> None:
    begin(tmp_path / "run", inputs=fingerprint_inputs([Tool(name=f"t{n}") for n in range(9)], [], {}))
    with pytest.raises(InputError, match=r"tool t4 \(gone\), and 4 more\)"):
        begin(tmp_path / "run", inputs=fingerprint_inputs([], [], {}))


def test_tools_in_another_order_are_another_run(tmp_path: Path) -> None:
    tools = [Tool(name="a"), Tool(name="b")]
    begin(tmp_path / "run", inputs=fingerprint_inputs(tools, [], {}))
    with pytest.raises(InputError, match="or their order, have changed since"):
        begin(tmp_path / "run", inputs=fingerprint_inputs(tools[::-1], [], {}))


def test_a_run_without_any_answer_takes_another_configuration(tmp_path: Path) -> None:
    begin(tmp_path / "run", "engine.model=mistyped", answered=False)
    begin(tmp_path / "run", "engine.model=meant", inputs="other tools")
    assert open_run(tmp_path / "run").config.engine.model == "meant"
    with pytest.raises(InputError, match=r"engine\.model"):
        begin(tmp_path / "run", "engine.model=mistyped", inputs="other tools")


@pytest.mark.parametrize(("rule", "is_taken"), [("request-refused", True), ("world-not-built", False)])
def test_refusals_of_the_endpoint_are_no_answers(tmp_path: Path, rule: str, is_taken: bool) -> None:
    async def fail() -> None:
        _, store = begin_run(tmp_path / "run", load_config(None, ["run.seed=1"]), "tools")
        async with store:
            await store.put_outcome(
                Outcome(id="0", number=0, status="failed", findings=(Finding(rule=rule, detail="?"),))
            )

    asyncio.run(fail())
    with nullcontext() if is_taken else pytest.raises(InputError, match=r"run\.seed"):
        begin(tmp_path / "run", "run.seed=2")


def test_a_configuration_of_another_program_is_no_run_without_answers(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text('{"config": {"layers": 12}, "inputs": ""}')
    with pytest.raises(InputError, match="another configuration"):
        begin(tmp_path)
    assert [file.name for file in tmp_path.iterdir()] == ["config.json"]


def test_a_run_killed_before_its_configuration_was_written_can_begin(tmp_path: Path) -> None:
    begin(tmp_path / "run")
    (tmp_path / "run" / "config.json").unlink()
    (tmp_path / "run" / ".config.json.123.part").write_text("{")
    begin(tmp_path / "run")


def test_a_folder_of_somebody_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(InputError, match="not empty"):
        begin(tmp_path)
    assert [file.name for file in tmp_path.iterdir()] == ["notes.txt"]


def test_two_processes_cannot_work_on_one_run(tmp_path: Path) -> None:
    _, store = begin_run(tmp_path / "run", Config(), "tools")
    with pytest.raises(InputError, match=r"another toolace-mt .* is writing there"):
        begin(tmp_path / "run")
    store.close()


@pytest.mark.parametrize("text", ["", "{", "[]", '{"config": {}}x', '{"config": {"run": {"cuont": 3}}}'])
def test_a_damaged_configuration_is_named(tmp_path: Path, text: str) -> None:
    begin(tmp_path / "run")
    (tmp_path / "run" / "config.json").write_text(text)
    with pytest.raises(InputError, match=r"config\.json"):
        open_run(tmp_path / "run")
