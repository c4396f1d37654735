"""docs/corruption.md tells each kind as the table has it."""

from __future__ import annotations

from pathlib import Path

from toolace_mt.corruption.kinds import FAMILIES, KINDS

PAGE = (Path(__file__).parents[2] / "docs" / "corruption.md").read_text()


def test_the_page_has_each_kind_as_the_table_has_it() -> None:
    told = [line for line in PAGE.splitlines() if line.startswith("| `")]
    wanted = [f"| `{kind.name}` | {kind.what} | {kind.seen.replace('|', chr(92) + '|')} |" for kind in KINDS.values()]
    assert told == wanted
    assert [line for line in PAGE.splitlines() if line.startswith("### `")] == [f"### `{name}`" for name in FAMILIES]
