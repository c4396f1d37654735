"""Every rule has a page, and what its page shows is so: the rule finds each example that fails, and none that passes."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import orjson
import pytest

from toolace_mt.dialogue.formats import read_recorded
from toolace_mt.rules import RULES
from toolace_mt.rules.verdicts import UNREADABLE, judge

PAGES = Path(__file__).parents[2] / "docs" / "rules"
NAMES = (*RULES, UNREADABLE)
BLOCK = re.compile(r"^```json\n(.*?)^```", re.MULTILINE | re.DOTALL)


def page(name: str) -> str:
    return (PAGES / f"{name}.md").read_text()


def examples(name: str, heading: str) -> list[Any]:
    section = page(name).split(f"\n## {heading}\n")[1].split("\n## ")[0]
    return [orjson.loads(block) for block in BLOCK.findall(section)]


def severities(name: str, row: Any) -> set[str]:
    verdict = judge(read_recorded(row, 1))
    return {finding.severity for finding in verdict.findings if finding.rule == name}


def test_every_rule_has_a_page_and_every_page_a_rule() -> None:
    assert {file.stem for file in PAGES.glob("*.md")} - {"README"} == set(NAMES)


def test_the_list_names_every_rule() -> None:
    listed = re.findall(r"\]\(([a-z-]+)\.md\)", (PAGES / "README.md").read_text())

    assert sorted(listed) == sorted(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_a_page_says_what_why_and_how_bad(name: str) -> None:
    lines = page(name).splitlines()

    assert lines[0] == f"# {name}"
    assert re.search(r"^Severity: (error|warning)", page(name), re.MULTILINE)
    for heading in ("What it finds", "Why", "Fails", "Passes"):
        assert f"## {heading}" in lines


@pytest.mark.parametrize("name", NAMES)
def test_the_examples_of_a_page_are_so(name: str) -> None:
    failing, passing = examples(name, "Fails"), examples(name, "Passes")
    assert failing
    assert passing

    said = re.search(r"^Severity: (.*)$", page(name), re.MULTILINE)
    for row in failing:
        found = severities(name, row)
        assert found, f"{name} finds nothing in {row}"
        assert said
        assert all(severity in said[1] for severity in found)
    for row in passing:
        assert not severities(name, row), f"{name} finds fault with {row}"
