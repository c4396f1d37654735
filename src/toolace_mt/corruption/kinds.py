"""The kinds of damage: what each is, and where it was observed. `docs/corruption.md` is made from this table."""

from __future__ import annotations

from typing import Literal, NamedTuple, get_args

from toolace_mt.corruption import choices, conduct, ids, replies, schema, structure, texts
from toolace_mt.corruption.damage import Damaging
from toolace_mt.errors import InputError

Family = Literal["structure", "untidy", "schema", "invented_ids", "wrong_values", "replies", "conduct", "texts"]

FAMILIES: dict[Family, str] = {
    "structure": "messages and calls whose order, pairing or form is broken",
    "untidy": "forms that can still be read without loss, and that readers differ on",
    "schema": "arguments that break the schema of their tool",
    "invented_ids": "identifiers in calls that nobody ever gave",
    "wrong_values": "arguments and results that are right in form and wrong in fact",
    "replies": "values that a reply tells otherwise than the results",
    "conduct": "things done and said that should not be, each message being in order",
    "texts": "texts that broke while they were written",
}


class Kind(NamedTuple):
    """One kind of damage. seen: where it was observed in real dialogues, or why it is expected there."""

    name: str
    family: Family
    damage: Damaging
    seen: str

    @property
    def what(self) -> str:
        """One line that says what is damaged."""
        return (self.damage.__doc__ or "").strip().splitlines()[0]


_MERGED = "logs and data sets cut, merged or filtered message by message"
_SERVED = "models served without, or with the wrong, chat template or parser"
_SIMULATED = "not seen in the data looked at; a known weakness of language models in the user's part"
_EXPECTED = "not seen in the data looked at, but expected"
_TAU = "tau-bench, runs that failed"

