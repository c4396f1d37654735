from __future__ import annotations

from toolace_mt.tools.join import Located, join_tools
from toolace_mt.tools.notes import Mend
from toolace_mt.types import Tool


def at(where: str, name: str, text: str = "", **more: str) -> Located:
    return Located(Tool(name=name, description=text, **more), where, (Mend(name, where, "f", "type", "mended"),))


def test_identical_tools_are_merged() -> None:
    tools, mends, _ = join_tools([at("f:1", "a", "x"), at("f:2", "b"), at("f:3", "a", "x")])
    assert [tool.name for tool in tools] == ["a", "b"]
    assert [(mend.kind, mend.where) for mend in mends] == [("type", "f:1"), ("type", "f:2"), ("duplicate", "f:3")]
    assert "f:1" in mends[-1].done


def test_other_tools_of_the_same_name_get_their_own() -> None:
    tools, mends, _ = join_tools([at("f:1", "a", "x"), at("f:2", "a", "y"), at("f:3", "a_2", "z")])
    assert [(tool.name, tool.source_name) for tool in tools] == [("a", None), ("a_3", "a"), ("a_2", None)]
    assert [mend.tool for mend in mends if mend.where == "f:2"] == ["a_3", "a_3"]


def test_a_name_that_is_legal_already_comes_before_one_made_legal() -> None:
    tools, _, _ = join_tools([at("f:1", "a_b", source_name="a.b"), at("f:2", "a_b")])
    assert [(tool.name, tool.source_name) for tool in tools] == [("a_b_2", "a.b"), ("a_b", None)]


def test_tools_that_run_are_never_renamed() -> None:
    tools, _, _ = join_tools(
        [at("f:1", "a", "of a file"), at("one", "a", environment="one"), at("two", "a", environment="two")]
    )
    assert [(tool.name, tool.environment) for tool in tools] == [("a_2", None), ("a", "one"), ("a", "two")]


def test_a_copy_of_a_tool_that_runs_is_merged_into_it() -> None:
    tools, mends, _ = join_tools([at("f:1", "a"), at("one", "a", environment="one")])
    assert [tool.environment for tool in tools] == ["one"]
    assert [mend.kind for mend in mends if mend.where == "f:1"] == ["duplicate"]
