from __future__ import annotations

from pathlib import Path

import pytest

from toolace_mt.config import Config, load_config
from toolace_mt.errors import InputError
from toolace_mt.runs.folder import begin_run, fingerprint_inputs, open_run
from toolace_mt.types import Tool


def begin(path: Path, *settings: str, inputs: str = "tools") -> None:
    _, store = begin_run(path, load_config(None, settings, {}), inputs)
    store.close()


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
    begin(tmp_path / "run", inputs=fingerprint_inputs([Tool(name="a")], [], {}))
    with pytest.raises(InputError, match="tools, example tasks or instructions have changed"):
        begin(tmp_path / "run", inputs=fingerprint_inputs([Tool(name="a", description="b")], [], {}))


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
