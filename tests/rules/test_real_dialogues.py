"""The rules on dialogues of real agents that solved their task: they must not be made out as bad."""

from __future__ import annotations

import gzip
from collections import Counter
from pathlib import Path
from typing import Any

import orjson
import pytest

from toolace_mt.dialogue.formats import read_recorded
from toolace_mt.dialogue.messages import from_messages, to_messages
from toolace_mt.rules import RULES, Reading

REAL = Path(__file__).parents[3] / "shared" / "data" / "real"
FILES = ("dialogues_tau_historical.jsonl.gz", "dialogues_tau2_sierra.jsonl.gz")
# What can be said of a call or of the order of messages with certainty; other rules have tests of their own.
RULES_ON_CALLS = (
    "alternation",
    "pairing",
    "swapped-results",
    "unknown-tool",
    "arguments",
    "tool-updates",
    "ungrounded-id",
    "unserved-subtask",
    "faulty-unrecovered",
)


def solved(name: str) -> list[dict[str, Any]]:
    """Dialogues that ended well."""
    if not (REAL / name).exists():
        pytest.skip(f"the real dialogues are not there: {REAL / name}")
    with gzip.open(REAL / name) as lines:
        return [row for line in lines if (row := orjson.loads(line))["reward"] == 1]


@pytest.mark.parametrize("name", FILES)
def test_real_dialogues_are_read_and_written_again(name: str) -> None:
    for row in solved(name):
        dialogue = from_messages(row["messages"], row["tools"])
        assert from_messages(*to_messages(dialogue)) == dialogue


@pytest.mark.parametrize("name", FILES)
def test_no_errors_in_order_and_calls_of_solved_dialogues(name: str) -> None:
    rows = solved(name)
    errors: Counter[str] = Counter()
    for row in rows:
        reading = Reading(read_recorded(row, 1).dialogue)
        errors.update({f.rule for rule in RULES_ON_CALLS for f in RULES[rule](reading) if f.severity == "error"})

    assert sum(errors.values()) <= 0.01 * len(rows), errors
