"""Which result belongs to which call, where ids, names and order do not agree."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence

from toolace_mt.dialogue.turns import call_ids
from toolace_mt.types import Action, Observation, ToolCall, ToolResult


def own_results(calls: Sequence[ToolCall], results: Sequence[ToolResult]) -> list[ToolResult | None]:
    """For each call its result; None where it has none.

    Ids decide where they are distinct; else order does, where there are as many results as calls. Results of no call are
    left out.
    """
    ids = Counter(call.id for call in calls)
    by_id = {result.call_id: result for result in reversed(results)}
    strangers = not any(call.id in by_id for call in calls) and len(results) == len(calls)
    if strangers or max(ids.values(), default=0) > 1:
        return [*results[: len(calls)], *(None for _ in calls[len(results) :])]
    return [by_id.get(call.id) for call in calls]


def result_of(call: ToolCall, result: ToolResult | None) -> ToolResult:
    """The result under the id and the name of its call; an empty one where there is none."""
    if result is None:
        return ToolResult(call_id=call.id, name=call.name, content="")
    if (result.call_id, result.name) == (call.id, call.name):
        return result
    return result.model_copy(update={"call_id": call.id, "name": call.name})


def distinct_ids(
    origin: str, action: Action, observation: Observation, used: Collection[str]
) -> tuple[Action, Observation]:
    """Both turns with fresh ids for calls whose id was used before; results are in the order of the calls.

    origin: what the fresh ids are derived from: the same ids for the same one.
    """
    fresh = call_ids(origin)
    taken = {*used}
    ids: list[str] = []
    for call in action.calls:
        name = call.id
        while name in taken:
            name = next(fresh)
        taken.add(name)
        ids.append(name)
    calls = tuple(call.model_copy(update={"id": id_}) for call, id_ in zip(action.calls, ids, strict=True))
    results = tuple(r.model_copy(update={"call_id": id_}) for r, id_ in zip(observation.results, ids, strict=True))
    return action.model_copy(update={"calls": calls}), observation.model_copy(update={"results": results})
