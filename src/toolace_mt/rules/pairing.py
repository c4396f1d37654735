"""Which result belongs to which call."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import combinations

from toolace_mt.dialogue.grounding import id_values
from toolace_mt.rules.reading import Reading
from toolace_mt.schema.validate import shown
from toolace_mt.types import Finding, Severity, ToolCall, ToolResult

_COMPARED = 32


def pairing(reading: Reading) -> list[Finding]:
    """Every call has its result in the next turn, in the same order.

    Only warnings: an id that an earlier turn has used already, since real agents repeat ids, and order still tells the
    pairs; and, in what others recorded, results in another order, since their ids still tell them, and one id for several
    calls of a turn where the results stand in their order.
    """
    findings: list[Finding] = []
    used: list[str] = []
    for index, calls, results in reading.exchanges:
        ids = [call.id for call in calls]
        if len(ids) > 1 and len(set(ids)) < len(ids):
            findings += _same_ids(index, calls, "warning" if reading.recorded and _fit(calls, results) else "error")
            ids = list(set(ids))
        used += ids
        if _fit(calls, results) or (not results and reading.without_results):
            continue
        if reading.recorded and _moved(calls, results):
            detail = "the results stand in another order than their calls; only the ids tell which is which"
            findings.append(Finding(rule="pairing", severity="warning", turn=index + 1, detail=detail))
        else:
            findings += _unpaired(index, calls, results)
    if len(set(used)) < len(used):
        findings.append(_used_again(reading, Counter(used)))
    return findings


def _fit(calls: Sequence[ToolCall], results: Sequence[ToolResult]) -> bool:
    """Whether the results are those of the calls, one by one."""
    if len(calls) != len(results):
        return False
    return all([c.id == r.call_id and c.name == r.name for c, r in zip(calls, results, strict=True)])  # noqa: C419 - faster


def _same_ids(index: int, calls: Sequence[ToolCall], severity: Severity) -> Iterator[Finding]:
    """Where as many results follow, with the same ids and names, their order tells the pairs."""
    here: set[str] = set()
    for call in calls:
        if call.id in here:
            detail = f"two calls of one turn have the id {shown(call.id)}"
            yield Finding(rule="pairing", severity=severity, turn=index, call_id=call.id, detail=detail)
        here.add(call.id)


def _used_again(reading: Reading, used: Counter[str]) -> Finding:
    """One finding for the whole dialogue, at the first call that has the id of an earlier one."""
    seen: set[str] = set()
    for index, calls, _ in reading.exchanges:
        for call in calls:
            if call.id in seen:
                again = sum(count > 1 for count in used.values())
                others = f"; so it is with {again} ids of the dialogue" if again > 1 else ""
                detail = f"the id {shown(call.id)} was used by an earlier call{others}"
                return Finding(rule="pairing", severity="warning", turn=index, call_id=call.id, detail=detail)
        seen |= {call.id for call in calls}
    raise AssertionError("an id is counted twice, but no call has it again")


def _moved(calls: Sequence[ToolCall], results: Sequence[ToolResult]) -> bool:
    """Whether the results, which do not fit as they stand, are those of the calls in another order, by id and by name."""
    if len(calls) != len(results):
        return False
    names = {call.id: call.name for call in calls}
    answered = {result.call_id: result.name for result in results}
    return len(names) == len(calls) and names == answered


def _unpaired(index: int, calls: Sequence[ToolCall], results: Sequence[ToolResult]) -> Iterator[Finding]:
    """What is wrong between the calls of a turn and the results of the one that follows."""
    for call, result in zip(calls, results, strict=False):
        if call.id != result.call_id:
            detail = (
                f"{shown(call.name)} has the id {shown(call.id)}, but the result there answers {shown(result.call_id)}"
            )
            yield Finding(rule="pairing", turn=index + 1, call_id=result.call_id, detail=detail)
        elif call.name != result.name:
            detail = f"the result of {shown(call.name)} says that it is of {shown(result.name)}"
            yield Finding(rule="pairing", turn=index + 1, call_id=call.id, detail=detail)
    for call in calls[len(results) :]:
        detail = f"the call of {shown(call.name)} has no result"
        yield Finding(rule="pairing", turn=index, call_id=call.id, detail=detail)
    for result in results[len(calls) :]:
        detail = f"a result{f' of {shown(result.name)}' if result.name else ''} answers no call"
        yield Finding(rule="pairing", turn=index + 1, call_id=result.call_id, detail=detail)


def swapped_results(reading: Reading) -> list[Finding]:
    """No two calls of one turn have each other's results: each result speaks of the id that the other call asks for.

    Only where neither result speaks of the id that its own call asks for.
    """
    findings: list[Finding] = []
    for index, calls, results in reading.exchanges:
        if len(calls) < 2 or len(calls) != len(results):
            continue
        asked = [{value for _, value in id_values(call.arguments)} for call in calls[:_COMPARED]]
        astray = [n for n, values in enumerate(asked) if values and not _speaks_of(results[n], values)]
        for one, other in combinations(astray, 2):
            if _speaks_of(results[other], asked[one]) and _speaks_of(results[one], asked[other]):
                detail = f"the results of {shown(calls[one].name)} and {shown(calls[other].name)} are each the other's"
                call_id = results[one].call_id
                findings.append(Finding(rule="swapped-results", turn=index + 1, call_id=call_id, detail=detail))
    return findings


def _speaks_of(result: ToolResult, values: set[str]) -> bool:
    return any(value in result.content for value in values)
