"""The experts of offline verification: each one answers a question about the whole dialogue, by checks that can fail."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from toolace_mt.dialogue.grounding import gives, id_values, squeeze
from toolace_mt.engines.offline.damage import (
    broken_sequence,
    changed_voices,
    hidden_errors,
    open_end,
    repeated_calls,
)
from toolace_mt.engines.offline.faults import (
    LEFTOVER,
    Fault,
    faults_of_turn,
    known_before,
    repeated_sentences,
    tool_names_in,
    unsupported,
)
from toolace_mt.engines.offline.planning import Planner
from toolace_mt.engines.offline.reading import Scene, exchanges

_Expert = Callable[[Scene], list[Fault]]


def _coherence(scene: Scene) -> list[Fault]:
    found: list[Fault] = [*broken_sequence(scene), *repeated_calls(scene)]
    said: dict[str, int] = {}
    for turn in scene.turns:
        if turn.kind == "user" and not turn.added:
            key = squeeze(turn.text)
            if len(key) > 40 and key in said:
                found.append(Fault(turn.index, f"the user says the same as at turn {said[key]}", 2.0))
            said.setdefault(key, turn.index)
        if turn.kind in ("user", "reply") and not turn.text.strip():
            found.append(Fault(turn.index, "the turn says nothing", 3.0))
        names = [c.name for c in turn.calls]
        following = scene.turns[turn.index + 1] if turn.index + 1 < len(scene.turns) else None
        if names and following is not None and [r.name for r in following.results] != names:
            found.append(Fault(turn.index + 1, "the results do not belong to the calls before them", 3.0))
    return found


def _faithfulness(scene: Scene) -> list[Fault]:
    found: list[Fault] = [*hidden_errors(scene)]
    for turn in scene.turns:
        if turn.kind == "reply":
            found += [
                Fault(turn.index, f"the reply states {v}, which nothing before it gives", 3.0)
                for v in unsupported(scene, turn.index)
            ]
        following = scene.turns[turn.index + 1] if turn.index + 1 < len(scene.turns) else None
        if turn.kind == "calls" and not (following is not None and following.failed):
            known = known_before(scene, turn.index)
            for call in turn.calls:
                found += [
                    Fault(turn.index, f"the value {value!r} of {path} was never mentioned", 3.0)
                    for path, value in id_values(call.arguments)
                    if not gives(known, value)
                ]
    return found


def _completion(scene: Scene) -> list[Fault]:
    if scene.recorded:
        return list(open_end(scene))
    last = len(scene.turns) - 1
    served = {c.name for c, r in exchanges(scene.turns, 0) if r is not None and not r.is_error}
    found = [
        Fault(last, f"sub-task {number} needs {name}, which was never called with success", 3.0)
        for number, subtask in enumerate(scene.task)
        for name in subtask.tools
        if name not in served
    ]
    if scene.turns and scene.turns[-1].kind != "reply":
        found.append(Fault(last, "the user is never told the outcome", 3.0))
    return found


def _roles(scene: Scene) -> list[Fault]:
    found: list[Fault] = [*changed_voices(scene)]
    for turn in scene.turns:
        if turn.kind == "user":
            found += [
                Fault(turn.index, f"the user names the tool or parameter {n}", 2.0)
                for n in tool_names_in(scene, turn.text)
            ]
        if turn.kind == "reply":
            faults = faults_of_turn(scene, turn.index)
            found += [fault for fault in faults if "raw JSON" in fault.what]
            found += [
                Fault(turn.index, f"the reply names the tool {n}", 2.0)
                for n in tool_names_in(scene, turn.text)
                if n in scene.skills
            ]
    return found


def _naturalness(scene: Scene) -> list[Fault]:
    found: list[Fault] = []
    for turn in scene.turns:
        if turn.kind in ("user", "reply"):
            found += [
                Fault(turn.index, f"the sentence {said!r} stands there twice", 1.0)
                for said in repeated_sentences(turn.text)
            ]
            found += [f for f in faults_of_turn(scene, turn.index) if "filler" in f.what or f.what.startswith(LEFTOVER)]
    return found


_EXPERTS: dict[str, tuple[_Expert, str]] = {
    "coherence": (_coherence, "Every turn follows from the ones before it, and nothing is repeated without a reason."),
    "faithfulness": (_faithfulness, "The replies say only what the results give, and all ids were mentioned before."),
    "completion": (
        _completion,
        "Every sub-task was asked for, its calls succeeded, and the user was told the outcome.",
    ),
    "roles": (_roles, "The user speaks as a user, and the assistant answers in plain words."),
    "naturalness": (_naturalness, "The messages are short, varied, and read as people write."),
}


async def write_verdict(scene: Scene, planner: Planner) -> dict[str, Any]:
    """The answer of `verify_NAME`."""
    judge, praise = _EXPERTS[scene.operation.removeprefix("verify_")]
    faults = judge(scene)
    if not faults:
        return {"reason": praise, "verdict": "pass", "turns": []}
    reason = "; ".join(f"turn {fault.turn}: {fault.what}" for fault in faults[:2])
    return {
        "reason": f"{reason[:1].upper()}{reason[1:]}.",
        "verdict": "fail",
        "turns": sorted({f.turn for f in faults}),
    }
