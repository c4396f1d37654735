"""Which call a result answers, where the row says it, and where it does not."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Sequence

from toolace_mt.dialogue.formats.said import SaidResult
from toolace_mt.types import ToolCall


def answered_calls(calls: Sequence[ToolCall], results: Sequence[SaidResult]) -> Sequence[ToolCall | None]:
    """For each result the call that it answers: by id first; those without one by name, and then by order."""
    if len(calls) == len(results) == 1 and calls[0].id == results[0].call_id:  # nearly always
        return calls
    if [c.id for c in calls] == [r.call_id for r in results]:
        return calls
    asked: list[ToolCall | None] = []
    by_id = {call.id: call for call in reversed(calls)}  # the first of those with one id
    for position, result in enumerate(results):
        in_place = calls[position] if position < len(calls) and calls[position].id == result.call_id else None
        asked.append(in_place or (None if result.call_id is None else by_id.get(result.call_id)))
    without_id = [position for position, result in enumerate(results) if result.call_id is None]
    _by_order(calls, results, asked, without_id)
    return asked


def _by_order(
    calls: Sequence[ToolCall],
    results: Sequence[SaidResult],
    asked: list[ToolCall | None],
    without_id: Sequence[int],
) -> None:
    """Give each result without an id the next call of its name that has none yet, or else the next one of all."""
    taken = {id(call) for call in asked}
    free = {id(call): call for call in calls if id(call) not in taken}
    named: dict[str, deque[ToolCall]] = defaultdict(deque)
    for call in free.values():
        named[call.name].append(call)
    for position in without_id:
        same = named[name] if (name := results[position].name) in named else deque[ToolCall]()
        while same and id(same[0]) not in free:
            same.popleft()
        call = same[0] if same else next(iter(free.values()), None)
        if call is not None:
            asked[position] = free.pop(id(call))
