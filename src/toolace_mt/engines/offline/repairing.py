"""Repair: turns are filled as in refinement; where a called tool does not exist, the one that was meant is found first."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from difflib import SequenceMatcher
from typing import Any

from toolace_mt.engines.offline.acting import values_in
from toolace_mt.engines.offline.fills import write_fills
from toolace_mt.engines.offline.planning import Planner
from toolace_mt.engines.offline.reading import Result, Scene, Turn

_MEANT = re.compile(r"did you mean ([\w-]{1,64})\?")
_WRONG = re.compile(r"there is no tool '([^'\n]{1,200})'")


async def write_repair(scene: Scene, planner: Planner) -> dict[str, Any]:
    """The answer of `repair`."""
    return await write_fills(scene.with_turns(_named(scene, turn) for turn in scene.turns), planner)


def _named(scene: Scene, turn: Turn) -> Turn:
    """The turn with a tool in the place of each that does not exist."""
    if turn.kind != "calls" or not turn.masked or all(turn.names):
        return turn
    problems = [str(p["problem"]) for p in scene.context.get("problems", ()) if p.get("turn") == turn.index]
    results = scene.turns[turn.index + 1].results if turn.index + 1 < len(scene.turns) else ()
    names = (
        name or _meant(scene, problems, results[place] if place < len(results) else None)
        for place, name in enumerate(turn.names)
    )
    return replace(turn, names=tuple(names))


def _meant(scene: Scene, problems: Iterable[str], result: Result | None) -> str:
    """The tool that a problem suggests, or else the one whose name and results come nearest."""
    said = " ".join(problems)
    if (meant := _MEANT.search(said)) and meant[1] in scene.skills:
        return meant[1]
    wrong = found[1] if (found := _WRONG.search(said)) else ""
    shown = {path.partition(".")[0] for path, _ in values_in(result.content)} if result else set[str]()

    def nearness(name: str) -> float:
        returns = scene.skills[name].tool.returns or {}
        return len(shown & set(returns.get("properties") or {})) + SequenceMatcher(None, name, wrong).ratio()

    return max(scene.skills, key=nearness, default=wrong)
