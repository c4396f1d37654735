"""`messages`: OpenAI's form, and the archive: nothing of a dialogue is lost.

A row is `{"id", "messages", "tools", "metadata"}`; `arguments` is a JSON string. `tools` are all that are ever in force;
`metadata.tools_added` says which of them come later, and with which message. The rest of `metadata`: what OpenAI's form has
no place for (`toolace_mt.dialogue.messages`), and how the dialogue came about. The same run gives the same bytes.
"""

from __future__ import annotations

from typing import Any

from toolace_mt import __version__
from toolace_mt.dialogue.messages import message_index, to_messages
from toolace_mt.exporters.writing import Row
from toolace_mt.types import Dialogue, Finding, Outcome


def row(outcome: Outcome, dialogue: Dialogue) -> Row:
    """The row of `dialogue`, the outcome's own or what is exported in its place."""
    messages, tools, extras = to_messages(dialogue)
    done = [edit for edit in outcome.edits if edit.stage == "inject" and edit.accepted]
    metadata = {
        "status": outcome.status,
        "injections": [{"kind": edit.kind, "sub_kind": edit.sub_kind} for edit in done],
        "passes": outcome.passes,
        "faulty_messages": sorted({mark["message_index"] for mark in extras["faulty_calls"]}),
        "findings": [finding_json(finding, dialogue) for finding in outcome.findings],
        **extras,
        "generator": {"name": "toolace-mt", "version": __version__},
    }
    return {"id": outcome.id, "messages": messages, "tools": tools, "metadata": metadata}


def mask_faulty(row: Row) -> Row:
    """`"weight": 0` on the messages with faulty calls: OpenAI's fine-tuning then leaves them out of the loss."""
    faulty = set(row["metadata"]["faulty_messages"])
    messages = [{**m, "weight": 0} if i in faulty else m for i, m in enumerate(row["messages"])]
    return {**row, "messages": messages}


def finding_json(finding: Finding, dialogue: Dialogue) -> dict[str, Any]:
    """A finding with the index of its message in place of that of its turn."""
    where = None if finding.turn is None else message_index(dialogue, finding.turn, finding.call_id)
    return {
        "rule": finding.rule,
        "severity": finding.severity,
        "message_index": where,
        "tool_call_id": finding.call_id,
        "detail": finding.detail,
    }
