"""Which result belongs to which call, where ids, names and order do not agree."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from typing import NamedTuple

from toolace_mt.dialogue.turns import call_ids
from toolace_mt.types import Action, Observation, ToolCall, ToolResult


class Paired(NamedTuple):
    """own: for each call its result, None where it has none. left: the results that were not given to any."""

    own: list[ToolResult | None]
    left: list[ToolResult]


def pair_up(calls: Sequence[ToolCall], results: Sequence[ToolResult]) -> Paired:
    """The results of one time with their calls: ids decide; what no id decides, names and order do, where they can.

    So of one call and one result that are left over, or where no id fits at all and there are as many results as calls.
    """
    if [call.id for call in calls] == [result.call_id for result in results]:
        return Paired([*results], [])
    asked: dict[str, list[int]] = defaultdict(list)
    for place, call in enumerate(calls):
        asked[call.id].append(place)
    given: dict[str, list[ToolResult]] = defaultdict(list)
    for result in results:
        given[result.call_id].append(result)
    own: list[ToolResult | None] = [None] * len(calls)
    left: list[ToolResult] = []
    for name, places in asked.items():
        there = _without_repeats(given.get(name, ()), len(places))
        more = max(0, len(there) - len(places))  # then the last ones may be meant, but nobody knows
        there, left = there[more:], [*left, *there[:more]]
        found = there if len(there) == len(places) == 1 else _one_for_each([calls[p] for p in places], there)
        left += there if found is None else ()
        for place, result in zip(places, found or (), strict=False):
            own[place] = result
    free = [place for place, call in enumerate(calls) if call.id not in given]
    strangers = [result for result in results if result.call_id not in asked]
    if len(free) == 1 or len(free) == len(calls):
        found = _one_for_each([calls[place] for place in free], strangers)
        for place, result in zip(free, found or (), strict=False):
            own[place] = result
        strangers = strangers if found is None else []
    return Paired(own, left + strangers)


def _without_repeats(results: Sequence[ToolResult], wanted: int) -> Sequence[ToolResult]:
    """The results without those that say just what another says, or nothing at all, where there are more than `wanted`."""
    if len(results) <= wanted:
        return results
    said = {result.content: result for result in reversed(results)}
    if len(said) > 1:
        said.pop("", None)
    return [*reversed(said.values())]


def _one_for_each(calls: Sequence[ToolCall], results: Sequence[ToolResult]) -> Sequence[ToolResult] | None:
    """The results in the order of the calls; None where there are more or fewer of them, or their names are not theirs."""
    if len(calls) != len(results):
        return None
    if all(result.name in ("", call.name) for call, result in zip(calls, results, strict=True)):
        return results
    named: dict[str, list[ToolResult]] = defaultdict(list)
    for result in reversed(results):
        named[result.name].append(result)
    found = [named[call.name].pop() for call in calls if named[call.name]]
    return found if len(found) == len(calls) else None


def result_of(call: ToolCall, result: ToolResult | None) -> ToolResult:
    """The result under the id and the name of its call; an empty one where there is none."""
    if result is None:
        return ToolResult(call_id=call.id, name=call.name, content="")
    if (result.call_id, result.name) == (call.id, call.name):
        return result
    return result.model_copy(update={"call_id": call.id, "name": call.name})


def distinct_ids(
    origin: str, action: Action, observation: Observation, used: AbstractSet[str]
) -> tuple[Action, Observation]:
    """Both turns with fresh ids for calls whose id was used before; results are in the order of the calls.

    origin: what the fresh ids are derived from: the same ids for the same one.
    """
    own = {call.id for call in action.calls}
    if len(own) == len(action.calls) and own.isdisjoint(used):  # nearly always
        return action, observation
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
