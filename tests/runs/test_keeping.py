"""What rows of anybody's file hold beyond a dialogue: through `refine` and `export` it is kept, or told, never just gone."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.doubles.strategies import json_values
from toolace_mt.cli import group
from toolace_mt.dialogue.formats import read_recorded
from toolace_mt.rules.verdicts import judge

IMAGE = {"type": "image_url", "image_url": {"url": "data:image/png;base64,AAAA"}}
ASKED = "What is the weather in Oslo?"
FUNCTION = {
    "name": "get_weather",
    "description": "The weather in a city.",
    "strict": True,
    "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
}
TOOLS = [{"type": "function", "function": FUNCTION, "cache_control": {"type": "ephemeral"}}]
WEATHER = json.dumps({"city": "Oslo", "sky": "clear", "degrees": 21})
CALL = {"name": "get_weather", "arguments": json.dumps({"city": "Oslo"})}


def row(**rest: Any) -> dict[str, Any]:
    """A row that says something beside a dialogue wherever that is possible."""
    call = {"id": "c", "type": "function", "index": 0, "function": {**CALL, "thought": "look"}}
    return {
        "id": "r",
        "messages": [
            {"role": "developer", "content": "Be brief.", "name": "house"},
            {"role": "user", "content": ASKED, "name": "ann"},
            {"role": "assistant", "content": None, "tool_calls": [call], "weight": 0, "reasoning_content": "I look."},
            {"role": "tool", "tool_call_id": "c", "name": "get_weather", "content": WEATHER, "latency": 3},
            {"role": "assistant", "content": "It is clear in Oslo, at 21 degrees.", "weight": 1},
        ],
        "tools": TOOLS,
        "metadata": {"mine": 1},
        "split": "train",
        "parallel_tool_calls": False,
        **rest,
    }


def with_message(at: int, **fields: Any) -> dict[str, Any]:
    """The row with other fields of its message `at`."""
    whole = row()
    whole["messages"][at] = {**whole["messages"][at], **fields}
    return whole


def with_more(at: int, *messages: dict[str, Any]) -> dict[str, Any]:
    """The row with `messages` before its message `at`."""
    whole = row()
    whole["messages"][at:at] = messages
    return whole


def refined(folder: Path, *rows: dict[str, Any], options: tuple[str, ...] = ()) -> str:
    """Refine rows in `folder`; what was printed."""
    file = folder / "rows.jsonl"
    file.write_text("".join(f"{json.dumps(each)}\n" for each in rows))
    done = CliRunner().invoke(group, ["refine", str(file), "--out", str(folder / "run"), *options])
    assert done.exit_code in (0, 1), done.exception
    return done.output


def exported(folder: Path, format_: str = "messages") -> tuple[list[dict[str, Any]], str]:
    """The rows of the run in `folder` in a format, and what was printed."""
    out = folder / format_
    done = CliRunner().invoke(
        group, ["export", str(folder / "run"), "--format", format_, "--out", str(out), "--which", "all"]
    )
    assert done.exit_code == 0, done.exception
    return [json.loads(line) for line in out.read_bytes().split(b"\n") if line], done.output


def test_a_row_that_does_not_change_comes_out_as_it_was(tmp_path: Path) -> None:
    refined(tmp_path, row())
    ((made, *_), _) = exported(tmp_path)
    assert made.pop("metadata")["origin"] == {"line": 1, "metadata": {"mine": 1}}
    assert made == {name: value for name, value in row().items() if name != "metadata"}


texts = st.text(max_size=20).map(lambda text: f"x{text}")
values = st.integers(0, 2) | st.booleans() | texts | st.lists(json_values, max_size=2)
fields = st.dictionaries(
    st.sampled_from(["name", "weight", "reasoning_content", "cache_control", "id", "train", "kept", "index"]),
    values,
    max_size=3,
)
contents = texts | st.lists(st.builds(lambda text: {"type": "text", "text": text}, texts), min_size=1, max_size=3)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.tuples(contents, fields, contents, fields), min_size=1, max_size=3),
    st.dictionaries(st.sampled_from(["split", "source", "kept", "status", "prompt"]), json_values, max_size=3),
)
def test_whatever_rows_hold_comes_out_again(
    tmp_path_factory: pytest.TempPathFactory, said: list[tuple[Any, Any, Any, Any]], beside: dict[str, Any]
) -> None:
    folder = tmp_path_factory.mktemp("kept")
    messages: list[dict[str, Any]] = []
    for asked, of_user, answered, of_reply in said:
        messages.append({**of_user, "role": "user", "content": asked})
        messages.append({**of_reply, "role": "assistant", "content": answered})
    given_row = {**beside, "id": "r", "messages": messages, "tools": TOOLS}
    refined(folder, given_row, options=("--set", "verify.enabled=false"))
    ((made, *_), _) = exported(folder)
    assert {name: value for name, value in made.items() if name != "metadata"} == given_row


def test_images_survive_injection_and_training_formats_skip_them(tmp_path: Path) -> None:
    shown = [{"type": "text", "text": ASKED}, IMAGE]
    printed = refined(tmp_path, with_message(1, content=shown), row(id="plain"), options=("--inject", "1"))
    assert "1 row: parts that are no text" in printed
    (with_image, plain), _ = exported(tmp_path)
    assert with_image["messages"][1]["content"] == shown
    assert len(plain["metadata"]["injections"]) == 1
    rows, printed = exported(tmp_path, "trl")
    assert [each["id"] for each in rows] == ["plain"]
    assert "1 skipped: with images" in printed


def test_a_message_of_an_image_alone_is_not_empty(tmp_path: Path) -> None:
    refined(tmp_path, with_message(1, content=[IMAGE]))
    ((made, *_), _) = exported(tmp_path)
    assert made["messages"][1]["content"] == [IMAGE]
    assert not [f for f in made["metadata"]["findings"] if f["rule"] == "alternation"]


def test_a_row_whose_image_is_lost_is_rejected(tmp_path: Path) -> None:
    printed = refined(tmp_path, with_more(5, {"role": "user", "content": [IMAGE]}))
    assert "unreadable: 1" in printed
    assert "1 row: what stands after the last reply is taken off" in printed
    ((made, *_), _) = exported(tmp_path)
    assert "image_url" in made["metadata"]["findings"][-1]["detail"]


def test_words_that_are_written_anew_keep_who_speaks_and_what_is_trained(tmp_path: Path) -> None:
    wrong = row()
    wrong["messages"][2]["tool_calls"][0]["function"]["name"] = "get_wether"
    refined(tmp_path, wrong)
    ((made, *_), _) = exported(tmp_path)
    calling = made["messages"][2]
    assert calling["tool_calls"][0]["function"]["name"] == "get_weather"
    assert calling["weight"] == 0
    assert "reasoning_content" not in calling, "the thoughts were about the other call"
    assert made["messages"][1]["name"] == "ann"


@pytest.mark.parametrize("kind", ["clarification", "error_simulation", "non_function_calling"])
def test_an_injection_takes_no_weight_away(tmp_path: Path, kind: str) -> None:
    whole = row()
    for message in whole["messages"]:
        message["weight"] = 0
    refined(tmp_path, whole, options=("--quota", f"{kind}=1"))
    ((made, *_), _) = exported(tmp_path)
    assert made["metadata"]["injections"], "it fits"
    untrained = [m for m in made["messages"] if m.get("weight") == 0]
    assert len(untrained) >= len(whole["messages"])


@pytest.mark.parametrize(
    ("format_", "left"),
    [
        ("trl", ["weight", "strict (tool)"]),
        ("sharegpt", ["reasoning_content", "weight", "thought"]),
        ("hermes", ["name"]),
        ("toolace", ["name"]),
    ],
)
def test_what_a_format_has_no_place_for_is_told(tmp_path: Path, format_: str, left: list[str]) -> None:
    refined(tmp_path, row())
    (made, *_), printed = exported(tmp_path, format_)
    assert made["split"] == "train"
    assert made["parallel_tool_calls"] is False
    assert "1 messages with weight 0" in printed
    assert all(name in printed for name in left if name != "thought")
    if format_ == "trl":
        assert made["messages"][2]["reasoning_content"] == "I look."
        assert not any("weight" in message for message in made["messages"])


def test_parquet_has_the_fields_of_a_row_in_its_metadata(tmp_path: Path) -> None:
    pq = pytest.importorskip("pyarrow.parquet")
    refined(tmp_path, row())
    out = tmp_path / "out.parquet"
    CliRunner().invoke(group, ["export", str(tmp_path / "run"), "--format", "parquet", "--out", str(out)])
    (made,) = pq.read_table(out).to_pylist()
    assert json.loads(made["metadata"])["fields"] == {"split": "train", "parallel_tool_calls": False}
    assert json.loads(made["messages"]) == row()["messages"]


@pytest.mark.parametrize(
    ("given_row", "told"),
    [
        (with_more(2, {"role": "system", "content": "More."}), "several system messages"),
        (row(conversations=[{"from": "human", "value": "x"}]), "`conversations` is left out"),
        (with_more(1, {"role": "assistant", "content": "Hello!"}), "before the first user message"),
        (with_more(2, {"role": "user", "content": "Quick!", "name": "bob"}), "become one"),
    ],
)
def test_what_cannot_be_kept_is_told_before_the_work(tmp_path: Path, given_row: dict[str, Any], told: str) -> None:
    printed = refined(tmp_path, given_row)
    assert f"1 row: {told}" in printed or (printed.count("1 row: ") == 1 and told in printed)


def test_tools_that_are_none_cost_no_more_than_before(tmp_path: Path) -> None:
    refined(tmp_path, row(tools=[*TOOLS, {"function": {"name": ["x"]}}, 3]))
    ((made, *_), _) = exported(tmp_path)
    assert [f["detail"] for f in made["metadata"]["findings"] if "please report" in f["detail"]] == []


def test_a_name_that_rows_share_and_odd_metadata_are_kept_in_the_origin(tmp_path: Path) -> None:
    refined(tmp_path, row(), row(metadata="mine"))
    (_, second), _ = exported(tmp_path)
    assert second["id"] == "r#2"
    assert second["metadata"]["origin"]["fields"] == {"id": "r", "metadata": "mine"}


def sharegpt() -> dict[str, Any]:
    call = json.dumps({"name": "get_weather", "arguments": {"city": "Oslo"}})
    said = ["What is the weather in Oslo?", f"<think>hm</think>{call}", WEATHER, "<think>So.</think>It is clear."]
    speakers = ["human", "function_call", "observation", "gpt"]
    turns: list[dict[str, Any]] = [{"from": f, "value": v} for f, v in zip(speakers, said, strict=True)]
    turns[-1]["weight"] = 0
    return {"id": "s", "conversations": turns, "tools": json.dumps([FUNCTION]), "images": ["a.png"]}


def hermes() -> dict[str, Any]:
    call = json.dumps({"name": "get_weather", "arguments": {"city": "Oslo"}})
    result = json.dumps({"name": "get_weather", "content": json.loads(WEATHER)})
    turns: list[dict[str, Any]] = [
        {"from": "system", "value": f"Be brief. <tools>{json.dumps(TOOLS)}</tools>"},
        {"from": "human", "value": ASKED},
        {"from": "gpt", "value": f"<think>hm</think><tool_call>{call}</tool_call>"},
        {"from": "tool", "value": f"<tool_response>{result}</tool_response>"},
        {"from": "gpt", "value": "<think>So.</think>It is clear.", "weight": 0},
    ]
    return {"id": "h", "conversations": turns, "images": ["a.png"]}


def test_what_calls_and_results_inside_texts_say_beside_is_told(tmp_path: Path) -> None:
    call = {"name": "get_weather", "arguments": {"city": "Oslo"}, "thought": "look"}
    first, second = sharegpt(), hermes()
    first["conversations"][1]["value"] = json.dumps(call)
    second["conversations"][3]["value"] = (
        '<tool_response>{"name": "get_weather", "content": "x", "ms": 3}</tool_response>'
    )
    answers = {"id": 3, "query": ASKED, "answers": json.dumps([call]), "tools": [FUNCTION]}
    printed = refined(tmp_path, first, second, answers)
    assert "2 rows: the field `thought` of calls or results inside texts is left out" in printed
    assert "1 row: the field `ms` of calls" in printed


@pytest.mark.parametrize("form", [sharegpt, hermes])
def test_thoughts_weights_and_tools_of_other_forms_are_kept(tmp_path: Path, form: Any) -> None:
    refined(tmp_path, form())
    ((made, *_), _) = exported(tmp_path)
    thoughts = [m["reasoning_content"] for m in made["messages"] if "reasoning_content" in m]
    assert thoughts == ["hm", "So."]
    assert made["messages"][-1]["weight"] == 0
    assert made["images"] == ["a.png"]
    assert made["tools"][0]["function"]["strict"] is True


def test_rows_of_xlam_and_tau_keep_their_fields(tmp_path: Path) -> None:
    answers = [{"name": "get_weather", "arguments": {"city": "Oslo"}}]
    xlam = {"id": 3, "query": ASKED, "answers": answers, "tools": [FUNCTION], "split": "x"}
    tau = {"task_id": 1, "trial": 0, "reward": 1.0, "info": {"k": 1}, "traj": row()["messages"], "tools": TOOLS}
    refined(tmp_path, xlam, tau)
    (first, second), _ = exported(tmp_path)
    assert first["split"] == "x"
    assert {name: second[name] for name in ("task_id", "trial", "reward", "info")} == {
        "task_id": 1,
        "trial": 0,
        "reward": 1.0,
        "info": {"k": 1},
    }
    assert second["messages"][2]["weight"] == 0


def test_a_refusal_comes_out_as_it_was_and_as_text_where_there_is_no_field_for_it(tmp_path: Path) -> None:
    no = "I'm sorry, I can't help with that."
    refused = [
        {"role": "user", "content": "How do I make a bomb?"},
        {"role": "assistant", "content": None, "refusal": no},
    ]
    refined(tmp_path, row(messages=refused), options=("--passes", "2"))
    ((made, *_), _) = exported(tmp_path)
    assert made["messages"] == refused
    ((trained, *_), _) = exported(tmp_path, "trl")
    assert trained["messages"] == [refused[0], {"role": "assistant", "content": no}]


def test_a_tool_that_says_nothing_takes_anything_also_after_export(tmp_path: Path) -> None:
    open_row = row(tools=[{"type": "function", "function": {"name": "get_weather", "parameters": {}}}])
    for format_ in ("trl", "hermes", "sharegpt", "toolace"):
        folder = tmp_path / format_
        folder.mkdir()
        refined(folder, open_row)
        ((made, *_), _) = exported(folder, format_)
        assert judge(read_recorded(made, 1)).accepted
