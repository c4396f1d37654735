"""What `import toolace_mt` offers: pinned, fast to import, and the same way that the command line goes."""

from __future__ import annotations

import asyncio
import inspect
import json
import logging
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import toolace_mt
from tests.doubles.rows import lines, sound, spoilt
from tests.e2e.conftest import toolace
from toolace_mt import api
from toolace_mt.config import Config
from toolace_mt.errors import InputError, RunStopped
from toolace_mt.runs.folder import Run

PAGE = Path(__file__).parents[1] / "docs" / "python.md"


def find_books(topic: str) -> list[dict[str, str]]:
    """Find books.

    Args:
        topic: What they are about.
    """
    return [{"book_id": f"BOOK-{len(topic)}", "topic": topic}]


def borrow_book(book_id: str, weeks: int) -> dict[str, int]:
    """Borrow a book.

    Args:
        book_id: The book.
        weeks: For how long.
    """
    return {"loan_id": 700 + weeks}


class Shelf:
    """A class whose methods are tools."""

    def count_books(self) -> int:
        """How many books there are."""
        return 3


WEATHER = {
    "type": "function",
    "function": {
        "name": "get_weather",
        "description": "The weather of a city.",
        "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
    },
}
FUNCTIONS = f"python:{__name__}:find_books,borrow_book"


def test_the_public_names_are_these() -> None:
    assert [name for name in dir(toolace_mt) if name in toolace_mt.__all__] == [
        "Config", "ExportReport", "InputError", "Progress", "Run", "RunStopped", "ToolFailure", "ToolaceError", "Verdict",
        "__version__", "agenerate", "arefine", "export", "generate", "load_config", "open_run", "refine", "tool", "verify",
    ]  # fmt: skip
    assert set(toolace_mt.__all__) == {*api.__all__, "__version__"}
    assert all(getattr(toolace_mt, name) is not None for name in toolace_mt.__all__)
    with pytest.raises(AttributeError, match="no attribute 'agents'"):
        toolace_mt.agents  # noqa: B018


def test_importing_it_loads_nothing() -> None:
    code = "import sys, toolace_mt; print([n for n in sys.modules if n.startswith('toolace_mt.') or n == 'pydantic'])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


@pytest.mark.parametrize(("name", "awaited"), [("generate", api.agenerate), ("refine", api.arefine)])
def test_the_plain_functions_take_what_the_awaited_ones_take(name: str, awaited: Any) -> None:
    plain = getattr(toolace_mt, name)
    assert inspect.signature(plain) == inspect.signature(awaited)
    assert plain.__name__ == name


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return toolace_mt.generate(
        [find_books, borrow_book, WEATHER], out=tmp_path_factory.mktemp("api") / "run", count=3, seed=1
    )


def test_a_run_of_functions_and_documents_leaves_the_folder_that_the_command_line_leaves(run: Run) -> None:
    assert run.config.tools.sources == (FUNCTIONS,)
    assert [outcome.status for outcome in run.outcomes()] == ["accepted"] * 3
    rows = [json.loads(line) for line in run.dataset.read_bytes().splitlines()]
    assert [row["id"] for row in rows] == [outcome.id for outcome in run.outcomes()]
    assert run.summary()["accepted"] == 3
    offered = {tool["function"]["name"] for row in rows for tool in row["tools"]}
    assert {"find_books", "borrow_book", "get_weather"} <= offered
    shown = toolace("show", run.path, "--limit", "1")
    assert shown.returncode == 0, shown.stderr


def test_the_same_call_goes_on_and_another_tool_is_refused(run: Run) -> None:
    before = run.dataset.read_bytes()
    again = toolace_mt.generate([find_books, borrow_book, WEATHER], out=run.path, count=3, seed=1)
    assert again.dataset.read_bytes() == before
    other = json.loads(json.dumps(WEATHER).replace("The weather", "The temperature"))
    with pytest.raises(InputError, match="have changed since: tool get_weather"):
        toolace_mt.generate([find_books, borrow_book, other], out=run.path, count=3, seed=1)


