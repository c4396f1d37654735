"""What the rules say about one row of anybody's file, in the words of that file: by message, not by turn."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, NamedTuple

from toolace_mt.dialogue.recorded import Recorded
from toolace_mt.rules.registry import check
from toolace_mt.types import Finding, Severity

UNREADABLE = "unreadable"
INTERNAL_ERROR = "internal-error"


class Placed(NamedTuple):
    """A finding, with the place in the row's own list of messages (None where it is about none of them)."""

    rule: str
    severity: Severity
    message_index: int | None
    tool_call_id: str | None
    detail: str

    def to_json(self) -> dict[str, Any]:
        """As in the contract of `verify --json`; `tool_call_id` only where there is one."""
        row = self._asdict()
        if self.tool_call_id is None:
            del row["tool_call_id"]
        return row


class Verdict(NamedTuple):
    """All findings of one row, by message."""

    id: str
    findings: tuple[Placed, ...]

    @property
    def accepted(self) -> bool:
        """Only errors reject."""
        return not any(finding.severity == "error" for finding in self.findings)

    def to_json(self) -> dict[str, Any]:
        """The row's line in the output of `verify --json`."""
        return {"id": self.id, "accepted": self.accepted, "findings": [f.to_json() for f in self.findings]}


def judge(recorded: Recorded, skip: Collection[str] = ()) -> Verdict:
    """The verdict of the rules on a row; what could not be read is found by the rule `unreadable`."""
    unread = [
        Placed(UNREADABLE, problem.severity, problem.message_index, problem.call_id, problem.detail)
        for problem in recorded.unread
    ]
    found = check(recorded.dialogue, skip)
    if not unread and not found:
        return Verdict(recorded.id, ())
    lost = {problem.call_id for problem in recorded.unread if problem.call_id is not None}
    placed = [
        place(recorded, finding) for finding in found if not (finding.rule == "arguments" and finding.call_id in lost)
    ]
    return Verdict(recorded.id, tuple(sorted([*unread, *placed], key=_message)))


def place(recorded: Recorded, finding: Finding) -> Placed:
    """A finding about a turn as one about a message."""
    index = recorded.message_index(finding.turn, finding.call_id)
    return Placed(finding.rule, finding.severity, index, finding.call_id, finding.detail)


def unreadable(id: str, detail: str) -> Verdict:
    """The verdict on a line that holds no dialogue at all."""
    return Verdict(id, (Placed(UNREADABLE, "error", None, None, detail),))


def _message(finding: Placed) -> int:
    return -1 if finding.message_index is None else finding.message_index
