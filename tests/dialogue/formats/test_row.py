"""Rows of all forms as dialogues: what is the same in them is read the same, and what is odd is told."""

from __future__ import annotations

import copy
import json
from contextlib import suppress
from typing import Any

import orjson
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.doubles.foreign_rows import ASKED, CALLS, FORMS, RESULTS, TOLD, WEATHER, openai
from tests.doubles.rows import sound
from tests.doubles.strategies import dialogues, json_values
from tests.doubles.trips import outcome, trip
from toolace_mt.dialogue.formats import read_recorded
from toolace_mt.dialogue.formats.kept import keep
from toolace_mt.dialogue.recorded import Form, NotADialogue, Recorded
from toolace_mt.dialogue.turns import content_value
from toolace_mt.exporters import hermes, messages, sharegpt, toolace, trl
from toolace_mt.exporters.faulty import without_faulty
from toolace_mt.rules.verdicts import judge
from toolace_mt.types import Action, Dialogue, Observation, Tool


def errors(read: Recorded) -> list[tuple[int | None, str]]:
    return [(each.message_index, each.detail) for each in read.unread if each.severity == "error"]


def said(dialogue: Dialogue, texts_beside_calls: bool = True) -> list[Any]:
    """What the turns say, as far as all forms can say it."""
    told: list[Any] = []
    for turn in dialogue.turns:
        if isinstance(turn, Action):
            beside = turn.text.strip() if turn.calls and texts_beside_calls else ""
            told.append((beside if turn.calls else turn.text, [(c.name, c.arguments) for c in turn.calls]))
        else:
            told.append((turn.text, [(r.name, content_value(r.content)) for r in turn.results]))
            told += [[tool.name for tool in turn.tools_added]]
    return told


@pytest.mark.parametrize("form", FORMS)
def test_each_form_is_found_out_and_read(form: Form) -> None:
    read = read_recorded(FORMS[form](), 7)
    dialogue = read.dialogue

    assert (read.form, read.unread, read.id) == (form, (), "o" if form == "openai" else "7")
    assert dialogue.turns[0].text == ASKED
    assert [c.arguments for c in dialogue.calls] == [arguments for _, arguments in CALLS]
    assert len({c.id for c in dialogue.calls}) == 2
    results = dialogue.turns[2]
    assert isinstance(results, Observation)
    assert [r.content for r in results.results] == RESULTS
    assert [(r.call_id, r.name) for r in results.results] == [(c.id, c.name) for c in dialogue.calls]
    assert dialogue.turns[1].text == ""
    assert dialogue.turns[3].text == TOLD
    assert [tool.name for tool in dialogue.tools] == [dialogue.calls[0].name]
    assert dialogue.tools[0].required == ("city",)
    assert dialogue.system.startswith("Be brief.")
    assert "parameters" not in dialogue.system


@pytest.mark.parametrize("form", FORMS)
def test_a_named_form_is_taken(form: Form) -> None:
    assert read_recorded(FORMS[form](), 1, form=form).dialogue == read_recorded(FORMS[form](), 1).dialogue


@pytest.mark.parametrize("form", ["sharegpt", "hermes", "toolace"])
def test_turns_may_be_messages_with_roles(form: Form) -> None:
    row = FORMS[form]()
    turns = [{"role": turn["from"], "content": turn["value"]} for turn in row.pop("conversations")]
    read = read_recorded({**row, "messages": turns}, 1)

    assert read.form == form
    assert read.dialogue == read_recorded(FORMS[form](), 1).dialogue


def test_places_are_those_of_the_row() -> None:
    assert read_recorded(FORMS["openai"](), 1).sources == ((1,), (2,), (3, 4), (5,))
    assert read_recorded(FORMS["hermes"](), 1).sources == ((1,), (2,), (3, 3), (4,))
    assert read_recorded(FORMS["openai"](), 1).message_index(2, "c1") == 4


def test_toolace_dialect_becomes_json_schema() -> None:
    parameters = read_recorded(FORMS["toolace"](), 1).dialogue.tools[0].parameters
    assert parameters["type"] == "object"
    assert parameters["properties"]["days"] == {"type": "number"}


WRITERS: dict[Form, Any] = {"sharegpt": sharegpt, "hermes": hermes, "toolace": toolace, "openai": trl}


