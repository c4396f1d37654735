"""`toolace-mt calibrate` on rows whose faults are known."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from toolace_mt.cli.calibrate import command
from toolace_mt.errors import InputError

TOOL = {"name": "open_door", "parameters": {"type": "object", "properties": {"door": {"type": "string"}}}}


def row(id_: str, reply: str = "It is open.", name: str = "open_door", **more: Any) -> dict[str, Any]:
    call = {"id": "c1", "type": "function", "function": {"name": name, "arguments": '{"door": "front"}'}}
    messages = [
        {"role": "user", "content": "Please open the front door."},
        {"role": "assistant", "content": None, "tool_calls": [call]},
        {"role": "tool", "tool_call_id": "c1", "content": '{"open": true}'},
        {"role": "assistant", "content": reply},
    ]
    return {"id": id_, "messages": messages, "tools": [{"type": "function", "function": TOOL}], **more}


def damaged(id_: str, kind: str, index: int, **changes: Any) -> dict[str, Any]:
    corruption = {"kind": kind, "family": "structural", "seed": 0, "message_index": index}
    return row(f"{id_}~{kind}", metadata={"corruption": corruption}, **changes)


def write(folder: Path, *rows: dict[str, Any] | str) -> Path:
    file = folder / "rows.jsonl"
    file.write_text("".join(f"{r if isinstance(r, str) else json.dumps(r)}\n" for r in rows))
    return file


def run(*args: Any) -> Result:
    result = CliRunner().invoke(command, [str(arg) for arg in args])
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def figures(folder: Path, *rows: dict[str, Any] | str, more: tuple[str, ...] = ()) -> dict[str, Any]:
    run(write(folder, *rows), "--json", folder / "out.json", *more)
    return json.loads((folder / "out.json").read_text())


def test_damage_is_counted_by_kind_and_good_rows_as_false_alarms(tmp_path: Path) -> None:
    got = figures(
        tmp_path,
        damaged("a", "misspelt_tool", 1, name="open_dor"),  # its good twin comes later
        damaged("a", "nothing_seen", 1),
        row("a"),
        row("b", label="good", name="close_door"),
        row("c", label="bad", name="close_door"),
    )
    assert (got["good"], got["bad"]) == (2, 3)
    rules = got["judges"]["rules"]
    assert (rules["caught"], rules["missed"], rules["alarms"], rules["passed"]) == (2, 1, 1, 1)
    kinds = {(k["family"], k["kind"]): (k["rows"], k["error"], k["located"]) for k in got["kinds"]}
    assert kinds["structural", "misspelt_tool"] == (1, 1, 1)
    assert kinds["structural", "nothing_seen"] == (1, 0, 0)
    assert got["rules"][0] == {"rule": "unknown-tool", "bad": 2, "bad_error": 2, "good": 1, "good_error": 1}


def test_what_the_good_twin_has_as_well_is_no_find(tmp_path: Path) -> None:
    twin = row("a", name="close_door")
    got = figures(tmp_path, damaged("a", "changed_reply", 3, name="close_door", reply="It is shut."), twin)
    assert got["judges"]["rules"]["caught"] == 0
    assert got["judges"]["rules"]["alarms"] == 1
    alone = figures(tmp_path, damaged("a", "changed_reply", 3, name="close_door", reply="It is shut."))
    assert alone["judges"]["rules"]["caught"] == 1


def test_the_experts_are_judges_too(tmp_path: Path) -> None:
    rows = [row("a"), damaged("a", "leak", 3, reply="<|im_start|>It is open.")]
    result = run(write(tmp_path, *rows), "--judges", "--json", tmp_path / "out.json")
    assert "the offline engine judges" in result.stderr
    judges = json.loads((tmp_path / "out.json").read_text())["judges"]
    assert judges["naturalness"]["kappa"] == 1
    assert judges["any expert"]["recall"] == 1
    assert judges["rules or any expert"]["false_alarms"] == 0
    assert not (tmp_path / "rows.jsonl.judged").exists()


def test_markdown_has_one_line_for_each_row_whatever_kinds_are_called(tmp_path: Path) -> None:
    file = write(tmp_path, row("a"), damaged("a", "a|b\n# c", 1, name="open_dor"))
    lines = run(file, "--markdown").stdout.splitlines()
    assert "| structural | a\\|b # c | 1 | 100.0% | 100.0% | 100.0% |" in lines


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (json.dumps(row("a")), "no row is known to be bad"),
        (json.dumps(row("a", label="so-so")), r"rows\.jsonl:1: field label"),
        ('{"id', r"rows\.jsonl:1: is not JSON"),
    ],
)
def test_bad_input_is_one_message(tmp_path: Path, line: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        run(write(tmp_path, line))


def test_a_file_that_is_none_and_settings_without_judges_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="is no file"):
        run(tmp_path / "absent.jsonl")
    with pytest.raises(InputError, match="add --judges"):
        run(write(tmp_path, row("a", label="bad")), "--model", "m")


def test_rows_that_hold_no_dialogue_count_as_they_are_labelled(tmp_path: Path) -> None:
    got = figures(tmp_path, {"id": "a", "label": "bad", "messages": 3}, row("b"), more=("--judges",))
    assert got["judges"]["rules"]["caught"] == 1
    assert got["unjudged"] == 1
