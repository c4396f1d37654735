"""The values of a plan that go from one sub-task to another, so that each sub-task can be written alone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from toolace_mt.dialogue.grounding import gives, looks_like_id, scalars, squeeze
from toolace_mt.engines.offline.planning import PlannedSubTask


def shared_values(plan: Sequence[PlannedSubTask]) -> list[dict[str, Any]]:
    """Ids in the calls of a sub-task that an earlier one makes known: by a result, or because its calls had them too."""
    found: dict[str | int, dict[str, Any]] = {}
    results = [_results(subtask) for subtask in plan]
    for number, subtask in enumerate(plan):
        for name, value in _ids(subtask):
            if value in found:
                _use(found[value], number)
                continue
            giver = next((n for n, said in enumerate(results[:number]) if gives(said, str(value))), None)
            users = [n for n, other in enumerate(plan[:number]) if any(value == used for _, used in _ids(other))]
            if giver is not None:
                meaning = f"{name}, from a result of sub-task {giver}"
                found[value] = {"value": value, "meaning": meaning, "given_by": giver, "used_by": [number]}
            elif users:
                meaning = f"{name}, which the user knows"
                found[value] = {"value": value, "meaning": meaning, "given_by": "user", "used_by": [*users, number]}
    return list(found.values())


def _use(shared: dict[str, Any], number: int) -> None:
    if number not in shared["used_by"]:
        shared["used_by"].append(number)


def _ids(subtask: PlannedSubTask) -> list[tuple[str, str | int]]:
    """(name, value) of the id-like values in its calls, in order."""
    calls = [call for step in subtask.steps for call, _ in step]
    return [(name, value) for c in calls for _, name, value in scalars(c.arguments) if looks_like_id(name, value)]


def _results(subtask: PlannedSubTask) -> str:
    """What its results say, squeezed."""
    return squeeze(" ".join(result.text for step in subtask.steps for _, result in step))
