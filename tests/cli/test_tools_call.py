from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from toolace_mt.cli.tools import command
from toolace_mt.errors import InputError

COUNTER = '''
class Counter:
    """Counts."""

    def __init__(self) -> None:
        self.n = 0

    def add(self, by: int) -> dict:
        """Add to the count.

        Args:
            by: How much.
        """
        if by < 0:
            raise ValueError("only upwards")
        self.n += by
        return {"n": self.n}

    def name(self) -> str:
        """The name."""
        return "evil \\x1b]0;owned \\x9b2J \\u202e name"
'''


@pytest.fixture
def counter(tmp_path: Path) -> str:
    (tmp_path / "counter.py").write_text(COUNTER)
    return f"python:{tmp_path / 'counter.py'}:Counter"


def run(*arguments: object, stdin: str = "") -> Result:
    return CliRunner().invoke(command, [str(a) for a in arguments], input=stdin, catch_exceptions=False)


def test_an_output(counter: str) -> None:
    done = run(counter, "--call", "add", '{"by": 2}')
    assert (done.exit_code, json.loads(done.stdout), done.stderr) == (0, {"n": 2}, "")


def test_an_error_of_the_tool(counter: str) -> None:
    done = run(counter, "--call", "add", '{"by": -2}')
    assert (done.exit_code, done.stdout) == (1, "")
    assert "only upwards" in done.stderr


def test_calls_share_a_world_up_to_the_first_that_fails(counter: str) -> None:
    calls = [part for by in (2, 3, -1, 4) for part in ("--call", "add", json.dumps({"by": by}))]
    done = run(counter, *calls)
    assert done.exit_code == 1
    assert done.stdout.split() == ["{", '"n":', "2", "}", "{", '"n":', "5", "}"]
    assert "1 calls after it were not made" in done.stderr

    tried = json.loads(run(counter, *calls, "--json").stdout)["calls"]
    assert [(call["name"], call["arguments"]["by"], call["is_error"]) for call in tried] == [
        ("add", 2, False),
        ("add", 3, False),
        ("add", -1, True),
    ]
    assert tried[1]["content"] == '{"n":5}'


def test_arguments_from_a_file_and_from_standard_input(counter: str, tmp_path: Path) -> None:
    (tmp_path / "arguments.json").write_text('{"by": 7}')
    done = run(counter, "--call", "add", f"@{tmp_path / 'arguments.json'}", "--call", "add", "-", stdin='{"by": 1}')
    assert '"n": 7' in done.stdout
    assert '"n": 8' in done.stdout


def test_the_seed_chooses_the_world() -> None:
    orders = ("builtin:shop", "--call", "list_orders", "{}")
    assert run(*orders, "--seed", 1).stdout == run(*orders, "--seed", 1).stdout
    assert run(*orders, "--seed", 1).stdout != run(*orders, "--seed", 2).stdout


def test_outputs_cannot_steer_the_terminal(counter: str) -> None:
    for more in ((), ("--json",)):
        assert not set("\x1b\x9b\u202e") & set(run(counter, "--call", "name", "{}", *more).stdout)


@pytest.mark.parametrize(
    ("name", "arguments", "complaint"),
    [
        ("ad", "{}", "--call ad: there is no such tool; did you mean add"),
        ("qqqqqqqq", "{}", "`toolace-mt tools SRC` lists"),
        ("add", "{", "--call add: the arguments are not JSON"),
        ("add", "[1]", "--call add: the arguments are no JSON object"),
        ("add", "", "--call add: the arguments are not JSON"),
        ("add", "@/not/there.json", "--call add: /not/there.json: cannot be read"),
    ],
)
def test_bad_input(counter: str, name: str, arguments: str, complaint: str) -> None:
    with pytest.raises(InputError, match=complaint.replace("[", r"\[")):
        run(counter, "--call", name, arguments)


def test_nothing_runs_before_all_calls_are_understood(tmp_path: Path) -> None:
    touched = tmp_path / "touched"
    (tmp_path / "touch.py").write_text(
        f"def touch() -> str:\n    '''Touch.'''\n    open({str(touched)!r}, 'w').close()\n    return 'done'\n"
    )
    source = f"python:{tmp_path / 'touch.py'}"
    with pytest.raises(InputError, match="no such tool"):
        run(source, "--call", "touch", "{}", "--call", "tuch", "{}")
    assert not touched.exists()
    assert run(source, "--call", "touch", "{}").exit_code == 0
    assert touched.exists()


def test_a_tool_that_nothing_runs(tmp_path: Path) -> None:
    (tmp_path / "tools.json").write_text('[{"name": "fly.high", "parameters": {"type": "object"}}]')
    for name in ("fly_high", "fly.high"):
        with pytest.raises(InputError, match="only described"):
            run(tmp_path / "tools.json", "--call", name, "{}")