def test_a_call_that_says_no_count_keeps_that_of_the_run(run: Run, caplog: pytest.LogCaptureFixture) -> None:
    before = run.dataset.read_bytes()
    again = toolace_mt.generate([find_books, borrow_book, WEATHER], out=run.path, seed=1)
    assert again.dataset.read_bytes() == before
    assert again.config.run.count == 3
    assert "no count is given: 3" in caplog.text


def test_a_larger_run_is_not_cut_where_no_count_is_given(tmp_path: Path) -> None:
    settings = {"verify.enabled": False, "refine.enabled": False}
    toolace_mt.generate("builtin:shop", out=tmp_path / "run", count=23, settings=settings)
    again = toolace_mt.generate("builtin:shop", out=tmp_path / "run", settings=settings)
    assert len(list(again.outcomes())) == 23
    fewer = toolace_mt.generate("builtin:shop", out=tmp_path / "run", count=2, settings=settings)
    assert len(fewer.dataset.read_bytes().splitlines()) == 2, "who says a count gets it"


def test_it_is_the_way_of_the_command_line(tmp_path: Path) -> None:
    called = toolace_mt.generate(
        "builtin:shop", out=tmp_path / "called", count=2, settings={"run.skeleton": "executed"}
    )
    done = toolace(
        *("generate", "--tools", "builtin:shop", "--count", "2", "--skeleton", "executed", "--out", tmp_path / "typed")
    )
    assert done.returncode == 0, done.stderr
    for name in ("config.json", "dataset.jsonl", "summary.json"):
        assert (called.path / name).read_bytes() == (tmp_path / "typed" / name).read_bytes()


def test_arguments_come_on_top_of_settings_and_these_on_top_of_the_configuration(tmp_path: Path) -> None:
    file = tmp_path / "run.toml"
    file.write_text('[tools]\nsources = ["builtin:shop"]\n[run]\ncount = 9\nseed = 9\nconcurrency = 3\n')
    for config in (file, str(file), toolace_mt.load_config(file)):
        made = api._configured(config, {"run.count": 8, "run.seed": 8}, {"run.count": 7, "run.method": None})
        assert (made.run.count, made.run.seed, made.run.concurrency) == (7, 8, 3)
        assert made.tools.sources == ("builtin:shop",)
    with pytest.raises(InputError, match=r"run\.cuont"):
        toolace_mt.generate(out=tmp_path / "run", settings={"run.cuont": 3})


@pytest.mark.parametrize(
    ("tools", "told"),
    [
        ([WEATHER, 7], r"tools\[1\]: is a int"),
        ([{"name": {1, 2}}], r"tools\[0\]: is not JSON"),
        ([{"type": "function"}], "name"),
        (lambda: 1, "at the top level"),
        ([], "no tools found"),
        ("no/such/file.json", "there is no such file"),
    ],
)
def test_tools_that_cannot_be_used_are_told(tmp_path: Path, tools: Any, told: str) -> None:
    with pytest.raises(InputError, match=told):
        toolace_mt.generate(tools, out=tmp_path / "run")
    assert not (tmp_path / "run").exists()


def test_functions_of_one_module_are_one_world_and_a_class_is_its_own() -> None:
    sources, documents = api.given_tools([find_books, "builtin:shop", Shelf, borrow_book, Path("tools.json"), WEATHER])
    assert sources == ("builtin:shop", f"python:{__name__}:Shelf", "tools.json", FUNCTIONS)
    assert [document.where for document in documents] == ["tools[5]"]
    assert api.given_tools(WEATHER).documents[0].value is not WEATHER  # the caller's own is not touched


def test_in_an_event_loop_it_is_awaited(tmp_path: Path) -> None:
    async def notebook() -> Run:
        with pytest.raises(InputError, match=r"await toolace_mt\.agenerate"):
            toolace_mt.generate("builtin:shop", out=tmp_path / "run", count=1)
        return await toolace_mt.agenerate("builtin:shop", out=tmp_path / "run", count=1)

    assert asyncio.run(notebook()).summary()["accepted"] == 1


def test_a_run_that_stops_early_raises_and_leaves_its_summary(tmp_path: Path) -> None:
    with pytest.raises(RunStopped, match="max_attempts"):
        toolace_mt.generate(
            "builtin:shop",
            out=tmp_path / "run",
            count=2,
            settings={"run.max_attempts": 1, "refine.enabled": False},
        )
    stopped = toolace_mt.open_run(tmp_path / "run")
    assert stopped.summary()["accepted"] == 1
    assert not stopped.dataset.exists()