@pytest.mark.parametrize("form", WRITERS)
def test_what_is_exported_is_read_back(form: Form) -> None:
    dialogue = without_faulty(trip())
    row = orjson.loads(orjson.dumps(WRITERS[form].row(outcome(dialogue), dialogue)))
    read = read_recorded(row, 1)

    assert (read.form, read.unread) == (form, ())
    beside = form in ("hermes", "openai")
    assert said(read.dialogue, beside) == said(dialogue, beside)
    assert [c.arguments for c in read.dialogue.calls] == [c.arguments for c in dialogue.calls]
    assert [t.parameters for t in read.dialogue.tools] == [t.parameters for t in dialogue.tools]


@pytest.mark.parametrize("form", WRITERS)
@settings(max_examples=40, deadline=None)
@given(dialogue=dialogues())
def test_whatever_is_exported_is_read_back(form: Form, dialogue: Dialogue) -> None:
    # A text that holds the form's own tags cannot be told from them; the rules reject it before it is exported.
    assume(form != "hermes" or not any("<tool_" in turn.text for turn in dialogue.turns))
    # Nor can a null for a parameter that there is not be told from those with which tables fill rows up; it is rejected, too.
    assume(form != "openai" or not any(None in call.arguments.values() for call in dialogue.calls))
    row = orjson.loads(orjson.dumps(WRITERS[form].row(outcome(dialogue, edits=()), dialogue)))
    read = read_recorded(row, 1, form=form)

    assert errors(read) == []
    beside = form in ("hermes", "openai")
    assert said(read.dialogue, beside) == said(dialogue, beside)


def test_tools_that_our_rows_for_trl_announce_can_be_called_from_there_on() -> None:
    dialogue = without_faulty(trip())
    row = orjson.loads(orjson.dumps(trl.row(outcome(dialogue), dialogue)))

    assert not [found for found in judge(read_recorded(row, 1)).findings if found.rule == "unknown-tool"]


@settings(max_examples=40, deadline=None)
@given(dialogue=dialogues())
def test_rows_of_our_own_lose_nothing(dialogue: Dialogue) -> None:
    row = orjson.loads(orjson.dumps(messages.row(outcome(dialogue, edits=()), dialogue)))
    read = read_recorded(row, 1)

    assert (read.dialogue.model_copy(update={"id": dialogue.id}), read.unread) == (dialogue, ())


def test_equal_lists_of_tools_give_the_same_tools() -> None:
    one, two = (read_recorded(copy.deepcopy(openai()), n).dialogue.tools for n in (1, 2))
    assert one is two
    other = openai()
    other["tools"].append({"name": "look"})
    assert read_recorded(other, 3).dialogue.tools[0] is one[0]


@pytest.mark.parametrize("tools", [None, [], ""])
def test_rows_without_tools_have_those_given(tools: Any) -> None:
    look = Tool(name="look")
    assert read_recorded({**openai(), "tools": tools}, 1, tools=(look,)).dialogue.tools == (look,)
    assert read_recorded(openai(), 1, tools=(look,)).dialogue.tools[0].name == "get_weather"


def test_tools_may_be_text_or_bare_functions() -> None:
    for tools in (json.dumps([WEATHER]), [WEATHER], json.dumps(openai()["tools"])):
        assert (
            read_recorded({**openai(), "tools": tools}, 1).dialogue.tools == read_recorded(openai(), 1).dialogue.tools
        )


@pytest.mark.parametrize(
    ("tools", "about", "names"),
    [
        ("{", "`tools` is a text that is no JSON", []),
        ({"a": 1}, "`tools` is no list but an object", []),
        ([3, WEATHER], "tools[0] is not a function", ["get_weather"]),
        ([{"function": {"description": "x"}}], "tools[0]: name", []),
        ([{"name": "f", "parameters": []}], "tools[0]: parameters", ["f"]),
    ],
)
def test_broken_tools_are_told(tools: Any, about: str, names: list[str]) -> None:
    read = read_recorded({**openai(), "tools": tools}, 1)
    assert [(place, about in detail) for place, detail in errors(read)] == [(None, True)]
    assert [tool.name for tool in read.dialogue.tools] == names


def test_marks_that_cannot_be_read_are_told() -> None:
    row = messages.row(outcome(), trip())
    row["metadata"]["tools_added"] = [{"message_index": 1, "names": ["nobody"]}]
    assert "nobody" in errors(read_recorded(row, 1))[0][1]
    row["metadata"]["generator"] = {"name": "another"}
    read = read_recorded(row, 1)
    assert (errors(read), read.dialogue.task, read.metadata) == ([], None, row["metadata"])