_SEEN: dict[Family, dict[Damaging, str]] = {
    "structure": {
        structure.dropped_result: _MERGED,
        structure.orphan_result: _MERGED,
        structure.dropped_reply: _MERGED,
        structure.dropped_calls: _MERGED,
        structure.duplicated_message: _MERGED,
        structure.duplicated_result: _MERGED + "; retries written twice",
        structure.swapped_results: "logs of calls that ran at the same time, written as they came back",
        structure.mismatched_call_id: "tau-bench: ids of calls are not reliable (they repeat in 49 of 200 dialogues)",
        structure.swapped_roles: _MERGED + "; simulated users that lose their part",
        structure.truncated_arguments: "answers that reach the limit of tokens within a call",
        structure.python_arguments: "API-Bank: values written as Python shows them, such as ['John', 'Jane'] and True",
        structure.token_in_name: "0.4-5.1 % of the calls of a model on a vLLM server, such as ls<|channel|>commentary",
        structure.misspelt_tool: "vLLM traces: 0.4-5.1 % of calls name a function that is not there; names written from memory",
        structure.unknown_tool: "as above; tools of another data set, or known from training",
    },
    "untidy": {
        structure.repeated_call_id: "tau-bench: call ids repeat within 49 of 200 dialogues, which ended well or not",
        structure.double_encoded_arguments: "data sets that were serialized twice",
    },
    "schema": {
        schema.missing_required: "API-Bank (Translate without src_lang), SGD (hotels without location)",
        schema.misnamed_parameter: "API-Bank: CancelTimedSwitch with device_id where the tool has name",
        schema.unknown_parameter: "API-Bank: TimedSwitch with a device_id that it does not declare",
        schema.list_as_text: "API-Bank: AddMeeting and RecordHealthData with \"['John', 'Jane']\", its most common breach",
        schema.number_as_text: 'API-Bank: verification_code "970420" for an integer',
        schema.boolean_as_text: 'API-Bank: TimedSwitch with "True" and "False"',
        schema.text_as_list: "the reverse of API-Bank's most common breach; calls for several things at once",
        schema.outside_enum: "ToolAlpaca: category habitats for habitat, style cute where only minimal and grunge exist",
    },
    "invented_ids": {
        ids.invented_id: "tau-bench: credit_card_5634230, a payment method of nobody; tau2-bench: credit_card_7815826",
        ids.counted_up_id: "tau2-bench, telecom: plans P1003 to P1015 tried one after the other",
        ids.cut_id: "tau-bench: credit_card_7334, from a card ending in 7334; user amelia_silva_872",
        ids.zeroed_id: "tau2-bench, retail: gift_card_0000000",
        ids.placeholder_id: 'ToolAlpaca: searchUser with "username" and with "the user\'s username"',
    },
    "wrong_values": {
        choices.other_entity_id: f"{_TAU}: another reservation, another card or gift card of the same user",
        choices.name_for_id: 'ToolAlpaca: getHolidayDetails with holidayId "Boxing Day" and "Iceland"',
        choices.other_choice: f"{_TAU}: cabin business for economy",
        choices.other_date: f"{_TAU}: flights searched on 2024-05-23 for 2024-05-21, a wrong day of birth",
        choices.other_number: f"{_TAU}: payments that do not add up, a bag too many",
        choices.impossible_date: _EXPECTED + ": days are counted on, past the end of a month",
        replies.miscalculated_total: f"{_TAU}: payments and totals that do not add up",
        choices.crossed_results: "logs of parallel calls, matched by order where they came back in another",
    },
    "replies": {
        replies.changed_amount: f"expected; {_TAU}: 85 amounts in replies are in no result, most of them sums",
        replies.changed_date: f"{_TAU}: May 6th told for a journey on May 19th",
        replies.changed_time: _EXPECTED + ": times are converted between 24 and 12 hours",
        replies.changed_code: "identifiers copied with a slip, as tau-bench's calls have them (amelia_silva_872)",
        replies.changed_count: _EXPECTED + ": long lists are counted by eye",
        replies.changed_name: _EXPECTED + ": names are filled in from memory",
        replies.swapped_name: "ToolAlpaca, an answer judged wrong: a cute avatar told of, where a minimal one was made",
    },
    "conduct": {
        conduct.claim_without_call: f"{_TAU}: calls that the task needs are missing (28 in 48 dialogues)",
        conduct.error_as_success: "ToolAlpaca: an avatar of style cute reported after the tool had refused that style",
        conduct.repeated_call: "tau-bench: the same call twice in a row, in dialogues that ended well and in others",
        conduct.call_loop: "ToolAlpaca: generateAvatar again and again with the same arguments",
        conduct.needless_question: "generated data: questions added without a look at what was said",
        conduct.refusal: "generated data: refusals that filters must find",
        conduct.user_as_assistant: _SIMULATED,
        conduct.user_names_tool: _SIMULATED,
    },
    "texts": {
        texts.switched_language: "models trained on several languages that slip into another",
        texts.truncated_reply: "answers that reach the limit of tokens",
        texts.repeated_phrase: 'ToolAlpaca: "Bible versions of the Bible" repeated many times in a final answer',
        texts.leaked_template: _SERVED,
        texts.leaked_reasoning: _SERVED,
        texts.call_as_text: _SERVED,
        texts.placeholder_in_reply: "generated data: templates that were not filled",
    },
}

KINDS: dict[str, Kind] = {
    damage.__name__: Kind(damage.__name__, family, damage, seen)
    for family, kinds in _SEEN.items()
    for damage, seen in kinds.items()
}


def kinds_named(names: str | None) -> list[Kind]:
    """The kinds that a list of names of kinds and families, split by commas, means; all of them for None.

    Raises InputError for a name that is neither.
    """
    if names is None:
        return list(KINDS.values())
    wanted = [name.strip() for name in names.split(",") if name.strip()]
    for name in wanted:
        if name not in KINDS and name not in get_args(Family):
            raise InputError(f"--kinds: {name!r} is no kind and no family; see toolace-mt corrupt --list")
    if not wanted:
        raise InputError("--kinds: names nothing; see toolace-mt corrupt --list")
    return [kind for kind in KINDS.values() if kind.name in wanted or kind.family in wanted]
