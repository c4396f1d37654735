"""The judger and the experts share one way to find fault: checks on texts, calls and results of a dialogue."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from toolace_mt.dialogue.grounding import mentions, squeeze
from toolace_mt.engines.offline.choosing import enum_of
from toolace_mt.engines.offline.faults import Fault, faults_of_turn, overlap
from toolace_mt.engines.offline.planning import Planner
from toolace_mt.engines.offline.reading import Call, Scene, Turn, exchanges, read_turn, until_next_user


async def write_judgement(scene: Scene, planner: Planner) -> dict[str, Any]:
    """The answer of `judge`: fewer faults win; without faults, the version that repeats the dialogue less."""
    raw = scene.context["dialogue"]
    places = [i for i, turn in enumerate(raw) if "A" in turn]
    versions = {
        name: scene.with_turns(
            read_turn(i, turn[name]) if name in turn else read_turn(i, turn) for i, turn in enumerate(raw)
        )
        for name in ("A", "B")
    }
    faults = {name: _faults(version, places) for name, version in versions.items()}
    weights = {name: sum(fault.weight for fault in found) for name, found in faults.items()}
    if weights["A"] != weights["B"]:
        better, worse = ("A", "B") if weights["A"] < weights["B"] else ("B", "A")
        worst = max(faults[worse], key=lambda fault: fault.weight)
        return {"reason": f"Version {worse} has a fault at turn {worst.turn}: {worst.what}.", "better": better}
    repeated = {name: round(sum(overlap(version, place) for place in places), 2) for name, version in versions.items()}
    if abs(repeated["A"] - repeated["B"]) > 0.05:
        better, worse = ("A", "B") if repeated["A"] < repeated["B"] else ("B", "A")
        reason = f"Both versions are correct, but version {worse} repeats more of the wording around it."
        return {"reason": reason, "better": better}
    return {"reason": "Both versions are correct and read equally well.", "better": "same"}


def _faults(scene: Scene, places: Sequence[int]) -> list[Fault]:
    found: list[Fault] = []
    for place in places:
        found += faults_of_turn(scene, place)
        turn = scene.turns[place]
        if turn.kind == "user":
            found += _lost_values(scene, turn)
    return found


def _is_choice(scene: Scene, call: Call, name: str) -> bool:
    """Whether a parameter takes one of a few values, which people say in words of their own."""
    skill = scene.skills.get(call.name)
    return skill is not None and bool(enum_of(skill.tool.properties.get(name) or {}))


def _lost_values(scene: Scene, turn: Turn) -> list[Fault]:
    """Values that the calls after a user message use and that nothing before them gives."""
    end = until_next_user(scene.turns, turn.index)
    said = " ".join(t.text for t in scene.turns[: turn.index + 1])
    results = squeeze(" ".join(r.text for t in scene.turns[:end] for r in t.results))
    lost: list[Fault] = []
    for call, result in exchanges(scene.turns, turn.index + 1, end):
        if result is not None and result.is_error:
            continue
        for name, value in call.arguments.items():
            if (
                isinstance(value, bool | dict | list)
                or value is None
                or mentions(said, value)
                or _is_choice(scene, call, name)
            ):
                continue
            own = squeeze(result.text) if result is not None else ""
            given = results.replace(own, "") if own else results
            if squeeze(str(value)) not in given:
                what = f"the user does not say the {name.replace('_', ' ')} {value!r} that the next calls use"
                lost.append(Fault(turn.index, what, 2.0))
    return lost
