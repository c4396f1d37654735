"""Executed dialogues on the API classes of BFCL, checked by the benchmark's own checker.

The classes and the checker are not ours: `pip install --no-deps bfcl-eval && pip install filelock mpmath` (17 MB). More
dialogues than a test run needs: `TOOLACE_BFCL_DIALOGUES=200 python -m pytest -n 0 tests/e2e/test_bfcl_checker.py`.
"""

from __future__ import annotations

import ast
import asyncio
import itertools
import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.conftest import toolace
from toolace_mt.runs.folder import open_run
from toolace_mt.runs.sources import opener_of, read_tools
from toolace_mt.stages.execution import replay
from toolace_mt.types import Action, Dialogue, Observation, ToolCall

pytest.importorskip("bfcl_eval", reason="bfcl-eval is not installed (see the head of this file)")

from bfcl_eval.eval_checker.multi_turn_eval.multi_turn_checker import multi_turn_checker
from bfcl_eval.eval_checker.multi_turn_eval.multi_turn_utils import execute_multi_turn_func_call

from tests.environments.examples import bfcl_worlds

WORLDS = Path(bfcl_worlds.__file__)
FACTORIES = ("file_system", "calculator", "messages", "posts", "help_desk", "trading", "flights", "car")
pytestmark = pytest.mark.xdist_group("bfcl")  # one run for both tests
COUNT = int(os.environ.get("TOOLACE_BFCL_DIALOGUES", "24"))
# The benchmark shows numbers of another library in these as `mpf('1.2')`, which is no value that a text stands for.
INEXACT = {"logarithm"}
SOURCES = [f"python:{WORLDS}:{name}" for name in FACTORIES]


@pytest.fixture(scope="module")
def dialogues(tmp_path_factory: pytest.TempPathFactory) -> list[Dialogue]:
    out = tmp_path_factory.mktemp("bfcl") / "run"
    sources = [part for source in SOURCES for part in ("--tools", source)]
    done = toolace(
        "generate", *sources, "--skeleton", "executed", "--count", str(COUNT), "--seed", "3", "--out", out, timeout=1200
    )
    assert done.returncode == 0, done.stderr
    outcomes = list(open_run(out).outcomes("accepted"))
    executed = [o.dialogue for o in outcomes if o.skeleton == "executed" and o.dialogue is not None]
    assert len(executed) >= 0.9 * len(outcomes)
    return executed


def text_of(call: ToolCall) -> str:
    """A call as the benchmark writes it."""
    return f"{call.name}({', '.join(f'{name}={value!r}' for name, value in call.arguments.items())})"


def steps_by_user_turn(dialogue: Dialogue) -> list[list[list[str]]]:
    turns: list[list[list[str]]] = []
    for turn in dialogue.turns:
        if isinstance(turn, Observation) and turn.is_user:
            turns.append([])
        elif isinstance(turn, Action) and turn.calls:
            turns[-1].append([text_of(call) for call in turn.calls])
    return [steps for steps in turns if steps]


def entry_of(dialogue: Dialogue) -> dict[str, Any]:
    assert dialogue.environment is not None
    made = getattr(bfcl_worlds, dialogue.environment.name.rpartition(":")[2])(dialogue.environment.seed)
    name = type(made).__name__
    return {
        "id": f"multi_turn_base_{dialogue.id}",
        "involved_classes": [name],
        "initial_config": {name: bfcl_worlds.scenario(name, dialogue.environment.seed)},
    }


def test_the_benchmarks_checker_says_valid_and_our_replay_agrees(dialogues: list[Dialogue]) -> None:
    open_environment = opener_of(read_tools(SOURCES).tools)
    for dialogue in dialogues:
        steps = steps_by_user_turn(dialogue)
        truth = [[call for step in turn for call in step] for turn in steps]
        verdict = multi_turn_checker(steps, truth, entry_of(dialogue), "multi_turn_base", f"ours_{id(dialogue)}")
        assert verdict == {"valid": True}, f"{dialogue.id}: {verdict}"
        replayed = asyncio.run(replay(open_environment, dialogue))
        assert replayed.differences == ()
        assert replayed.state == dialogue.state


def test_the_benchmark_gets_the_same_results(dialogues: list[Dialogue]) -> None:
    for dialogue in dialogues:
        entry = entry_of(dialogue)
        for call, content in answered(dialogue):
            given, _ = execute_multi_turn_func_call(
                [text_of(call)],
                entry["initial_config"],
                entry["involved_classes"],
                f"again_{id(dialogue)}",
                entry["id"],
            )
            assert plain(given[0]) == plain(content), f"{dialogue.id}: {text_of(call)}"


def answered(dialogue: Dialogue) -> Iterator[tuple[ToolCall, str]]:
    for action, observation in itertools.pairwise(dialogue.turns):
        if isinstance(action, Action) and isinstance(observation, Observation):
            for call, result in zip(action.calls, observation.results, strict=False):
                if not result.is_error and call.name not in INEXACT:
                    yield call, result.content


def plain(text: str) -> Any:
    """The value that a text stands for: the benchmark shows dictionaries as JSON, and the rest as Python does."""
    text = re.sub(r"Decimal\(('[^']*')\)", r"\1", text)
    for read in (json.loads, ast.literal_eval):
        try:
            return read(text)
        except (ValueError, SyntaxError):
            continue
    return text
