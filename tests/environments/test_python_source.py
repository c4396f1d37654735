from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from toolace_mt.environments import objects
from toolace_mt.environments.base import Environment, ToolOutput
from toolace_mt.environments.outputs import LONGEST
from toolace_mt.environments.python_source import open_python, python_tools
from toolace_mt.errors import InputError
from toolace_mt.schema.validate import schema_problem
from toolace_mt.types import EnvironmentRef, Tool

FILE = Path(__file__).parent / "examples" / "thermostat.py"
HERE = f"python:{FILE}"
THERMOSTAT = f"{HERE}:Thermostat"
Write = Callable[[str], str]
BOX = """
from dataclasses import dataclass, field

@dataclass
class Box:
    items: list[str] = field(default_factory=list)

    def put(self, item: str) -> int:
        'Put in.'
        self.items.append(item)
        return len(self.items)
"""


def tools(source: str) -> dict[str, Tool]:
    return {method.tool.name: method.tool for method in python_tools(source).methods}


def opened(name: str, seed: int = 0) -> Environment:
    return open_python(EnvironmentRef(name=name, seed=seed))


def call(environment: Environment, name: str, /, **arguments: Any) -> ToolOutput:
    return asyncio.run(environment.call(name, arguments))


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def write(text: str) -> str:
        path = tmp_path / "mine.py"
        path.write_text(text)
        return f"python:{path}"

    return write


def test_public_methods_of_a_class_are_tools() -> None:
    read = python_tools(THERMOSTAT)
    names = [method.tool.name for method in read.methods]
    assert names[:6] == ["set_degrees", "plan", "rename", "wait", "read", "to_fahrenheit"]
    assert not {"default", "is_warm", "brief", "each"} & set(names)
    assert {(m.tool.environment, m.tool.group) for m in read.methods} == {(THERMOSTAT, "Thermostat")}
    assert [name for name, _ in read.refused] == ["each"]
    assert "cannot be passed by name" in read.refused[0][1]
    left_out = {(method.tool.name, field) for method in read.methods for field, _ in method.left_out}
    untyped = ("rename", "parameters.anything")
    assert left_out == {("set_degrees", "parameters.options"), ("read", "description"), untyped}
    assert all(schema_problem(method.tool.parameters) is None for method in read.methods)


def test_signatures_and_docstrings_make_the_schemas() -> None:
    found = tools(THERMOSTAT)
    assert found["set_degrees"].description == "Set the wanted temperature."
    assert found["set_degrees"].properties == {
        "degrees": {"type": "number", "description": "Degrees Celsius, from 5 to 30."},
        "mode": {
            "type": "string",
            "description": "Whether to heat or to cool.",
            "enum": ["heat", "cool"],
            "default": "heat",
        },
    }
    assert found["set_degrees"].returns is not None
    assert set(found["set_degrees"].returns["properties"]) == {"degrees", "at"}
    slot = {"type": "object", "properties": {"hour": {"type": "integer"}, "degrees": {"type": "number"}}}
    assert found["plan"].properties == {
        "slots": {
            "type": "array",
            "description": "When to be how warm.",
            "items": slot | {"required": ["hour", "degrees"]},
        },
        "room": {"type": "string", "description": "Which room."},
    }
    assert found["rename"].properties == {
        "name": {"type": "string", "description": "The new name."},
        "count": {"type": "integer", "description": "How often."},
        "anything": {},
    }
    assert found["rename"].required == ("name", "count")


def test_what_a_class_inherits_overrides_and_takes_away() -> None:
    found = tools(f"{HERE}:Smart")
    assert "dump" not in found
    assert found["read"].description == "Read the temperature."
    assert call(opened(f"{HERE}:Smart"), "read") == ToolOutput("21.0", False)


def test_a_module_gives_its_classes_and_its_functions_together() -> None:
    read = python_tools(HERE)
    environments = dict.fromkeys(method.tool.environment for method in read.methods)
    assert list(environments) == [f"{HERE}:{name}" for name in ("Thermostat", "Smart", "Seeded", "FromSeed")] + [HERE]
    functions = opened(HERE)
    assert [(tool.name, tool.group) for tool in functions.tools] == [("add", "thermostat"), ("shout", "thermostat")]
    assert call(functions, "add", a=3) == ToolOutput("5", False)
    reasons = dict(read.refused)
    assert "it needs path: give defaults, or name a function that makes one" in reasons["Ledger"]


def test_one_function() -> None:
    alone = f"{HERE}:shout"
    assert list(tools(alone)) == ["shout"]
    assert call(opened(alone), "shout", text="hi") == ToolOutput("HI!", False)


