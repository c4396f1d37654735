"""Whether the dialogue does what its task says, and gets over its errors."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from toolace_mt.dialogue.turns import kind_of
from toolace_mt.rules.reading import AnsweredCall, Reading
from toolace_mt.types import Finding


def unserved_subtask(reading: Reading) -> list[Finding]:
    """Every sub-task has turns, has all its planned tools called with success, and ends with a reply."""
    dialogue = reading.dialogue
    if dialogue.task is None:
        return []
    calls = reading.answered
    findings: list[Finding] = []
    for number, subtask in enumerate(dialogue.task.subtasks):
        turns = [i for i, turn in enumerate(dialogue.turns) if turn.subtask == number]
        if not turns:
            findings.append(Finding(rule="unserved-subtask", detail=f"sub-task {number} has no turns"))
            continue
        done = {c.call.name for c in calls if c.succeeded and dialogue.turns[c.at].subtask == number}
        for tool in dict.fromkeys(subtask.tools):
            if tool not in done:
                detail = f"sub-task {number} needs {tool}, which is not called there with success"
                findings.append(Finding(rule="unserved-subtask", turn=turns[-1], detail=detail))
        if kind_of(dialogue.turns[turns[-1]]) != "reply":
            detail = f"sub-task {number} does not end with an assistant reply"
            findings.append(Finding(rule="unserved-subtask", turn=turns[-1], detail=detail))
    return findings


def faulty_unrecovered(reading: Reading) -> list[Finding]:
    """A call marked as faulty fails, and what has failed succeeds later in the same sub-task.

    In what others recorded, only what is marked as faulty must be put right: a call may fail, and the reply say so.
    """
    if reading.recorded and not any([answered.call.faulty for answered in reading.answered]):  # noqa: C419
        return []
    findings: list[Finding] = []
    for _, of_subtask in groupby(reading.answered, key=lambda answered: reading.turns[answered.at].subtask):
        findings += _unrecovered(list(of_subtask), reading.recorded)
    return findings


def _unrecovered(calls: list[AnsweredCall], recorded: bool) -> Iterator[Finding]:
    last_success = {answered.call.name: place for place, answered in enumerate(calls) if answered.succeeded}
    for place, (index, call, result) in enumerate(calls):
        failed = result is not None and result.is_error
        if call.faulty and result is not None and not failed:
            detail = f"the call of {call.name} is marked as faulty, but its result is no error"
            yield Finding(rule="faulty-unrecovered", turn=index, call_id=call.id, detail=detail)
        if (call.faulty or (failed and not recorded)) and last_success.get(call.name, -1) < place:
            detail = f"{call.name} fails, and does not succeed later in the same sub-task"
            yield Finding(rule="faulty-unrecovered", turn=index, call_id=call.id, detail=detail)
