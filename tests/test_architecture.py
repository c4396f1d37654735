"""The house: imports go down only, rooms of one row do not import each other, files stay small and well named."""

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
    {"api"},
    {"api"},
    {"cli"},
]
ROW_OF = {room: row for row, rooms in enumerate(ROWS) for room in rooms}
PROTOCOLS = {room for room in ROW_OF if "." in room}
FORBIDDEN_NAMES = {"utils", "helpers", "common", "manager", "misc"}


def module_name(file: Path) -> str:
    return ".".join(file.relative_to(SOURCE).with_suffix("").parts).removesuffix(".__init__")


def room_of(module: str) -> str:
    return module if module in ROW_OF else module.split(".")[0]


def first_party_imports(tree: ast.AST) -> list[tuple[int, str]]:
    """(line, module) of each import from this package, in any of the forms that there are; the version is no module."""
    found: list[tuple[int, str]] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            assert not node.level, "imports are absolute"
            found += [(node.lineno, module) for module in _modules_from(node.module or "", node.names)]
        elif isinstance(node, ast.Import):
            found += [(node.lineno, alias.name) for alias in node.names if alias.name.split(".")[0] == "toolace_mt"]
    return [(line, module.removeprefix("toolace_mt.")) for line, module in found if module != "toolace_mt.__version__"]


def _modules_from(module: str, names: list[ast.alias]) -> list[str]:
    """What `from module import names` imports: a name may be a room of its own, such as `base` of `engines`."""
    if module == "toolace_mt":
        return [f"{module}.{name.name}" for name in names]
    if not module.startswith("toolace_mt."):
        return []
    within = module.removeprefix("toolace_mt.")
    return [f"{module}.{name.name}" if f"{within}.{name.name}" in ROW_OF else module for name in names]


def goes_down(module: str, imported: str) -> bool:
    """Whether `module` may import `imported`: what lies lower, or in its own room. Protocols know nothing of their room."""
    room, target = room_of(module), room_of(imported)
    if target == room:
        return True
    if room not in PROTOCOLS and target.split(".")[0] == room:
        return True
    return target in ROW_OF and ROW_OF[target] < ROW_OF[room]


@pytest.mark.parametrize("file", FILES, ids=module_name)
def test_imports_go_down_only(file: Path) -> None:
    room = room_of(module_name(file))
    if room not in ROW_OF:
        assert room in {"__init__", "__main__", ""}, f"{room} has no row"
        return
    for line, imported in first_party_imports(ast.parse(file.read_text())):
        assert goes_down(module_name(file), imported), f"{file}:{line}: {room} imports {imported}"


@pytest.mark.parametrize(
    ("module", "statement", "allowed"),
    [
        ("stages.repair", "from toolace_mt.rules import check", True),
        ("stages.repair", "from toolace_mt.stages import verify", True),
        ("stages.repair", "from toolace_mt import types", True),
        ("engines.openai", "from toolace_mt.engines import base", True),
        ("engines.openai", "from toolace_mt import __version__", True),
        ("rules.dates", "import json.decoder, toolace_mt.types as t", True),
        ("rules.dates", "from toolace_mt.engines.base import Request", False),
        ("rules.dates", "from toolace_mt.stages import scope", False),
        ("rules.dates", "from toolace_mt import stages", False),
        ("rules.dates", "from toolace_mt import generate", False),
        ("rules.dates", "import toolace_mt", False),
        ("rules.dates", "import json, toolace_mt.stages.repair", False),
        ("walks.walking", "from toolace_mt.environments import base", True),
        ("walks.walking", "from toolace_mt.environments import quiet", False),
        ("environments.base", "from toolace_mt.environments.quiet import Quiet", False),
        ("environments.base", "from toolace_mt.environments import quiet", False),
        ("engines.base", "from toolace_mt.engines.wire import x", False),
        ("engines.base", "from toolace_mt.environments.base import x", False),
    ],
)
def test_every_form_of_import_is_seen(module: str, statement: str, allowed: bool) -> None:
    found = first_party_imports(ast.parse(statement))
    assert all(goes_down(module, imported) for _, imported in found) == allowed


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
