"""The house: imports go down only, rooms of one row do not import each other, the public face stays as it is."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[1] / "src" / "toolace_mt"
FILES = sorted(SOURCE.rglob("*.py"))

# A room may import the rooms of lower rows, and itself.
ROWS = [
    {"types", "errors"},
    {"config", "dialogue", "schema"},
    {"rules", "metrics", "operations", "values", "corruption", "engines.base", "environments.base"},
    {"ask", "engines", "tools", "environments", "walks"},
    {"stages"},
    {"baselines"},
    {"runs"},
    {"exporters", "bench"},
    {"cli"},
]
ROW_OF = {room: row for row, rooms in enumerate(ROWS) for room in rooms}
FORBIDDEN_NAMES = {"utils", "helpers", "common", "manager", "misc"}


def module_name(file: Path) -> str:
    return ".".join(file.relative_to(SOURCE).with_suffix("").parts).removesuffix(".__init__")


def room_of(module: str) -> str:
    return module if module in ROW_OF else module.split(".")[0]


def first_party_imports(tree: ast.AST) -> list[tuple[int, str]]:
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("toolace_mt."):
            found.append((node.lineno, node.module.removeprefix("toolace_mt.")))
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, "imports are absolute"
    return found


@pytest.mark.parametrize("file", FILES, ids=module_name)
def test_imports_go_down_only(file: Path) -> None:
    room = room_of(module_name(file))
    if room not in ROW_OF:
        assert room in {"__init__", "__main__", ""}, f"{room} has no row"
        return
    for line, imported in first_party_imports(ast.parse(file.read_text())):
        target = room_of(imported)
        same_room = target.split(".")[0] == room.split(".")[0] and room != "engines.base"
        assert same_room or ROW_OF[target] < ROW_OF[room], f"{file}:{line}: {room} imports {target}"


@pytest.mark.parametrize("file", FILES, ids=module_name)
def test_no_first_party_import_hides_in_a_function(file: Path) -> None:
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert not first_party_imports(node), f"{file}:{node.lineno}: {node.name}"


@pytest.mark.parametrize("file", FILES, ids=module_name)
def test_files_stay_small_and_well_named(file: Path) -> None:
    assert file.read_text().count("\n") <= 400
    assert not FORBIDDEN_NAMES & set(module_name(file).split("."))


def test_help_imports_nothing_heavy() -> None:
    import subprocess
    import sys

    code = (
        "import sys; sys.argv = ['toolace-mt', '--help']\n"
        "from toolace_mt.cli import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "heavy = {'aiohttp', 'faker', 'pyarrow', 'uvicorn', 'starlette', 'pydantic', 'rich'} & set(sys.modules)\n"
        "sys.exit(f'imported: {heavy}' if heavy else 0)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "generate" in done.stdout