def test_several_functions_are_one_environment(write: Write) -> None:
    source = f"{write(_THREE)}:first,third"
    assert list(tools(source)) == ["first", "third"]
    assert {tool.environment for tool in tools(source).values()} == {source}
    assert call(opened(source), "third").content == "3"


@pytest.mark.parametrize(
    ("names", "told"), [("first,absent", "there is no 'absent'"), ("first,Desk", "named alone"), ("first,", "no ''")]
)
def test_of_several_each_must_be_a_function(write: Write, names: str, told: str) -> None:
    with pytest.raises(InputError, match=told):
        tools(f"{write(_THREE)}:{names}")


_THREE = """
def first() -> int:
    return 1
def second() -> int:
    return 2
def third() -> int:
    return 3
class Desk:
    def f(self) -> int:
        return 4
"""


def test_a_module_by_name_from_the_current_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "boxes_by_name.py").write_text(BOX)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [entry for entry in sys.path if entry not in ("", ".")])
    for source in ("python:boxes_by_name", "python:boxes_by_name:Box", "python:boxes_by_name.py:Box"):
        assert list(tools(source)) == ["put"]
    box = opened("python:boxes_by_name:Box")
    call(box, "put", item="a")
    assert call(box, "put", item="b").content == "2"
    assert call(opened("python:boxes_by_name:Box"), "put", item="b").content == "1"


def test_how_an_instance_is_made() -> None:
    assert call(opened(f"{HERE}:Seeded", 7), "number").content == "7"
    assert call(opened(f"{HERE}:FromSeed", 7), "number").content == "14"
    assert list(tools(f"{HERE}:FromSeed")) == ["number"]
    assert list(tools(f"{HERE}:make_ledger")) == ["book"]
    assert opened(THERMOSTAT).brief == {"today": "2026-05-01", "knows": {"room": ["hall"]}}
    assert opened(f"{HERE}:Seeded").brief == {}


@pytest.mark.parametrize("source", [f"{HERE}:make_ledger", THERMOSTAT], ids=["connection", "lock"])
def test_state_that_cannot_be_copied_is_made_again(source: str) -> None:
    environment = opened(source)
    if source == THERMOSTAT:
        call(environment, "set_degrees", degrees=12)
        assert call(environment, "set_degrees", degrees=50).is_error
        assert call(environment, "read").content == "12.0"
        return
    assert call(environment, "book", amount=5).content == "5"
    assert call(environment, "book", amount=0) == ToolOutput('{"error":"ValueError: nothing to book"}', True)
    assert call(environment, "book", amount=3).content == "8"


