"""All rules by name, and the check of a dialogue against them."""

from __future__ import annotations

from collections.abc import Callable, Collection

from toolace_mt.rules.calls import arguments, tool_updates, unknown_tool
from toolace_mt.rules.conduct import ignored_error, refusal
from toolace_mt.rules.counts import wrong_count
from toolace_mt.rules.cut_off import cut_off
from toolace_mt.rules.dates import date_order, impossible_date
from toolace_mt.rules.garbled import garbled_text
from toolace_mt.rules.hallucination import ungrounded_id
from toolace_mt.rules.language import language_switch
from toolace_mt.rules.mix_ups import mixed_up
from toolace_mt.rules.names import wrong_name
from toolace_mt.rules.pairing import pairing, swapped_results
from toolace_mt.rules.promises import unkept_promise
from toolace_mt.rules.questions import needless_question
from toolace_mt.rules.reading import Reading
from toolace_mt.rules.repetition import repetition
from toolace_mt.rules.replies import ungrounded_reply
from toolace_mt.rules.secrets import personal_data, secrets
from toolace_mt.rules.structure import alternation
from toolace_mt.rules.subtasks import faulty_unrecovered, unserved_subtask
from toolace_mt.rules.texts import leftovers
from toolace_mt.rules.unfilled import unfilled
from toolace_mt.rules.voices import swapped_voice, tool_named
from toolace_mt.types import Dialogue, Finding

Rule = Callable[[Reading], list[Finding]]

RULES: dict[str, Rule] = {
    "alternation": alternation,
    "pairing": pairing,
    "swapped-results": swapped_results,
    "unknown-tool": unknown_tool,
    "arguments": arguments,
    "tool-updates": tool_updates,
    "ungrounded-id": ungrounded_id,
    "leftovers": leftovers,
    "garbled": garbled_text,
    "unfilled": unfilled,
    "repetition": repetition,
    "unserved-subtask": unserved_subtask,
    "faulty-unrecovered": faulty_unrecovered,
    "ungrounded-reply": ungrounded_reply,
    "wrong-count": wrong_count,
    "wrong-name": wrong_name,
    "mixed-up": mixed_up,
    "impossible-date": impossible_date,
    "date-order": date_order,
    "unkept-promise": unkept_promise,
    "ignored-error": ignored_error,
    "refusal": refusal,
    "needless-question": needless_question,
    "cut-off": cut_off,
    "swapped-voice": swapped_voice,
    "tool-named": tool_named,
    "language-switch": language_switch,
    "secrets": secrets,
    "personal-data": personal_data,
}


def check(dialogue: Dialogue, skip: Collection[str] = ()) -> list[Finding]:
    """What the rules find wrong with a dialogue, rule by rule; details name no turn numbers, so they can be compared.

    `skip` may also name checks that are not rules of this registry: experts and replay are skipped elsewhere.
    """
    reading = Reading(dialogue)
    return [finding for name, rule in RULES.items() if name not in skip for finding in rule(reading)]