def test_rows_are_verified_in_memory_as_in_a_file(tmp_path: Path) -> None:
    rows = [sound("a"), spoilt("b"), {"id": "c"}, {"id": "d", "messages": {1, 2}}]
    file = tmp_path / "rows.jsonl"
    file.write_bytes(lines(*rows[:3]))

    verdicts = toolace_mt.verify(rows)

    assert [(verdict.id, verdict.accepted) for verdict in verdicts] == [
        ("a", True), ("b", False), ("c", False), ("4", False),
    ]  # fmt: skip
    assert [finding.rule for finding in verdicts[3].findings] == ["unreadable"]
    assert toolace_mt.verify(file) == toolace_mt.verify(str(file)) == verdicts[:3]
    assert all(verdict.accepted for verdict in toolace_mt.verify([spoilt("b")], skip=["unknown-tool"]))
    with pytest.raises(InputError, match="skip: there is no rule no-such-rule"):
        toolace_mt.verify(rows, skip=["no-such-rule"])


def test_rows_without_tools_are_verified_against_those_given() -> None:
    row: dict[str, Any] = {**spoilt("b"), "tools": None}
    assert toolace_mt.verify([row])[0].accepted
    (verdict,) = toolace_mt.verify([row], tools=[WEATHER])
    assert "unknown-tool" in {finding.rule for finding in verdict.findings}


def test_rows_in_memory_are_refined_as_those_of_a_file(run: Run, tmp_path: Path) -> None:
    rows = [json.loads(line) for line in run.dataset.read_bytes().splitlines()]
    mended = toolace_mt.refine(rows, out=tmp_path / "rows", inject=1)
    from_file = toolace_mt.refine(run.dataset, out=tmp_path / "file", inject=1)

    assert mended.summary()["accepted"] == len(rows)
    assert mended.dataset.read_bytes() == from_file.dataset.read_bytes()
    assert all(len(outcome.edits) > 0 for outcome in mended.outcomes())
    with pytest.raises(InputError, match="no row"):
        toolace_mt.refine([], out=tmp_path / "none")


def test_a_run_is_exported_by_its_folder_or_itself(run: Run, tmp_path: Path) -> None:
    assert toolace_mt.export(run, "trl", tmp_path / "one.jsonl").rows == 3
    assert toolace_mt.export(str(run.path), "trl", str(tmp_path / "other.jsonl")).rows == 3
    assert (tmp_path / "one.jsonl").read_bytes() == (tmp_path / "other.jsonl").read_bytes()


def test_what_is_to_be_noticed_is_logged_where_nobody_counts(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    work: dict[str, Any] = {"quotas": {"clarification": "2"}, "settings": {"repair.enabled": False}}
    with caplog.at_level(logging.WARNING, "toolace_mt"):
        toolace_mt.refine([sound("a")], out=tmp_path / "logged", **work)
        assert "clarification: 2 dialogues are to get it" in caplog.text
        caplog.clear()
        progress = toolace_mt.Progress(1)
        toolace_mt.refine([sound("a")], out=tmp_path / "counted", progress=progress, **work)
    assert not caplog.text
    assert any("clarification" in notice for notice in progress.notices)
    assert progress.attempted == 1


def test_the_example_of_the_documentation_does_what_it_says(tmp_path: Path) -> None:
    page = PAGE.read_text()
    code, said = ("".join(re.findall(rf"^```{kind}\n(.*?)^```", page, re.M | re.S)) for kind in ("python", "text"))
    (tmp_path / "example.py").write_text(code)

    done = subprocess.run([sys.executable, "example.py"], cwd=tmp_path, capture_output=True, text=True, timeout=240)

    assert (done.returncode, done.stdout) == (0, said), done.stderr


def test_the_documentation_names_every_public_name() -> None:
    table = PAGE.read_text().partition("## An example")[0]
    told = set(re.findall(r"`(\w+)", table))
    assert set(toolace_mt.__all__) - {"__version__"} <= told


def test_a_configuration_is_what_load_config_gives() -> None:
    assert toolace_mt.load_config() == Config()