@pytest.mark.parametrize("row", [3, None, [], "x", {}, {"messages": None}, {"messages": "x"}, {"conversations": {}}])
def test_what_has_no_messages_is_no_dialogue(row: Any) -> None:
    with pytest.raises(NotADialogue):
        read_recorded(row, 1)


odd_rows = st.fixed_dictionaries(
    {},
    optional={
        "messages": st.lists(st.dictionaries(st.sampled_from(["role", "content", "tool_calls", "name"]), json_values)),
        "tools": json_values,
        "system": json_values,
        "metadata": json_values,
        "id": json_values,
    },
)


@settings(max_examples=100, deadline=None)
@given(odd_rows, st.sampled_from([None, *FORMS]))
def test_nothing_but_not_a_dialogue_is_raised(row: Any, form: Form | None) -> None:
    try:
        read = read_recorded(row, 1, form=form)
    except NotADialogue:
        return
    assert len(read.sources) == len(read.dialogue.turns)
    assert all(
        len(s) == max(1, len(getattr(t, "results", ()))) for s, t in zip(read.sources, read.dialogue.turns, strict=True)
    )


def _spoilt(value: Any, path: tuple[Any, ...], new: Any) -> None:
    for step in path[:-1]:
        value = value[step]
    value[path[-1]] = new


def _paths(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [found for key, each in inner for found in [(*path, key), *_paths(each, (*path, key))]]


@pytest.mark.parametrize("form", FORMS)
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_any_value_may_stand_anywhere(form: Form, data: st.DataObject) -> None:
    row = copy.deepcopy(FORMS[form]())
    _spoilt(row, data.draw(st.sampled_from(_paths(row))), data.draw(json_values | st.text("<>[](){}=\"',:x\\ \n")))
    with suppress(NotADialogue):
        read_recorded(row, 1)


def test_messages_that_were_a_column_of_a_table_are_read() -> None:
    row = sound()

    assert read_recorded({**row, "messages": orjson.dumps(row["messages"]).decode()}, 1) == read_recorded(row, 1)


def test_values_in_a_list_are_the_results_of_the_calls_made_together() -> None:
    calls = [{"name": "add", "arguments": {"a": n}} for n in (1, 2)]
    turns = [
        {"from": "human", "value": "Add."},
        {"from": "function_call", "value": orjson.dumps(calls).decode()},
        {"from": "observation", "value": '[{"sum": 3}, {"sum": 15}]'},
        {"from": "gpt", "value": "3 and 15."},
    ]

    results = read_recorded({"conversations": turns}, 1).dialogue.turns[2].results

    assert [result.content for result in results] == ['{"sum":3}', '{"sum":15}']


@pytest.mark.parametrize(
    ("row", "what"),
    [
        ({"system": "x", "chat": "USER: hi"}, "Glaive"),
        ({"input": [{"role": "user", "content": "hi"}]}, "Responses"),
        ({"request": {}, "response": {}}, "a request and its response"),
        ({"prompt": [], "completion": []}, "a prompt and a completion"),
        ({"contents": [{"role": "user", "parts": []}]}, "Gemini"),
    ],
)
def test_forms_that_are_not_read_are_named(row: Any, what: str) -> None:
    with pytest.raises(NotADialogue, match=what):
        read_recorded(row, 1)


@pytest.mark.parametrize("role", ["role", "from"])
@pytest.mark.parametrize("beside", ["messages", "conversations"])
def test_thinking_before_the_words_is_no_part_of_them(role: str, beside: str) -> None:
    said = {"role": "content", "from": "value"}[role]
    assistant = {"role": "assistant", "from": "gpt"}[role]
    row = {
        beside: [
            {role: "user", said: "Hello!"},
            {role: assistant, said: "<think>A greeting.</think>\n\nHi, how are you?"},
        ]
    }
    read = read_recorded(row, 1)
    kept = keep(row, read, 1).recorded.dialogue.turns[1].kept
    assert read.dialogue.turns[1].text == "Hi, how are you?"
    assert kept is not None
    assert kept.fields == {"reasoning_content": "A greeting."}
    assert judge(read).accepted