@pytest.mark.parametrize(
    ("name", "arguments", "output"),
    [
        ("set_degrees", {"degrees": 12, "mode": "cool"}, '{"degrees":12.0,"at":"2026-05-01"}'),
        ("set_degrees", {"degrees": 50}, ("ValueError: 50.0 is out of range",)),
        (
            "set_degrees",
            {"degrees": 12, "mode": "dry"},
            ("Invalid arguments: mode: 'dry' is not one of ['heat', 'cool'].",),
        ),
        ("plan", {"slots": [{"hour": 7, "degrees": 20}], "room": "hall"}, '{"planned":1}'),
        ("rename", {"name": "nowhere", "count": 1}, ("no such room",)),
        ("to_fahrenheit", {"degrees": 100}, "212.0"),
        ("wait", {}, "waited"),
        ("wait", {"seconds": -1}, ("CancelledError: not today",)),
        ("leave", {}, ("SystemExit: bye",)),
        ("interrupt", {}, ("KeyboardInterrupt",)),
        ("tags", {}, '["a","b","c"]'),
        ("surrogate", {}, "{'text': '\\ud800'}"),
        ("big", {}, str(10**30)),
        ("hidden_object", {}, ("The tool gave a object, which has no JSON form: return a dict, or give it __str__.",)),
        ("dump", {"size": LONGEST + 1}, "x" * LONGEST + "... [cut: 20,001 characters in all]"),
    ],
)
def test_outputs(
    name: str, arguments: dict[str, Any], output: str | tuple[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """A tuple holds the text of an error."""
    thermostat = opened(THERMOSTAT)
    expected = ToolOutput(output, False) if isinstance(output, str) else None
    found = call(thermostat, name, **arguments)
    if expected:
        assert found == expected
    else:
        assert found.is_error
        assert json.loads(found.content) == {"error": output[0]}
        assert call(thermostat, "read").content == "20.0"
    assert capsys.readouterr().out == ""


def test_others_can_print_while_an_asynchronous_tool_waits(capsys: pytest.CaptureFixture[str]) -> None:
    async def both() -> None:
        work = asyncio.create_task(opened(THERMOSTAT).call("wait", {"seconds": 0.02}))
        await asyncio.sleep(0.01)
        print("mine")
        await work

    asyncio.run(both())
    assert capsys.readouterr().out == "mine\n"


def test_an_asynchronous_tool_has_a_limit_and_can_be_cancelled(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(objects, "LONGEST_CALL", 0.01)
    output = call(opened(THERMOSTAT), "wait", seconds=30)
    assert output == ToolOutput('{"error":"The tool gave no answer within 0.01 seconds."}', True)
    monkeypatch.setattr(objects, "LONGEST_CALL", 30)

    async def cancelled() -> None:
        work = asyncio.create_task(opened(THERMOSTAT).call("wait", {"seconds": 30}))
        await asyncio.sleep(0.01)
        work.cancel()
        await work

    with pytest.raises(asyncio.CancelledError):
        asyncio.run(cancelled())


@pytest.mark.parametrize(
    ("text", "name", "told"),
    [
        ("def f(:\n", ":f", "importing it fails at {file}:1: SyntaxError: "),
        ("import not_there_at_all\n", "", "at {file}:1: ModuleNotFoundError: No module named 'not_there_at_all'"),
        ("x = 1\nraise RuntimeError('no luck')\n", "", "importing it fails at {file}:2: RuntimeError: no luck"),
        ("raise SystemExit(3)\n", "", "SystemExit: 3"),
        ("class A:\n    def f(self): ...\n", ":B", "there is no 'B' in {file}; it has A"),
        ("A = 3\n", ":A", "'A' is a int; name a class or a function"),
        ("A = 3\n", "", "has no public class or function of its own"),
        ("class A:\n    x = 1\n", ":A", "has no public methods"),
        ("class A:\n    def f(self, *a): ...\n", ":A", "A.f: *a cannot be passed by name"),
        (
            "class A:\n    def __init__(self, db): ...\n    def f(self): ...\n",
            ":A",
            "it needs db: give defaults, or name a",
        ),
        ("class A:\n    def __init__(self): raise OSError('no db')\n    def f(self): ...\n", ":A", "OSError: no db"),
        ("class A:\n    brief = {'name': 'x'}\n    def f(self): ...\n", ":A", "the key 'name' of its brief is taken"),
        ("class A:\n    brief = {'knows': 'x'}\n    def f(self): ...\n", ":A", "'knows' in its brief must be a dict"),
        ("class A:\n    def f(self): ...\n", ":A:f", ": write python:MODULE or python:MODULE:NAME"),
    ],
)
def test_what_cannot_be_used_is_told_in_one_message(write: Write, text: str, name: str, told: str) -> None:
    source = write(text)
    with pytest.raises(InputError) as refusal:
        python_tools(source + name)
    message = str(refusal.value)
    assert message.startswith(source)
    assert told.replace("{file}", source.removeprefix("python:")) in message
    assert "\n" not in message


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ("python:", "write python:MODULE or python:MODULE:NAME"),
        ("python:no_such_module_here:A", "there is no module 'no_such_module_here'"),
        ("python:json.no_such_part", "there is no module 'json.no_such_part'"),
        ("python:no/such.py:A", "there is no file no/such.py"),
        ("python:math:sqrt", "'sqrt' is a builtin_function_or_method"),
        ("python:..x", "python:..x: "),
    ],
)
def test_modules_that_are_not_there(source: str, told: str) -> None:
    with pytest.raises(InputError) as refusal:
        python_tools(source)
    assert told in str(refusal.value)


def test_data_is_no_environment(write: Write) -> None:
    source = write(
        "import enum, typing, abc, pydantic\n"
        "class E(Exception):\n    def f(self): ...\n"
        "class M(enum.Enum):\n    A = 1\n    def f(self): ...\n"
        "class P(typing.Protocol):\n    def f(self): ...\n"
        "class B(abc.ABC):\n    @abc.abstractmethod\n    def f(self): ...\n"
        "class D(pydantic.BaseModel):\n    x: int = 1\n"
        "class T(typing.TypedDict):\n    x: int\n"
        "class Desk(pydantic.BaseModel):\n    x: int = 1\n    def look(self) -> int:\n        'Look.'\n        return self.x\n"
        "def tool(d: D, t: T) -> P:\n    'A tool.'\n    return d\n"
    )
    read = python_tools(source)
    assert [method.tool.name for method in read.methods] == ["look", "tool"]
    assert read.refused == ()
    assert call(opened(f"{source}:Desk"), "look").content == "1"
