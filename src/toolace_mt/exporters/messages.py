"""`messages`: OpenAI's form, and the archive: nothing of a dialogue is lost.

A row is `{"id", "messages", "tools", "metadata"}`; `arguments` is a JSON string. `tools` are all that are ever in force;
`metadata.tools_added` says which of them come later, and with which message. The rest of `metadata`: what OpenAI's form has
no place for (`toolace_mt.dialogue.messages`), and how the dialogue came about. What a file that was refined says beside, in
its rows, messages, calls and tools, stands where it stood. The same run gives the same bytes.

A trainer sees all tools from the start, so a reply that a tool is missing would be a wrong target where the next message
adds tools: it has `"weight": 0`, which OpenAI's fine-tuning leaves out of the loss, and `metadata.untrained_messages` names it.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from toolace_mt import __version__
from toolace_mt.dialogue.kept import content_of
from toolace_mt.dialogue.messages import message_index, message_starts, to_messages
from toolace_mt.exporters.writing import OWN_FIELDS, Row
from toolace_mt.types import Action, Dialogue, Finding, Observation, Origin, Outcome


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
        **({"origin": _origin(outcome.origin)} if outcome.origin else {}),
        "faulty_messages": sorted({mark["message_index"] for mark in extras["faulty_calls"]}),
        "untrained_messages": untrained,
        "findings": [finding_json(finding, dialogue) for finding in outcome.findings],
        **extras,
        "generator": {"name": "toolace-mt", "version": __version__},
    }
    if outcome.origin:
        messages, tools = _with_system(messages, outcome.origin), _with_fields(tools, outcome.origin.tools)
    return {"id": outcome.id, "messages": _weightless(messages, untrained), "tools": tools, "metadata": metadata}


def _origin(origin: Origin) -> dict[str, Any]:
    """The line and the metadata of a row; its other fields stand beside `metadata`, but for those whose names ours have."""
    taken = {name: origin.fields[name] for name in OWN_FIELDS if name in origin.fields}
    return {"line": origin.line, "metadata": origin.metadata, **({"fields": taken} if taken else {})}


def _with_system(messages: list[dict[str, Any]], origin: Origin) -> list[dict[str, Any]]:
    if origin.system is None or not messages or messages[0]["role"] != "system":
        return messages
    content = content_of(messages[0]["content"], origin.system)
    return [{**messages[0], **origin.system.fields, "content": content}, *messages[1:]]


def _with_fields(tools: list[dict[str, Any]], kept: dict[str, dict[str, Any]]) -> list[dict[str, Any]]:
    """The tools with what the file says of them beside; ours stand where both say something."""
    if not kept:
        return tools
    found = [(tool, kept.get(tool["function"]["name"], {})) for tool in tools]
    return [
        {**beside, **tool, "function": {**tool["function"], **beside.get("function", {})}} for tool, beside in found
    ]


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
