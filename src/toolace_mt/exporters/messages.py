"""`messages`: OpenAI's form, and the archive: nothing of a dialogue is lost.

A row is `{"id", "messages", "tools", "metadata"}`; `arguments` is a JSON string. `tools` are all that are ever in force;
`metadata.tools_added` says which of them come later, and with which message. The rest of `metadata`: what OpenAI's form has
no place for (`toolace_mt.dialogue.messages`), and how the dialogue came about. The same run gives the same bytes.

A trainer sees all tools from the start, so a reply that a tool is missing would be a wrong target where the next message
adds tools: it has `"weight": 0`, which OpenAI's fine-tuning leaves out of the loss, and `metadata.untrained_messages` names it.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from toolace_mt import __version__
from toolace_mt.dialogue.messages import message_index, message_starts, to_messages
from toolace_mt.exporters.writing import Row
from toolace_mt.types import Action, Dialogue, Finding, Observation, Outcome


def row(outcome: Outcome, dialogue: Dialogue) -> Row:
    """The row of `dialogue`, the outcome's own or what is exported in its place."""
    messages, tools, extras = to_messages(dialogue)
    untrained = untrained_messages(dialogue)
    done = [edit for edit in outcome.edits if edit.stage == "inject" and edit.accepted]
    metadata = {
        "status": outcome.status,
        "injections": [{"kind": edit.kind, "sub_kind": edit.sub_kind} for edit in done],
        "passes": outcome.passes,
        "skeleton": outcome.skeleton,
        "repairs": outcome.repairs,
        **({"user_profile": outcome.profile.model_dump(exclude={"writes"})} if outcome.profile else {}),
        **({"origin": outcome.origin.model_dump(mode="json")} if outcome.origin else {}),
        "faulty_messages": sorted({mark["message_index"] for mark in extras["faulty_calls"]}),
        "untrained_messages": untrained,
        "findings": [finding_json(finding, dialogue) for finding in outcome.findings],
        **extras,
        "generator": {"name": "toolace-mt", "version": __version__},
    }
    return {"id": outcome.id, "messages": _weightless(messages, untrained), "tools": tools, "metadata": metadata}


def mask_faulty(row: Row) -> Row:
    """`"weight": 0` on the messages with faulty calls: OpenAI's fine-tuning then leaves them out of the loss."""
    return {**row, "messages": _weightless(row["messages"], row["metadata"]["faulty_messages"])}


def untrained_messages(dialogue: Dialogue) -> list[int]:
    """The messages of the replies that a user message answers with new tools: they speak of a tool that is not there."""
    return [
        start
        for start, turn, following in zip(message_starts(dialogue), dialogue.turns, dialogue.turns[1:], strict=False)
        if isinstance(turn, Action) and not turn.calls
        if isinstance(following, Observation) and following.is_user and following.tools_added
    ]


def _weightless(messages: list[dict[str, Any]], indices: Collection[int]) -> list[dict[str, Any]]:
    return [{**m, "weight": 0} if i in indices else m for i, m in enumerate(messages)]


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
