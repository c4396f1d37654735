"""All rules by name, and the check of a dialogue against them."""

from __future__ import annotations

from collections.abc import Callable, Collection

from toolace_mt.rules.calls import arguments, tool_updates, unknown_tool
from toolace_mt.rules.hallucination import ungrounded_id
from toolace_mt.rules.reading import Reading
from toolace_mt.rules.repetition import repetition
from toolace_mt.rules.structure import alternation, pairing
from toolace_mt.rules.subtasks import faulty_unrecovered, unserved_subtask
from toolace_mt.rules.texts import leftovers
from toolace_mt.types import Dialogue, Finding

Rule = Callable[[Reading], list[Finding]]

RULES: dict[str, Rule] = {
    "alternation": alternation,
    "pairing": pairing,
    "unknown-tool": unknown_tool,
    "arguments": arguments,
    "tool-updates": tool_updates,
    "ungrounded-id": ungrounded_id,
    "leftovers": leftovers,
    "repetition": repetition,
    "unserved-subtask": unserved_subtask,
    "faulty-unrecovered": faulty_unrecovered,
}


def check(dialogue: Dialogue, skip: Collection[str] = ()) -> list[Finding]:
    """What the rules find wrong with a dialogue, rule by rule; details name no turn numbers, so they can be compared.

    `skip` may also name checks that are not rules of this registry: experts and replay are skipped elsewhere.
    """
    reading = Reading(dialogue)
    return [finding for name, rule in RULES.items() if name not in skip for finding in rule(reading)]
